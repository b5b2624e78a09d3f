"""Mixtures find the direction of the means, and their distance, whatever the noise across it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, below, cannot, equals, where
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("distance",)

NAMES = {
    "spherical_mixture": "the mixture with equal spherical covariances",
    "normal_mixture,covariance=tied": "the mixture with one free covariance",
    "normal_mixture": "the mixture with free covariances",
}


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    n = tables.sizes[-1]
    for method, name in NAMES.items():
        rows = tables.at(method, n, "angle")
        turned = f"the median angle of {name} to the line of means is below 45 degrees"
        if not rows:
            yield cannot(turned, "no such fits", 45, 0)
        for row in rows:
            found = where(row, "delta", "noise"), value(row["median"]), value(row["median_mcse"])
            yield below(turned, *found, 45, 0)
        for row in tables.at(method, n):
            found = where(row, "delta", "noise"), value(row["median"]), value(row["median_mcse"])
            statement = f"the median distance of {name} equals the truth"
            yield equals(statement, *found, value(row["truth"]), margins["distance"])
