"""Passes over the data: k-means and the mixture, as estimators and by their algorithms."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import by
from kmeans_inconsistency.text import listing, plain

INPUTS = {"summary": "summaries/cost.csv", "curve": "limits/curves/convergence.csv"}

CAPTION = (
    "Passes over the data until a fit is done, for balanced components: means over {replicates} replicates "
    "with 95 % Monte Carlo intervals. Left: at n = {n}, by algorithm: the optimum of k-means, and Lloyd's "
    "algorithm from one start followed by {exchanges}; the highest maximum of the mixture's likelihood, by "
    "Newton's method, and EM to a stationary point, plain and extrapolated, and stopped where scikit-learn "
    "and mclust stop it. Right: passes of plain EM over those of Lloyd's algorithm and the exchanges at n = "
    "{sizes}, darker for larger n; line: the ratio of EM's passes to those of Lloyd's algorithm alone for "
    "the same gain in accuracy near the limits. At δ = {delta} EM takes {em} passes, or {gain} if "
    "scikit-learn's tolerance stops it and {relative} if mclust's does; Lloyd's algorithm with the "
    "exchanges takes {lloyd} and Newton's method {newton}."
)

RELATIVE = "em,start=halves,rule=relative"
GAIN = "em by gain"
"""EM as mclust and as scikit-learn stop it; in the tables the second is told from EM by its tolerance."""

_SHOWN = {
    "kmeans": ("kmeans", "k-means, exact"),
    "lloyd": ("lloyd", "exchanges"),
    "mixture": ("mixture", "Newton"),
    "em,acceleration=squarem": ("mixture,search=local", "EM, extrapolated"),
    "em": ("em", "EM"),
    GAIN: ("sklearn_mixture", "EM, scikit-learn's rule"),
    RELATIVE: (RELATIVE, "EM, mclust's rule"),
}
_COLUMNS = ["delta", "n", "method", "tol", "quantity", "mean", "mean_mcse", "replicates", "limit"]


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw passes by algorithm, and EM's over those of k-means, against the separation."""
    summary = tables["summary"]
    data = summary.loc[summary["quantity"] == "passes", _COLUMNS].sort_values(["method", "n", "delta"])
    data.loc[(data["method"] == "em") & data["tol"].notna(), "method"] = GAIN
    last = data[data["n"] == data["n"].max()]
    figure, (left, right) = style.panels(2, height=2.3)
    for method, (look, _) in _SHOWN.items():
        rows = last[last["method"] == method]
        left.plot(rows["delta"], rows["mean"], color=LOOKS[look].colour, linewidth=0.6, zorder=2)
        style.points(left, rows["delta"], rows["mean"], rows["mean_mcse"], look, positive=True)
    _ratios(right, data, tables["curve"])
    left.set(ylabel="passes over the data")
    right.set(ylabel="passes, EM over k-means")
    for axes in (left, right):
        axes.set(xlabel="separation $δ$", yscale="log", xlim=(0.7, 4.3))
    style.header(figure, [(look, text, False) for look, text in _SHOWN.values()], columns=4)
    return Drawing(figure, data.reset_index(drop=True), _facts(last, data))


def _ratios(axes: Axes, data: pd.DataFrame, curve: pd.DataFrame) -> None:
    look = LOOKS["em"]
    axes.plot(curve["delta"], curve["ratio"], color=look.colour, linestyle=look.line, zorder=2)
    axes.axhline(1.0, color="0.8", linewidth=0.6, zorder=1)
    shades = style.shades(LOOKS["em"].colour, data["n"].nunique())
    for colour, (_, rows) in zip(shades, by(data, "n"), strict=True):
        em, lloyd = (rows[rows["method"] == method].set_index("delta") for method in ("em", "lloyd"))
        ratio = em["mean"] / lloyd["mean"]
        shares = np.hypot(em["mean_mcse"] / em["mean"], lloyd["mean_mcse"] / lloyd["mean"])
        style.points(axes, ratio.index.to_series(), ratio, ratio * shares, "em", colour=colour, positive=True)


def _facts(last: pd.DataFrame, data: pd.DataFrame) -> dict[str, str]:
    closest = last[last["delta"] == last["delta"].min()].set_index("method")["mean"]
    return {
        "replicates": listing(sorted(data["replicates"].unique())),
        "exchanges": style.EXCHANGES,
        "n": plain(data["n"].max()),
        "sizes": listing(sorted(data["n"].unique())),
        "delta": plain(last["delta"].min()),
        "em": plain(closest["em"], 0),
        "gain": plain(closest[GAIN], 0),
        "relative": plain(closest[RELATIVE], 0),
        "lloyd": plain(closest["lloyd"], 0),
        "newton": plain(closest["mixture"], 0),
    }
