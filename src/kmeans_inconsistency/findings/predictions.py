"""Predictions: what the theory says of every scenario and method, before and apart from the simulation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kmeans_inconsistency import limits
from kmeans_inconsistency.study.design import Experiment, numbers, variant


def rows(experiment: Experiment) -> Iterator[dict[str, Any]]:
    """Compute the limit and the asymptotic variance of every scenario, method and quantity."""
    for scenario in experiment.scenarios:
        for method, values in experiment.methods:
            predictions = limits.predict(method, dict(values), scenario.model)
            for quantity, prediction in sorted(predictions.items()):
                yield {
                    "experiment": experiment.name,
                    **dict(scenario.factors),
                    "method": variant(method, values),
                    **dict(numbers(values)),
                    "quantity": quantity,
                    "limit": prediction.limit,
                    "avar": prediction.avar,
                }
