"""The mixture overtakes k-means in mean squared error at the sample size that first-order theory predicts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from kmeans_inconsistency.asymptotics import balance
from kmeans_inconsistency.findings.claims._check import Check, Found, Margins, Only, at, equals, of
from kmeans_inconsistency.findings.tables import Row, Tables, pick, value

MARGINS = ("factor",)
ONLY: Only = {}

_FACTOR = "the logarithm of the measured sample size over the predicted one is 0"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """One for each scenario; where nobody is overtaken within the sizes of the study it is undecided."""
    for row in pick(tables.contrasts, method="mixture", quantity="distance", n=tables.sizes[0]):
        found = log_factor(row, predicted(tables, row))
        yield equals("factor", _FACTOR, at(row, "delta", "weight"), found, 0, math.log(margins["factor"]))


def log_factor(row: Row, expected: float) -> Found:
    """The logarithm of the measured sample size over the predicted one, of which the error is, too."""
    found = of(row, "rmse_crossover")
    return found._replace(value=math.log(found.value / expected), mcse=found.mcse / found.value)


def predicted(tables: Tables, row: Row, quantities: Sequence[str] = ("distance",)) -> float:
    """The sample size at which squared bias and variances balance, from the limits of the same scenario.

    Of several quantities squares and variances are added. It is negative where k-means is the more variable.
    """
    gain = bias = 0.0
    for quantity in quantities:
        hard, soft = (
            next(
                limit
                for limit in pick(tables.limits, method=method, quantity=quantity, delta=row["delta"])
                if limit["weight"] == row["weight"]
            )
            for method in ("kmeans", row["method"])
        )
        gain += value(soft["avar"]) - value(hard["avar"])
        bias += (value(hard["limit"]) - value(soft["limit"])) ** 2
    return balance(gain, bias)
