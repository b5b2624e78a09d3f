"""What each estimator says of real data, beside the means of the groups where these are known."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..diagnosis import Diagnosis, diagnose
from ..diagnosis.evidence import name_of
from ..estimators.debiased import debiased
from ..estimators.kmeans import kmeans
from ..estimators.mixture import mixture
from ..limits import kmeans as limits
from ..models import Mixture
from .data import NAMES, Data, load

Row = dict[str, Any]
FloatArray = NDArray[np.float64]

COLUMNS = ("experiment", "data", "method", "quantity", "estimate", "se", "low", "high")
"""Of the table of results: ``low`` and ``high`` are 95 % intervals."""

OBSERVED = ("data", "upper", "value")
"""Columns of the table of observations."""

_WEIGHTS = ("free", "equal")


def rows() -> Iterator[Row]:
    """Every estimate of every column of data.

    Quantities, in the units of the data where they have one:

    - ``n``; of the labels, ``n_lower`` and ``n_upper``, too;
    - ``lower``, ``upper``, ``distance``: of the two means or centres;
    - ``weight``: share of the lower component, cluster or group; ``sd``: within them; ``separation``: the
      distance in these standard deviations;
    - ``kmeans_bias``: limit of k-means less the distance where the fitted mixture is the truth; of the labels
      where each group is normal, with the groups' shares, means and pooled variance;
    - ``cut``: where observations are divided, and ``wrong``, the share that this puts in the wrong group;
    - of the diagnosis: ``gain``, by how much BIC prefers two components to one normal distribution, and the
      corrected ``distance`` with its ``bias``, if they are stated.
    """
    for name in NAMES:
        data = load(name)
        for method, quantity, estimate, *rest in _of(data):
            errors = dict(zip(COLUMNS[5:], (*rest, None, None, None), strict=False))
            yield {
                "experiment": "real_data",
                "data": name,
                "method": method,
                "quantity": quantity,
                "estimate": estimate,
                **errors,
            }


def observations() -> Iterator[Row]:
    """Every observation: ``upper`` is 1 in the group with the larger mean, and empty without labels."""
    for name in NAMES:
        data = load(name)
        groups = [None] * len(data.column) if data.upper is None else data.upper.astype(int).tolist()
        for upper, value in zip(groups, data.column.tolist(), strict=True):
            yield {"data": name, "upper": upper, "value": value}


def described() -> dict[str, Any]:
    """What the data are and what the diagnosis says of them in words."""
    return {name: _described(load(name)) for name in NAMES}


def _described(data: Data) -> dict[str, Any]:
    names = ("title", "variable", "unit", "groups", "source", "licence", "digest")
    return {name: getattr(data, name) for name in names} | {"diagnosis": diagnose(data.column).plain}


def _of(data: Data) -> Iterator[tuple[Any, ...]]:
    x = data.column
    yield "labels", "n", len(x)
    yield from _labelled(data)
    hard = kmeans(x, interval="sandwich")
    low, high = hard.interval if hard.interval is not None else (math.nan, math.nan)
    yield "kmeans", "distance", float(hard.centers[1] - hard.centers[0]), None, float(low), float(high)
    yield from _pair("kmeans", hard.centers)
    yield "kmeans", "weight", float(hard.sizes[0] / len(x))
    yield "kmeans", "sd", math.sqrt(hard.objective / len(x))
    yield from _divided("kmeans", data, float(hard.cuts[0]))
    for weights in _WEIGHTS:
        soft = mixture(x, weights=weights, interval="information")
        yield from _fitted(_spelt("mixture", weights), data, soft, soft.interval)
        yield from _fitted(_spelt("debiased", weights), data, debiased(x, weights=weights))
    yield from _diagnosed(diagnose(x))


def _spelt(method: str, weights: str) -> str:
    return method if weights == "free" else f"{method},weights={weights}"


def _labelled(data: Data) -> Iterator[tuple[Any, ...]]:
    """Means of the groups with their standard errors, and the mixture of normal components that they make."""
    if data.upper is None:
        return
    groups = [data.column[~data.upper], data.column[data.upper]]
    sizes = [len(group) for group in groups]
    means = [math.fsum(group) / len(group) for group in groups]
    squares = [math.fsum((group - mean) ** 2) for group, mean in zip(groups, means, strict=True)]
    errors = [math.sqrt(square / (n - 1) / n) for square, n in zip(squares, sizes, strict=True)]
    total = len(data.column)
    sd = math.sqrt(math.fsum(squares) / (total - 2))
    for end, n, mean, error in zip(("lower", "upper"), sizes, means, errors, strict=True):
        yield "labels", f"n_{end}", n
        yield "labels", end, mean, error
    yield "labels", "distance", means[1] - means[0], math.hypot(*errors)
    yield from _components("labels", data, (means[0], means[1]), sizes[0] / total, sd)


def _fitted(
    method: str, data: Data, fit: Any, interval: FloatArray | None = None
) -> Iterator[tuple[Any, ...]]:
    """A fitted mixture; a distance of zero and nothing else where its components have merged."""
    lower, upper = map(float, fit.means)
    ends = () if interval is None else (None, *map(float, interval))
    yield method, "distance", upper - lower, *ends
    if upper > lower:
        yield from _pair(method, fit.means)
        yield from _components(method, data, (lower, upper), float(fit.weights[0]), math.sqrt(fit.variance))


def _pair(method: str, means: FloatArray) -> Iterator[tuple[Any, ...]]:
    yield method, "lower", float(means[0])
    yield method, "upper", float(means[1])


def _components(
    method: str, data: Data, means: tuple[float, float], weight: float, sd: float
) -> Iterator[tuple[Any, ...]]:
    """What follows if two normal components with these means are the truth."""
    separation = (means[1] - means[0]) / sd
    limit = limits.limit(Mixture((weight, 1 - weight), (0.0, separation), (1.0, 1.0))).best
    yield method, "weight", weight
    yield method, "sd", sd
    yield method, "separation", separation
    yield method, "kmeans_bias", sd * (limit.distance - separation)
    cut = (means[0] + means[1]) / 2 + sd / separation * math.log(weight / (1 - weight))
    yield from _divided(method, data, cut)


def _divided(method: str, data: Data, cut: float) -> Iterator[tuple[Any, ...]]:
    yield method, "cut", cut
    if data.upper is not None:
        yield method, "wrong", float(((data.column > cut) != data.upper).mean())


def _diagnosed(found: Diagnosis) -> Iterator[tuple[Any, ...]]:
    bic = {candidate.name: candidate.bic for candidate in found.evidence.candidates}
    yield "diagnosis", "gain", bic[name_of(1)] - bic[name_of(2)]
    (distance,) = found.distances
    if distance.corrected is not None:
        yield (
            "diagnosis",
            "distance",
            distance.corrected,
            distance.standard_error,
            *(distance.interval or ()),
        )
        yield "diagnosis", "bias", distance.bias, None, *(distance.bias_interval or ())
