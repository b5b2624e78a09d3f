"""Who wins in finite samples: mean squared errors of the distance for a balanced normal pair, without data.

k-means has an expansion to second order. The mixtures have the highest point of a random field: the
log-likelihood over (weight, distance), or (centre, distance) where the weights are 1/2, of an empirical
measure on a lattice. Where a cell of it expects many observations the measure's noise is normal, which gives
the field its exact mean and covariance; where it expects few the noise is Poisson, for a far observation or
two can make a component of their own. The distance is 0 where one component is likelier than any two. Draws
are the same for every n and separation, from a fixed seed. The noise that they leave is largest below a
separation of about 2, where a rare component far out decides the mean squared error.
"""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ..models import normal_pair
from . import kmeans as of_kmeans
from .likelihood import CENTRE, HALF, VARIANCE, Pair, inverse_information, score

FloatArray = NDArray[np.float64]

DRAWS = 300
_SEED = 20_251_127
_STEP = 0.25  # of the lattice, in standard deviations of a component
_REACH = 6.5  # of the lattice beyond the means
_FEW = 25.0  # expected observations below which a cell's noise is Poisson
_SINGLE = -0.5  # mean log-likelihood of one component, up to log(2 pi)/2
_ROWS, _COLUMNS = 31, 44


class Errors(NamedTuple):
    """Root mean squared errors of the distance at one sample size."""

    kmeans: float
    mixture: float
    mixture_equal: float


def errors(delta: float, n: int, draws: int = DRAWS, sd: float = 1.0) -> Errors:
    """Predict the root mean squared errors of k-means and of the mixtures with free and with equal weights.

    Parameters
    ----------
    delta : float
        Distance of the means of 1/2 N(-delta/2, sd^2) + 1/2 N(delta/2, sd^2).
    n : int
        Sample size.
    draws : int
        Draws of the random field, on which the error of the mixtures' predictions depends.
    sd : float

    Returns
    -------
    Errors
    """
    unit = delta / sd
    return Errors(
        sd * kmeans_error(unit, n),
        sd * _mixture_error(unit, n, draws, equal=False),
        sd * _mixture_error(unit, n, draws, equal=True),
    )


def kmeans_error(delta: float, n: int) -> float:
    """Root mean squared error of k-means' distance to second order, components of variance 1.

    With H the mean of |X|, M that of X, q the share below 0 minus 1/2, f the density at 0 and h = E|X|, the
    distance is 2 [H + 2 u M - (u - q)^2/f + 4 h u^2] up to terms of third order. The share below the cut is
    1/2 + u, with u = (f M + q)/(1 - 2 f h) to first order.
    """
    model = normal_pair(delta)
    h = of_kmeans.limit(model).best.distance / 2
    f = float(model.pdf(0.0))
    m = np.array([f, 1.0]) / (1 - 2 * f * h)  # u in terms of (M, q)
    second = 2 * np.array([[2 * m[0], m[1]], [m[1], 0.0]])
    second -= 2 / f * np.outer(m - [0, 1], m - [0, 1])
    second += 8 * h * np.outer(m, m)
    covariance = np.array([[model.variance, -h / 2], [-h / 2, 0.25]])
    bias = 2 * h - delta + float((second * covariance).sum()) / n
    product = second @ covariance
    variance = 4 * (model.variance - h * h) / n + 2 * float(np.trace(product @ product)) / n**2
    return sqrt(bias**2 + variance)


class _Field(NamedTuple):
    """Its points, shape (rows, columns): the value is ``constant`` + mean log(1 + exp(offset + slope z))."""

    constant: FloatArray
    offset: FloatArray
    slope: FloatArray
    distance: FloatArray


def _free(n: int) -> _Field:
    """Points (logit of the weight, share of the variance between the means) for free weights."""
    edge = np.log(n) + 1
    t, root = np.meshgrid(np.linspace(-edge, edge, _ROWS), np.linspace(0.02, 0.985, _COLUMNS), indexing="ij")
    k, up, half = root**2 / (1 - root**2), np.exp(t), np.exp(t / 2)
    return _Field(
        -np.logaddexp(0, t) + 0.5 * np.log1p(k) - 0.5 * (1 + k + k * up),
        t + k * np.sinh(t),
        (half + 1 / half) * np.sqrt(k + k * k),
        (half + 1 / half) * root,
    )


def _equal() -> _Field:
    """Points (mean of the responsibilities, share of the variance between the means) for equal weights."""
    t, root = np.meshgrid(np.linspace(-4, 4, _ROWS), np.linspace(0.02, 0.985, _COLUMNS), indexing="ij")
    half = root * np.cosh(t / 2)
    centre = half * np.tanh(-t / 2)
    k = half / (1 - root**2)
    m = 1 + centre**2
    v = 2 * m / (1 + np.sqrt(1 + 4 * k * k * m))
    constant = -0.5 * np.log(v) - m / (2 * v) - 0.5 * k * k * v + k * centre - np.log(2)
    return _Field(constant, -2 * k * centre, 2 * k, 2 * k * v)


@lru_cache
def _uniforms(cells: int, draws: int) -> FloatArray:
    half = np.random.default_rng(_SEED).random((draws // 2, cells)).T
    return np.hstack([half, 1 - half])


def _measures(mass: FloatArray, n: int, draws: int) -> FloatArray:
    """Draws of the empirical measure on the lattice, shape (draws, cells)."""
    # cells are numbered from the middle outwards, so that a longer lattice has the same draws
    order = np.argsort(np.abs(np.arange(len(mass)) - len(mass) // 2), kind="stable")
    uniforms = np.empty((len(mass), draws))
    uniforms[order] = _uniforms(len(mass), draws)
    measure = mass[:, None] + np.sqrt(mass / n)[:, None] * special.ndtri(uniforms)
    few = n * mass < _FEW
    # the smallest count whose distribution function reaches the uniform number
    counts = np.zeros_like(uniforms[few])
    for count in range(int(4 * _FEW)):
        counts += special.pdtr(count, n * mass[few][:, None]) < uniforms[few]
    measure[few] = counts / n
    return np.asarray((measure / measure.sum(axis=0)).T)


def _mixture_error(delta: float, n: int, draws: int, equal: bool) -> float:
    mu = delta / 2
    cells = int((_REACH + mu) / _STEP)
    x = np.linspace(-cells * _STEP, cells * _STEP, 2 * cells + 1)
    mass = _STEP * normal_pair(delta).pdf(x)
    field = _equal() if equal else _free(n)
    influence, avar = _influence(delta, x)
    squares, known = [], []
    for measure in _measures(mass / mass.sum(), n, draws):
        mean = float(measure @ x)
        sd = sqrt(float(measure @ (x - mean) ** 2))
        values = _values(field, (x - mean) / sd, measure)
        squares.append((_highest(values, field.distance) * sd - delta) ** 2)
        known.append(float(measure @ influence) ** 2)
    # the square of the first-order error has a known mean, which takes most of the noise of the draws away
    both = np.cov(squares, known)
    excess = float(np.mean(known)) - avar / n
    controlled = float(np.mean(squares)) - both[0, 1] / both[1, 1] * excess
    return sqrt(controlled if controlled > 0 else float(np.mean(squares)))


@lru_cache
def _pair(delta: float) -> tuple[Pair, FloatArray]:
    """The true parameters and the inverse of their information, the weight known."""
    pair = Pair(0.0, delta / 2, 0.0, 1.0)
    inverse = np.zeros((4, 4))
    free = (CENTRE, HALF, VARIANCE)
    inverse[np.ix_(free, free)] = inverse_information(normal_pair(delta), pair, free)
    return pair, inverse


def _influence(delta: float, x: FloatArray) -> tuple[FloatArray, float]:
    """First-order error of the mixtures' distance that each observation causes, times n; and its variance."""
    pair, inverse = _pair(delta)
    return 2 * inverse[HALF] @ score(x, pair), 4 * float(inverse[HALF, HALF])


def _values(field: _Field, z: FloatArray, measure: FloatArray) -> FloatArray:
    """Mean log-likelihood of a standardised measure at each point of the field, up to a constant."""
    seen = measure > 0
    u = field.offset[..., None] + field.slope[..., None] * z[seen]
    softplus = np.maximum(u, 0) + np.log1p(np.exp(-np.abs(u)))
    return np.asarray(field.constant + softplus @ measure[seen])


def _highest(values: FloatArray, distance: FloatArray) -> float:
    """Distance at the highest point, between the points of the grid by a quadratic; 0 if one component is."""
    rows, columns = values.shape
    i, j = map(int, np.unravel_index(values.argmax(), values.shape))
    if values[i, j] <= _SINGLE:
        return 0.0
    if 0 < i < rows - 1 and 0 < j < columns - 1:
        around = np.s_[i - 1 : i + 2, j - 1 : j + 2]
        g_i, g_j, h_ii, h_ij, h_jj = _differences(values[around])
        determinant = h_ii * h_jj - h_ij**2
        if h_ii < 0 < determinant:
            a, b = (h_ij * g_j - h_jj * g_i) / determinant, (h_ij * g_i - h_ii * g_j) / determinant
            if max(abs(a), abs(b)) <= 1:
                d_i, d_j, d_ii, d_ij, d_jj = _differences(distance[around])
                bent = 0.5 * (a * a * d_ii + b * b * d_jj) + a * b * d_ij
                return float(distance[i, j]) + a * d_i + b * d_j + bent
    return float(distance[i, j])


def _differences(v: FloatArray) -> tuple[float, float, float, float, float]:
    """First and second differences at the middle of nine points, shape (3, 3)."""
    cross = (v[2, 2] - v[2, 0] - v[0, 2] + v[0, 0]) / 4
    along, across = (v[2, 1] - v[0, 1]) / 2, (v[1, 2] - v[1, 0]) / 2
    second = v[2, 1] - 2 * v[1, 1] + v[0, 1], v[1, 2] - 2 * v[1, 1] + v[1, 0]
    return float(along), float(across), float(second[0]), float(cross), float(second[1])


_DELTAS = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0)
_SIZES = (50, 100, 200, 400, 800, 1600)


def finite_samples(draws: int = DRAWS) -> dict[str, FloatArray]:
    """Give the predicted errors of k-means and of the mixtures, and where they change places.

    Parameters
    ----------
    draws : int
        Draws of the random field, an even number.

    Returns
    -------
    dict of ndarray
        ``delta``, ``n``, ``kmeans``, ``mixture`` and ``mixture_equal`` (root mean squared errors) and,
        constant over n, ``crossover`` and ``crossover_equal``: the sample size from which on the mixture has
        the smaller error, interpolated on a logarithmic scale; NaN where there is none between the sizes.
    """
    columns: dict[str, list[FloatArray]] = {}
    for delta in _DELTAS:
        found = np.array([errors(delta, n, draws) for n in _SIZES])
        of = dict(zip(Errors._fields, found.T, strict=True))
        row = {"delta": np.full(len(_SIZES), delta), "n": np.array(_SIZES, dtype=float)} | of
        for name, method in (("crossover", "mixture"), ("crossover_equal", "mixture_equal")):
            row[name] = np.full(len(_SIZES), _crossover(np.log(of[method] / of["kmeans"])))
        for name, values in row.items():
            columns.setdefault(name, []).append(values)
    return {name: np.concatenate(values) for name, values in columns.items()}


def _crossover(log_ratio: FloatArray) -> float:
    """Sample size at which the log of the ratio of errors falls through 0 for the last time."""
    falls = np.flatnonzero((log_ratio[:-1] > 0) & (log_ratio[1:] <= 0))
    if not len(falls) or log_ratio[-1] > 0:
        return float("nan")
    i = int(falls[-1])
    low, high = np.log(_SIZES[i]), np.log(_SIZES[i + 1])
    return float(np.exp(low + (high - low) * log_ratio[i] / (log_ratio[i] - log_ratio[i + 1])))


CURVES = {"finite_samples": finite_samples}
