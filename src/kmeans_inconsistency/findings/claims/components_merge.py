"""A mixture fitted with a known variance has one mean or two, as the critical variance says."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import (
    Check,
    Margins,
    Only,
    at,
    below,
    cannot,
    exceeds,
    share,
)
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("share",)
ONLY: Only = {"near": "eps within the share {} of the critical one"}

_ONE = "more than half of the fits with eps > 1 + delta^2/4 have merged"
_TWO = "less than half of the fits with smaller eps have merged"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """At every eps of the balanced pair but those nearer to 1 + delta^2 / 4 than the share ``near`` of it."""
    made = False
    for row in tables.at("known_variance", tables.sizes[-1]):
        eps, critical = value(row["eps"]), 1 + value(row["delta"]) ** 2 / 4
        if abs(eps - critical) >= margins["near"] * critical:
            made = True
            found = at(row, "delta", "eps"), share(row, "merged"), 0.5, margins["share"]
            yield exceeds("share", _ONE, *found) if eps > critical else below("share", _TWO, *found)
    if not made:
        yield cannot("share", _ONE, "eps", 0.5, margins["share"])
