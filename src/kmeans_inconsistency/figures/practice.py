"""Bias of EM as practised against sample size, by the tolerance that stops it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import by
from kmeans_inconsistency.text import listing, plain

INPUTS = {"summary": "summaries/practice.csv"}

CAPTION = (
    "Bias of the fitted distance against the sample size n, for balanced components. Crosses: "
    "scikit-learn's mixture with the tolerances {tolerances}. Hollow symbols: our EM, started from the "
    "halves of the sample and stopped by the rule of mclust with its tolerance {relative_tol}. Squares: the "
    "global maximum of the likelihood. Means over {replicates} replicates with 95 % Monte Carlo intervals, "
    "moved sideways a little. Lines: the limits of stopped EM; dotted, the truth. At δ = {delta} and n = "
    "{n} the bias is {bias} at scikit-learn's tolerance {tol}, where the limit is {limit}, and "
    "{relative_bias} by mclust's rule, where it is {relative_limit}. The vertical axes differ."
)

_COLUMNS = [
    "delta",
    "n",
    "method",
    "tol",
    "bias",
    "mean",
    "mean_mcse",
    "truth",
    "limit",
    "replicates",
]
_APART = 1.12

RELATIVE = "em,start=halves,rule=relative"
"""EM as mclust stops it."""


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw one panel per separation, each on its own vertical axis."""
    summary = tables["summary"]
    data = summary.loc[summary["quantity"] == "distance", _COLUMNS].sort_values(
        ["delta", "method", "tol", "n"]
    )
    figure, panels = style.panels(data["delta"].nunique(), height=1.8)
    for axes, (delta, rows) in zip(panels, by(data, "delta"), strict=True):
        _panel(axes, rows)
        axes.set_title(f"$δ$ = {plain(delta)}")
    panels[0].set_ylabel("bias of the distance")
    entries = [("sklearn_mixture", "scikit-learn's mixture", True), (RELATIVE, "mclust's rule", True)]
    entries += [("mixture", "mixture ML", False)]
    style.header(figure, entries)
    return Drawing(figure, data.reset_index(drop=True), _facts(data))


def _panel(axes: Axes, rows: pd.DataFrame) -> None:
    style.sample_size_axis(axes, sorted(rows["n"].unique()))
    axes.axhline(0.0, color=LOOKS["truth"].colour, linestyle=LOOKS["truth"].line, zorder=1.5)
    best = rows[rows["method"] == "mixture"]
    style.points(axes, best["n"], best["bias"], best["mean_mcse"], "mixture")
    look, labels = LOOKS["sklearn_mixture"], []
    stopped = rows[rows["method"] == "sklearn_mixture"]
    for place, (tol, of) in enumerate(by(stopped, "tol")):
        bias = float((of["limit"] - of["truth"]).iloc[0])
        axes.axhline(bias, color=look.colour, linestyle=look.line)
        beside = of["n"] * _APART ** (1 if place else -1)
        style.points(axes, beside, of["bias"], of["mean_mcse"], "sklearn_mixture")
        labels.append((bias, _power(tol), look.colour))
    for _, of in by(rows[rows["method"] == RELATIVE], "tol"):
        bias, own = float((of["limit"] - of["truth"]).iloc[0]), LOOKS[RELATIVE]
        axes.axhline(bias, color=own.colour, linestyle=own.line)
        style.points(axes, of["n"] * _APART**2.2, of["bias"], of["mean_mcse"], RELATIVE)
        labels.append((bias, "mclust", own.colour))
    axes.set_ylim(axes.get_ylim())  # labels are placed by the final axis
    style.label_right(axes, labels)


def _plain(tol: float) -> str:
    return f"{tol:.12f}".rstrip("0")


def _power(tol: float) -> str:
    power = round(math.log10(tol))
    return f"$10^{{{power}}}$" if math.isclose(tol, 10.0**power) else _plain(tol)


def _facts(data: pd.DataFrame) -> dict[str, str]:
    """Give the numbers of the caption: at the closest components, the largest n and the largest tolerance."""
    fits = data[data["method"] == "sklearn_mixture"]
    delta, n, tol = fits["delta"].min(), fits["n"].max(), fits["tol"].max()
    row = fits[(fits["delta"] == delta) & (fits["n"] == n) & (fits["tol"] == tol)].iloc[0]
    own = data[(data["method"] == RELATIVE) & (data["delta"] == delta) & (data["n"] == n)].iloc[0]
    return {
        "tolerances": " and ".join(_plain(t) for t in sorted(fits["tol"].unique(), reverse=True)),
        "replicates": listing(sorted(data["replicates"].unique())),
        "delta": plain(delta),
        "n": plain(n),
        "tol": _plain(tol),
        "bias": plain(row["bias"], 3),
        "relative_tol": _plain(own["tol"]),
        "relative_bias": plain(own["bias"], 3),
        "relative_limit": plain(own["limit"] - own["truth"], 3),
        "limit": plain(row["limit"] - row["truth"], 3),
    }
