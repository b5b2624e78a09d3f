"""Predictions: what the theory says of every scenario and method, before and apart from the simulation."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from kmeans_inconsistency import limits
from kmeans_inconsistency.asymptotics import balance
from kmeans_inconsistency.findings.summaries import BOTH, CENTRES
from kmeans_inconsistency.findings.tables import Key, Row, Tables, key, limit_keys, names, truth
from kmeans_inconsistency.study.design import Experiment, Group, Scenario, numbers, variant
from kmeans_inconsistency.study.files import number


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


def tables_of(experiment: Experiment) -> Tables:
    """The tables of an experiment as the theory has them, before anything is simulated.

    An estimate is its limit, its error that of the asymptotic variance, and what no theory predicts is left
    empty, as are counts.
    """
    limits_of = list(rows(experiment))
    theory = {_key(row, experiment): row for row in limits_of}
    summary, rates, contrasts = [], [], []
    for scenario in experiment.scenarios:
        for group in experiment.groups:
            for quantity in experiment.quantities:
                named = names(experiment, scenario, group, quantity)
                own = theory.get(_key(named, experiment), {})
                against = Group(group.n, *experiment.methods[0])
                first = theory.get(_key(names(experiment, scenario, against, quantity), experiment), {})
                summary.append(named | _measures(experiment, group.n, truth(scenario.model, quantity), own))
                target = truth(scenario.model, quantity)
                contrasts.append(named | _contrast(experiment, group.n, target, own, first, against.variant))
                starts = [about for about in ("truth", "limit") if group.n != experiment.sizes[-1]]
                ends = {"from_n": group.n, "to_n": experiment.sizes[-1], "used": experiment.replicates}
                rates += [named | ends | {"about": about, "slope": -0.5, "slope_mcse": 0} for about in starts]
            if set(BOTH) <= set(experiment.quantities):
                against = Group(group.n, *experiment.methods[0])
                named = names(experiment, scenario, group, CENTRES)
                own, first = (_both(theory, experiment, scenario, g) for g in (group, against))
                row = _contrast(experiment, group.n, 0.0, own, first, against.variant)
                contrasts.append(named | row | {"difference": _NOTHING, "efficiency": _NOTHING})
    return Tables(*map(_spelt, (summary, rates, contrasts, limits_of)))


def _spelt(rows: list[Row]) -> list[Row]:
    return [{name: number(value) for name, value in row.items()} for row in rows]


def _key(row: Mapping[str, Any], experiment: Experiment) -> Key:
    return key(row, limit_keys(experiment))


_NOTHING = float("nan")


def _measures(experiment: Experiment, n: int, target: float, own: Mapping[str, Any]) -> Row:
    limit, avar = _number(own, "limit"), _number(own, "avar")
    error = (avar / n / experiment.replicates) ** 0.5
    found = dict.fromkeys(_EMPTY, _NOTHING)
    found |= dict.fromkeys(("mean", "median", "limit"), limit) | {"truth": target, "avar": avar}
    found |= {"mean_mcse": error, "median_mcse": error, "predicted_se": (avar / n) ** 0.5}
    found |= {"se_ratio": 1.0, "se_ratio_mcse": 0.0, "kolmogorov": 0.0, "kolmogorov_mcse": 0.0}
    return found | {"replicates": experiment.replicates, "used": experiment.replicates}


_EMPTY = ("empse", "empse_mcse", "coverage", "coverage_mcse", "coverage_limit", "coverage_limit_mcse")


def _contrast(
    experiment: Experiment,
    n: int,
    target: float,
    own: Mapping[str, Any],
    first: Mapping[str, Any],
    against: str,
) -> Row:
    """To first order: of each method the squared bias of its limit and its asymptotic variance over n."""
    found: Row = dict.fromkeys(("closer", "closer_mcse"), _NOTHING)
    found |= dict.fromkeys((f"{name}_mcse" for name in _FIRST_ORDER), 0.0)  # of an infinite study
    (own_limit, own_avar), (first_limit, first_avar) = (
        (_number(row, "limit"), _number(row, "avar")) for row in (own, first)
    )
    biases = (own_limit - target) ** 2, (first_limit - target) ** 2
    errors = biases[0] + own_avar / n, biases[1] + first_avar / n
    found |= {"difference": own_limit - first_limit, "largest": _NOTHING}
    found["efficiency"] = first_avar / own_avar if own_avar > 0 else _NOTHING
    found["rmse_ratio"] = (errors[0] / errors[1]) ** 0.5 if errors[1] > 0 else _NOTHING
    found["rmse_crossover"] = _crossover(own_avar - first_avar, biases[1] - biases[0])
    return found | {"against": against, "used": experiment.replicates}


def _both(
    theory: Mapping[Key, Row], experiment: Experiment, scenario: Scenario, group: Group
) -> dict[str, float]:
    """Of both centres together the root mean square of the biases, and the mean variance."""
    found = []
    for quantity in BOTH:
        row = theory.get(_key(names(experiment, scenario, group, quantity), experiment), {})
        found.append((_number(row, "limit") - truth(scenario.model, quantity), _number(row, "avar")))
    biases, avars = zip(*found, strict=True)
    return {"limit": (math.fsum(bias**2 for bias in biases) / 2) ** 0.5, "avar": math.fsum(avars) / 2}


_FIRST_ORDER = ("difference", "rmse_ratio", "efficiency", "rmse_crossover")


def _crossover(variance: float, bias: float) -> float:
    """Where n times the bias that one method has more of is the variance that the other has more of."""
    return balance(variance, bias) if variance * bias > 0 else _NOTHING


def _number(row: Mapping[str, Any], name: str) -> float:
    found = row.get(name)
    return _NOTHING if found is None else float(found)
