"""The more starts, the more fits with free variances degenerate."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import hypot

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, cannot, exceeds, share
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("more",)
ONLY: Only = {}

_MORE = "with ten times the starts more fits degenerate"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    made = False
    for n in tables.sizes:
        rows = sorted(tables.at("normal_mixture", n), key=lambda row: (row["delta"], value(row["starts"])))
        for fewer, more in pairwise(rows):
            if value(more["starts"]) == 10 * value(fewer["starts"]) and more["delta"] == fewer["delta"]:
                made = True
                low, high = share(fewer, "degenerate"), share(more, "degenerate")
                # the samples are the same, so that this error is too large, if anything
                found = high._replace(
                    value=high.value - low.value, mcse=hypot(low.mcse, high.mcse), counted=None
                )
                place = at(more, "delta", "n", starts=f"{more['starts']} against {fewer['starts']}")
                yield exceeds("more", _MORE, place, found, 0, margins["more"])
    if not made:
        yield cannot("more", _MORE, "starts", 0, margins["more"])
