"""Balanced, k-means' partition is as good as that of Bayes' rule; its probabilities never are."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import (
    Check,
    Margins,
    Only,
    at,
    below,
    equals,
    exceeds,
    of,
)
from kmeans_inconsistency.findings.tables import Row, Tables, pick, value

MARGINS = ("balanced", "unbalanced", "slope", "predicted", "mixture_slope", "brier", "same")
ONLY: Only = {"from_delta": "the mixture at separations below {}"}

_BALANCED = "balanced, the partition error of k-means is that of Bayes' rule"
_UNBALANCED = "unbalanced, the partition error of k-means exceeds that of Bayes' rule"
_SLOPE = "the calibration slope of k-means' probabilities is below 1"
_PREDICTED = "the calibration slope of k-means' probabilities is that of its limit"
_MIXTURE_SLOPE = "the calibration slope of the mixture's probabilities is 1"
_BRIER = "the Brier score of k-means' probabilities exceeds that of the true ones"
_SAME = "the Brier score of the mixture's probabilities is that of the true ones"
_PLACE = ("delta", "weight", "n")


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """The mixture is compared with the truth from ``from_delta`` on."""
    n = tables.sizes[-1]

    def against_truth(method: str, quantity: str) -> list[Row]:
        """Contrasts with the true probabilities, the experiment's first method, on the same samples."""
        return pick(tables.contrasts, method=method, n=n, quantity=quantity, against="partition")

    def apart(rows: list[Row]) -> list[Row]:
        return [row for row in rows if value(row["delta"]) >= margins["from_delta"]]

    for row in against_truth("partition,rule=kmeans", "partition_error"):
        found = at(row, *_PLACE), of(row, "difference"), 0
        if value(row["weight"]) == 0.5:
            yield equals("balanced", _BALANCED, *found, margins["balanced"])
        else:
            yield exceeds("unbalanced", _UNBALANCED, *found, margins["unbalanced"])
    for row in tables.at("partition,rule=kmeans", n, "calibration_slope"):
        place, slope = at(row, *_PLACE), of(row)
        yield below("slope", _SLOPE, place, slope, 1, margins["slope"])
        yield equals("predicted", _PREDICTED, place, slope, value(row["limit"]), margins["predicted"])
    for row in against_truth("partition,rule=kmeans", "brier_score"):
        yield exceeds("brier", _BRIER, at(row, *_PLACE), of(row, "difference"), 0, margins["brier"])
    for row in apart(tables.at("partition,rule=mixture", n, "calibration_slope")):
        yield equals("mixture_slope", _MIXTURE_SLOPE, at(row, *_PLACE), of(row), 1, margins["mixture_slope"])
    for row in apart(against_truth("partition,rule=mixture", "brier_score")):
        yield equals("same", _SAME, at(row, *_PLACE), of(row, "difference"), 0, margins["same"])
