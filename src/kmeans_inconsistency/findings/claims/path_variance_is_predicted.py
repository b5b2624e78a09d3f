"""The variance along the path of the known variance is the sandwich's, and knowing the right one helps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, equals, exceeds, where
from kmeans_inconsistency.findings.tables import Tables, pick, value

MARGINS = ("spread", "near", "gain", "gain_from_delta")


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    n = tables.sizes[-1]
    for row in tables.at("known_variance", n):
        eps, weight = value(row["eps"]), value(row["weight"])
        critical = 1 + weight * (1 - weight) * value(row["delta"]) ** 2
        if eps < (1 - margins["near"]) * critical:
            ratio, mcse = value(row["se_ratio"]), value(row["se_ratio_mcse"])
            yield equals(
                "the variance of the fit with known variance over the sandwich's is 1",
                where(row, "delta", "weight", "eps"),
                ratio**2,
                2 * ratio * mcse,
                1,
                margins["spread"],
            )
    for row in pick(tables.contrasts, method="known_variance", quantity="distance", n=n):
        balanced = value(row["weight"]) == 0.5 and value(row["delta"]) >= margins["gain_from_delta"]
        if value(row["eps"]) == 1 and balanced:
            yield exceeds(
                "the variance of the mixture over that of the fit with the true variance exceeds 1",
                where(row, "delta", "weight"),
                value(row["efficiency"]),
                value(row["efficiency_mcse"]),
                1,
                margins["gain"],
            )
