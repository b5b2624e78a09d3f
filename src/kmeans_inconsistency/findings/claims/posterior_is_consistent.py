"""The posterior mean of the distance goes to the truth, its interval covers it, and the chains have mixed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, below, equals, exceeds, slopes, where
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("truth", "slope", "slope_from_n", "slope_from_delta", "coverage", "r_hat", "effective")


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    for row in tables.at("posterior", tables.sizes[-1]):
        place = where(row, "delta", "n")
        yield equals(
            "the mean over samples of the posterior mean distance equals the truth",
            place,
            value(row["mean"]),
            value(row["mean_mcse"]),
            value(row["truth"]),
            margins["truth"],
        )
        yield equals(
            "the 95 % credible interval of the distance covers the truth in 95 % of samples",
            place,
            value(row["coverage"]),
            value(row["coverage_mcse"]),
            0.95,
            margins["coverage"],
        )
    distances = tables._replace(rates=[row for row in tables.rates if row["quantity"] == "distance"])
    statement = "the slope of log RMSE of the posterior mean about the truth is -1/2"
    yield from slopes(distances, "posterior", "truth", statement, margins)
    for n in tables.sizes:
        for row in tables.at("posterior", n, "r_hat"):
            yield below(
                "the mean R-hat of the distance is near 1",
                where(row, "delta", "n"),
                value(row["mean"]),
                value(row["mean_mcse"]),
                1 + margins["r_hat"],
                0,
            )
        for row in tables.at("posterior", n, "effective_size"):
            yield exceeds(
                "the draws are worth enough independent ones",
                where(row, "delta", "n"),
                value(row["mean"]),
                value(row["mean_mcse"]),
                margins["effective"],
                0,
            )
