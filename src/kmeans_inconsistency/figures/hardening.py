"""EM with a known covariance beside Lloyd's algorithm: how near, how soft, how often not the same."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import by, nearest
from kmeans_inconsistency.text import listing, plain, with_error

INPUTS = {"summary": "summaries/hardening.csv"}

CAPTION = (
    "EM with the known covariance ε times the identity and Lloyd's algorithm from the same {clusters} "
    "uniformly drawn observations, for as many components at the corners of a regular simplex of side δ in "
    "{dimension} dimensions, a row of panels for each δ; each mean of EM is compared with the centre of "
    "Lloyd's algorithm that started at the same observation. Left: largest distance between a mean and its "
    "centre in any pass. Middle: softness, the mean of 1 − the largest responsibility; line: its limit as n "
    "grows, known for ε up to the true variance, 1. Where n times ε is small, the responsibilities in "
    "samples are harder than in the limit, because both algorithms come to rest at a partition with hardly "
    "any observation near a boundary. Right: share of the observations whose likeliest component is not "
    "their cluster. Means over {replicates} replicates with 95 % Monte Carlo intervals, filled for n = {n} "
    "and hollow for n = {least}; all axes are logarithmic. At δ = {delta}, n = {n} and ε = {eps} the "
    "softness is {soft} ({soft_mcse}), and its limit {limit}."
)

_PANELS = {
    "gap": "distance, EM to Lloyd",
    "softness": "softness",
    "disagreement": "share in another cluster",
}
_COLUMNS = ["delta", "n", "eps", "quantity", "mean", "mean_mcse", "replicates", "limit"]
_LOOK = "known_covariance"
_APART = 1.1
"""Factor by which the points of the two sample sizes are moved to either side."""


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw a column for each quantity and a row for each separation, against eps."""
    summary = tables["summary"]
    data = summary.loc[summary["quantity"].isin(_PANELS), _COLUMNS]
    data = data.sort_values(["quantity", "delta", "n", "eps"], ignore_index=True)
    across, deltas = len(_PANELS), sorted(data["delta"].unique())
    figure, panels = style.panels(across * len(deltas), height=1.6, columns=across)
    for place, axes in enumerate(panels):
        delta, quantity = deltas[place // across], list(_PANELS)[place % across]
        rows = data[data["quantity"] == quantity]
        _panel(axes, rows[rows["delta"] == delta])
        means = rows.loc[rows["mean"] > 0, "mean"]
        axes.set_ylim(means.min() / 2.5, means.max() * 2.5)  # the same for each separation
        if place < across:
            axes.set_title(_PANELS[quantity])
        if place >= len(panels) - across:
            axes.set_xlabel("assumed variance $ε$")
        if place % across == 0:
            axes.set_ylabel(f"$δ = {plain(delta)}$")
    sizes = sorted(data["n"].unique())
    names = [f"$n = {plain(n)}$".replace("\u2009", r"\,") for n in reversed(sizes)]
    style.header(figure, [(_LOOK, name, False) for name in names], hollow=names[1:])
    facts = {name: listing(sorted(summary[name].unique())) for name in ("clusters", "dimension")}
    return Drawing(figure, data, facts | _facts(data))


def _panel(axes: Axes, rows: pd.DataFrame) -> None:
    look, largest = LOOKS[_LOOK], rows["n"].max()
    colour = style.ink(look.colour)
    for n, of_n in by(rows, "n"):
        shown = of_n[of_n["mean"] > 0]  # a logarithmic axis has no place for a mean of zero
        x = shown["eps"] * (_APART if n == largest else 1 / _APART)
        style.points(
            axes,
            x,
            shown["mean"],
            shown["mean_mcse"],
            _LOOK,
            colour=colour,
            hollow=n < largest,
            positive=True,
        )
    line = rows[rows["n"] == largest]
    axes.plot(line["eps"], line["limit"], color=colour, linestyle=look.line, zorder=4)
    axes.set(xscale="log", yscale="log")
    axes.minorticks_off()
    axes.xaxis.set_major_locator(LogLocator(numticks=9))


def _facts(data: pd.DataFrame) -> dict[str, str]:
    """Give the numbers of the caption: at the smallest separation, the largest n, the eps nearest .1."""
    delta, n, eps = data["delta"].min(), data["n"].max(), nearest(data["eps"], 0.1)
    soft = data[data["quantity"] == "softness"]
    at = soft[(soft["delta"] == delta) & (soft["n"] == n) & (soft["eps"] == eps)].iloc[0]
    mean, mcse = with_error(at["mean"], at["mean_mcse"])
    return {
        "replicates": listing(sorted(data["replicates"].unique())),
        "delta": plain(delta),
        "n": plain(n),
        "least": plain(data["n"].min()),
        "eps": plain(eps),
        "soft": mean,
        "soft_mcse": mcse,
        "limit": plain(at["limit"], 4),
    }
