"""Certificates for the report on a mixture that the user names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flint import arb

from ...asymptotics import balance
from ...models import Mixture
from .. import mixture
from . import debiased, likelihood, transitions, two_means
from .balls import precisely, printed
from .law import Law

Report = dict[str, Any]
Values = dict[str, arb]

REASONS = {
    "kmeans": "no certificate that no other partition is better: only two clusters on the line have one",
    "known_variance": "below its critical value the best fit is proved for two normal components of equal "
    "weight and variance",
    "mixture": "the best fit is proved for two normal components of one variance",
    "classification": "only a search over cuts",
    "debiased": "needs a certified cut and two normal components of one variance",
    "stopped_em": "the result of an algorithm, not of an equation",
    "critical_anisotropy": "the right angle of the turn is proved for balanced pairs",
    "critical_weight": "the two optima could not be followed",
    "iterations_ratio": "needs both rates of convergence",
    "crossover_n": "needs certified limits and variances of both estimators",
}


@precisely
def certificates(model: Mixture, report: Mapping[str, Any]) -> tuple[list[Report], list[Report]]:
    """Enclose what can be enclosed of a report.

    Parameters
    ----------
    model : Mixture
    report : mapping
        What :func:`..report.describe` says of it.

    Returns
    -------
    certified : list of dict
        ``quantity`` (the dotted path in the report) with ``lower`` and ``upper``, or with ``certified``,
        which is True, where it is a yes or no.
    uncertified : list of dict
        ``quantity`` and ``reason``, for every other number of the report.
    """
    values, facts = _values(model, report)
    unit = float(Law(model).variance.sqrt())
    certified: list[Report] = []
    for name, ball in values.items():
        if _look_up(report, name) is not None:
            lower, upper = printed(ball, unit if _located(name) else 0.0)
            certified.append({"quantity": name, "lower": lower, "upper": upper})
    certified += [{"quantity": name, "certified": True} for name in facts]
    done = {entry["quantity"] for entry in certified}
    uncertified = [
        {"quantity": name, "reason": REASONS[name.split(".")[0]]}
        for name in _numbers({key: report[key] for key in REASONS}, "")
        if name not in done
    ]
    return certified, uncertified


def _values(model: Mixture, report: Mapping[str, Any]) -> tuple[Values, list[str]]:
    """All enclosures by dotted path, and what is proved of yes or no."""
    values: Values = {"critical_eps": Law(model).variance}
    facts = []
    # the questions about two clusters do not depend on how many the report has
    hard = two_means.certify(model)
    if len(report["kmeans"]["centers"]) == 2:
        values |= {f"kmeans.{name}": value for name, value in hard.values.items()}
        if hard.unique is not None:
            facts.append("kmeans.unique")
    for i, fit in enumerate(report["known_variance"]):
        found = path(model, fit["eps"])
        values |= {f"known_variance.{i}.{name}": value for name, value in found.items()}
        if found:
            facts += [f"known_variance.{i}.merged", f"known_variance.{i}.unique"]
    soft = likelihood.mixture_values(model)
    values |= {f"mixture.{name}": value for name, value in soft.items()}
    # under its model the truth is the only maximum, up to names
    facts += ["mixture.unique"] if soft else []
    pair = mixture.well_specified(model)
    if not soft or pair is None:
        return values, facts
    balanced = model.weights[0] == model.weights[1]
    if hard.unique and balanced:
        explained = values["critical_eps"] - hard.values["within"]
        values["critical_anisotropy"] = (explained * arb.pi() / 2).sqrt()
    # the critical weight is that of a pair of unit variance
    separation = pair.distance / pair.variance**0.5
    weight = transitions.critical_weight(separation)
    if weight is not None:
        values["critical_weight"] = weight
    if hard.unique:
        values |= both(model, hard.values, soft)
    return values, facts


def path(model: Mixture, eps: float) -> Values:
    """Enclose the fit with known variance and weights 1/2; empty where its optimum is not proved."""
    law = Law(model)
    if arb(eps) >= law.variance:
        # the merged fit is best for any distribution
        return {"distance": arb(0), "means.0": law.mean, "means.1": law.mean}
    pair = mixture.well_specified(model)
    if pair is None or model.weights[0] != model.weights[1]:
        return {}
    low, high = sorted(model.means)
    # the distance of the means need not be a double: it is passed as a ball
    found = likelihood.path_values(arb(high) - arb(low), arb(model.sds[0]), arb(eps))
    if not found:
        return {}
    half = found["distance"] / 2
    return found | {"means.0": law.mean - half, "means.1": law.mean + half}


def both(model: Mixture, hard: Values, soft: Values) -> Values:
    """Enclose what compares k-means, debiased k-means and the mixture, by name."""
    values: Values = {}
    avar = debiased.avars(model, hard["boundaries.0"])["distance"]
    values["debiased.distance"] = soft["distance"]
    values["debiased.avar_distance"] = avar
    values["debiased.efficiency"] = soft["avar_distance"] / avar
    bias = hard["distance"] - soft["distance"]
    if "avar_distance" in hard and not bias.contains(0):
        values["crossover_n"] = balance(soft["avar_distance"] - hard["avar_distance"], bias**2)
    if soft["em_rate"] > 0:
        values["iterations_ratio"] = hard["lloyd_rate"].log() / soft["em_rate"].log()
    return {name: value for name, value in values.items() if value.is_finite()}


def _located(name: str) -> bool:
    """Whether a quantity is a place on the line, and may be zero by cancellation."""
    return any(part in ("centers", "boundaries", "means") for part in name.split("."))


def _look_up(report: Any, name: str) -> Any:
    """The number at a dotted path; None if the report has none."""
    for part in name.split("."):
        if isinstance(report, Mapping):
            report = report.get(part)
        elif isinstance(report, list) and part.isdigit() and int(part) < len(report):
            report = report[int(part)]
        else:
            return None
    return report


def _numbers(part: Any, name: str) -> Iterator[str]:
    """Dotted paths of all numbers, and of the answers that are yes or no by proof."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            yield from _numbers(value, f"{name}.{key}" if name else str(key))
    elif isinstance(part, list):
        for i, value in enumerate(part):
            yield from _numbers(value, f"{name}.{i}")
    elif isinstance(part, bool):
        if name.endswith(".unique"):
            yield name
    elif part is not None and not name.endswith((".eps", ".local_optima", ".passes")):
        yield name
