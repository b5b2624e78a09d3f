"""Each centre of k-means is close to a component's mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, cannot, equals, where
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("share", "from_delta")


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    """Separations from ``from_delta`` on count as good; close is within ``share`` of the separation."""
    statement = "the mean of each centre over delta is that of its component"
    made = False
    for centre in ("lower", "upper"):
        for row in tables.at("kmeans", tables.sizes[-1], centre):
            delta = value(row["delta"])
            if delta >= margins["from_delta"]:
                made = True
                estimate, mcse, truth = (value(row[name]) / delta for name in ("mean", "mean_mcse", "truth"))
                place = f"{where(row, 'delta', 'weight')}, {centre}"
                yield equals(statement, place, estimate, mcse, truth, margins["share"])
    if not made:
        yield cannot(statement, "no such separation", margin=margins["share"])
