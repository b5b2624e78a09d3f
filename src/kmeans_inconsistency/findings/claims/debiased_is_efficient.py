"""Debiased k-means is consistent, as precise as predicted, and after one step as precise as the mixture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, equals, where
from kmeans_inconsistency.findings.tables import Tables, pick, value

MARGINS = ("truth", "efficiency", "step")


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    """At the largest n, for the versions that take any weights."""
    n = tables.sizes[-1]
    avars = {
        (limit["delta"], limit["weight"], limit["method"]): value(limit["avar"])
        for limit in pick(tables.limits, quantity="distance")
    }
    for method, told in (("debiased", "debiased k-means"), ("debiased,step=newton", "its one step")):
        for row in tables.at(method, n):
            yield equals(
                f"the mean distance of {told} equals the truth",
                where(row, "delta", "weight", "n"),
                value(row["mean"]),
                value(row["mean_mcse"]),
                value(row["truth"]),
                margins["truth"],
            )
    for row in pick(tables.contrasts, method="debiased", quantity="distance", n=n):
        scenario = row["delta"], row["weight"]
        yield equals(
            "the efficiency of debiased k-means against the mixture equals the predicted one",
            where(row, "delta", "weight", "n"),
            value(row["efficiency"]),
            value(row["efficiency_mcse"]),
            avars[*scenario, "mixture"] / avars[*scenario, "debiased"],
            margins["efficiency"],
        )
    for row in pick(tables.contrasts, method="debiased,step=newton", quantity="distance", n=n):
        yield equals(
            "the efficiency of its one step against the mixture is 1",
            where(row, "delta", "weight", "n"),
            value(row["efficiency"]),
            value(row["efficiency_mcse"]),
            1,
            margins["step"],
        )
