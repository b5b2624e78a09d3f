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
    "δ = {deltas}; within its components the data have variance 1. Lines: the limit as n grows. Triangles: "
    "means over {replicates} replicates with 95 % Monte Carlo intervals, the paler the smaller n ({sizes}); "
    "larger ε, where the components have merged, are outside the frames. The path starts at k-means "
    "(circle, at ε = 0), passes through the truth (dotted) at ε = 1, and ends where the components merge, "
    "at ε = 1 + δ²/4 (second grey line). At δ = {delta} and n = {n} the mean is {first} (Monte Carlo "
    "standard error {first_mcse}) at ε = {smallest}, where k-means' limit is {kmeans}{unit}."
)

_UNIT = ", and {mean} ({mcse}) at ε = 1, where the truth is {delta}"


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw one panel per separation."""
    rows = distances(tables["summary"], "eps")
    data = rows[rows["method"] == "known_variance"].reset_index(drop=True)
    curves = tables["curve"]
    figure, panels = style.panels(data["delta"].nunique(), height=1.9)
    for axes, (delta, of_delta) in zip(panels, by(data, "delta"), strict=True):
        _panel(axes, delta, of_delta, curves[curves["delta"] == delta])
        axes.set(xlabel="assumed variance $ε$", title=f"$δ$ = {plain(delta)}")
    for axes in panels[::3]:
        axes.set_ylabel("distance")
    entries = [
        ("known_variance", "known variance", True),
        ("kmeans", "k-means' limit", False),
        ("truth", "truth", True),
    ]
    style.header(figure, entries)
    return Drawing(figure, data, _facts(data, curves))


def _panel(axes: Axes, delta: float, rows: pd.DataFrame, curve: pd.DataFrame) -> None:
    path, kmeans, truth = (LOOKS[name] for name in ("known_variance", "kmeans", "truth"))
    critical, limit = float(curve["critical"].iloc[0]), float(curve["kmeans"].iloc[0])
    right = 1.3 * critical
    axes.plot(curve["eps"], curve["distance"], color=path.colour, linestyle=path.line, zorder=2)
    axes.plot(0.0, limit, kmeans.marker, color=kmeans.colour, markersize=5, zorder=5, clip_on=False)
    axes.axhline(delta, color=truth.colour, linestyle=truth.line, zorder=1.5)
    axes.vlines([1.0, critical], 0, limit, color="0.8", linewidth=0.6, zorder=1)
    sizes = sorted(rows["n"].unique())
    for place, n in enumerate(sizes, start=1):
        of_n = rows[(rows["n"] == n) & (rows["eps"] < right)]
        colour = style.tint(path.colour, 0.25 + 0.75 * place / len(sizes))
        style.points(
            axes,
            of_n["eps"],
            of_n["mean"],
            of_n["mean_mcse"],
            "known_variance",
            colour=colour,
            zorder=3 + place / 10,
        )
    axes.set(xlim=(-0.04 * right, right), ylim=(-0.06 * limit, 1.22 * limit))
    style.write(axes, plain(delta), (right, delta), (-2, 1), truth.colour, align="right")
    style.write(axes, plain(limit, 3), (0.0, limit), (6, 3), kmeans.colour)


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
