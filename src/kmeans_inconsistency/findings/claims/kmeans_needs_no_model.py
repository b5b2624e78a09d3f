"""Components that are not normal with a common variance: k-means has its limit, and the mixture errs more."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, cannot, equals, exceeds, of
from kmeans_inconsistency.findings.tables import Tables, pick, value

MARGINS = ("limit", "ahead")
ONLY: Only = {}

_LIMIT = "k-means' mean distance equals its limit"
_AHEAD = "the RMSE of the mixture over that of k-means exceeds 1"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """k-means equals its limit at the largest n; its RMSE about the truth is the smaller one at every n."""
    first = next(iter(tables.summary), {"experiment": "no rows"})
    family = str(first["experiment"]).replace("_", " ")
    for row in tables.at("kmeans", tables.sizes[-1]):
        place = at(row, "delta", model=family)
        yield equals("limit", _LIMIT, place, of(row), value(row["limit"]), margins["limit"])
    contrasts = pick(tables.contrasts, method="mixture", against="kmeans", quantity="distance")
    if not contrasts:
        yield cannot("ahead", _AHEAD, "pair", 1, margins["ahead"])
    for row in contrasts:
        place = at(row, "delta", "n", model=family)
        yield exceeds("ahead", _AHEAD, place, of(row, "rmse_ratio"), 1, margins["ahead"])
