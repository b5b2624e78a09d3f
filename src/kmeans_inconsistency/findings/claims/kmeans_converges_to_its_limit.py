"""k-means' distance goes to its limit, beside the truth, at Pollard's rate and with Pollard's variance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, equals, exceeds, slopes, where
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("limit", "truth", "slope", "slope_from_n", "spread")


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    for row in tables.at("kmeans", tables.sizes[-1]):
        place = where(row, "delta", "n")
        found = value(row["mean"]), value(row["mean_mcse"])
        yield equals(
            "the mean distance of k-means equals its limit",
            place,
            *found,
            value(row["limit"]),
            margins["limit"],
        )
        yield exceeds(
            "the mean distance of k-means exceeds the truth",
            place,
            *found,
            value(row["truth"]),
            margins["truth"],
        )
        yield equals(
            "the variance of k-means' distance over that of Pollard's limit theorem is 1",
            place,
            value(row["se_ratio"]) ** 2,
            2 * value(row["se_ratio"]) * value(row["se_ratio_mcse"]),
            1,
            margins["spread"],
        )
    statement = "the slope of log RMSE of k-means about its limit is -1/2"
    yield from slopes(tables, "kmeans", "limit", statement, margins)
