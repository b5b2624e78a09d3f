"""Unbalanced components: from which n on the mixture is ahead, by the distance and by both centres."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import nearest
from kmeans_inconsistency.text import listing, plain

INPUTS = {
    "summary": "summaries/unbalanced_crossover.csv",
    "contrasts": "summaries/unbalanced_crossover_contrasts.csv",
    "curve": "limits/curves/efficiency.csv",
}

CAPTION = (
    "Unbalanced components: the sample size from which on maximum likelihood of the mixture is ahead of "
    "k-means by mean squared error, with 95 % Monte Carlo intervals from {replicates} replicates, for two "
    "weights of the smaller component. Filled squares: by the error of the distance; hollow ones: by the "
    "mean of both centres' squared errors; crosses: the mixture with equal weights, by the distance. A "
    "point is missing where no change is seen; points at the same separation are moved sideways a little. "
    "Dotted: what first-order theory predicts for the distance, which has no bound where the bias of "
    "k-means changes its sign; dash-dotted: for both centres. At δ = {delta} and a weight of {weight} the "
    "changes are at {distance} and {centres}, and with equal weights the error of the mixture at n = {n} is "
    "that of k-means times {ratio}."
)

# by the error of what, of which method, with which look, hollow or not
_SERIES = (
    ("distance", "mixture", "mixture", False),
    ("centres", "mixture", "mixture", True),
    ("distance", "mixture,weights=equal", "mixture,weights=equal", False),
)
_APART = 0.05  # in the separation, between the points of two series
_DELTA = 2.0


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw one panel for each weight of the smaller component, the largest first."""
    contrasts, curve = tables["contrasts"], tables["curve"]
    summary = tables["summary"]
    data = summary[summary["quantity"] == "distance"].sort_values(["weight", "delta", "method", "n"])
    weights = sorted(contrasts["weight"].unique(), reverse=True)
    figure, panels = style.panels(len(weights), height=2.35, share_y=True)
    for axes, weight in zip(panels, weights, strict=True):
        _panel(axes, contrasts[contrasts["weight"] == weight], curve[curve["weight"] == weight])
        axes.set(xlabel="separation $δ$", title=f"weight {plain(weight)}")
        axes.set_xlim(contrasts["delta"].min() - 0.2, contrasts["delta"].max() + 0.2)
    sizes = contrasts["n"]
    panels[0].set(yscale="log", ylim=(sizes.min() / 1.2, sizes.max() * 1.2), ylabel="$n$")
    panels[0].minorticks_off()
    style.header(
        figure,
        [
            ("mixture", "by the distance", False),
            ("mixture", "by both centres", False),
            ("mixture,weights=equal", "equal weights, by the distance", False),
        ],
        hollow=["by both centres"],
    )
    return Drawing(figure, data.reset_index(drop=True), _facts(data, contrasts))


def _panel(axes: Axes, contrasts: pd.DataFrame, curve: pd.DataFrame) -> None:
    for column, line in (("crossover", LOOKS["truth"].line), ("crossover_centres", "-.")):
        axes.plot(curve["delta"], curve[column], color="black", linestyle=line)
    for place, (quantity, method, look, hollow) in enumerate(_SERIES, start=-1):
        rows = _found(contrasts, quantity, method)
        value, mcse = rows["rmse_crossover"], rows["rmse_crossover_mcse"]
        moved = rows["delta"] + _APART * place
        style.points(axes, moved, value, mcse, look, hollow=hollow, positive=True)


def _found(contrasts: pd.DataFrame, quantity: str, method: str) -> pd.DataFrame:
    """One row for each separation at which a change was seen."""
    rows = contrasts[(contrasts["method"] == method) & (contrasts["quantity"] == quantity)]
    seen: pd.DataFrame = rows[(rows["n"] == rows["n"].min()) & rows["rmse_crossover"].notna()]
    return seen


def _facts(data: pd.DataFrame, contrasts: pd.DataFrame) -> dict[str, str]:
    """Give the numbers of the caption: the changes at the separation nearest to 2, largest weight."""
    delta, weight = nearest(contrasts["delta"], _DELTA), contrasts["weight"].max()
    there = contrasts[(contrasts["delta"] == delta) & (contrasts["weight"] == weight)]
    end = there[(there["n"] == there["n"].max()) & (there["method"] == "mixture,weights=equal")]
    ratio = end[end["quantity"] == "distance"]["rmse_ratio"].iloc[0]
    facts = {"distance": "distance", "centres": "centres"}
    for name in facts:
        rows = _found(there, name, "mixture")
        facts[name] = plain(rows["rmse_crossover"].iloc[0], 0) if len(rows) else "no n of the grid"
    return facts | {
        "replicates": listing(sorted(data["replicates"].unique())),
        "delta": plain(delta),
        "weight": plain(weight),
        "n": plain(contrasts["n"].max()),
        "ratio": plain(float(ratio), 2),
    }
