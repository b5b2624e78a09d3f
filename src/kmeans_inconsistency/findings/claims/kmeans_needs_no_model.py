"""Components that are not normal with a common variance: k-means has its limit, and the mixture errs more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, cannot, equals, exceeds, where
from kmeans_inconsistency.findings.tables import Tables, pick, value

MARGINS = ("limit",)


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    """k-means equals its limit at the largest n; its RMSE about the truth is the smaller one at every n."""
    first = next(iter(tables.summary), {"experiment": "no rows"})
    family = first["experiment"].replace("_", " ")
    statement = "k-means' mean distance equals its limit"
    for row in tables.at("kmeans", tables.sizes[-1]):
        found = value(row["mean"]), value(row["mean_mcse"])
        place = f"{family}, {where(row, 'delta')}"
        yield equals(statement, place, *found, value(row["limit"]), margins["limit"])
    statement = "the RMSE of the mixture over that of k-means exceeds 1"
    contrasts = pick(tables.contrasts, method="mixture", against="kmeans", quantity="distance")
    if not contrasts:
        yield cannot(statement, family, 1, 0)
    for row in contrasts:
        found = value(row["rmse_ratio"]), value(row["rmse_ratio_mcse"])
        yield exceeds(statement, f"{family}, {where(row, 'delta', 'n')}", *found, 1, 0)
