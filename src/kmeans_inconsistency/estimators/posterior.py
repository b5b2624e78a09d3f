"""Bayes: the posterior of the two-component normal mixture with a common variance, by Gibbs sampling."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms.compiling import read_only
from ..algorithms.gibbs import MEAN_0, MEAN_1, VARIANCE, WEIGHT, Prior, sample_posterior
from ..algorithms.two_means import LOWER, SIZE, UPPER, WITHIN, two_means
from .method import Batch, FloatArray, Method, Status
from .validation import positive_count, sorted_sample


class Posterior(NamedTuple):
    """Summary of the posterior; lower and upper are the ordered means of each draw.

    Attributes
    ----------
    lower, upper, weight, variance, distance : float
        Posterior means; ``weight`` is that of the component with the lower mean.
    interval : ndarray, shape (2,)
        Central 95 % credible interval of the distance.
    draws : ndarray, shape (draws, 4)
        Weight of component 0, both means, variance; components unordered.
    passes : int
        Sweeps, those of the first fifth included, which are dropped.
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
    passes: int
    status: Status


def posterior(
    x: ArrayLike,
    prior: Prior,
    draws: int = 2000,
    seed: int | np.random.Generator = 0,
) -> Posterior:
    """Sample the posterior given one sample, from a start at k-means' split.

    Parameters
    ----------
    x : array_like, shape (n,)
        The sample, of at least two values.
    prior : Prior
        Its constants are in the units of ``x``.
    draws : int
        Draws to keep; a quarter as many are made and dropped first.
    seed : int or Generator

    Returns
    -------
    Posterior

    Raises
    ------
    ValueError
        If a constant of the prior is not a positive number, ``draws`` is below one, the sample is too short,
        or is not a finite real vector.

    Examples
    --------
    >>> fit = posterior([-2.1, -1.9, -2.0, 2.0, 2.1, 1.9], Prior(1.0, 3.0, 2.0, 1.0))
    >>> bool(fit.interval[0] < 4 < fit.interval[1])
    True
    """
    for name, value in prior._asdict().items():
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"{name} must be a positive number, not {value}: the prior must be proper.")
    sample = sorted_sample(x, at_least=2)
    return _summarise(sample[0], prior, positive_count("draws", draws), np.random.default_rng(seed))


def _summarise(x: FloatArray, prior: Prior, draws: int, rng: np.random.Generator) -> Posterior:
    split = two_means(read_only(x[np.newaxis]))[0]
    share = (split[SIZE] + 1) / (len(x) + 2)
    variance = max(split[WITHIN] / len(x), 1e-6 * prior.rate / prior.shape)
    start = np.array([share, split[LOWER], split[UPPER], variance])
    dropped = draws // 4
    states = sample_posterior(x, prior, start, dropped + draws, rng)[dropped:]
    swapped = states[:, MEAN_0] > states[:, MEAN_1]
    means = np.sort(states[:, [MEAN_0, MEAN_1]], axis=1)
    distance = means[:, 1] - means[:, 0]
    return Posterior(
        lower=float(means[:, 0].mean()),
        upper=float(means[:, 1].mean()),
        weight=float(np.where(swapped, 1 - states[:, WEIGHT], states[:, WEIGHT]).mean()),
        variance=float(states[:, VARIANCE].mean()),
        distance=float(distance.mean()),
        interval=np.quantile(distance, [0.025, 0.975]),
        draws=states,
        passes=dropped + draws,
        status=Status.STOPPED,
    )


def _fit(
    batch: Batch, concentration: float, mean_sd: float, shape: float, rate: float, draws: int
) -> dict[str, NDArray[Any]]:
    prior = Prior(concentration, mean_sd, shape, rate)
    generators = batch.generators("posterior")
    fits = [_summarise(x, prior, draws, rng) for x, rng in zip(batch.sorted, generators, strict=True)]
    return {
        "distance": np.array([f.distance for f in fits]),
        "lower": np.array([f.lower for f in fits]),
        "upper": np.array([f.upper for f in fits]),
        "weight": np.array([f.weight for f in fits]),
        "variance": np.array([f.variance for f in fits]),
        "distance_low": np.array([f.interval[0] for f in fits]),
        "distance_high": np.array([f.interval[1] for f in fits]),
        "passes": np.array([f.passes for f in fits]),
        "status": np.array([f.status for f in fits]),
    }


METHOD = Method(
    fit=_fit,
    outputs=(
        "distance",
        "lower",
        "upper",
        "weight",
        "variance",
        "distance_low",
        "distance_high",
        "passes",
    ),
    parameters={
        "concentration": "positive",
        "mean_sd": "positive",
        "shape": "positive",
        "rate": "positive",
        "draws": "count",
    },
)
