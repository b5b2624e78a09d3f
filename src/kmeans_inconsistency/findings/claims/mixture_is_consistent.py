"""The mixture's distance goes to the truth, at the rate of maximum likelihood; small samples are near it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, equals, slopes, where
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("truth", "slope", "slope_from_n", "slope_from_delta", "small")


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    for n, margin in ((tables.sizes[-1], margins["truth"]), (tables.sizes[0], margins["small"])):
        for row in tables.at("mixture", n):
            found = value(row["mean"]), value(row["mean_mcse"])
            place = where(row, "delta", "n")
            yield equals(
                "the mean distance of the mixture equals the truth",
                place,
                *found,
                value(row["truth"]),
                margin,
            )
    statement = "the slope of log RMSE of the mixture about the truth is -1/2"
    yield from slopes(tables, "mixture", "truth", statement, margins)
