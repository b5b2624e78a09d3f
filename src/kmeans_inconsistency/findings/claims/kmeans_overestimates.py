"""k-means' distance is too large, and in the limit, not only in small samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, cannot, equals, exceeds, where
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("limit",)

_METHODS = ("kmeans", "lloyd")
_PLACE = ("clusters", "dimension", "delta", "weight", "n")


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    """The margin ``limit`` is a share of the true distance."""
    rows = [row for method in _METHODS for row in tables.at(method, tables.sizes[-1])]
    if not rows:
        yield cannot("the mean distance of k-means exceeds the truth", "no fit of k-means")
    for row in rows:
        truth, limit = value(row["truth"]), value(row["limit"])
        found = value(row["mean"]), value(row["mean_mcse"])
        place = where(row, *_PLACE)
        yield exceeds("the mean distance of k-means exceeds the truth", place, *found, truth, 0)
        margin = margins["limit"] * truth
        yield equals("the mean distance of k-means equals its limit", place, *found, limit, margin)
