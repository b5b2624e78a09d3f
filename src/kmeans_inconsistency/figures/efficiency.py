"""Asymptotic efficiency: what k-means' small variance is worth, and until which sample size."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import Drawing, Line
from kmeans_inconsistency.text import listing, plain

INPUTS = {"curve": "limits/curves/efficiency.csv"}

CAPTION = (
    "First-order theory of the distance between two normal components of which the smaller one has weight "
    "{weights}. Left: asymptotic variance of the mixture over that of k-means; above 1 k-means is the more "
    "precise of the two, though about the wrong value. For balanced components the ratio is {ratio} at δ = "
    "{delta}; for weight {other} it falls below 1 at δ = {change}. Middle: asymptotic variance of the "
    "mixture over that of k-means corrected for its bias, that is, the efficiency of the correction: at δ = "
    "{delta} it is {debiased} at weight {last} and {balanced} for balanced components. Right: sample size "
    "n* at which the mixture overtakes k-means in mean squared error. It is {crossover} for balanced "
    "components at δ = {delta}; it goes to infinity where the bias of k-means changes sign (at δ = {zeros} "
    "for weights {unbalanced}). Where the mixture is ahead at every n there is no n*: the line falls "
    "steeply and ends. Where n* is small it should not be read as a number, since first-order theory does "
    "not hold in such samples; at small δ it holds only in very large ones. Nothing is simulated here."
)

_DELTA = 2.0
# one estimator against another has no colour of its own: weights are told by grey and dash
_LINES: tuple[tuple[str, Line], ...] = (
    ("#000000", "-"),
    ("#555555", (0.0, (5.0, 1.6))),
    ("#8c8c8c", (0.0, (6.0, 1.4, 1.0, 1.4))),
)


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw the two efficiencies and the crossover, a line for each weight."""
    curve = tables["curve"]
    figure, (left, middle, right) = style.panels(3, height=2.5)
    groups = {float(weight): curve[curve["weight"] == weight] for weight in curve["weight"].unique()}
    for (weight, rows), (colour, line) in zip(groups.items(), _LINES, strict=True):
        for axes, name in ((left, "kmeans"), (middle, "debiased"), (right, "crossover")):
            axes.plot(rows["delta"], rows[name], color=colour, linestyle=line, label=f"weight {weight:g}")
    for axes in (left, middle, right):
        axes.set(xlabel="separation $δ$", xlim=(0, curve["delta"].max()))
    for axes in (left, middle):
        axes.axhline(1.0, color="0.7", linewidth=0.6, zorder=1)
    left.set(yscale="log", ylim=(0.03, 1e5), title="mixture / k-means", ylabel="ratio of variances")
    middle.set(ylim=(0, 1.04), title="mixture / debiased", ylabel="ratio of variances")
    right.set(yscale="log", ylim=(10, 1e6), title="crossover", ylabel=r"sample size $n^{\ast}$")
    right.minorticks_off()
    right.yaxis.labelpad = 4.0
    for text, at in (("k-means\nmore precise", (4.0, 1e3)), ("mixture\nmore precise", (1.6, 0.16))):
        style.say(left, text, at)
    figure.legend(
        *left.get_legend_handles_labels(), loc="outside upper left", ncols=3, frameon=False, handlelength=2.6
    )
    return Drawing(figure, curve, _facts(groups))


def _facts(groups: Mapping[float, pd.DataFrame]) -> dict[str, str]:
    first, *others = groups

    def at(weight: float, name: str) -> float:
        rows = groups[weight]
        return float(rows.loc[np.isclose(rows["delta"], _DELTA), name].iloc[0])

    return {
        "weights": listing(list(groups)),
        "delta": plain(_DELTA),
        "ratio": plain(at(first, "kmeans"), 2),
        "other": plain(others[0]),
        "change": plain(_crossing(groups[others[0]], "kmeans", 1.0), 2),
        "last": plain(others[-1]),
        "debiased": plain(at(others[-1], "debiased"), 2),
        "balanced": plain(at(first, "debiased"), 2),
        "crossover": plain(at(first, "crossover"), 0),
        "zeros": " and ".join(plain(_crossing(groups[weight], "bias", 0.0), 2) for weight in others),
        "unbalanced": listing(others),
    }


def _crossing(rows: pd.DataFrame, name: str, level: float) -> float:
    """Separation at which a column first falls to a level, by interpolation."""
    x, y = rows["delta"].to_numpy(), rows[name].to_numpy()
    i = int((y < level).argmax())
    return float(x[i - 1] + (x[i] - x[i - 1]) * (y[i - 1] - level) / (y[i - 1] - y[i]))
