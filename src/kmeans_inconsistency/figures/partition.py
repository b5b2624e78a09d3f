"""k-means and the mixture as partitions and as probabilities: reliability, and scores against separation."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import by, nearest
from kmeans_inconsistency.text import listing, plain

INPUTS = {"scores": "summaries/partition.csv", "reliability": "summaries/reliability.csv"}

CAPTION = (
    "Probabilities of the upper component. First two panels: share of observations that are from the upper "
    "component in each tenth of the range of the probability, at δ = {delta} and n = {reliability_n}, for "
    "weights of the lower component of {weights}; on the diagonal what is given a probability is as "
    "frequent as it says. Other panels: scores at n = {n}, filled for balanced components and open for a "
    "weight of {unbalanced}. Points: means over {replicates} replicates with 95 % Monte Carlo intervals; "
    "lines: limits, dotted for the true probabilities. At δ = {delta}, balanced, the partition error of "
    "k-means is {error} and that of Bayes' rule {bayes}; k-means' calibration slope is {slope}, where 1 is "
    "right."
)

SCORES = {
    "calibration_slope": "calibration slope",
    "partition_error": "partition error",
    "brier_score": "Brier score",
    "log_score": "log score",
}
LOOK = {"partition": "truth", "partition,rule=kmeans": "kmeans", "partition,rule=mixture": "mixture"}
COLUMNS = ["delta", "weight", "n", "method", "quantity", "replicates", "used", "limit", "mean", "mean_mcse"]


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw two reliability curves, then four scores."""
    scores, reliability = (tables[name][COLUMNS] for name in ("scores", "reliability"))
    scores = scores[(scores["n"] == scores["n"].max()) & scores["quantity"].isin(SCORES)]
    delta = nearest(reliability["delta"], 2.0)
    reliability = reliability[(reliability["delta"] == delta) & (reliability["n"] == reliability["n"].max())]
    figure, panels = style.panels(6, height=1.6)
    weights = sorted(reliability["weight"].unique(), reverse=True)
    for axes, weight in zip(panels, weights[:2], strict=False):
        _reliability(axes, reliability[reliability["weight"] == weight])
        axes.set_title(f"weight {plain(weight)}")
    panels[0].set_ylabel("share that is true")
    for axes, (score, title) in zip(panels[2:], SCORES.items(), strict=True):
        _score(axes, scores[scores["quantity"] == score])
        axes.set(title=title, xlabel="$δ$")
    entries = [("kmeans", "k-means", True), ("mixture", "mixture ML", True), ("truth", "truth", True)]
    style.header(figure, entries)
    data = pd.concat([reliability, scores], ignore_index=True)
    return Drawing(figure, data, _facts(scores, reliability, delta))


def _reliability(axes: Axes, rows: pd.DataFrame) -> None:
    axes.plot([0, 1], [0, 1], color=LOOKS["truth"].colour, linestyle=LOOKS["truth"].line, zorder=2)
    for method, name in LOOK.items():
        if name == "truth":
            continue
        of = rows[rows["method"] == method].set_index("quantity")
        tenths = [str(k) for k in range(1, 11) if f"outcome_{k}" in of.index]
        forecast = of.loc[[f"forecast_{k}" for k in tenths]]
        outcome = of.loc[[f"outcome_{k}" for k in tenths]]
        look = LOOKS[name]
        axes.plot(forecast["limit"], outcome["limit"], color=look.colour, linestyle=look.line, zorder=2)
        style.points(axes, forecast["mean"], outcome["mean"].set_axis(forecast.index), _error(outcome), name)
    axes.set(
        xlabel="probability", xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1]
    )


def _error(rows: pd.DataFrame) -> pd.Series:
    return rows["mean_mcse"].reset_index(drop=True)


def _score(axes: Axes, rows: pd.DataFrame) -> None:
    for weight, of_weight in by(rows, "weight"):
        for method, name in LOOK.items():
            of = of_weight[of_weight["method"] == method].sort_values("delta")
            look = LOOKS[name]
            axes.plot(of["delta"], of["limit"], color=look.colour, linestyle=look.line, zorder=2)
            if name != "truth":
                style.points(axes, of["delta"], of["mean"], of["mean_mcse"], name, hollow=weight != 0.5)
    axes.set_ylim(bottom=0)


def _facts(scores: pd.DataFrame, reliability: pd.DataFrame, delta: float) -> dict[str, str]:
    """Give the numbers of the caption: the limits at the separation of the reliability curves."""
    balanced = scores[scores["weight"] == 0.5]
    at = balanced[balanced["delta"] == nearest(balanced["delta"], delta)]

    def found(method: str, quantity: str, column: str) -> float:
        return float(at.loc[(at["method"] == method) & (at["quantity"] == quantity), column].iloc[0])

    others = sorted(set(scores["weight"]) - {0.5})
    replicates = set(scores["replicates"]) | set(reliability["replicates"])
    return {
        "delta": plain(delta),
        "weights": listing(sorted(reliability["weight"].unique(), reverse=True)[:2]),
        "unbalanced": listing(others) if others else "none",
        "n": plain(scores["n"].max()),
        "reliability_n": plain(reliability["n"].max()),
        "replicates": listing(sorted(replicates)),
        "error": plain(found("partition,rule=kmeans", "partition_error", "mean"), 4),
        "bayes": plain(found("partition", "partition_error", "limit"), 4),
        "slope": plain(found("partition,rule=kmeans", "calibration_slope", "mean"), 3),
    }
