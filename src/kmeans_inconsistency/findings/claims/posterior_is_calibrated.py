"""The sampler's posterior is the posterior: ranks of the truth among its draws are uniform."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, equals, of
from kmeans_inconsistency.findings.tables import Tables, pick

MARGINS = ("mean", "spread")
ONLY: Only = {}

_MEAN = "the mean rank of the truth among draws from the posterior is one half"
_SPREAD = "the standard deviation of the rank is that of a uniform number"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    for row in pick(tables.summary, method="posterior_calibration"):
        place = {"rank": str(row["quantity"]).removeprefix("rank_")} | at(row, "n")
        yield equals("mean", _MEAN, place, of(row), 0.5, margins["mean"])
        yield equals("spread", _SPREAD, place, of(row, "empse"), 1 / sqrt(12), margins["spread"])
