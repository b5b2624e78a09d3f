"""The mixture's distance goes to the truth, at the rate of maximum likelihood; small samples are near it."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, equals, of, slopes
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("mean", "median", "slope")
ONLY: Only = {
    "slope_from_n": "slopes that begin at n below {}",
    "slope_from_delta": "slopes at separations below {}",
}

_CENTRES = (
    ("mean", "the mean distance of the mixture equals the truth"),
    ("median", "the median distance of the mixture equals the truth"),
)
_SLOPE = "the slope of log RMSE of the mixture about the truth is -1/2"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """At every n; both margins are shares of the true distance."""
    for centre, statement in _CENTRES:
        for n in tables.sizes:
            for row in tables.at("mixture", n):
                truth = value(row["truth"])
                found = at(row, "delta", "n"), of(row, centre)
                yield equals(centre, statement, *found, truth, margins[centre] * truth)
    yield from slopes(tables, "mixture", "truth", _SLOPE, margins)
