"""Fits with free variances degenerate in some samples, fits with equal variances in none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, equals, exceeds, share, where
from kmeans_inconsistency.findings.tables import Tables

MARGINS = ("some", "none")


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    for n in tables.sizes:
        for row in tables.at("normal_mixture", n):
            found = where(row, "delta", "n"), *share(row, "degenerate")
            yield exceeds("fits with free variances degenerate in some samples", *found, 0, margins["some"])
        for row in tables.at("mixture", n):
            found = where(row, "delta", "n"), *share(row, "degenerate")
            yield equals("no fit with equal variances degenerates", *found, 0, margins["none"])
