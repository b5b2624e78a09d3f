"""k-means' means and distance go to their limits, beside the truth, at Pollard's rate and variance."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import (
    Check,
    Margins,
    Only,
    at,
    equals,
    exceeds,
    of,
    slopes,
    variance_ratio,
)
from kmeans_inconsistency.findings.tables import Tables, value

MARGINS = ("mean_limit", "mean_truth", "limit", "truth", "slope", "spread")
ONLY: Only = {"slope_from_n": "slopes that begin at n below {}"}

_MEAN_LIMIT = "the mean of each of the two means of k-means equals its limit"
_MEAN_TRUTH = "the mean of each of them is farther from 0 than the mean of its component"
_LIMIT = "the mean distance of k-means equals its limit"
_TRUTH = "the mean distance of k-means exceeds the truth"
_SPREAD = "the variance of k-means' distance over that of Pollard's limit theorem is 1"
_SLOPE = "the slope of log RMSE of k-means about its limit is -1/2"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    n = tables.sizes[-1]
    for mean, away in (("lower", -1), ("upper", 1)):
        for row in tables.at("kmeans", n, mean):
            place, found = at(row, "delta", "n", mean=mean), of(row)
            yield equals("mean_limit", _MEAN_LIMIT, place, found, value(row["limit"]), margins["mean_limit"])
            outward = found._replace(value=away * found.value)
            truth = away * value(row["truth"])
            yield exceeds("mean_truth", _MEAN_TRUTH, place, outward, truth, margins["mean_truth"])
    for row in tables.at("kmeans", n):
        place = at(row, "delta", "n")
        yield equals("limit", _LIMIT, place, of(row), value(row["limit"]), margins["limit"])
        yield exceeds("truth", _TRUTH, place, of(row), value(row["truth"]), margins["truth"])
        yield equals("spread", _SPREAD, place, variance_ratio(row), 1, margins["spread"])
    yield from slopes(tables, "kmeans", "limit", _SLOPE, margins)
