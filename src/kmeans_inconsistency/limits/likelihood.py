"""The normal pair with a common variance as a working model: expected log-likelihood, limits, sandwich.

With centre c, half distance h, log odds b = log((1 - w) / w) / 2 (w the weight of the first mean, c - h) and
variance v, u = x - c and z = b + h u / v, the log density is

    log cosh z - log cosh b - (u^2 + h^2) / (2 v) - log(2 pi v) / 2,

and tanh z is the second responsibility minus the first. Fixing some of the four parameters gives the mixture
with known variance, with known weights, and so on. For data from any model, the maximum likelihood estimate
converges to the maximiser of the expected log density, with covariance A^-1 B A^-1 / n, A minus the expected
Hessian and B the expected outer product of the score (White 1982).
"""

from __future__ import annotations

from math import inf, pi
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ..models import Mixture
from .quadrature import COARSE, nodes

FloatArray = NDArray[np.float64]

CENTRE, HALF, LOG_ODDS, VARIANCE = range(4)
# two maxima tie when their expected log-likelihoods agree to this, relative to themselves
TIE = 1e-12
# a distance below it, in standard deviations of X, is none where the weights are known and unequal
COLLAPSED = 1e-6
# log odds beyond which, where they are free, an ascent is taken to end at an empty component
EMPTY = 9.0


class Pair(NamedTuple):
    """Parameters of the working model: c, h, b, v of the module's formula."""

    centre: float
    half: float
    log_odds: float
    variance: float

    @property
    def means(self) -> tuple[float, float]:
        """The two means, the one of weight w first."""
        return self.centre - self.half, self.centre + self.half

    @property
    def distance(self) -> float:
        """Distance between the two means."""
        return 2 * abs(self.half)

    @property
    def ascending(self) -> Pair:
        """The same distribution with the lower mean first."""
        if self.half >= 0:
            return self
        return Pair(self.centre, -self.half, -self.log_odds, self.variance)

    @property
    def weight(self) -> float:
        """Weight w of the first mean."""
        return 1 / (1 + float(np.exp(2 * self.log_odds)))


def log_density(x: FloatArray, pair: Pair) -> FloatArray:
    """Log density of the working model at each of ``x``, shape (n,)."""
    c, h, b, v = pair
    u = x - c
    peak = _log_cosh(b + h * u / v) - _log_cosh(np.asarray(b))
    return np.asarray(peak - (u * u + h * h) / (2 * v) - 0.5 * np.log(2 * pi * v))


def score(x: FloatArray, pair: Pair) -> FloatArray:
    """Gradient of the log density in (c, h, b, v), shape (4, n)."""
    c, h, b, v = pair
    z = b + h * (x - c) / v
    u, t = x - c, np.tanh(z)
    if h * h < v:
        by_means = (u - h * t) / v, (u * t - h) / v
        by_variance = ((u * u + h * h - v) / 2 - h * u * t) / (v * v)
    else:
        # the same by responsibilities: nothing cancels where the components are far apart
        first, second = special.expit(-2 * z), special.expit(2 * z)
        low, high = x - (c - h), x - (c + h)
        by_means = (first * low + second * high) / v, (second * high - first * low) / v
        by_variance = (first * low**2 + second * high**2 - v) / (2 * v * v)
    return np.stack([*by_means, t - np.tanh(b), by_variance])


def expected_hessian(x: FloatArray, weights: FloatArray, pair: Pair) -> FloatArray:
    """Expectation of the second derivative of the log density in (c, h, b, v), shape (4, 4)."""
    c, h, b, v = pair
    u = x - c
    t = np.tanh(b + h * u / v)
    slope = np.stack([np.full_like(u, -h / v), u / v, np.ones_like(u), -h * u / (v * v)])
    result = (slope * (weights * (1 - t * t))) @ slope.T
    mean_t, mean_u, mean_ut, mean_uu = weights @ t, weights @ u, weights @ (u * t), weights @ (u * u)
    curvature = np.zeros((4, 4))
    curvature[CENTRE, CENTRE] = curvature[HALF, HALF] = -1 / v
    curvature[CENTRE, HALF] = -mean_t / v
    curvature[CENTRE, VARIANCE] = (h * mean_t - mean_u) / v**2
    curvature[HALF, VARIANCE] = (h - mean_ut) / v**2
    curvature[LOG_ODDS, LOG_ODDS] = np.tanh(b) ** 2 - 1
    curvature[VARIANCE, VARIANCE] = (2 * h * mean_ut - mean_uu - h * h) / v**3 + 1 / (2 * v * v)
    return np.asarray(result + curvature + np.triu(curvature, 1).T)


def rule(model: Mixture, pair: Pair) -> tuple[FloatArray, FloatArray]:
    """Quadrature nodes and weights that resolve the model and the working model's responsibilities."""
    c, h, b, v = pair
    if h == 0:
        return nodes(model)
    return nodes(model, transitions=[(c - b * v / h, v / abs(h))])


def maximise(model: Mixture, start: Pair, free: tuple[int, ...]) -> tuple[Pair, float] | None:
    """Ascend the expected log-likelihood by Newton's method, safeguarded.

    Parameters
    ----------
    model : Mixture
        What the data come from.
    start : Pair
    free : tuple of int
        The parameters that move: indices into :class:`Pair`.

    Returns
    -------
    (Pair, float) or None
        A strict local maximum and its value, or None if the ascent does not end at one.
    """
    index = list(free)
    # steps are measured in the data's own units
    sd = model.variance**0.5
    scale = np.array([sd, sd, 1.0, sd * sd])[index]
    pair, value = start, _value(model, start)
    size = inf
    for _ in range(100):
        if LOG_ODDS in index and abs(pair.log_odds) > EMPTY:
            return None
        x, w = rule(model, pair)
        gradient = (score(x, pair) @ w)[index] * scale
        hessian = expected_hessian(x, w, pair)[np.ix_(index, index)] * np.outer(scale, scale)
        eigenvalues, vectors = np.linalg.eigh(hessian)
        # away from a maximum, climb along directions of wrong curvature as if it were right
        curvature = np.maximum(np.abs(eigenvalues), 1e-12 * np.abs(eigenvalues).max())
        step = vectors @ ((vectors.T @ gradient) / curvature)
        previous, size = size, float(np.abs(step).max())
        if size < 1e-15 or (size < 1e-9 and size >= previous / 2):
            break
        length = min(1.0, 0.5 / size)
        for _ in range(40):
            trial = _moved(pair, index, length * step * scale)
            gain = _value(model, trial) - value if trial.variance > 0 else -inf
            # a step within rounding noise is accepted: the gradient is more accurate than the value
            if gain > -1e-13 * (1 + abs(value)):
                pair, value = trial, value + gain
                break
            length /= 2
        else:
            break
    strict = bool(eigenvalues[-1] < 0)
    return (pair, value) if strict and size < 1e-7 else None


def best_maxima(
    model: Mixture, starts: list[list[Pair | None]], free: tuple[int, ...]
) -> tuple[list[Pair], float]:
    """Find the global maxima: ascend from the local maxima over a grid of starts.

    Parameters
    ----------
    model : Mixture
    starts : list of lists, shape (a, b)
        None where there is nothing to try.
    free : tuple of int
        The parameters that move.

    Returns
    -------
    best : list of Pair
        Usually one; several where they tie; none where no ascent ends at a strict maximum.
    value : float
        Expected log-likelihood there.
    """
    values = np.stack([_values(model, row) for row in starts])
    rows, columns = values.shape
    padded = np.pad(values, 1, constant_values=-inf)
    around = [padded[i : i + rows, j : j + columns] for i in range(3) for j in range(3)]
    peaks = np.nonzero(np.isfinite(values) & (values >= np.max(around, axis=0)))
    tried = [starts[i][j] for i, j in zip(*peaks, strict=True)]
    maxima: list[tuple[Pair, float]] = []
    while tried:
        start = tried.pop()
        found = None if start is None else maximise(model, start, free)
        if found is None or any(_same(found[0], other) for other, _ in maxima):
            continue
        if LOG_ODDS not in free and found[0].log_odds != 0:
            # with known unequal weights the merged fit is a maximum too, which the caller compares
            if found[0].distance < COLLAPSED * model.variance**0.5:
                continue
            # and close to most others there is one with the names exchanged
            tried.append(found[0]._replace(half=-found[0].half))
        maxima.append(found)
    value = max((value for _, value in maxima), default=-inf)
    return [pair for pair, other in maxima if other >= value - TIE * (1 + abs(value))], value


def sandwich(model: Mixture, pair: Pair, free: tuple[int, ...]) -> FloatArray:
    """Limit of n times the covariance of the free parameters' estimates, shape (p, p)."""
    x, w = rule(model, pair)
    index = np.ix_(free, free)
    s = score(x, pair)[list(free)]
    bread = np.linalg.inv(-expected_hessian(x, w, pair)[index])
    return np.asarray(bread @ ((s * w) @ s.T) @ bread)


def inverse_information(
    model: Mixture, pair: Pair, free: tuple[int, ...], extra_variance: float = 0.0
) -> FloatArray:
    """The same where the working model is true: the inverse of the Fisher information, shape (p, p).

    From the singular values of the score rather than from its products, which keeps twice the digits where
    the components overlap and the information is nearly singular. ``extra_variance`` is information about the
    variance from elsewhere.
    """
    x, w = rule(model, pair)
    elsewhere = np.zeros((4, 1))
    elsewhere[VARIANCE] = np.sqrt(extra_variance)
    s = np.hstack([score(x, pair) * np.sqrt(w), elsewhere])[list(free)].T
    norms = np.linalg.norm(s, axis=0)
    _, singular, vectors = np.linalg.svd(s / norms, full_matrices=False)
    half = vectors.T / singular / norms[:, None]
    return np.asarray(half @ half.T)


def _same(one: Pair, other: Pair) -> bool:
    """Whether two maxima are one distribution."""
    one, other = one.ascending, other.ascending
    close = abs(one.centre - other.centre) + abs(one.half - other.half) < 1e-6 * one.half
    return close and abs(one.log_odds - other.log_odds) < 1e-6


def _value(model: Mixture, pair: Pair) -> float:
    x, w = rule(model, pair)
    return float(w @ log_density(x, pair))


def _values(model: Mixture, starts: list[Pair | None]) -> FloatArray:
    """Expected log-likelihoods to a few digits, minus infinity for None."""
    x, w = nodes(model, order=COARSE)
    values = np.full(len(starts), -inf)
    present = [i for i, start in enumerate(starts) if start is not None]
    if present:
        # one column each, against a row of nodes
        c, h, b, v = np.array([starts[i] for i in present], dtype=float).T[:, :, None]
        z = b + h * (x - c) / v
        log_densities = _log_cosh(z) - _log_cosh(b) - ((x - c) ** 2 + h * h) / (2 * v) - 0.5 * np.log(v)
        values[present] = log_densities @ w
    return values


def _moved(pair: Pair, index: list[int], step: FloatArray) -> Pair:
    theta = np.array(pair)
    theta[index] += step
    return Pair(*map(float, theta))


def _log_cosh(z: FloatArray) -> FloatArray:
    size = np.abs(z)
    return np.asarray(size + np.log1p(np.exp(-2 * size)) - np.log(2))
