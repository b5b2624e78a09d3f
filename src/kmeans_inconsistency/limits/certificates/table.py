"""The table of certificates: the study's predictions and curves on the line, K = 2, enclosed row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import isnan
from types import MappingProxyType
from typing import Any

from flint import arb

from ...models import Mixture, normal_pair
from . import debiased, likelihood, report, transitions, two_means
from .balls import precisely, printed
from .law import Law
from .scope import CURVES, KMEANS, KNOWN_VARIANCE, MIXTURE, theory_of
from .stationary import stationary_values

COLUMNS = ("source", "scenario", "method", "quantity", "lower", "upper", "certified")

Row = dict[str, Any]

_HARD = MappingProxyType(
    {"distance": "distance", "lower": "centers.0", "upper": "centers.1", "variance": "within"}
)
_HARD_AVARS = MappingProxyType(
    {
        "distance": "avar_distance",
        "lower": "avar_centers.0",
        "upper": "avar_centers.1",
        "variance": "avar_within",
    }
)
_SOFT = MappingProxyType(
    {
        "distance": "distance",
        "lower": "means.0",
        "upper": "means.1",
        "weight": "weight",
        "variance": "variance",
    }
)
_SOFT_AVARS = MappingProxyType(
    {
        "distance": "avar_distance",
        "lower": "avar_means.0",
        "upper": "avar_means.1",
        "weight": "avar_weight",
        "variance": "avar_variance",
    }
)


@lru_cache(maxsize=64)
def _hard(model: Mixture) -> two_means.Certificate:
    return two_means.certify(model)


@lru_cache(maxsize=64)
def _soft(model: Mixture) -> report.Values:
    return likelihood.mixture_values(model)


@precisely
def rows(
    source: str,
    scenario: str,
    model: Mixture,
    method: str,
    parameters: Mapping[str, Any],
    quantities: Sequence[tuple[str, bool, bool]],
) -> Iterator[Row]:
    """Enclose the limits and asymptotic variances that theory gives for one method in one scenario.

    Parameters
    ----------
    source, scenario : str
        Names of the experiment and of the scenario.
    model : Mixture
    method : str
    parameters : mapping
        The method's.
    quantities : sequence of (str, bool, bool)
        Name, and whether there are a limit and an asymptotic variance.

    Yields
    ------
    dict
        With the columns of the table. ``certified`` is ``yes``, ``no``, where the bounds are None, or
        ``stationary``: exactly one stationary point is enclosed, and that no other is better is not proved.
    """
    shown = {key: value if isinstance(value, str) else f"{value:g}" for key, value in parameters.items()}
    named = ",".join([method, *(f"{key}={value}" for key, value in shown.items())])
    limits, avars = _enclosed(model, method, parameters)
    proof = "yes"
    if method == KNOWN_VARIANCE and not limits:
        proof = "stationary"
        limits, avars = _by_quantity(stationary_values(model, parameters["eps"]), _SOFT, _SOFT_AVARS)
    unit = float(Law(model).variance.sqrt())
    found = []
    for quantity, has_limit, has_avar in quantities:
        place = unit if quantity in ("lower", "upper") else 0.0
        if has_limit:
            found.append((quantity, limits.get(quantity), place))
        if has_avar:
            found.append((f"{quantity}.avar", avars.get(quantity), 0.0))
    for name, ball, place in found:
        yield _row(source, scenario, named, name, ball, place, proof)


def _row(
    source: str,
    scenario: str,
    method: str,
    name: str,
    ball: arb | None,
    unit: float = 0.0,
    proof: str = "yes",
) -> Row:
    lower, upper = (None, None) if ball is None else printed(ball, unit)
    values = (source, scenario, method, name, lower, upper, "no" if ball is None else proof)
    return dict(zip(COLUMNS, values, strict=True))


def _enclosed(
    model: Mixture, method: str, parameters: Mapping[str, Any]
) -> tuple[Mapping[str, arb], Mapping[str, arb]]:
    """Limits and asymptotic variances by quantity."""
    if method == KNOWN_VARIANCE:
        found = report.path(model, parameters["eps"])
        return _named(found, _SOFT), {
            **_named(found, {"distance": "avar_distance"}),
            **_named(found, dict.fromkeys(("lower", "upper"), "avar_means")),
        }
    theory = theory_of(method, parameters, model)
    if theory == MIXTURE:
        return _by_quantity(_soft(model), _SOFT, _SOFT_AVARS)
    hard = _hard(model).values
    if theory == KMEANS:
        return _by_quantity(hard, _HARD, _HARD_AVARS)
    return _named(_soft(model), _SOFT), debiased.avars(model, hard["boundaries.0"]) if hard else {}


def _by_quantity(
    values: Mapping[str, arb], limits: Mapping[str, str], avars: Mapping[str, str]
) -> tuple[dict[str, arb], dict[str, arb]]:
    return _named(values, limits), _named(values, avars)


def _named(values: Mapping[str, arb], names: Mapping[str, str]) -> dict[str, arb]:
    return {name: values[key] for name, key in names.items() if key in values}


def _distance(row: Mapping[str, float]) -> Mapping[str, arb | None]:
    return {"kmeans": _hard(normal_pair(row["delta"])).values.get("distance")}


def _imbalance(row: Mapping[str, float]) -> Mapping[str, arb | None]:
    return {"kmeans": _hard(normal_pair(row["delta"], row["weight"])).values.get("distance")}


def _bias_map(row: Mapping[str, float]) -> Mapping[str, arb | None]:
    found = _hard(normal_pair(row["delta"], row["weight"])).values.get("distance")
    # the map has the ratio to the separation less one, which may cancel: the ratio is what is enclosed
    return {"bias": None if found is None else found / arb(row["delta"]) - 1}


def _eps_path(row: Mapping[str, float]) -> Mapping[str, arb | None]:
    found = report.path(normal_pair(row["delta"]), row["eps"])
    return {"distance": found.get("distance"), "avar": found.get("avar_distance")}


def _critical_weight(row: Mapping[str, float], first: bool) -> Mapping[str, arb | None]:
    if first:
        found = transitions.cusp()
        return dict(zip(("delta", "weight"), found or (None, None), strict=True))
    return {"weight": transitions.critical_weight(row["delta"])}


def _critical_values(row: Mapping[str, float]) -> Mapping[str, arb | None]:
    model = normal_pair(row["delta"])
    variance, hard = Law(model).variance, _hard(model).values
    noise = ((variance - hard["within"]) * arb.pi() / 2).sqrt() if hard else None
    return {"eps": variance, "noise": noise}


def _efficiency(row: Mapping[str, float]) -> Mapping[str, arb | None]:
    model = normal_pair(row["delta"], row["weight"])
    hard, soft = _hard(model).values, _soft(model)
    if not hard or not soft:
        return dict.fromkeys(("kmeans", "debiased", "crossover"))
    found = report.both(model, hard, soft)
    return {
        "kmeans": soft["avar_distance"] / hard["avar_distance"],
        "debiased": found.get("debiased.efficiency"),
        "crossover": found.get("crossover_n"),
    }


_ENCLOSE: Mapping[str, Callable[..., Mapping[str, arb | None]]] = MappingProxyType(
    {
        "distance": _distance,
        "imbalance": _imbalance,
        "bias_map": _bias_map,
        "eps_path": _eps_path,
        "critical_weight": _critical_weight,
        "critical_values": _critical_values,
        "efficiency": _efficiency,
    }
)

EVERY = 8
"""Curves are drawn on fine grids: the first point and every so many after it have certificates."""


@precisely
def curve_rows(name: str, points: Sequence[Mapping[str, float]], every: int = EVERY) -> Iterator[Row]:
    """Enclose a curve at every so many of its points; values that it does not have (NaN) have no row."""
    keys, enclose = CURVES[name], _ENCLOSE[name]
    for i, point in enumerate(points):
        if i % every:
            continue
        scenario = ",".join(f"{key}={point[key]!r}" for key in keys)
        found = enclose(point, i == 0) if enclose is _critical_weight else enclose(point)
        for quantity, ball in found.items():
            if not isnan(point[quantity]):
                # a bias is a ratio less one, which may cancel
                unit = 1.0 if quantity == "bias" else 0.0
                yield _row(f"curves/{name}", scenario, "", quantity, ball, unit)
