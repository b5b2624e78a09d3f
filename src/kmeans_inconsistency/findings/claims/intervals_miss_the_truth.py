"""k-means' intervals cover of the truth what theory says, and naive ones too little of the limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import erf, sqrt

from kmeans_inconsistency.findings.claims._check import Check, below, equals, where
from kmeans_inconsistency.findings.tables import Row, Tables, value

MARGINS = ("predicted", "coverage", "naive")

Z95 = 1.959963984540054  # of the standard normal distribution 95 % lie within


def predicted_coverage(row: Row) -> float:
    """Coverage of the truth by a 95 % interval that is right about the limit."""
    shift = (value(row["limit"]) - value(row["truth"])) / value(row["predicted_se"])
    return (erf((Z95 - shift) / sqrt(2)) + erf((Z95 + shift) / sqrt(2))) / 2


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    n = tables.sizes[-1]
    for row in tables.at("kmeans,interval=sandwich", n):
        yield equals(
            "Pollard's 95 % interval covers the truth as often as bias and variance predict",
            where(row, "delta", "weight", "n"),
            value(row["coverage"]),
            value(row["coverage_mcse"]),
            predicted_coverage(row),
            margins["predicted"],
        )
    for row in tables.at("kmeans,interval=naive", n):
        if value(row["weight"]) == 0.5:
            yield equals(
                "the naive 95 % interval of a balanced distance covers the limit in 95 % of samples",
                where(row, "delta", "n"),
                value(row["coverage_limit"]),
                value(row["coverage_limit_mcse"]),
                0.95,
                margins["coverage"],
            )
    for row in tables.at("kmeans,interval=naive", n, "lower"):
        yield below(
            "the naive 95 % interval of the lower centre covers the limit in fewer than 95 % of samples",
            where(row, "delta", "weight", "n"),
            value(row["coverage_limit"]),
            value(row["coverage_limit_mcse"]),
            0.95,
            margins["naive"],
        )
