"""Angle and distance of the fitted means over the noise across the line of means."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.text import listing, plain

INPUTS = {"summary": "summaries/anisotropy.csv", "curve": "limits/curves/turning.csv"}

CAPTION = (
    "Noise of standard deviation τ across the line of means, for balanced components at δ = {delta}. Left: "
    "angle between that line and the line through the two fitted means; right: their distance. Lines: the "
    "limit of k-means, which turns by 90 degrees at τ = {critical}; dotted, the truth. Points: medians over "
    "{replicates} replicates at n = {n} with 95 % Monte Carlo intervals, moved sideways a little, for "
    "k-means, by Lloyd's algorithm and {exchanges}, and for the mixtures with spherical, tied and free "
    "covariances. At τ = {noise} the median angle of k-means is {kmeans} degrees, that of the mixture with "
    "free covariances {full}."
)

_METHODS = ("lloyd", "spherical_mixture", "normal_mixture,covariance=tied", "normal_mixture")
_APART = 0.06
_COLUMNS = ["delta", "noise", "n", "method", "quantity", "mean", "mean_mcse", "median", "median_mcse"]


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw angle and distance side by side."""
    summary, curve = tables["summary"], tables["curve"]
    delta = min(summary["delta"].unique(), key=lambda value: abs(value - curve["delta"].iloc[0]))
    chosen = (summary["delta"] == delta) & (summary["n"] == summary["n"].max())
    data = summary.loc[chosen, [*_COLUMNS, "replicates", "limit"]].sort_values(
        ["quantity", "method", "noise"]
    )
    figure, (left, right) = style.panels(2, height=2.05)
    for axes, quantity, truth in ((left, "angle", 0.0), (right, "distance", delta)):
        _panel(axes, data[data["quantity"] == quantity], curve, quantity)
        axes.axhline(truth, color=LOOKS["truth"].colour, linestyle=LOOKS["truth"].line, zorder=1.5)
        axes.set(xlabel="noise across $τ$", xlim=(0.2, 1.1 * data["noise"].max()))
    left.set(ylabel="angle in degrees", ylim=(-5, 95), yticks=[0, 30, 60, 90])
    right.set(ylabel="distance", ylim=(0.7 * delta, 1.8 * delta))
    style.header(figure, [(method, LOOKS[method].label, False) for method in _METHODS])
    return Drawing(figure, data.reset_index(drop=True), _facts(data, curve))


def _panel(axes: Axes, rows: pd.DataFrame, curve: pd.DataFrame, quantity: str) -> None:
    look = LOOKS["kmeans"]
    critical = curve["critical"].iloc[0]
    for part in (curve[curve["noise"] < critical], curve[curve["noise"] > critical]):
        axes.plot(part["noise"], part[quantity], color=look.colour, linestyle=look.line, zorder=2)
    axes.axvline(critical, color="0.8", linewidth=0.6, zorder=1)
    for place, method in enumerate(_METHODS):
        of = rows[rows["method"] == method]
        style.points(axes, of["noise"] + _APART * (place - 1.5), of["median"], of["median_mcse"], method)


def _facts(data: pd.DataFrame, curve: pd.DataFrame) -> dict[str, str]:
    last = data[(data["quantity"] == "angle") & (data["noise"] == data["noise"].max())].set_index("method")
    return {
        "exchanges": style.EXCHANGES,
        "delta": plain(data["delta"].iloc[0]),
        "critical": plain(curve["critical"].iloc[0], 3),
        "replicates": listing(sorted(data["replicates"].unique())),
        "n": plain(data["n"].max()),
        "noise": plain(data["noise"].max()),
        "kmeans": plain(last.loc["lloyd", "median"], 1),
        "full": plain(last.loc["normal_mixture", "median"], 1),
    }
