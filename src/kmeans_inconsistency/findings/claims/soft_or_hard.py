"""One model, three ways to assign: by its probabilities, made hard, and averaged over the posterior."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import (
    Check,
    Margins,
    Only,
    at,
    below,
    cannot,
    equals,
    exceeds,
    of,
)
from kmeans_inconsistency.findings.tables import Row, Tables, pick

MARGINS = ("hard", "posterior", "averaged")
ONLY: Only = {}

SOFT, HARD, POSTERIOR = "partition,rule=mixture", "partition,rule=hard", "posterior_partition"
_PLACE = ("delta", "weight", "n")
_HARD = "the Brier score of the mixture's probabilities is smaller than that of the same made hard"
_POSTERIOR = "the Brier score of the posterior probabilities is that of the mixture's"
_AVERAGED = "in the smallest samples the Brier score of the posterior probabilities is the smaller one"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """Made hard at every n; averaged over the posterior at the largest n, and at the smallest."""

    def against_soft(method: str, **where: int) -> list[Row]:
        return pick(tables.contrasts, method=method, against=SOFT, quantity="brier_score", **where)

    hard = against_soft(HARD)
    if not hard:
        yield cannot("hard", _HARD, "pair", 0, margins["hard"])
    for row in hard:
        yield exceeds("hard", _HARD, at(row, *_PLACE), of(row, "difference"), 0, margins["hard"])
    for row in against_soft(POSTERIOR, n=tables.sizes[-1]):
        found = at(row, *_PLACE), of(row, "difference")
        yield equals("posterior", _POSTERIOR, *found, 0, margins["posterior"])
    for row in against_soft(POSTERIOR, n=tables.sizes[0]):
        yield below("averaged", _AVERAGED, at(row, *_PLACE), of(row, "difference"), 0, margins["averaged"])
