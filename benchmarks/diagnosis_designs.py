"""Designs on which ``diagnose`` is checked by simulation: right models, wrong ones, and one group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], FloatArray]


@dataclass(frozen=True)
class Design:
    """What samples are drawn from, and for how many clusters a diagnosis is asked."""

    name: str
    clusters: int
    draw: Draw
    means: FloatArray | None = None  # None: the model does not hold


def mixture(name: str, weights: list[float], means: Any) -> Design:
    """A design in which the model holds."""
    centers = np.atleast_2d(np.asarray(means, dtype=float))
    centers = centers.T if centers.shape[0] == 1 else centers

    def draw(rng: np.random.Generator, n: int) -> FloatArray:
        labels = rng.choice(len(weights), size=n, p=weights)
        return np.asarray(centers[labels] + rng.standard_normal((n, centers.shape[1])))

    return Design(name, len(weights), draw, centers)


def _triangle(side: float, d: int) -> FloatArray:
    corners = np.zeros((3, d))
    corners[1, 0] = side
    corners[2, :2] = side / 2, side * np.sqrt(3) / 2
    return corners


def _pair(distance: float, d: int) -> FloatArray:
    """Along a diagonal."""
    return np.stack([np.zeros(d), np.full(d, distance / np.sqrt(d))])


def _axes(distance: float, clusters: int, d: int) -> FloatArray:
    """The origin and points on the axes."""
    return np.concatenate([np.zeros((1, d)), distance * np.eye(d)[: clusters - 1]])


SQUARE = np.array([[0, 0], [3, 0], [0, 3], [3, 3.0]])

RIGHT = (
    mixture("K=2 d=1 .45 2.5", [0.45, 0.55], [0, 2.5]),
    mixture("K=2 d=1 .35 2.75", [0.35, 0.65], [0, 2.75]),
    mixture("K=2 d=1 .25 3.25", [0.25, 0.75], [0, 3.25]),
    mixture("K=2 d=1 .15 3.5", [0.15, 0.85], [0, 3.5]),
    mixture("K=2 d=4 .4 2.5", [0.4, 0.6], _pair(2.5, 4)),
    mixture("K=2 d=6 .25 3", [0.25, 0.75], _pair(3, 6)),
    mixture("K=2 d=12 .45 2.75", [0.45, 0.55], _pair(2.75, 12)),
    mixture("K=2 d=20 .35 3.5", [0.35, 0.65], _pair(3.5, 20)),
    mixture("K=3 d=1 .25 .35 .4 3", [0.25, 0.35, 0.4], [0, 3, 6]),
    mixture("K=3 d=1 .3 .4 .3 3.5 2.75", [0.3, 0.4, 0.3], [0, 3.5, 6.25]),
    mixture("K=3 d=2 .25 .35 .4 2.75", [0.25, 0.35, 0.4], _triangle(2.75, 2)),
    mixture("K=3 d=2 .2 .3 .5 3.5", [0.2, 0.3, 0.5], _triangle(3.5, 2)),
    mixture("K=3 d=4 .3 .3 .4 2.5", [0.3, 0.3, 0.4], _triangle(2.5, 4)),
    mixture("K=3 d=8 .2 .35 .45 3", [0.2, 0.35, 0.45], _triangle(3, 8)),
    mixture("K=4 d=1 .2 .3 .3 .2 3.5", [0.2, 0.3, 0.3, 0.2], [0, 3.5, 7, 10.5]),
    mixture("K=4 d=2 square 3", [0.2, 0.2, 0.25, 0.35], SQUARE),
    mixture("K=4 d=3 axes 3", [0.2, 0.25, 0.25, 0.3], _axes(3, 4, 3)),
    mixture("K=5 d=6 axes 3", [0.15, 0.2, 0.2, 0.2, 0.25], _axes(3, 5, 6)),
    mixture("K=6 d=5 axes 3.5", [0.15, 0.15, 0.15, 0.15, 0.2, 0.2], _axes(3.5, 6, 5)),
    mixture("K=8 d=10 axes 4", [0.125] * 8, _axes(4, 8, 10)),
)


def _t_components(degrees: float, distance: float, d: int) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> FloatArray:
        z = rng.standard_normal((n, d)) / np.sqrt(rng.chisquare(degrees, size=(n, 1)) / degrees)
        return np.asarray(z + _pair(distance, d)[(rng.random(n) < 0.45).astype(int)])

    return draw


def _unequal(sd: float, distance: float, d: int) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> FloatArray:
        labels = (rng.random(n) < 0.45).astype(int)
        scale = np.array([1.0, sd])[labels]
        return np.asarray(rng.standard_normal((n, d)) * scale[:, None] + _pair(distance, d)[labels])

    return draw


WRONG = (
    Design("t5 components, d=1", 2, _t_components(5, 3.5, 1)),
    Design("t5 components, d=3", 2, _t_components(5, 3.5, 3)),
    Design("standard deviations 1 and 1.75, d=2", 2, _unequal(1.75, 4.0, 2)),
    Design("three components, K=2", 2, RIGHT[8].draw),
    Design("two components, K=3", 3, mixture("", [0.45, 0.55], _pair(3, 2)).draw),
)


def _one(draw: Callable[[np.random.Generator, Any], FloatArray], d: int) -> Draw:
    """One group with independent, identically distributed coordinates."""
    return lambda rng, n: np.asarray(draw(rng, (n, d)))


def _outlying(rng: np.random.Generator, shape: Any) -> FloatArray:
    far = rng.random(shape) < 0.01
    return np.asarray(np.where(far, -4 + 2 * rng.standard_normal(shape), rng.standard_normal(shape)))


SINGLE = (
    Design("normal, d=1, K=2", 2, _one(lambda rng, shape: rng.standard_normal(shape), 1)),
    Design("normal, d=3, K=3", 3, _one(lambda rng, shape: rng.standard_normal(shape), 3)),
    Design("t5, d=1, K=2", 2, _one(lambda rng, shape: rng.standard_t(5, shape), 1)),
    Design("t5, d=2, K=2", 2, _one(lambda rng, shape: rng.standard_t(5, shape), 2)),
    Design("gamma 4, d=1, K=2", 2, _one(lambda rng, shape: rng.gamma(4, size=shape), 1)),
    Design("lognormal .4, d=1, K=2", 2, _one(lambda rng, shape: rng.lognormal(0, 0.4, shape), 1)),
    Design("lognormal .4, d=2, K=3", 3, _one(lambda rng, shape: rng.lognormal(0, 0.4, shape), 2)),
    Design("1 % outliers, d=1, K=2", 2, _one(_outlying, 1)),
)

ALL = (*RIGHT, *WRONG, *SINGLE)
