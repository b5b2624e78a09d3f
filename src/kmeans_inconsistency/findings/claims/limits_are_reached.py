"""The mean of an estimator equals its limit at the largest sample size, whatever the components."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, cannot, equals, of
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("kmeans", "mixture")
ONLY: Only = {}

_STATEMENTS = {
    "kmeans": "k-means' mean distance equals its limit in very large samples",
    "mixture": "the mixture's mean distance equals its limit in very large samples",
}


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    n = tables.sizes[-1]
    for method, statement in _STATEMENTS.items():
        rows = tables.at(method, n)
        for row in rows:
            family = str(row["experiment"]).removesuffix("_large").replace("_", " ")
            place = at(row, "delta", "n", model=family)
            yield equals(method, statement, place, of(row), value(row["limit"]), margins[method])
        if not rows:
            yield cannot(method, statement, "fit", margin=margins[method])
