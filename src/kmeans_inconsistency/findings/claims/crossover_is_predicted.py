"""The mixture overtakes k-means in mean squared error at the sample size that first-order theory predicts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, equals, of
from kmeans_inconsistency.findings.tables import Tables, pick, value

MARGINS = ("factor",)
ONLY: Only = {}

_FACTOR = "the logarithm of the measured sample size over the predicted one is 0"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """One for each scenario; where nobody is overtaken within the sizes of the study it is undecided."""
    for row in pick(tables.contrasts, method="mixture", quantity="distance", n=tables.sizes[0]):
        found = of(row, "rmse_crossover")
        # the error is that of the logarithm
        found = found._replace(
            value=math.log(found.value / predicted(tables, row)), mcse=found.mcse / found.value
        )
        place = at(row, "delta", "weight")
        yield equals("factor", _FACTOR, place, found, 0, math.log(margins["factor"]))


def predicted(tables: Tables, row: Mapping[str, str]) -> float:
    """The sample size at which squared bias and variances balance, from the limits of the same scenario."""
    hard, soft = (
        next(
            limit
            for limit in pick(tables.limits, method=method, quantity="distance", delta=row["delta"])
            if limit["weight"] == row["weight"]
        )
        for method in ("kmeans", "mixture")
    )
    bias = value(hard["limit"]) - value(soft["limit"])
    return (value(soft["avar"]) - value(hard["avar"])) / bias**2
