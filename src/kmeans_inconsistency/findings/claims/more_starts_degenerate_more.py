"""The more starts, the more fits with free variances degenerate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import hypot

from kmeans_inconsistency.findings.claims._check import Check, cannot, exceeds, share, where
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("more",)


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    statement = "with ten times the starts more fits degenerate"
    made = False
    for n in tables.sizes:
        rows = sorted(tables.at("normal_mixture", n), key=lambda row: (row["delta"], value(row["starts"])))
        for fewer, more in pairwise(rows):
            if value(more["starts"]) == 10 * value(fewer["starts"]) and more["delta"] == fewer["delta"]:
                made = True
                (low, low_error), (high, high_error) = share(fewer, "degenerate"), share(more, "degenerate")
                # the samples are the same, so that this error is too large, if anything
                error = hypot(low_error, high_error)
                place = f"{where(more, 'delta', 'n')}, {more['starts']} against {fewer['starts']} starts"
                yield exceeds(statement, place, high - low, error, 0, margins["more"])
    if not made:
        yield cannot(statement, "no such starts", 0, margins["more"])
