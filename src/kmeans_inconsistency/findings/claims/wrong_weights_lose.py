"""Where components are unbalanced, a mixture whose weights are held equal ends behind k-means."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, exceeds, of
from kmeans_inconsistency.findings.claims.rival_on_equal_terms import METHOD
from kmeans_inconsistency.findings.tables import Tables, pick

MARGINS = ("behind",)
ONLY: Only = {}

_BEHIND = "at the largest sample size the mixture with equal weights has the larger root mean squared error"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """One for each scenario."""
    for row in pick(tables.contrasts, method=METHOD, quantity="distance", n=tables.sizes[-1]):
        place = at(row, "delta", "weight")
        yield exceeds("behind", _BEHIND, place, of(row, "rmse_ratio"), 1, margins["behind"])
