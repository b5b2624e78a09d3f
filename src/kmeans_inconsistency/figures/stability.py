"""Share of the starts that reach the best optimum, and passes of the mixture over those of k-means."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import by
from kmeans_inconsistency.text import listing, plain

INPUTS = {"summary": "summaries/stability.csv"}

CAPTION = (
    "k-means by Lloyd's algorithm and the spherical mixture by plain EM, both from the same {starts} sets "
    "of observations drawn at random, for K = {clusters} components at the corners of a regular simplex of "
    "side δ in {dimension} dimensions (darker for more components), at n = {n}. Left: share of the starts "
    "that reach the best optimum that any of them finds. Right: passes of EM over those of Lloyd's "
    "algorithm, which are on average between {least} and {most}. Means over {replicates} replicates with 95 "
    "% Monte Carlo intervals."
)

_METHODS = {
    "lloyd,start=uniform,refinement=none": "lloyd,refinement=none",
    "spherical_mixture,start=uniform,acceleration=none": "spherical_mixture",
}
_COLUMNS = ["delta", "clusters", "dimension", "n", "method", "starts", "quantity", "mean", "mean_mcse"]
_APART = 0.05


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw shares on the left and the ratio of passes on the right, at the largest n."""
    summary = tables["summary"]
    data = summary.loc[summary["n"] == summary["n"].max(), [*_COLUMNS, "replicates", "limit"]]
    data = data.sort_values(["quantity", "method", "clusters", "delta"], ignore_index=True)
    figure, (left, right) = style.panels(2, height=2.0)
    shades = np.linspace(0.5, 1.0, data["clusters"].nunique())
    ratios = []
    shares: list[tuple[float, str, str]] = []
    passes: list[tuple[float, str, str]] = []
    for shade, (count, rows) in zip(shades, by(data, "clusters"), strict=True):
        label = f"$K = {plain(count)}$"
        ends = _shares(left, rows[rows["quantity"] == "share"], float(shade))
        shares += [(end, label, LOOKS[look].colour) for look, end in ends.items()]
        ratios.append(_ratio(right, rows[rows["quantity"] == "passes"], float(shade)))
        passes.append((ratios[-1].iloc[-1], label, LOOKS["spherical_mixture"].colour))
    left.set(ylabel="share of starts at the best", ylim=(-0.04, 1.04))
    right.set(ylabel="passes, EM over Lloyd", ylim=(0, None))
    for axes in (left, right):
        axes.set(xlabel="separation $δ$", xlim=(data["delta"].min() - 0.3, data["delta"].max() + 0.3))
    style.label_right(left, shares)
    style.label_right(right, passes)
    style.header(figure, [(look, LOOKS[look].label, False) for look in _METHODS.values()])
    facts = {name: listing(sorted(data[name].unique())) for name in ("starts", "clusters", "dimension")}
    facts["replicates"] = listing(sorted(data["replicates"].unique()))
    facts["n"] = plain(data["n"].max())
    facts["least"] = plain(min(map(min, ratios)), 1)
    facts["most"] = plain(max(map(max, ratios)), 1)
    return Drawing(figure, data, facts)


def _shares(axes: Axes, rows: pd.DataFrame, shade: float) -> dict[str, float]:
    """Draw the shares of both methods; returns where their lines end."""
    ends = {}
    for place, (method, look) in enumerate(_METHODS.items()):
        of = rows[rows["method"] == method]
        colour = style.tint(LOOKS[look].colour, shade)
        x = of["delta"] + _APART * (2 * place - 1)
        axes.plot(x, of["mean"], color=colour, linewidth=0.6, zorder=2)
        style.points(axes, x, of["mean"], of["mean_mcse"], look, colour=colour)
        ends[look] = float(of["mean"].iloc[-1])
    return ends


def _ratio(axes: Axes, rows: pd.DataFrame, shade: float) -> pd.Series:
    fast, slow = (rows[rows["method"] == method].set_index("delta") for method in _METHODS)
    ratio = slow["mean"] / fast["mean"]
    error = ratio * np.hypot(slow["mean_mcse"] / slow["mean"], fast["mean_mcse"] / fast["mean"])
    colour = style.tint(LOOKS["spherical_mixture"].colour, shade)
    axes.plot(ratio.index, ratio, color=colour, linewidth=0.6, zorder=2)
    style.points(axes, ratio.index.to_series(), ratio, error, "spherical_mixture", colour=colour)
    return ratio
