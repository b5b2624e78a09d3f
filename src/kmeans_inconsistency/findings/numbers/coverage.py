"""What the paper quotes of the intervals."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency.findings.cells import every
from kmeans_inconsistency.findings.numbers._quoting import Named, number
from kmeans_inconsistency.findings.tables import Row, Tables, pick, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("coverage",)

METHODS = {
    "kmeans,interval=sandwich": "pollard",
    "kmeans,interval=naive": "naive",
    "mixture,interval=information": "mixture",
    "mixture,weights=equal,interval=information": "equal",
}


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """The separation nearest to 2 at the smallest and the largest n, and the widest unbalanced cell."""
    del study
    of = tables["coverage"].summary
    sizes = tables["coverage"].sizes
    delta = min({value(row["delta"]) for row in of}, key=lambda found: abs(found - 2))
    widest = max(value(row["delta"]) for row in of)
    weights = sorted({value(row["weight"]) for row in of}, key=lambda weight: abs(weight - 0.5))
    yield "intervals.delta", number(delta)
    yield "intervals.weight", number(weights[-1])
    yield "intervals.n", number(sizes[-1])
    yield "intervals.n_small", number(sizes[0])
    yield "intervals.widest.delta", number(widest)
    for place, chosen in (
        ("", {"delta": delta, "weight": weights[0], "n": sizes[-1]}),
        (".small", {"delta": delta, "weight": weights[0], "n": sizes[0]}),
        (".unbalanced", {"delta": delta, "weight": weights[-1], "n": sizes[-1]}),
        (".widest", {"delta": widest, "weight": weights[-1], "n": sizes[-1]}),
    ):
        for row in pick(of, **chosen):
            name = f"intervals{place}.{METHODS[row['method']]}.{row['quantity']}"
            yield from _percent(f"{name}.truth", row, "coverage")
            yield from _percent(f"{name}.limit", row, "coverage_limit")
            yield f"{name}.width", number(value(row["width"]), value(row["width_mcse"]))
            yield f"{name}.limit_bias", number(value(row["limit"]) - value(row["truth"]), decimals=4)
    end = pick(of, method="kmeans,interval=sandwich", n=sizes[-1])
    yield "intervals.kolmogorov", number(max(value(row["kolmogorov"]) for row in end), decimals=3)
    yield "intervals.cells", number(len(end), of=every(end, "kolmogorov"))


def _percent(name: str, row: Row, measure: str) -> Named:
    yield name, number(100 * value(row[measure]), 100 * value(row[f"{measure}_mcse"]))
