"""Fits with free variances degenerate in some samples, fits with equal variances in none."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, equals, exceeds, share
from kmeans_inconsistency.findings.tables import Tables

MARGINS = ("some", "none")
ONLY: Only = {}

_SOME = "fits with free variances degenerate in some samples"
_NONE = "no fit with equal variances degenerates"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    for n in tables.sizes:
        for row in tables.at("normal_mixture", n):
            found = at(row, "delta", "n"), share(row, "degenerate")
            yield exceeds("some", _SOME, *found, 0, margins["some"])
        for row in tables.at("mixture", n):
            found = at(row, "delta", "n"), share(row, "degenerate")
            yield equals("none", _NONE, *found, 0, margins["none"])
