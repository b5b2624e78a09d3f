"""k-means' intervals cover of the truth what theory says, and naive ones too little of the limit."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.asymptotics import coverage
from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, below, covered, equals
from kmeans_inconsistency.findings.tables import Row, Tables, value

MARGINS = ("predicted", "coverage", "naive")
ONLY: Only = {}

_TRUTH = "Pollard's 95 % interval covers the truth as often as bias and variance predict"
_NAIVE = "the naive 95 % interval of a balanced distance covers the limit in 95 % of samples"
_LOWER = "the naive 95 % interval of the lower centre covers the limit in fewer than 95 % of samples"


def predicted_coverage(row: Row) -> float:
    """Coverage of the truth by a 95 % interval that is right about the limit."""
    shift = (value(row["limit"]) - value(row["truth"])) / value(row["predicted_se"])
    return coverage(shift)


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    for size in tables.sizes:
        for row in tables.at("kmeans,interval=sandwich", size):
            found = at(row, "delta", "weight", "n"), covered(row, "coverage")
            yield equals("predicted", _TRUTH, *found, predicted_coverage(row), margins["predicted"])
    n = tables.sizes[-1]
    for row in tables.at("kmeans,interval=naive", n):
        if value(row["weight"]) == 0.5:
            found = at(row, "delta", "n"), covered(row, "coverage_limit")
            yield equals("coverage", _NAIVE, *found, 0.95, margins["coverage"])
    for row in tables.at("kmeans,interval=naive", n, "lower"):
        found = at(row, "delta", "weight", "n"), covered(row, "coverage_limit")
        yield below("naive", _LOWER, *found, 0.95, margins["naive"])
