"""The fit with known variance goes from k-means through the truth, along the predicted path."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, equals, of
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("kmeans", "truth", "limit")
ONLY: Only = {"near": "the limit at eps within the share {} of the critical one"}

_KMEANS = "the distance at the smallest eps less that of k-means is 0"
_TRUTH = "the mean distance at the true variance equals the truth"
_LIMIT = "the mean distance equals the predicted limit"
_PLACE = ("delta", "eps", "n")


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    n = tables.sizes[-1]
    rows = tables.at("known_variance", n)
    smallest = min((value(row["eps"]) for row in rows), default=math.nan)
    for row in tables.contrasts:
        if row["n"] == str(n) and row["method"] == "known_variance" and value(row["eps"]) == smallest:
            yield equals("kmeans", _KMEANS, at(row, *_PLACE), of(row, "difference"), 0, margins["kmeans"])
    for row in rows:
        found = at(row, *_PLACE), of(row)
        if value(row["eps"]) == 1:
            yield equals("truth", _TRUTH, *found, value(row["truth"]), margins["truth"])
        critical = 1 + value(row.get("delta", "")) ** 2 / 4
        if abs(value(row["eps"]) - critical) >= margins["near"] * critical:
            yield equals("limit", _LIMIT, *found, value(row["limit"]), margins["limit"])
