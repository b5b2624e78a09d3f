"""EM stopped by the default tolerances of two packages keeps a bias; the global maximum does not."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, cannot, equals, exceeds, of
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("excess", "limit", "truth", "relative", "relative_limit")
ONLY: Only = {"from_tol": "scikit-learn's tolerances below {}"}

RELATIVE = "em,start=halves,rule=relative"
"""EM as mclust stops it."""

_EXCEEDS = "the mean distance of scikit-learn's mixture exceeds the truth"
_STAYS = "the mean distance of scikit-learn's mixture equals the limit of stopped EM"
_RELATIVE_EXCEEDS = "the mean distance of EM that stops as mclust does exceeds the truth"
_RELATIVE_STAYS = "the mean distance of EM that stops as mclust does equals its limit"
_BEST = "the mean distance of the global maximum equals the truth"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    n = tables.sizes[-1]
    stopped = [row for row in tables.at("sklearn_mixture", n) if value(row["tol"]) >= margins["from_tol"]]
    for row in stopped:
        found = at(row, "delta", "tol", "n"), of(row)
        yield exceeds("excess", _EXCEEDS, *found, value(row["truth"]), margins["excess"])
        yield equals("limit", _STAYS, *found, value(row["limit"]), margins["limit"])
    relative = tables.at(RELATIVE, n)
    for row in relative:
        found = at(row, "delta", "tol", "n"), of(row)
        yield exceeds("relative", _RELATIVE_EXCEEDS, *found, value(row["truth"]), margins["relative"])
        yield equals(
            "relative_limit", _RELATIVE_STAYS, *found, value(row["limit"]), margins["relative_limit"]
        )
    if not relative:
        yield cannot("relative", _RELATIVE_EXCEEDS, "fit", margin=margins["relative"])
        yield cannot("relative_limit", _RELATIVE_STAYS, "fit", margin=margins["relative_limit"])
    if not stopped:
        yield cannot("excess", _EXCEEDS, "tolerance", margin=margins["excess"])
        yield cannot("limit", _STAYS, "tolerance", margin=margins["limit"])
    best = tables.at("mixture", n)
    for row in best:
        yield equals("truth", _BEST, at(row, "delta", "n"), of(row), value(row["truth"]), margins["truth"])
    if not best:
        yield cannot("truth", _BEST, "fit", margin=margins["truth"])
