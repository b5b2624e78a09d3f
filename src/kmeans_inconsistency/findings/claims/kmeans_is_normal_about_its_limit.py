"""k-means' distance and lower centre are normal about their limits, with Pollard's variance and coverage."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import (
    Check,
    Margins,
    Only,
    at,
    covered,
    equals,
    of,
    variance_ratio,
)
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("limit", "spread", "normal", "coverage")
ONLY: Only = {}


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    n = tables.sizes[-1]
    for quantity, name in (("distance", "distance"), ("lower", "lower centre")):
        mean = f"the mean {name} of k-means equals its limit"
        variance = f"the variance of k-means' {name} over that of Pollard's limit theorem is 1"
        normal = f"Kolmogorov's distance of k-means' standardised {name} from the normal distribution is 0"
        interval = f"Pollard's 95 % interval of the {name} covers the limit in 95 % of samples"
        for row in tables.at("kmeans,interval=sandwich", n, quantity):
            place = at(row, "delta", "weight", "n")
            yield equals("limit", mean, place, of(row), value(row["limit"]), margins["limit"])
            yield equals("spread", variance, place, variance_ratio(row), 1, margins["spread"])
            yield equals("normal", normal, place, of(row, "kolmogorov"), 0, margins["normal"])
            coverage = covered(row, "coverage_limit")
            yield equals("coverage", interval, place, coverage, 0.95, margins["coverage"])
