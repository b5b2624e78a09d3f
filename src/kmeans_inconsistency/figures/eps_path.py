"""The path of the known variance: from k-means through the truth to the merging of the components."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import by, distances, nearest
from kmeans_inconsistency.text import listing, plain, with_error

INPUTS = {"summary": "summaries/small_variance.csv", "curve": "limits/curves/eps_path.csv"}

CAPTION = (
    "Distance between the two means when the mixture is fitted with its variance held at ε, for separations "
    "δ = {deltas}; the true variance within the components is 1. Above: the limit as n grows (line) and "
    "means over {replicates} replicates at n = {n} (triangles). The path starts at k-means (circle, at ε = "
    "0), passes through the truth (dotted) at ε = 1 (first grey line), and ends where the components merge, "
    "at ε = 1 + δ²/4 (second grey line). Below: how far the mean is from the limit at n = {sizes}, darker "
    "for larger n; the gap closes as n grows, most slowly where the components merge. Intervals are 95 % "
    "Monte Carlo intervals, most of them shorter than the symbols. Values of ε beyond the frames are not "
    "shown. At δ = {delta} and n = {n} the mean is {first} (Monte Carlo standard error {first_mcse}) at ε = "
    "{smallest}, where k-means' limit is {kmeans}{unit}."
)

_UNIT = ", and {mean} ({mcse}) at ε = 1, where the truth is {delta}"


_REACH = 1.3
"""Right end of a panel, as a multiple of the variance at which the components merge."""


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw, for each separation, the path above and what is left of the gap to it below."""
    rows = distances(tables["summary"], "eps")
    data = rows[rows["method"] == "known_variance"].reset_index(drop=True)
    curves = tables["curve"]
    count = data["delta"].nunique()
    figure, panels = style.panels(2 * count, height=1.6, columns=count)
    for above, below, (delta, of_delta) in zip(
        panels[:count], panels[count:], by(data, "delta"), strict=True
    ):
        curve = curves[curves["delta"] == delta]
        _path(above, delta, of_delta, curve)
        _gap(below, of_delta, float(curve["critical"].iloc[0]))
        above.set_title(f"$δ$ = {plain(delta)}")
        below.set(xlim=above.get_xlim(), xlabel="assumed variance $ε$")
    panels[0].set_ylabel("distance")
    panels[count].set_ylabel("mean − limit")
    entries = [
        ("known_variance", "known variance", True),
        ("kmeans", "k-means' limit", False),
        ("truth", "truth", True),
    ]
    style.header(figure, entries)
    return Drawing(figure, data, _facts(data, curves))


def _path(axes: Axes, delta: float, rows: pd.DataFrame, curve: pd.DataFrame) -> None:
    path, kmeans, truth = (LOOKS[name] for name in ("known_variance", "kmeans", "truth"))
    critical, limit = float(curve["critical"].iloc[0]), float(curve["kmeans"].iloc[0])
    right = _REACH * critical
    end = rows[(rows["n"] == rows["n"].max()) & (rows["eps"] < right)]
    style.points(axes, end["eps"], end["mean"], end["mean_mcse"], "known_variance")
    axes.plot(curve["eps"], curve["distance"], color=path.colour, linestyle=path.line, zorder=4)
    axes.plot(0.0, limit, kmeans.marker, color=kmeans.colour, markersize=5, zorder=5, clip_on=False)
    axes.axhline(delta, color=truth.colour, linestyle=truth.line, zorder=1.5)
    axes.vlines([1.0, critical], 0, limit, color="0.8", linewidth=0.6, zorder=1)
    axes.set(xlim=(-0.04 * right, right), ylim=(-0.06 * limit, 1.22 * limit))
    style.write(axes, plain(delta), (right, delta), (-2, 1), truth.colour, align="right")
    style.write(axes, plain(limit, 3), (0.0, limit), (6, 3), kmeans.colour)


def _gap(axes: Axes, rows: pd.DataFrame, critical: float) -> None:
    look = LOOKS["known_variance"]
    axes.axhline(0.0, color=look.colour, linestyle=look.line, zorder=1.5)
    for at in (1.0, critical):
        axes.axvline(at, color="0.8", linewidth=0.6, zorder=1)
    shades = style.shades(look.colour, rows["n"].nunique())
    for place, (colour, (_, of_n)) in enumerate(zip(shades, by(rows, "n"), strict=True)):
        shown = of_n[of_n["eps"] < _REACH * critical]
        gap, zorder = shown["mean"] - shown["limit"], 3 + place / 10
        axes.plot(shown["eps"], gap, color=colour, linewidth=0.7, zorder=zorder)
        style.points(
            axes, shown["eps"], gap, shown["mean_mcse"], "known_variance", colour=colour, zorder=zorder
        )


def _facts(data: pd.DataFrame, curves: pd.DataFrame) -> dict[str, str]:
    """Give the numbers of the caption: at the separation nearest to 2, at the largest n."""
    delta, n = nearest(data["delta"], 2.0), data["n"].max()
    at = data[(data["delta"] == delta) & (data["n"] == n)].set_index("eps")
    kmeans = float(curves.loc[curves["delta"] == delta, "kmeans"].iloc[0])
    first, first_mcse = with_error(*at[["mean", "mean_mcse"]].iloc[0])
    unit = ""
    if 1.0 in at.index:
        mean, mcse = with_error(*at.loc[1.0, ["mean", "mean_mcse"]])
        unit = _UNIT.format(mean=mean, mcse=mcse, delta=plain(delta))
    return {
        "deltas": listing(sorted(data["delta"].unique())),
        "sizes": listing(sorted(data["n"].unique())),
        "replicates": listing(sorted(data["replicates"].unique())),
        "delta": plain(delta),
        "n": plain(n),
        "smallest": plain(float(at.index.min())),
        "first": first,
        "first_mcse": first_mcse,
        "kmeans": plain(kmeans, 4),
        "unit": unit,
    }
