"""k-means maximises the classification likelihood, whose variance falls short and whose weights run empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, below, cannot, equals, share, where
from kmeans_inconsistency.findings.tables import Tables, pick, value

MARGINS = ("same", "limit", "truth", "share")


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    n = tables.sizes[-1]
    identity = "the largest difference between k-means and classification likelihood with weights 1/2 is 0"
    pairs = pick(tables.contrasts, method="classification,weights=equal")
    if not pairs:
        yield cannot(identity, "no such fits", 0, margins["same"])
    for row in pairs:
        place = f"{row['quantity']}, {where(row, 'delta', 'n')}"
        yield equals(identity, place, value(row["largest"]), 0, 0, margins["same"])
    for row in tables.at("kmeans", n, "variance"):
        found = where(row, "delta", "n"), value(row["mean"]), value(row["mean_mcse"])
        limit, truth = value(row["limit"]), value(row["truth"])
        yield equals("its mean variance equals the limit", *found, limit, margins["limit"])
        yield below("its mean variance is below the truth", *found, truth, margins["truth"])
    for row in tables.at("classification", n):
        empty = float(value(row["limit"]) == 0)
        found = where(row, "delta", "n"), *share(row, "merged")
        statement = "the share of fits with free weights that leave a cluster empty is the predicted 0 or 1"
        yield equals(statement, *found, empty, margins["share"])
