"""The fit with known variance goes from k-means through the truth, along the predicted path."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, equals, where
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("kmeans", "truth", "limit", "near")


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    n = tables.sizes[-1]
    rows = tables.at("known_variance", n)
    smallest = min((value(row["eps"]) for row in rows), default=math.nan)
    for row in tables.contrasts:
        if row["n"] == str(n) and row["method"] == "known_variance" and value(row["eps"]) == smallest:
            found = value(row["difference"]), value(row["difference_mcse"])
            place = where(row, "delta", "eps", "n")
            yield equals(
                "the distance at the smallest eps less that of k-means is 0",
                place,
                *found,
                0,
                margins["kmeans"],
            )
    for row in rows:
        found = value(row["mean"]), value(row["mean_mcse"])
        place = where(row, "delta", "eps", "n")
        if value(row["eps"]) == 1:
            yield equals(
                "the mean distance at the true variance equals the truth",
                place,
                *found,
                value(row["truth"]),
                margins["truth"],
            )
        critical = 1 + value(row.get("delta", "")) ** 2 / 4
        if abs(value(row["eps"]) - critical) >= margins["near"] * critical:
            yield equals(
                "the mean distance equals the predicted limit",
                place,
                *found,
                value(row["limit"]),
                margins["limit"],
            )
