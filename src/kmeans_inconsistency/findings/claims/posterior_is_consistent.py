"""The posterior mean of the distance goes to the truth, its interval covers it, and the chains have mixed."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import (
    Check,
    Margins,
    Only,
    at,
    below,
    covered,
    equals,
    exceeds,
    of,
    slopes,
)
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("truth", "slope", "coverage", "r_hat", "effective")
ONLY: Only = {
    "slope_from_n": "slopes that begin at n below {}",
    "slope_from_delta": "slopes at separations below {}",
}

_TRUTH = "the mean over samples of the posterior mean distance equals the truth"
_COVERAGE = "the 95 % credible interval of the distance covers the truth in 95 % of samples"
_SLOPE = "the slope of log RMSE of the posterior mean about the truth is -1/2"
_R_HAT = "the mean R-hat of the distance is near 1"
_EFFECTIVE = "the draws are worth enough independent ones"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    for row in tables.at("posterior", tables.sizes[-1]):
        place = at(row, "delta", "n")
        yield equals("truth", _TRUTH, place, of(row), value(row["truth"]), margins["truth"])
        yield equals("coverage", _COVERAGE, place, covered(row, "coverage"), 0.95, margins["coverage"])
    yield from slopes(tables, "posterior", "truth", _SLOPE, margins)
    for n in tables.sizes:
        for row in tables.at("posterior", n, "r_hat"):
            yield below("r_hat", _R_HAT, at(row, "delta", "n"), of(row), 1 + margins["r_hat"], 0)
        for row in tables.at("posterior", n, "effective_size"):
            yield exceeds("effective", _EFFECTIVE, at(row, "delta", "n"), of(row), margins["effective"], 0)
