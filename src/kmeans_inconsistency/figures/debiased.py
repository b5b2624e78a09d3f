"""Debiased k-means against maximum likelihood and against other corrections."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import DISTANCE, by, nearest
from kmeans_inconsistency.text import listing, plain, with_error

INPUTS = {
    "summary": "summaries/debiased.csv",
    "contrasts": "summaries/debiased_contrasts.csv",
    "rivals": "summaries/corrections.csv",
    "pairs": "summaries/corrections_contrasts.csv",
}

CAPTION = (
    "Above: efficiency at n = {n}, the variance of the mixture's distance over that of a corrected one, on "
    "the same {replicates} samples, with 95 % Monte Carlo intervals, moved sideways a little, for two "
    "weights of the lower component: k-means corrected for any weights, the same followed by one Newton "
    "step of the mixture's likelihood, and the method of moments. Lines: asymptotic efficiency; at the "
    "solid grey line a correction is as efficient as the mixture. An arrow stands for a value above the "
    "frame, which is printed with its Monte Carlo standard error. Such values, where components are close, "
    "are no gain: there the mixture's own variance is not yet the asymptotic one. Below: the root mean "
    "squared error of the method of moments and of one EM step from k-means over that of debiased k-means "
    "without a step, where both have an estimate, at n = {n_pairs}; lines: the ratios that theory predicts. "
    "Above the grey line the correction of k-means has the smaller error. At δ = {delta} and weight "
    "{weight} the efficiency of corrected k-means is {plain}, after the Newton step {step}, and that of the "
    "method of moments {moments}; in {lost} % of the samples the correction fails or merges the components, "
    "and in {lost_moments} % the method of moments does."
)

_APART = 0.03
_SHOWN = {"debiased": -_APART, "debiased,step=newton": 0.0, "moments": _APART}
"""What is shown above, and how far beside the separation."""
_RIVALS = ("moments", "em")
_TICKS = (0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10)
_TOP = 1.65
"""Upper end of the frame."""


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw one column per weight, against the separation: efficiencies above, ratios of errors below."""
    data = _of_distance(tables["summary"], tables["contrasts"], ["efficiency", "efficiency_mcse"])
    pairs = _of_distance(tables["rivals"], tables["pairs"], ["rmse_ratio", "rmse_ratio_mcse"])
    weights = sorted(data["weight"].unique())
    figure, panels = style.panels(2 * len(weights), height=1.9, columns=len(weights))
    above, below = panels[: len(weights)], panels[len(weights) :]
    for axes, (weight, rows) in zip(above, by(data, "weight"), strict=True):
        _efficiencies(axes, rows)
        axes.set_title(f"weight {plain(weight)}")
    for axes, (_, rows) in zip(below, by(pairs, "weight"), strict=True):
        _ratios(axes, rows)
        axes.set_xlabel("separation $δ$")
    bottom = data.loc[data["method"].isin(_SHOWN), "efficiency"].min()
    for axes in above:
        axes.set_ylim(min(0.5, 0.9 * bottom), _TOP)
    low = min(axes.get_ylim()[0] for axes in below)
    high = max(axes.get_ylim()[1] for axes in below)
    for axes in below:
        axes.set_ylim(low, high)
        axes.set_yticks(ticks := [tick for tick in _TICKS if low <= tick <= high], list(map(plain, ticks)))
        axes.minorticks_off()
    above[0].set_ylabel("ratio of variances")
    below[0].set_ylabel("ratio of errors")
    entries = [("debiased", "debiased", True), ("debiased,step=newton", "and one step", False)]
    entries += [("moments", "moments", True), ("em", "one EM step", True)]
    style.header(figure, entries)
    both = [data.assign(against="mixture"), pairs.assign(against="debiased")]
    return Drawing(figure, pd.concat(both, ignore_index=True), _facts(data, pairs))


def _of_distance(summary: pd.DataFrame, contrasts: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Take the distance at the largest n, with columns of its contrasts."""
    chosen = (summary["quantity"] == "distance") & (summary["n"] == summary["n"].max())
    data: pd.DataFrame = summary.loc[chosen, [*DISTANCE, "weight", "avar", "merged", "failed"]]
    keys = ["delta", "weight", "n", "method"]
    measured = contrasts.loc[contrasts["quantity"] == "distance", [*keys, *columns]]
    merged: pd.DataFrame = data.merge(measured, how="left", on=keys)
    return merged.sort_values(["weight", "method", "delta"], ignore_index=True)


def _efficiencies(axes: Axes, rows: pd.DataFrame) -> None:
    of = {name: part.set_index("delta") for name, part in rows.groupby("method")}
    axes.axhline(1.0, color="0.7", linewidth=0.6, zorder=1)
    for method, beside in _SHOWN.items():
        if method != "debiased,step=newton":
            theory = of["mixture"]["avar"] / of[method]["avar"]
            axes.plot(theory.index, theory, color=LOOKS[method].colour, linestyle=LOOKS[method].line)
        part = of[method].reset_index()
        at = part["delta"] + beside
        inside = part["efficiency"] <= _TOP
        drawn = part[inside]
        style.points(axes, at[inside], drawn["efficiency"], drawn["efficiency_mcse"], method)
        for x, (_, row) in zip(at[~inside], part[~inside].iterrows(), strict=True):
            _above(axes, x, row, method)


def _ratios(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw errors over that of debiased k-means, theory by limits and asymptotic variances."""
    of = {name: part.set_index("delta") for name, part in rows.groupby("method")}
    axes.axhline(1.0, color="0.7", linewidth=0.6, zorder=1)
    own = of["debiased"]["avar"] / of["debiased"]["n"]
    for method in _RIVALS:
        part, look = of[method], LOOKS[method]
        square = (part["limit"] - part["truth"]) ** 2 + part["avar"] / part["n"]
        theory = (square / own) ** 0.5
        axes.plot(theory.index, theory, color=look.colour, linestyle=look.line)
        part = part.reset_index()
        style.points(axes, part["delta"], part["rmse_ratio"], part["rmse_ratio_mcse"], method, positive=True)
    axes.set_yscale("log")


def _above(axes: Axes, x: float, row: pd.Series, method: str) -> None:
    """Mark a value above the frame by an arrow with its number: one step's beneath that without it."""
    look = LOOKS[method]
    place = list(_SHOWN).index(method)
    value, mcse = with_error(row["efficiency"], row["efficiency_mcse"])
    at = (x, _TOP - 0.1 - 0.12 * place)
    axes.plot(*at, **style.dots(look))
    arrow = {"arrowstyle": "->", "color": look.colour, "shrinkA": 3.0, "shrinkB": 0.0, "linewidth": 0.8}
    axes.annotate("", (x, _TOP), at, arrowprops=arrow)
    style.write(axes, f"{value} ({mcse})", at, (9, -5), look.colour)


def _facts(data: pd.DataFrame, pairs: pd.DataFrame) -> dict[str, str]:
    delta, weight = nearest(data["delta"], 2.0), data["weight"].min()
    at = data[(data["delta"] == delta) & (data["weight"] == weight)].set_index("method")
    lost = {
        method: plain(100 * (row["merged"] + row["failed"]) / row["replicates"], 1)
        for method, row in at.iterrows()
    }
    return {
        "n": plain(data["n"].max()),
        "n_pairs": plain(pairs["n"].max()),
        "replicates": listing(sorted(data["replicates"].unique())),
        "delta": plain(delta),
        "weight": plain(weight),
        "plain": plain(at.loc["debiased", "efficiency"], 2),
        "step": plain(at.loc["debiased,step=newton", "efficiency"], 2),
        "moments": plain(at.loc["moments", "efficiency"], 2),
        "lost": lost["debiased"],
        "lost_moments": lost["moments"],
    }
