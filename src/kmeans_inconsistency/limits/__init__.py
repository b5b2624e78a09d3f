"""Limits: what every estimator converges to, and how fast, from the model alone.

>>> from kmeans_inconsistency import limits, models
>>> model = models.normal_pair(2)
>>> round(limits.kmeans.limit(model).best.distance, 4)
2.3333
>>> limits.predict("mixture", {}, model)["distance"].limit
2.0

:func:`describe` collects everything that is known about one mixture; each estimator's theory is the module of
its name, and :mod:`.likelihood`, :mod:`.pollard` and :mod:`.quadrature` are what they share.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from math import inf
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from ..models import Mixture, Model
from ._units import between, standardised

__all__ = ["Prediction", "agreed", "describe", "predict", "uses_draws", "uses_separations"]


class Prediction(NamedTuple):
    """What theory says of one output of an estimator.

    Attributes
    ----------
    limit : float or None
        The pseudo-true value: what the output converges to as n grows. None where it is unknown or there is
        none.
    avar : float or None
        Limit of n times the output's variance. None where it is unknown or the error is not of order
        n^(-1/2).
    """

    limit: float | None
    avar: float | None


def predict(method: str, parameters: Mapping[str, Any], model: Model) -> dict[str, Prediction]:
    """Predict the outputs of a method for data from a model.

    Parameters
    ----------
    method : str
        An estimator's name; its theory is the module of the same name in this package.
    parameters : mapping
        The method's parameters.
    model : Mixture or SpatialMixture
        What the data come from.

    Returns
    -------
    dict from str to Prediction
        By output (distance, lower, upper, weight, variance); empty for a method without theory, or whose
        theory is of the line where the model is in space.
    """
    if find_spec(f"{__name__}.{method}") is None:
        return {}
    theory = import_module(f"{__name__}.{method}")
    if not hasattr(theory, "predict"):
        return {}
    if not isinstance(model, Mixture) and theory.predict.__annotations__.get("model") == Mixture.__name__:
        return {}
    if not isinstance(model, Mixture) or method in FIXED or parameters.get("rule") == "relative":
        return _predicted(theory, model, parameters)
    near, origin, unit = standardised(model)
    if near == model:
        return _predicted(theory, model, parameters)
    inside = dict(parameters)
    if 0 < inside.get("eps", 0) < inf:
        inside["eps"] = between(inside["eps"] / unit / unit)
    return {
        output: Prediction(
            None
            if found.limit is None
            else _scaled(found.limit, unit, output) + origin * (output in LOCATIONS),
            None if found.avar is None else _scaled(_scaled(found.avar, unit, output), unit, output),
        )
        for output, found in _predicted(theory, near, inside).items()
    }


LOCATIONS = ("lower", "upper")
POWERS = {"distance": 1, "lower": 1, "upper": 1, "variance": 2}
"""Of the unit of length, in the outputs that have one."""
FIXED = ("sklearn_mixture", "stopped_em")
"""Methods that add a fixed variance, and so depend on the unit, as a gain relative to a likelihood does."""


def _predicted(theory: ModuleType, model: Model, parameters: Mapping[str, Any]) -> dict[str, Prediction]:
    predictions: dict[str, Prediction] = theory.predict(model, **parameters)
    return predictions


def _scaled(value: float, unit: float, output: str) -> float:
    """Multiplied by the power of the unit step by step, which cannot overflow before the value does."""
    for _ in range(POWERS.get(output, 0)):
        value *= unit
    return value


def describe(model: Mixture, clusters: int | None = None, eps: Sequence[float] = ()) -> dict[str, Any]:
    """Collect all limits of one mixture: see :func:`.report.describe`."""
    described: dict[str, Any] = import_module(f"{__name__}.report").describe(model, clusters, eps)
    return described


@cache
def uses_separations(curve: str) -> bool:
    """Whether a curve of :mod:`.curves` depends on the study's separations: its parameter ``deltas``."""
    return _takes(curve, "deltas")


@cache
def uses_draws(curve: str) -> bool:
    """Whether a curve of :mod:`.curves` is predicted from random draws: its parameter ``draws``."""
    return _takes(curve, "draws")


def _takes(curve: str, parameter: str) -> bool:
    """Whether a curve has this first parameter.

    Read from the source, for the workflow asks before it imports any theory.
    """
    paths = [*Path(__file__).parent.glob("*curves.py"), Path(__file__).with_name("finite_samples.py")]
    sources = (path.read_text(encoding="utf-8") for path in paths)
    functions = [f for source in sources for f in ast.parse(source).body if isinstance(f, ast.FunctionDef)]
    return any(f.name == curve and f.args.args and f.args.args[0].arg == parameter for f in functions)


def __getattr__(name: str) -> ModuleType:
    """Import a theory when it is first asked for, so that ``limits`` itself stays cheap to import."""
    if name.startswith("_") or find_spec(f"{__name__}.{name}") is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")


def agreed(values: Sequence[float]) -> float | None:
    """The value that tied optima agree on, the first's; None if they differ by more than rounding."""
    first = values[0]
    return first if all(abs(value - first) <= 1e-9 * (1 + abs(first)) for value in values) else None
