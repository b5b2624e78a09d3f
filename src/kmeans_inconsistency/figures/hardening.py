"""EM with a known covariance beside Lloyd's algorithm: how near, how soft, how often not the same."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
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
    "uniformly drawn observations, for as many components at the corners of a regular simplex of side δ = "
    "{deltas} (paler for the larger) in {dimension} dimensions; a component goes with the cluster that began "
    "where it did. Left: largest distance between a mean and its centre in any pass. Middle: softness, the "
    "mean of 1 − the largest responsibility; lines: its limit as n grows, up to the true variance. Right: "
    "share of the observations whose likeliest component is not their cluster. Means over {replicates} "
    "replicates with 95 % Monte Carlo intervals. At δ = {delta}, n = {n} and ε = {eps} the softness is "
    "{soft} ({soft_mcse}), and its limit {limit}."
)

_PANELS = {
    "gap": "distance, EM to Lloyd",
    "softness": "softness",
    "disagreement": "share in another cluster",
}
_COLUMNS = ["delta", "n", "eps", "quantity", "mean", "mean_mcse", "replicates", "limit"]
_LOOK = "known_covariance"


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw a panel for each quantity against eps, all axes logarithmic."""
    summary = tables["summary"]
    data = summary.loc[summary["quantity"].isin(_PANELS), _COLUMNS]
    data = data.sort_values(["quantity", "delta", "n", "eps"], ignore_index=True)
    figure, panels = style.panels(len(_PANELS), height=2.0)
    sizes = sorted(data["n"].unique())
    for axes, (quantity, label) in zip(panels, _PANELS.items(), strict=True):
        ends = _panel(axes, data[data["quantity"] == quantity], sizes[-1])
        axes.set(xlabel="assumed variance $ε$", ylabel=label)
    style.label_right(panels[-1], ends)
    names = [f"$n = {plain(n)}$".replace("\u2009", r"\,") for n in reversed(sizes)]
    style.header(figure, [(_LOOK, name, False) for name in names], hollow=names[1:])
    facts = {name: listing(sorted(summary[name].unique())) for name in ("clusters", "dimension")}
    return Drawing(figure, data, facts | _facts(data))


def _panel(axes: Axes, rows: pd.DataFrame, largest: int) -> list[tuple[float, str, str]]:
    """Draw one quantity; returns where the largest n ends, to be labelled."""
    ends = []
    count = rows["delta"].nunique()
    dark = style.ink(LOOKS[_LOOK].colour)
    for shade, (delta, of_delta) in zip(np.linspace(1.0, 0.5, count), by(rows, "delta"), strict=True):
        colour = style.tint(dark, float(shade))
        for n, of_n in by(of_delta, "n"):
            shown = of_n[of_n["mean"] > 0]
            style.points(
                axes,
                shown["eps"],
                shown["mean"],
                shown["mean_mcse"],
                _LOOK,
                colour=colour,
                hollow=n < largest,
                positive=True,
            )
        line = of_delta[of_delta["n"] == largest]
        axes.plot(line["eps"], line["limit"], color=colour, linestyle=LOOKS[_LOOK].line, zorder=2)
        ends.append((float(line["mean"].iloc[-1]), f"$δ = {plain(delta)}$", colour))
    means = rows.loc[rows["mean"] > 0, "mean"]
    axes.set(xscale="log", yscale="log", ylim=(means.min() / 2, means.max() * 2))
    axes.minorticks_off()
    axes.xaxis.set_major_locator(LogLocator(numticks=9))
    return ends


def _facts(data: pd.DataFrame) -> dict[str, str]:
    """Give the numbers of the caption: at the smallest separation, the largest n, the eps nearest .1."""
    delta, n, eps = data["delta"].min(), data["n"].max(), nearest(data["eps"], 0.1)
    soft = data[data["quantity"] == "softness"]
    at = soft[(soft["delta"] == delta) & (soft["n"] == n) & (soft["eps"] == eps)].iloc[0]
    mean, mcse = with_error(at["mean"], at["mean_mcse"])
    return {
        "deltas": listing(sorted(data["delta"].unique())),
        "replicates": listing(sorted(data["replicates"].unique())),
        "delta": plain(delta),
        "n": plain(n),
        "eps": plain(eps),
        "soft": mean,
        "soft_mcse": mcse,
        "limit": plain(at["limit"], 4),
    }
