"""Each centre of k-means is close to a component's mean."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, cannot, equals, of
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("share",)
ONLY: Only = {"from_delta": "separations below {}"}

_CLOSE = "the mean of each centre over delta is that of its component"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """Separations from ``from_delta`` on count as good; close is within ``share`` of the separation."""
    made = False
    for centre in ("lower", "upper"):
        for row in tables.at("kmeans", tables.sizes[-1], centre):
            delta = value(row["delta"])
            if delta >= margins["from_delta"]:
                made = True
                place = at(row, "delta", "weight", centre=centre)
                target = value(row["truth"]) / delta
                yield equals("share", _CLOSE, place, of(row, scale=delta), target, margins["share"])
    if not made:
        yield cannot("share", _CLOSE, "separation", margin=margins["share"])
