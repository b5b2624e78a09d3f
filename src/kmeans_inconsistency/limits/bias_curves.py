"""Theory curves of the bias: over weights, clusters, dimensions, separations and shapes of the components."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from .. import models
from . import kmeans, mixture, noise_coordinates, simplex, transitions

FloatArray = NDArray[np.float64]
Columns = dict[str, FloatArray]

CLOSE = 0.01
"""Share of the separation to within which centres count as close to the means."""

_CLUSTERS = (2, 3, 4, 5)
_IMBALANCED = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
_WEIGHTS = (0.5, 0.7, 0.9, 0.95, 0.97, 0.98, 0.99)
_DIMENSIONS = (2, 5, 10, 20, 50, 100)


def imbalance() -> Columns:
    """Give the limit of k-means' distance over the weight of the larger component.

    Both sides of a jump are on the grid.

    Returns
    -------
    dict of ndarray
        ``delta``, ``weight`` and ``kmeans``.
    """
    rows = []
    for delta in _IMBALANCED:
        weights = np.append(np.linspace(0.5, 0.9, 41), 1 - np.geomspace(0.1, 0.01, 40)[1:])
        critical = transitions.critical_weight(delta)
        if critical is not None:
            weights = np.sort(np.append(weights, 1 - critical * (1 + np.array([-1e-6, 1e-6]))))
        limits = [kmeans.limit(models.normal_pair(delta, weight)).best.distance for weight in weights]
        rows.append({"delta": np.full_like(weights, delta), "weight": weights, "kmeans": np.array(limits)})
    return _stack(rows)


def clusters() -> Columns:
    """Give the relative bias of k-means' mean distance over all pairs, for equally likely components.

    Returns
    -------
    dict of ndarray
        ``clusters``, ``delta``, and the relative bias for components in a ``row`` and at the corners of a
        ``simplex``.
    """
    grid = np.linspace(0.75, 5.0, 18)
    rows = []
    for count in _CLUSTERS:
        lines = [models.normal_row(delta, count) for delta in grid]
        row = [kmeans.limit(line, count).best.distance / line.distance - 1 for line in lines]
        corner = [simplex.limit(delta, count).distance / delta - 1 for delta in grid]
        columns = {"delta": grid, "row": np.array(row), "simplex": np.array(corner)}
        rows.append({"clusters": np.full_like(grid, count)} | columns)
    return _stack(rows)


def noise() -> Columns:
    """Give the bias that coordinates of noise add to the distance of a balanced pair, times n / (d - 1).

    Returns
    -------
    dict of ndarray
        ``delta``, ``dimension``, ``kmeans`` (which does not depend on the dimension) and ``mixture``.
    """
    deltas, dimensions = np.meshgrid(np.linspace(1.0, 5.0, 17), _DIMENSIONS, indexing="ij")
    pairs = [models.normal_pair(delta) for delta in deltas.ravel()]
    hard = [noise_coordinates.of_kmeans(pair) for pair in pairs]
    soft = [
        noise_coordinates.of_mixture(pair, int(d)) for pair, d in zip(pairs, dimensions.ravel(), strict=True)
    ]
    columns = {"kmeans": np.array(hard), "mixture": np.array(soft)}
    return {"delta": deltas.ravel(), "dimension": dimensions.ravel().astype(float)} | columns


def separation() -> Columns:
    """Give how far k-means' limit is from the means against the separation, for several weights.

    Returns
    -------
    dict of ndarray
        ``weight`` (of the larger component), ``delta``, ``centre`` (distance of the worse centre from its
        mean) and ``distance`` (bias of the distance), both as shares of ``delta``.
    """
    grid = np.linspace(1.5, 10.0, 69)
    rows = []
    for weight in _WEIGHTS:
        found = np.array([_errors(delta, weight) for delta in grid])
        columns = {"delta": grid, "centre": found[:, 0], "distance": found[:, 1]}
        rows.append({"weight": np.full_like(grid, weight)} | columns)
    return _stack(rows)


def close() -> Columns:
    """Give the separation from which on both centres are close to the means, over the smaller weight.

    Returns
    -------
    dict of ndarray
        ``weight`` (of the smaller component) and ``delta``, beyond which the worse centre is within
        :data:`CLOSE` of the separation.
    """
    weights = np.concatenate([[0.5, 0.499, 0.495, 0.48, 0.46, 0.43], np.geomspace(0.4, 0.006, 26)])
    return {"weight": weights, "delta": np.array([_close_from(weight) for weight in weights])}


def misspecified() -> Columns:
    """Give the limits of the distance for components that are not normal with a common variance.

    Returns
    -------
    dict of ndarray
        ``delta`` and, for each family by its name, ``<family>_kmeans`` and ``<family>_mixture``; NaN where
        there is no limit.
    """
    grid = np.linspace(0.5, 5.0, 19)
    families = ("normal_pair", "t_pair", "laplace_pair", "uniform_pair", "unequal_pair")
    columns = {"delta": grid}
    for family in families:
        for name, theory in (("kmeans", kmeans), ("mixture", mixture)):
            pairs = [models.FAMILIES[family](float(delta)) for delta in grid]
            found = [theory.predict(pair)["distance"].limit for pair in pairs]
            columns[f"{family}_{name}"] = np.array([np.nan if one is None else one for one in found])
    return columns


def _errors(delta: float, weight: float) -> tuple[float, float]:
    """Error of the worse centre and of the distance, as shares of the separation."""
    best = kmeans.limit(models.normal_pair(delta, weight)).best
    low, high = best.centers
    return max(abs(low + delta / 2), abs(high - delta / 2)) / delta, best.distance / delta - 1


def _close_from(weight: float) -> float:
    """Separation beyond which the worse centre stays within :data:`CLOSE`."""
    grid = np.linspace(12.0, 3.0, 31)
    errors = (_errors(delta, weight)[0] for delta in grid)
    last = next(i for i, error in enumerate(errors) if error > CLOSE)
    # where the limit jumps over the bound this ends at the jump
    gap = optimize.brentq(lambda d: _errors(d, weight)[0] - CLOSE, grid[last], grid[last - 1], xtol=1e-9)
    return float(gap)


def _stack(rows: list[Columns]) -> Columns:
    return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}


CURVES: Mapping[str, Callable[[], Columns]] = MappingProxyType(
    {
        "imbalance": imbalance,
        "clusters": clusters,
        "noise": noise,
        "separation": separation,
        "close": close,
        "misspecified": misspecified,
    }
)
