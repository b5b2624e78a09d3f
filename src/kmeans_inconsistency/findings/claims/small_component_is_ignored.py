"""k-means cuts between two components or halves the larger one, as the critical weight says."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, below, cannot, exceeds, of
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("side",)
ONLY: Only = {"from_delta": "separations below {}"}

_CUT = "k-means' median distance exceeds delta / 2, where its limit does"
_HALVED = "k-means' median distance is below delta / 2, where its limit is"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """Beyond ``from_delta`` two optima coexist, and half the separation lies between their distances."""
    rows = [r for r in tables.at("kmeans", tables.sizes[-1]) if value(r["delta"]) >= margins["from_delta"]]
    for row in rows:
        between = value(row["delta"]) / 2
        found = at(row, "delta", "weight"), of(row, "median"), between, margins["side"]
        cut = value(row["limit"]) > between
        yield exceeds("side", _CUT, *found) if cut else below("side", _HALVED, *found)
    if not rows:
        yield cannot("side", _CUT, "separation")
