"""Mixtures find the direction of the means, and their distance, whatever the noise across it."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, below, cannot, equals, of
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("spherical", "spherical_distance", "degrees", "distance")
ONLY: Only = {}

#: The mixture that sees only spheres has margins of its own, so that it is not asserted with the others.
NAMES = {
    "spherical_mixture": ("the mixture with equal spherical covariances", "spherical", "spherical_distance"),
    "normal_mixture,covariance=tied": ("the mixture with one free covariance", "degrees", "distance"),
    "normal_mixture": ("the mixture with free covariances", "degrees", "distance"),
}


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    n = tables.sizes[-1]
    for method, (name, angle, distance) in NAMES.items():
        rows = tables.at(method, n, "angle")
        turned = f"the median angle of {name} to the line of means is below 45 degrees"
        if not rows:
            yield cannot(angle, turned, "fit", 45, margins[angle])
        for row in rows:
            yield below(angle, turned, at(row, "delta", "noise"), of(row, "median"), 45, margins[angle])
        statement = f"the median distance of {name} equals the truth"
        for row in tables.at(method, n):
            found = at(row, "delta", "noise"), of(row, "median")
            yield equals(distance, statement, *found, value(row["truth"]), margins[distance])
