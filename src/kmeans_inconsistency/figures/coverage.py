"""What 95 % intervals cover: ranked intervals of k-means, and coverage against sample size."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.asymptotics import coverage
from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import nearest
from kmeans_inconsistency.text import listing, plain

INPUTS = {"summary": "summaries/coverage.csv", "intervals": "summaries/coverage_intervals.csv"}

CAPTION = (
    "95 % intervals at δ = {delta}, balanced. Above: k-means' intervals for the distance, by Pollard's "
    "standard error, in {replicates} samples of each size, ranked by how many of their widths they are from "
    "the truth; of these an even selection is drawn, dark where the interval contains the truth (dotted "
    "line); the solid line is the limit, {limit}. Below: share of the samples in which an interval contains "
    "the value named above the panel, with 95 % Monte Carlo intervals, moved sideways a little, for k-means "
    "by Pollard's standard error and by the naive one, which takes the two clusters for given samples, and "
    "for the mixture, with free and with equal weights, by its observed information (its limit is the "
    "truth). The grey line is 95 %, and the curve is what the bias and Pollard's variance predict. The "
    "vertical axes of the last two panels are cut. At n = {n} Pollard's interval contains the true distance "
    "in {truth} % of the samples and its limit in {own} %; the limit of the lower centre is contained in "
    "Pollard's interval in {centre} %, and in the naive interval in {naive} %."
)

PANELS = (
    ("coverage", "distance", "the truth, distance"),
    ("coverage_limit", "distance", "the limit, distance"),
    ("coverage_limit", "lower", "the limit, lower centre"),
)
METHODS = (
    ("mixture,interval=information", "mixture", False),
    ("mixture,weights=equal,interval=information", "mixture,weights=equal", False),
    ("kmeans,interval=naive", "kmeans", True),
    ("kmeans,interval=sandwich", "kmeans", False),
)
_APART = 1.16
"""Factor by which the points of two methods at one n are moved apart."""


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw the ranked intervals at three sample sizes above, the coverage against n below."""
    data, intervals = (_chosen(tables[name]) for name in ("summary", "intervals"))
    sizes = sorted(data["n"].unique())
    figure, panels = style.panels(6, height=1.6)
    at = data[(data["method"] == "kmeans,interval=sandwich") & (data["quantity"] == "distance")].set_index(
        "n"
    )
    for axes, n in zip(panels, (sizes[0], sizes[len(sizes) // 2], sizes[-1]), strict=False):
        ranked = intervals[(intervals["method"] == "kmeans,interval=sandwich") & (intervals["n"] == n)]
        _zip(axes, ranked, float(at.loc[n, "truth"]), float(at.loc[n, "limit"]))
        axes.set_title(f"$n$ = {plain(n)}".replace("\u2009", r"$\,$"))
    panels[0].set_ylabel("rank, %")
    for axes, (measure, quantity, title) in zip(panels[3:], PANELS, strict=True):
        _coverage(axes, data[data["quantity"] == quantity], measure)
        axes.set_title(title)
    for axes in panels[4:]:
        _zoom(axes, data)
    panels[3].set_ylabel("share of samples")
    _predicted(panels[3], at, sizes)
    entries = [
        ("kmeans", "k-means, Pollard", True),
        ("kmeans", "k-means, naive", False),
        ("mixture", "mixture ML", False),
        ("mixture,weights=equal", "equal weights", False),
        ("truth", "truth", True),
    ]
    style.header(figure, entries, hollow=["k-means, naive"])
    return Drawing(figure, data.reset_index(drop=True), _facts(data))


def _chosen(rows: pd.DataFrame) -> pd.DataFrame:
    """The balanced rows at the separation nearest to 2."""
    return rows[(rows["weight"] == 0.5) & (rows["delta"] == nearest(rows["delta"], 2.0))]


def _zip(axes: Axes, ranked: pd.DataFrame, truth: float, limit: float) -> None:
    look = LOOKS["kmeans"]
    holds = (ranked["low"] <= truth) & (truth <= ranked["high"])
    for rows, colour in ((ranked[holds], look.colour), (ranked[~holds], style.tint(look.colour, 0.45))):
        axes.hlines(100 * rows["rank"], rows["low"], rows["high"], color=colour, linewidth=0.9)
    axes.axvline(truth, color=LOOKS["truth"].colour, linestyle=LOOKS["truth"].line, zorder=4)
    axes.axvline(limit, color="black", linewidth=0.8, zorder=4)
    # the same frame for every n
    axes.set(xlabel="distance", ylim=(0, 100), xlim=(truth - 0.3, limit + 0.5))


def _coverage(axes: Axes, data: pd.DataFrame, measure: str) -> None:
    axes.axhline(0.95, color="0.7", linewidth=0.8, zorder=1)
    for place, (method, look, hollow) in enumerate(METHODS):
        rows = data[data["method"] == method]
        moved = rows["n"] * _APART ** (place - 1.5)
        style.points(axes, moved, rows[measure], rows[f"{measure}_mcse"], look, hollow=hollow)
    axes.set_ylim(-0.03, 1.03)
    style.sample_size_axis(axes, sorted(data["n"].unique()))


def _zoom(axes: Axes, data: pd.DataFrame) -> None:
    """Cut the axis below what is drawn there, at .7 if nothing lies below."""
    lowest = data[[measure for measure, _, _ in PANELS[1:]]].min().min()
    axes.set(ylim=(min(0.7, np.floor(20 * lowest) / 20), 1.0), yticks=[0.7, 0.8, 0.9, 0.95, 1.0])


def _predicted(axes: Axes, at: pd.DataFrame, sizes: list[int]) -> None:
    """Coverage of the truth by an interval that is right about the limit."""
    row, n = at.iloc[-1], np.geomspace(sizes[0], sizes[-1], 120)
    shifts = (row["limit"] - row["truth"]) / np.sqrt(row["avar"] / n)
    shares = [coverage(shift) for shift in shifts]
    axes.plot(n, shares, color=LOOKS["kmeans"].colour, linestyle=LOOKS["kmeans"].line, zorder=2)


def _facts(data: pd.DataFrame) -> dict[str, str]:
    """Give the numbers of the caption, at the largest n."""
    end = data[data["n"] == data["n"].max()].set_index(["method", "quantity"])
    distance, lower = (end.loc[("kmeans,interval=sandwich", quantity)] for quantity in ("distance", "lower"))
    return {
        "delta": plain(float(data["delta"].iloc[0])),
        "replicates": listing(sorted(data["replicates"].unique())),
        "n": plain(data["n"].max()),
        "limit": plain(distance["limit"], 4),
        "truth": plain(100 * distance["coverage"], 1),
        "own": plain(100 * distance["coverage_limit"], 1),
        "centre": plain(100 * lower["coverage_limit"], 1),
        "naive": plain(100 * end.loc[("kmeans,interval=naive", "lower"), "coverage_limit"], 1),
    }
