"""Debiased k-means: what the correction costs against maximum likelihood, and what one step wins back."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import DISTANCE, by, nearest
from kmeans_inconsistency.text import listing, plain, with_error

INPUTS = {"summary": "summaries/debiased.csv", "contrasts": "summaries/debiased_contrasts.csv"}

CAPTION = (
    "Efficiency of debiased k-means at n = {n}: the variance of the mixture's distance over that of the "
    "corrected one, on the same {replicates} samples, with 95 % Monte Carlo intervals, moved sideways a "
    "little, for two weights of the lower component. Filled: k-means corrected for any weights; hollow: the "
    "same followed by one Newton step of the mixture's likelihood. Dashed line: asymptotic efficiency "
    "without the step; grey line: as efficient as the mixture. An arrow stands for a value above the frame, "
    "which is printed with its Monte Carlo standard error. Such values, where components are close, are no "
    "gain: there the mixture's own variance is not yet the asymptotic one. At δ = {delta} the efficiency is "
    "{plain} for weight {weight} and {step} after the step; {lost} % of the corrected fits have no pair of "
    "components."
)

_METHODS = ("debiased", "debiased,step=newton")
_APART = 0.025
_TOP = 1.45
"""Upper end of the frame."""


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw one panel per weight, against the separation."""
    summary, contrasts = tables["summary"], tables["contrasts"]
    chosen = (summary["quantity"] == "distance") & (summary["n"] == summary["n"].max())
    data = summary.loc[chosen, [*DISTANCE, "weight", "avar", "merged", "failed"]]
    measured = contrasts.loc[
        contrasts["quantity"] == "distance",
        ["delta", "weight", "n", "method", "efficiency", "efficiency_mcse"],
    ]
    data = data.merge(measured, how="left", on=["delta", "weight", "n", "method"])
    data = data.sort_values(["weight", "method", "delta"], ignore_index=True)
    figure, panels = style.panels(data["weight"].nunique(), height=1.95, share_y=True)
    for axes, (weight, rows) in zip(panels, by(data, "weight"), strict=True):
        of = {name: part.set_index("delta") for name, part in rows.groupby("method")}
        look = LOOKS["debiased"]
        theory = of["mixture"]["avar"] / of["debiased"]["avar"]
        axes.plot(theory.index, theory, color=look.colour, linestyle=look.line)
        axes.axhline(1.0, color="0.7", linewidth=0.6, zorder=1)
        for method in _METHODS:
            part = of[method].reset_index()
            beside = part["delta"] + (_APART if method == "debiased,step=newton" else -_APART)
            inside = part["efficiency"] <= _TOP
            drawn = part[inside]
            style.points(axes, beside[inside], drawn["efficiency"], drawn["efficiency_mcse"], method)
            for x, (_, row) in zip(beside[~inside], part[~inside].iterrows(), strict=True):
                _above(axes, x, row, method)
        axes.set(xlabel="separation $δ$", title=f"weight {plain(weight)}")
    bottom = data.loc[data["method"].isin(_METHODS), "efficiency"].min()
    panels[0].set(ylabel="ratio of variances", ylim=(min(0.5, 0.9 * bottom), _TOP))
    style.header(figure, [("debiased", "debiased", True), ("debiased,step=newton", "and one step", False)])
    return Drawing(figure, data, _facts(data))


def _above(axes: Axes, x: float, row: pd.Series, method: str) -> None:
    """Mark a value above the frame by an arrow with its number: one step's beneath that without it."""
    look = LOOKS[method]
    place = _METHODS.index(method)
    value, mcse = with_error(row["efficiency"], row["efficiency_mcse"])
    at = (x, _TOP - 0.1 - 0.12 * place)
    axes.plot(*at, **style.dots(look))
    arrow = {"arrowstyle": "->", "color": look.colour, "shrinkA": 3.0, "shrinkB": 0.0, "linewidth": 0.8}
    axes.annotate("", (x, _TOP), at, arrowprops=arrow)
    style.write(axes, f"{value} ({mcse})", at, (9, -5), look.colour)


def _facts(data: pd.DataFrame) -> dict[str, str]:
    delta, weight = nearest(data["delta"], 2.0), data["weight"].min()
    at = data[(data["delta"] == delta) & (data["weight"] == weight)].set_index("method")
    lost = at.loc["debiased", "merged"] + at.loc["debiased", "failed"]
    return {
        "n": plain(data["n"].max()),
        "replicates": listing(sorted(data["replicates"].unique())),
        "delta": plain(delta),
        "weight": plain(weight),
        "plain": plain(at.loc["debiased", "efficiency"], 2),
        "step": plain(at.loc["debiased,step=newton", "efficiency"], 2),
        "lost": plain(100 * lost / at.loc["debiased", "replicates"], 1),
    }
