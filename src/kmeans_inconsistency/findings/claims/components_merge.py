"""A mixture fitted with a known variance has one mean or two, as the critical variance says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, below, cannot, exceeds, where
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("near",)


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    """At every eps of the balanced pair but those nearer to 1 + delta^2 / 4 than the share ``near`` of it."""
    one, two = (
        "more than half of the fits with eps > 1 + delta^2/4 have merged",
        "less than half of the fits with smaller eps have merged",
    )
    made = False
    for row in tables.at("known_variance", tables.sizes[-1]):
        eps, critical = value(row["eps"]), 1 + value(row["delta"]) ** 2 / 4
        if abs(eps - critical) >= margins["near"] * critical:
            made = True
            # as if one fit more had merged and one more had not, so that no error is estimated as zero
            replicates = int(row["replicates"]) + 2
            share = (int(row["merged"]) + 1) / replicates
            found = where(row, "delta", "eps"), share, (share * (1 - share) / replicates) ** 0.5
            yield exceeds(one, *found, 0.5, 0) if eps > critical else below(two, *found, 0.5, 0)
    if not made:
        yield cannot(one, "no such eps", 0.5, 0)
