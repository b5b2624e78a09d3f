"""Of unbalanced components, too, the mixture overtakes k-means where theory says, by distance and centres."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, equals, of
from kmeans_inconsistency.findings.claims.crossover_is_predicted import log_factor, predicted
from kmeans_inconsistency.findings.tables import Row, Tables, pick, value

MARGINS = ("distance", "distance_ahead", "centres", "centres_ahead")
ONLY: Only = {}

JUDGED: dict[str, tuple[str, ...]] = {"distance": ("distance",), "centres": ("lower", "upper")}
"""By what the methods are judged, and of which quantities its prediction is made."""

_FACTOR = "by the error of the {} the logarithm of the measured sample size over the predicted one is 0"
_AHEAD = "by the error of the {} the mixture is not behind at any sample size, as predicted"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """One for each scenario and way to judge: when the change is, or that all sizes are beyond it."""
    for name, quantities in JUDGED.items():
        for row in pick(tables.contrasts, method="mixture", quantity=name, n=tables.sizes[0]):
            expected, place = predicted(tables, row, quantities), at(row, "delta", "weight")
            if expected >= tables.sizes[0]:
                found, factor = log_factor(row, expected), math.log(margins[name])
                yield equals(name, _FACTOR.format(name), place, found, 0, factor)
            else:
                ratio, margin = of(_worst(tables, row), "rmse_ratio"), margins[f"{name}_ahead"]
                said = _AHEAD.format(name)
                yield Check(f"{name}_ahead", said, place, ratio, -math.inf, 1 + margin, 1, margin)


def _worst(tables: Tables, row: Row) -> Row:
    """The row of the same scenario at the sample size at which the mixture is the worst."""
    same = pick(tables.contrasts, method=row["method"], quantity=row["quantity"], delta=row["delta"])
    cases = [other for other in same if other["weight"] == row["weight"]]
    return max(cases, key=lambda other: value(other["rmse_ratio"]))
