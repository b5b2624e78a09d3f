"""k-means' distance is too large, and in the limit, not only in small samples."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, cannot, equals, exceeds, of
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("truth", "limit")
ONLY: Only = {}

_METHODS = ("kmeans", "lloyd")
_PLACE = ("clusters", "dimension", "delta", "weight", "n")
_TRUTH = "the mean distance of k-means exceeds the truth"
_LIMIT = "the mean distance of k-means equals its limit"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """Both margins are shares of the true distance."""
    rows = [row for method in _METHODS for row in tables.at(method, tables.sizes[-1])]
    if not rows:
        yield cannot("truth", _TRUTH, "fit of k-means")
    for row in rows:
        truth, limit, place = value(row["truth"]), value(row["limit"]), at(row, *_PLACE)
        yield exceeds("truth", _TRUTH, place, of(row), truth, margins["truth"] * truth)
        yield equals("limit", _LIMIT, place, of(row), limit, margins["limit"] * truth)
