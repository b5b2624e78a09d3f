"""Gibbs sampling of the two-component normal mixture with a common variance (Diebolt & Robert, 1994).

Priors, all proper and independent: the weight is Beta(c, c), each mean N(0, m^2), the variance inverse gamma
with shape a and rate b. Each sweep draws every observation's component, then the weight, the means, the
variance.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


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


def draw_prior(prior: Prior, rng: np.random.Generator) -> NDArray[np.float64]:
    """One draw of (weight of component 0, both means, variance) from the prior, shape (4,)."""
    variance = prior.rate / rng.standard_gamma(prior.shape)
    means = prior.mean_sd * rng.standard_normal(2)
    return np.array([rng.beta(prior.concentration, prior.concentration), *means, variance])


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

    Returns
    -------
    ndarray, shape (sweeps, 4)
        The states after each sweep, components unordered.
    """
    n = len(x)
    total, squares = float(x.sum()), float((x * x).sum())
    draws = np.empty((sweeps, 4))
    weight, mean_0, mean_1, variance = (float(v) for v in start)
    precision = prior.mean_sd**-2
    for sweep in range(sweeps):
        log_odds = np.log(weight) - np.log1p(-weight)
        log_odds = log_odds + (mean_0 - mean_1) / variance * (x - 0.5 * (mean_0 + mean_1))
        # uniform < 1 / (1 + exp(-log_odds)), without overflow
        u = rng.random(n)
        first = np.log(u) - np.log1p(-u) < log_odds
        n_0 = int(np.count_nonzero(first))
        sum_0 = float(x[first].sum())
        weight = rng.beta(prior.concentration + n_0, prior.concentration + n - n_0)
        weight = min(max(weight, 1e-300), 1.0 - 1e-16)
        mean_0 = _draw_mean(n_0, sum_0, variance, precision, rng)
        mean_1 = _draw_mean(n - n_0, total - sum_0, variance, precision, rng)
        residual = (
            squares
            - 2.0 * (mean_0 * sum_0 + mean_1 * (total - sum_0))
            + n_0 * mean_0**2
            + (n - n_0) * mean_1**2
        )
        variance = (prior.rate + 0.5 * max(residual, 0.0)) / rng.standard_gamma(prior.shape + 0.5 * n)
        draws[sweep] = weight, mean_0, mean_1, variance
    return draws


def _draw_mean(size: int, total: float, variance: float, precision: float, rng: Any) -> float:
    """Draw a mean given its component's observations."""
    spread = 1.0 / (precision + size / variance)
    return float(spread * total / variance + np.sqrt(spread) * rng.standard_normal())
