"""k-means cuts between two components or halves the larger one, as the critical weight says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, below, cannot, exceeds, where
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("from_delta",)


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    """Beyond ``from_delta`` two optima coexist, and half the separation lies between their distances."""
    cut = "k-means' median distance exceeds delta / 2, where its limit does"
    halved = "k-means' median distance is below delta / 2, where its limit is"
    rows = [r for r in tables.at("kmeans", tables.sizes[-1]) if value(r["delta"]) >= margins["from_delta"]]
    for row in rows:
        between = value(row["delta"]) / 2
        found = where(row, "delta", "weight"), value(row["median"]), value(row["median_mcse"])
        if value(row["limit"]) > between:
            yield exceeds(cut, *found, between, 0)
        else:
            yield below(halved, *found, between, 0)
    if not rows:
        yield cannot(cut, "no such separation")
