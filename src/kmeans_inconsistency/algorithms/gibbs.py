"""Gibbs sampling of the two-component normal mixture with a common variance (Diebolt & Robert, 1994).

Priors, all proper and independent: the weight is Beta(c, c), each mean N(0, m^2), the variance inverse gamma
with shape a and rate b. Each sweep draws every observation's component, then the weight, the means, the
variance. The components of LANES observations are drawn at a time, from as many streams.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import types
from numpy.typing import NDArray

from .arithmetic import exp_of_negative, float_from_bits, log
from .compiling import COUNT, SAMPLE, entry, kernel, read_only
from .moments import LANES, squares_about, sum_about, total
from .noise import advance


class Prior(NamedTuple):
    """The prior's constants, all positive, in the units of the data.

    Attributes
    ----------
    concentration : float
        c of the weight's Beta(c, c).
    mean_sd : float
        m of the means' N(0, m^2).
    shape, rate : float
        a and b of the variance's inverse gamma.
    """

    concentration: float
    mean_sd: float
    shape: float
    rate: float


WEIGHT, MEAN_0, MEAN_1, VARIANCE = range(4)

_WORDS = types.Array(types.uint64, 2, "C")
_ONE = np.uint64(0x3FF0000000000000)  # the bits of 1.0: with a mantissa of random bits a number in [1, 2)
_LEAST = 1e-300


def draw_prior(prior: Prior, rng: np.random.Generator) -> NDArray[np.float64]:
    """One draw of (weight of component 0, both means, variance) from the prior, shape (4,)."""
    variance = prior.rate / rng.standard_gamma(prior.shape)
    means = prior.mean_sd * rng.standard_normal(2)
    return np.array([rng.beta(prior.concentration, prior.concentration), *means, variance])


@kernel
def _uniform(stream: Any) -> float:
    """Draw from [0, 1) and advance the stream, shape (4,)."""
    bits, (stream[0], stream[1], stream[2], stream[3]) = advance((stream[0], stream[1], stream[2], stream[3]))
    return float(float_from_bits(np.int64((bits >> np.uint64(12)) | _ONE))) - 1.0


@kernel
def _normal(stream: Any) -> float:
    """Draw a standard normal number by Marsaglia's polar method."""
    while True:
        u = 2.0 * _uniform(stream) - 1.0
        v = 2.0 * _uniform(stream) - 1.0
        square = u * u + v * v
        if 0.0 < square < 1.0:
            return float(u * np.sqrt(-2.0 * log(square) / square))


@kernel
def _gamma(shape: float, stream: Any) -> float:
    """Draw from the gamma distribution of rate one (Marsaglia & Tsang 2000)."""
    factor = 1.0
    if shape < 1.0:
        factor = exp_of_negative(log(1.0 - _uniform(stream)) / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / np.sqrt(9.0 * d)
    while True:
        z = _normal(stream)
        root = 1.0 + c * z
        if root > 0.0:
            v = root * root * root
            if log(1.0 - _uniform(stream)) < 0.5 * z * z + d * (1.0 - v + log(v)):
                return max(factor * d * v, _LEAST)


@kernel
def _draw_components(x: Any, a: float, b: float, lanes: Any, room: Any) -> tuple[float, float]:
    """Draw each component, 1 with the odds exp(a + b x) : 1; number and sum of the observations in it."""
    s_0, s_1, s_2, s_3 = lanes[0], lanes[1], lanes[2], lanes[3]
    u, e, count, sums = room[0], room[1], room[2], room[3]
    count[:] = 0.0
    sums[:] = 0.0
    for start in range(0, x.size, LANES):
        points = x[start : start + LANES]
        for j in range(points.size):
            bits, (s_0[j], s_1[j], s_2[j], s_3[j]) = advance((s_0[j], s_1[j], s_2[j], s_3[j]))
            u[j] = float_from_bits(np.int64((bits >> np.uint64(12)) | _ONE)) - 1.0
        for j in range(points.size):
            e[j] = exp_of_negative(-abs(a + b * points[j]))
        for j in range(points.size):
            odds = 1.0 if a + b * points[j] > 0.0 else e[j]
            drawn = 1.0 if u[j] * (1.0 + e[j]) < odds else 0.0
            count[j] += drawn
            sums[j] += drawn * points[j]
    return total(count), total(sums)


@kernel
def _draw_mean(size: float, of: float, variance: float, precision: float, stream: Any) -> float:
    """Draw a mean given the number and the sum of its component's observations."""
    spread = 1.0 / (precision + size / variance)
    return float(spread * of / variance + np.sqrt(spread) * _normal(stream))


@entry(SAMPLE, SAMPLE, SAMPLE, COUNT, _WORDS)
def _sample(x: Any, prior: Any, start: Any, sweeps: int, words: Any) -> Any:
    n = float(x.size)
    all_sum, squares = sum_about(x, 0.0), squares_about(x, 0.0)
    concentration, precision, shape, rate = prior[0], 1.0 / (prior[1] * prior[1]), prior[2], prior[3]
    lanes = np.ones((4, LANES), np.uint64)  # the last of the four numbers counts from one
    lanes[:3] = words[:, :LANES]
    stream = np.ones(4, np.uint64)
    stream[:3] = words[:, LANES]
    room = np.empty((4, LANES))
    draws = np.empty((sweeps, 4))
    share_0, share_1 = max(start[0], _LEAST), max(1.0 - start[0], _LEAST)
    mean_0, mean_1, variance = start[1], start[2], start[3]
    for sweep in range(sweeps):
        b = (mean_1 - mean_0) / variance
        a = log(share_1) - log(share_0) - b * 0.5 * (mean_0 + mean_1)
        n_1, sum_1 = _draw_components(x, a, b, lanes, room)
        n_0, sum_0 = n - n_1, all_sum - sum_1
        share_0, share_1 = _gamma(concentration + n_0, stream), _gamma(concentration + n_1, stream)
        mean_0 = _draw_mean(n_0, sum_0, variance, precision, stream)
        mean_1 = _draw_mean(n_1, sum_1, variance, precision, stream)
        residual = squares - 2.0 * (mean_0 * sum_0 + mean_1 * sum_1)
        residual += n_0 * mean_0 * mean_0 + n_1 * mean_1 * mean_1
        variance = (rate + 0.5 * max(residual, 0.0)) / _gamma(shape + 0.5 * n, stream)
        draws[sweep, 0] = share_0 / (share_0 + share_1)
        draws[sweep, 1] = mean_0
        draws[sweep, 2] = mean_1
        draws[sweep, 3] = variance
    return draws


def sample_posterior(
    x: NDArray[np.float64],
    prior: Prior,
    start: NDArray[np.float64],
    sweeps: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Run the sampler.

    Parameters
    ----------
    x : ndarray, shape (n,)
    prior : Prior
    start : ndarray, shape (4,)
        Weight of component 0, both means, variance.
    sweeps : int
    rng : Generator
        Says where the streams begin.

    Returns
    -------
    ndarray, shape (sweeps, 4)
        The states after each sweep, components unordered.
    """
    words = rng.integers(0, 2**64, size=(3, LANES + 1), dtype=np.uint64)
    constants = np.array(prior, dtype=np.float64)
    states: NDArray[np.float64] = _sample(*(read_only(a) for a in (x, constants, start)), sweeps, words)
    return states
