"""The mixture with equal weights, which k-means implicitly assumes, overtakes k-means where theory says."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, cannot, equals, exceeds, of
from kmeans_inconsistency.findings.claims.crossover_is_predicted import log_factor, predicted
from kmeans_inconsistency.findings.tables import Tables, pick, value

METHOD = "mixture,weights=equal"
MARGINS = ("factor", "half")
ONLY: Only = {}

_FACTOR = "with equal weights the logarithm of the measured sample size over the predicted one is 0"
_HALF = "at half the predicted sample size k-means has the smaller root mean squared error"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """Two for each scenario: when k-means is overtaken, and that it is ahead at half that sample size."""
    for row in pick(tables.contrasts, method=METHOD, quantity="distance", n=tables.sizes[0]):
        expected, place = predicted(tables, row), at(row, "delta", "weight")
        yield equals("factor", _FACTOR, place, log_factor(row, expected), 0, math.log(margins["factor"]))
        half = [
            other
            for other in pick(tables.contrasts, method=METHOD, quantity="distance", delta=row["delta"])
            if other["weight"] == row["weight"] and value(other["n"]) <= expected / 2
        ]
        if half:
            ratio = of(max(half, key=lambda other: value(other["n"])), "rmse_ratio")
            yield exceeds("half", _HALF, place, ratio, 1, margins["half"])
        else:
            yield cannot("half", _HALF, "n at half the predicted one", 1, margins["half"])
