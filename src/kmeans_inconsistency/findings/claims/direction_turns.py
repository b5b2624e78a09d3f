"""k-means turns away from the line of means where the noise across it exceeds its critical value."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, below, cannot, exceeds, of
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("degrees",)
ONLY: Only = {"from_delta": "separations below {}"}

_DIAGONAL = 45.0
_ACROSS = "the median angle of k-means to the line of means exceeds 45 degrees, where its limit does"
_ALONG = "the median angle of k-means to the line of means is below 45 degrees, where its limit is"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """The median angle is on the side of 45 degrees that its limit is on, at ``from_delta`` and beyond."""
    made = False
    for row in tables.at("lloyd", tables.sizes[-1], "angle"):
        if value(row["delta"]) >= margins["from_delta"]:
            made = True
            found = at(row, "delta", "noise"), of(row, "median"), _DIAGONAL, margins["degrees"]
            turned = value(row["limit"]) > _DIAGONAL
            yield exceeds("degrees", _ACROSS, *found) if turned else below("degrees", _ALONG, *found)
    if not made:
        yield cannot("degrees", _ACROSS, "separation", _DIAGONAL, margins["degrees"])
