"""Bayes: the posterior of the two-component normal mixture with a common variance, by Gibbs sampling."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms.compiling import read_only
from ..algorithms.gibbs import MEAN_0, MEAN_1, VARIANCE, WEIGHT, Prior, sample_posterior
from ..algorithms.mixing import mixing
from ._method import Batch, FloatArray, Method, Status
from ._validation import positive_count, positive_number, sorted_sample

CHAINS = 2


class Posterior(NamedTuple):
    """Summary of the posterior; lower and upper are the ordered means of each draw.

    Attributes
    ----------
    lower, upper, weight, variance, distance : float
        Posterior means; ``weight`` is that of the component with the lower mean.
    interval : ndarray, shape (2,)
        Central 95 % credible interval of the distance.
    draws : ndarray, shape (2, draws, 4)
        Of each chain: weight of component 0, both means, variance; components unordered.
    effective_size : float
        Of the draws of the distance, all chains together.
    r_hat : float
        Split R-hat of the distance; above 1.05 or so the chains have not mixed.
    passes : int
        Sweeps of both chains, those included that are dropped.
    status : Status
        ``STOPPED``: a sampler ends when it is told to.
    """

    lower: float
    upper: float
    weight: float
    variance: float
    distance: float
    interval: NDArray[np.float64]
    draws: NDArray[np.float64]
    effective_size: float
    r_hat: float
    passes: int
    status: Status


def posterior(
    x: ArrayLike,
    prior: Prior,
    draws: int = 2000,
    seed: int | np.random.Generator = 0,
) -> Posterior:
    """Sample the posterior given one sample, in two chains.

    The chains start apart, with the lowest and with the highest quarter of the sample as one component, so
    that R-hat tells whether they have come together.

    Parameters
    ----------
    x : array_like, shape (n,)
        The sample, of at least two values.
    prior : Prior
        Its constants are in the units of ``x``.
    draws : int
        Draws to keep of each chain, at least four; a quarter as many are made and dropped first.
    seed : int or Generator

    Returns
    -------
    Posterior

    Raises
    ------
    ValueError
        If a constant of the prior is not a positive number, ``draws`` is below four, the sample is too short,
        or is not a finite real vector.

    Examples
    --------
    >>> fit = posterior([-2.1, -1.9, -2.0, 2.0, 2.1, 1.9], Prior(1.0, 3.0, 2.0, 1.0))
    >>> bool(fit.interval[0] < 4 < fit.interval[1])
    True
    """
    for name, value in prior._asdict().items():
        positive_number(name, value, "the prior must be proper")
    if positive_count("draws", draws) < 4:
        raise ValueError(f"draws must be at least 4, not {draws}: fewer do not show whether chains mix.")
    sample = sorted_sample(x, at_least=2)
    return _summarise(sample[0], prior, draws, np.random.default_rng(seed))


def _start(x: FloatArray, size: int, prior: Prior) -> FloatArray:
    """The state in which the ``size`` smallest values are one component."""
    low, high = x[:size], x[size:]
    within = float(((low - low.mean()) ** 2).sum() + ((high - high.mean()) ** 2).sum())
    variance = max(within / len(x), 1e-6 * prior.rate / prior.shape)
    return np.array([size / len(x), low.mean(), high.mean(), variance])


def sample_chains(x: FloatArray, prior: Prior, draws: int, rng: np.random.Generator) -> FloatArray:
    """The draws that are kept of both chains, shape (2, draws, 4), from an ascending sample."""
    dropped = draws // 4
    quarter = max(1, len(x) // 4)
    return np.array(
        [
            sample_posterior(x, prior, _start(x, size, prior), dropped + draws, rng)[dropped:]
            for size in (quarter, len(x) - quarter)
        ]
    )


def _summarise(x: FloatArray, prior: Prior, draws: int, rng: np.random.Generator) -> Posterior:
    chains = sample_chains(x, prior, draws, rng)
    first, second = chains[:, :, MEAN_0], chains[:, :, MEAN_1]
    weight = np.where(first > second, 1 - chains[:, :, WEIGHT], chains[:, :, WEIGHT])
    distance = np.abs(second - first)
    effective_size, r_hat = mixing(read_only(distance))
    return Posterior(
        lower=float(np.minimum(first, second).mean()),
        upper=float(np.maximum(first, second).mean()),
        weight=float(weight.mean()),
        variance=float(chains[:, :, VARIANCE].mean()),
        distance=float(distance.mean()),
        interval=np.quantile(distance, [0.025, 0.975]),
        draws=chains,
        effective_size=effective_size,
        r_hat=r_hat,
        passes=CHAINS * (draws // 4 + draws),
        status=Status.STOPPED,
    )


def _fit(
    batch: Batch, concentration: float, mean_sd: float, shape: float, rate: float, draws: int
) -> dict[str, NDArray[Any]]:
    prior = Prior(concentration, mean_sd, shape, rate)
    generators = batch.generators("posterior")
    fits = [_summarise(x, prior, draws, rng) for x, rng in zip(batch.sorted, generators, strict=True)]
    rows = {name: np.array([getattr(fit, name) for fit in fits]) for name in (*_NUMBERS, "status")}
    low, high = np.array([fit.interval for fit in fits]).T
    return rows | {"distance_low": low, "distance_high": high}


_NUMBERS = ("distance", "lower", "upper", "weight", "variance", "effective_size", "r_hat", "passes")

METHOD = Method(
    fit=_fit,
    outputs=(*_NUMBERS, "distance_low", "distance_high"),
    parameters={
        "concentration": "positive",
        "mean_sd": "positive",
        "shape": "positive",
        "rate": "positive",
        "draws": "count",
    },
)
