"""scikit-learn's mixture at its default tolerance keeps a bias; the global maximum does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.study.claims.check import Check, equals, exceeds, where
from kmeans_inconsistency.study.tables import Tables, value

MARGINS = ("excess", "limit", "truth", "from_tol")


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    n = tables.sizes[-1]
    for row in tables.at("sklearn_mixture", n):
        if value(row["tol"]) < margins["from_tol"]:
            continue
        found = where(row, "delta", "tol", "n"), value(row["mean"]), value(row["mean_mcse"])
        statement = "the mean distance of scikit-learn's mixture exceeds the truth"
        yield exceeds(statement, *found, value(row["truth"]), margins["excess"])
        statement = "the mean distance of scikit-learn's mixture equals the limit of stopped EM"
        yield equals(statement, *found, value(row["limit"]), margins["limit"])
    for row in tables.at("mixture", n):
        found = where(row, "delta", "n"), value(row["mean"]), value(row["mean_mcse"])
        statement = "the mean distance of the global maximum equals the truth"
        yield equals(statement, *found, value(row["truth"]), margins["truth"])
