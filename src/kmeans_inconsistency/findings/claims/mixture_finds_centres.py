"""Several components with unequal weights: who is nearer to their means, by all centres together."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, below, cannot, equals, of
from kmeans_inconsistency.findings.tables import Tables, pick, value

MARGINS = ("ahead", "limit")
ONLY: Only = {}

_PLACE = ("clusters", "dimension", "ratio", "delta", "n")
_AHEAD = "the root mean squared error of all centres is smaller for the mixture than for k-means"
_LIMIT = "the mean distance of k-means equals its limit"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """The errors are compared at every n, the limit (its margin a share of the truth) at the largest."""
    pairs = pick(tables.contrasts, method="spherical_mixture", against="lloyd", quantity="center_error")
    if not pairs:
        yield cannot("ahead", _AHEAD, "pair", 1, margins["ahead"])
    for row in pairs:
        yield below("ahead", _AHEAD, at(row, *_PLACE), of(row, "rmse_ratio"), 1, margins["ahead"])
    for row in tables.at("lloyd", tables.sizes[-1]):
        target, margin = value(row["limit"]), margins["limit"] * value(row["truth"])
        yield equals("limit", _LIMIT, at(row, *_PLACE), of(row), target, margin)
