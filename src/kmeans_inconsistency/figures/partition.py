"""k-means and the mixture as partitions and as probabilities: reliability and loss against Bayes' rule."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import nearest
from kmeans_inconsistency.text import listing, plain

INPUTS = {
    "scores": "summaries/partition.csv",
    "contrasts": "summaries/partition_contrasts.csv",
    "reliability": "summaries/reliability.csv",
}

CAPTION = (
    "Probabilities of the upper component, a row of panels for each weight of the lower one ({weights}). "
    "Left: share of the observations that are from the upper component in each tenth of the range of the "
    "probability, at δ = {delta} and n = {reliability_n}; on the diagonal (dotted) the share equals the "
    "probability. Other panels: by how much the partition error (share of observations in the wrong "
    "cluster), the Brier score and the logarithmic score exceed those of the true probabilities, that is of "
    "Bayes' rule, in per cent of the limits of the latter, at n = {n}; on the dotted line nothing is lost. "
    "Points: means over {replicates} replicates, on the same samples, with 95 % Monte Carlo intervals; "
    "lines: limits. At δ = {delta}, balanced, the partition error of k-means is {error} and that of Bayes' "
    "rule {bayes}; the calibration slope of k-means is {slope}, where 1 would be right."
)

SCORES = {"partition_error": "partition error", "brier_score": "Brier score", "log_score": "log score"}
LOOK = {"partition,rule=kmeans": "kmeans", "partition,rule=mixture": "mixture"}
BAYES = "partition"
KEYS = ["delta", "weight", "n", "quantity"]
COLUMNS = [*KEYS, "method", "replicates", "used", "limit", "mean", "mean_mcse"]


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw a row for each weight: a reliability curve, then what is lost of three scores."""
    scores, reliability = (tables[name][COLUMNS] for name in ("scores", "reliability"))
    scores = scores[scores["n"] == scores["n"].max()]
    delta = nearest(reliability["delta"], 2.0)
    reliability = reliability[(reliability["delta"] == delta) & (reliability["n"] == reliability["n"].max())]
    lost = _lost(scores[scores["quantity"].isin(SCORES)], tables["contrasts"])
    weights = sorted(reliability["weight"].unique(), reverse=True)[:2]
    across = 1 + len(SCORES)
    figure, panels = style.panels(across * len(weights), height=1.6, columns=across)
    for row, weight in enumerate(weights):
        first, *others = panels[across * row : across * (row + 1)]
        last = row == len(weights) - 1
        _reliability(first, reliability[reliability["weight"] == weight])
        first.set(ylabel=f"weight {plain(weight)}", xlabel="probability" if last else "")
        for axes, score in zip(others, SCORES, strict=True):
            _excess(axes, lost[(lost["weight"] == weight) & (lost["quantity"] == score)])
            axes.set_xlabel("separation $δ$" if last else "")
    titles = ["observed share", *(f"{score}, excess %" for score in SCORES.values())]
    for axes, title in zip(panels, titles, strict=False):
        axes.set_title(title)
    style.header(figure, [("kmeans", "k-means", True), ("mixture", "mixture ML", True)])
    data = pd.concat([reliability, scores, lost], ignore_index=True)
    return Drawing(figure, data, _facts(scores, reliability, delta))


def _lost(scores: pd.DataFrame, contrasts: pd.DataFrame) -> pd.DataFrame:
    """Scores beyond those of the true probabilities on the same samples, in percent of their limits."""
    bayes = scores.loc[scores["method"] == BAYES, [*KEYS, "limit"]].rename(columns={"limit": "bayes"})
    paired = contrasts.loc[contrasts["against"] == BAYES, [*KEYS, "method", "difference", "difference_mcse"]]
    rows = scores[scores["method"].isin(LOOK)].merge(bayes, on=KEYS).merge(paired, on=[*KEYS, "method"])
    percent = 100 / rows["bayes"]
    return rows.assign(
        excess=percent * rows["difference"],
        excess_mcse=percent * rows["difference_mcse"],
        excess_limit=percent * (rows["limit"] - rows["bayes"]),
        estimator=rows["method"].map(LOOK),
    )


def _reliability(axes: Axes, rows: pd.DataFrame) -> None:
    axes.plot([0, 1], [0, 1], color=LOOKS["truth"].colour, linestyle=LOOKS["truth"].line, zorder=2)
    for method, name in LOOK.items():
        of = rows[rows["method"] == method].set_index("quantity")
        tenths = [str(k) for k in range(1, 11) if f"outcome_{k}" in of.index]
        forecast = of.loc[[f"forecast_{k}" for k in tenths]].reset_index()
        outcome = of.loc[[f"outcome_{k}" for k in tenths]].reset_index()
        look = LOOKS[name]
        style.points(axes, forecast["mean"], outcome["mean"], outcome["mean_mcse"], name)
        axes.plot(forecast["limit"], outcome["limit"], color=look.colour, linestyle=look.line, zorder=4)
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])


def _excess(axes: Axes, rows: pd.DataFrame) -> None:
    truth = LOOKS["truth"]
    axes.axhline(0.0, color=truth.colour, linestyle=truth.line, zorder=1.5)
    for name, of in rows.groupby("estimator"):
        style.points(axes, of["delta"], of["excess"], of["excess_mcse"], str(name))
    sns.lineplot(
        rows,
        x="delta",
        y="excess_limit",
        hue="estimator",
        style="estimator",
        palette={name: LOOKS[name].colour for name in LOOK.values()},
        dashes={name: style.dashes(LOOKS[name]) for name in LOOK.values()},
        legend=False,
        zorder=4,
        ax=axes,
    )
    axes.set_ylabel("")


def _facts(scores: pd.DataFrame, reliability: pd.DataFrame, delta: float) -> dict[str, str]:
    """Give the numbers of the caption: the limits at the separation of the reliability curves."""
    balanced = scores[scores["weight"] == 0.5]
    at = balanced[balanced["delta"] == nearest(balanced["delta"], delta)]

    def found(method: str, quantity: str, column: str) -> float:
        return float(at.loc[(at["method"] == method) & (at["quantity"] == quantity), column].iloc[0])

    replicates = set(scores["replicates"]) | set(reliability["replicates"])
    return {
        "delta": plain(delta),
        "weights": listing(sorted(reliability["weight"].unique(), reverse=True)[:2]),
        "n": plain(scores["n"].max()),
        "reliability_n": plain(reliability["n"].max()),
        "replicates": listing(sorted(replicates)),
        "error": plain(found("partition,rule=kmeans", "partition_error", "mean"), 4),
        "bayes": plain(found(BAYES, "partition_error", "limit"), 4),
        "slope": plain(found("partition,rule=kmeans", "calibration_slope", "mean"), 3),
    }
