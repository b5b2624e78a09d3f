"""What the paper quotes of partitions and probabilities."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency.findings.numbers._quoting import Named, measured, number
from kmeans_inconsistency.findings.tables import Tables, pick, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("partition", "reliability")

METHODS = {"partition,rule=kmeans": "kmeans", "partition,rule=mixture": "mixture", "partition": "bayes"}


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """The separation nearest to 2 at the largest n, balanced and not; the differences from the truth."""
    del study
    of = tables["partition"]
    n = of.sizes[-1]
    delta = min({value(row["delta"]) for row in of.summary}, key=lambda found: abs(found - 2))
    weights = sorted({value(row["weight"]) for row in of.summary}, key=lambda weight: abs(weight - 0.5))
    yield "partition.delta", number(delta)
    yield "partition.n", number(n)
    yield "partition.weight", number(weights[-1])
    for place, weight in (("balanced", weights[0]), ("unbalanced", weights[-1])):
        chosen = {"delta": delta, "weight": weight, "n": n}
        for row in pick(of.summary, **chosen):
            name = f"partition.{place}.{METHODS[row['method']]}.{row['quantity']}"
            yield f"{name}.mean", measured(row, "mean")
            yield f"{name}.limit", measured(row, "limit")
            if row["quantity"] == "calibration_slope":
                yield name.replace("slope", "inverse"), number(1 / value(row["limit"]), decimals=2)
        for row in pick(of.contrasts, **chosen):
            name = f"partition.{place}.{METHODS[row['method']]}.{row['quantity']}"
            yield f"{name}.loss", number(value(row["difference"]), value(row["difference_mcse"]))
    yield from _reliability(tables["reliability"])


def _reliability(of: Tables) -> Named:
    """The second tenth, balanced: what is said and what is true."""
    rows = pick(of.summary, n=of.sizes[-1], weight=0.5, method="partition,rule=kmeans")
    for quantity, name in (("forecast_2", "said"), ("outcome_2", "true")):
        for row in pick(rows, quantity=quantity)[:1]:
            percent = 100 * value(row["mean"]), 100 * value(row["mean_mcse"])
            yield f"reliability.{name}", number(*percent)
