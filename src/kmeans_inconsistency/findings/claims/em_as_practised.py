"""scikit-learn's mixture at its default tolerance keeps a bias; the global maximum does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, cannot, equals, exceeds, where
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("excess", "limit", "truth", "from_tol")

_EXCEEDS = "the mean distance of scikit-learn's mixture exceeds the truth"
_STAYS = "the mean distance of scikit-learn's mixture equals the limit of stopped EM"
_BEST = "the mean distance of the global maximum equals the truth"


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    n = tables.sizes[-1]
    stopped = [row for row in tables.at("sklearn_mixture", n) if value(row["tol"]) >= margins["from_tol"]]
    for row in stopped:
        found = where(row, "delta", "tol", "n"), value(row["mean"]), value(row["mean_mcse"])
        yield exceeds(_EXCEEDS, *found, value(row["truth"]), margins["excess"])
        yield equals(_STAYS, *found, value(row["limit"]), margins["limit"])
    if not stopped:
        yield cannot(_STAYS, "no such tolerance")
    best = tables.at("mixture", n)
    for row in best:
        found = where(row, "delta", "n"), value(row["mean"]), value(row["mean_mcse"])
        yield equals(_BEST, *found, value(row["truth"]), margins["truth"])
    if not best:
        yield cannot(_BEST, "no such fit")
