"""k-means' distance and lower centre are normal about their limits, with Pollard's variance and coverage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, equals, where
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("limit", "spread", "normal", "coverage")


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    n = tables.sizes[-1]
    for quantity, name in (("distance", "distance"), ("lower", "lower centre")):
        for row in tables.at("kmeans,interval=sandwich", n, quantity):
            place = where(row, "delta", "weight", "n")
            yield equals(
                f"the mean {name} of k-means equals its limit",
                place,
                value(row["mean"]),
                value(row["mean_mcse"]),
                value(row["limit"]),
                margins["limit"],
            )
            yield equals(
                f"the variance of k-means' {name} over that of Pollard's limit theorem is 1",
                place,
                value(row["se_ratio"]) ** 2,
                2 * value(row["se_ratio"]) * value(row["se_ratio_mcse"]),
                1,
                margins["spread"],
            )
            yield equals(
                f"Kolmogorov's distance of k-means' standardised {name} from the normal distribution is 0",
                place,
                value(row["kolmogorov"]),
                value(row["kolmogorov_mcse"]),
                0,
                margins["normal"],
            )
            yield equals(
                f"Pollard's 95 % interval of the {name} covers the limit in 95 % of samples",
                place,
                value(row["coverage_limit"]),
                value(row["coverage_limit_mcse"]),
                0.95,
                margins["coverage"],
            )
