"""k-means maximises the classification likelihood, whose variance falls short and whose weights run empty."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import (
    Check,
    Found,
    Margins,
    Only,
    at,
    below,
    cannot,
    equals,
    of,
    share,
)
from kmeans_inconsistency.findings.tables import Tables, pick, value

MARGINS = ("same", "limit", "truth", "share")
ONLY: Only = {}

_IDENTITY = "the largest difference between k-means and classification likelihood with weights 1/2 is 0"
_EMPTY = "the share of fits with free weights that leave a cluster empty is the predicted 0 or 1"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    n = tables.sizes[-1]
    pairs = pick(tables.contrasts, method="classification,weights=equal")
    if not pairs:
        yield cannot("same", _IDENTITY, "fit", 0, margins["same"])
    for row in pairs:
        place = {"quantity": str(row["quantity"])} | at(row, "delta", "n")
        yield equals("same", _IDENTITY, place, Found(value(row["largest"])), 0, margins["same"])
    for row in tables.at("kmeans", n, "variance"):
        found = at(row, "delta", "n"), of(row)
        limit, truth = value(row["limit"]), value(row["truth"])
        yield equals("limit", "its mean variance equals the limit", *found, limit, margins["limit"])
        yield below("truth", "its mean variance is below the truth", *found, truth, margins["truth"])
    for row in tables.at("classification", n):
        found = at(row, "delta", "n"), share(row, "merged")
        yield equals("share", _EMPTY, *found, float(value(row["limit"]) == 0), margins["share"])
