"""k-means turns away from the line of means where the noise across it exceeds its critical value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, below, cannot, exceeds, where
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("from_delta",)

_DIAGONAL = 45.0


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    """The median angle is on the side of 45 degrees that its limit is on, at ``from_delta`` and beyond."""
    across = "the median angle of k-means to the line of means exceeds 45 degrees, where its limit does"
    along = "the median angle of k-means to the line of means is below 45 degrees, where its limit is"
    made = False
    for row in tables.at("lloyd", tables.sizes[-1], "angle"):
        if value(row["delta"]) >= margins["from_delta"]:
            made = True
            found = where(row, "delta", "noise"), value(row["median"]), value(row["median_mcse"])
            turned = value(row["limit"]) > _DIAGONAL
            yield (exceeds if turned else below)(across if turned else along, *found, _DIAGONAL, 0)
    if not made:
        yield cannot(across, "no such separation", _DIAGONAL, 0)
