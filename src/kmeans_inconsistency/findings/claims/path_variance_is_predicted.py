"""The variance along the path of the known variance is the sandwich's, and knowing the right one helps."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import (
    Check,
    Margins,
    Only,
    at,
    equals,
    exceeds,
    of,
    variance_ratio,
)
from kmeans_inconsistency.findings.tables import Tables, pick, value

MARGINS = ("spread", "gain")
ONLY: Only = {
    "near": "eps beyond the critical one, and those within the share {} of it",
    "gain_from_delta": "the gain at separations below {}",
}

_SPREAD = "the variance of the fit with known variance over the sandwich's is 1"
_GAIN = "the variance of the mixture over that of the fit with the true variance exceeds 1"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    n = tables.sizes[-1]
    for row in tables.at("known_variance", n):
        weight = value(row["weight"])
        critical = 1 + weight * (1 - weight) * value(row["delta"]) ** 2
        if value(row["eps"]) < (1 - margins["near"]) * critical:
            place = at(row, "delta", "weight", "eps")
            yield equals("spread", _SPREAD, place, variance_ratio(row), 1, margins["spread"])
    for row in pick(tables.contrasts, method="known_variance", quantity="distance", n=n):
        balanced = value(row["weight"]) == 0.5 and value(row["delta"]) >= margins["gain_from_delta"]
        if value(row["eps"]) == 1 and balanced:
            found = at(row, "delta", "weight"), of(row, "efficiency")
            yield exceeds("gain", _GAIN, *found, 1, margins["gain"])
