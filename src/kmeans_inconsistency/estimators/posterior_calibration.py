"""Simulation-based calibration of the posterior's sampler (Talts et al. 2018): ranks of the truth.

Each replicate draws its own truth from the prior, then a sample from that; the batch gives the sample's size
and the stream of random numbers, and its samples are not looked at. If the sampler is right, the truth is one
more draw from the posterior, and its rank among thinned draws is uniform.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..algorithms.gibbs import MEAN_0, MEAN_1, VARIANCE, WEIGHT, Prior, draw_prior, sample_posterior
from ._method import Batch, FloatArray, Method, Status

OUTPUTS = ("rank_distance", "rank_variance", "rank_mean", "rank_upper", "rank_weights")


def features(states: FloatArray) -> FloatArray:
    """Functions of states, shape (..., 4), that do not depend on the components' names, shape (..., 5).

    Distance of the means, variance, mean of the mixture, upper mean, product of the weights.
    """
    w, m_0, m_1, v = (states[..., k] for k in (WEIGHT, MEAN_0, MEAN_1, VARIANCE))
    found = [np.abs(m_1 - m_0), v, w * m_0 + (1 - w) * m_1, np.maximum(m_0, m_1), w * (1 - w)]
    return np.stack(found, axis=-1)


def ranks(n: int, prior: Prior, draws: int, thin: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw a truth and a sample of size ``n``, and rank the truth's features among draws, shape (5,).

    Started at the truth the chain is stationary from the first sweep. Ranks are from 0 to ``draws``.
    """
    truth = draw_prior(prior, rng)
    means = np.where(rng.random(n) < truth[WEIGHT], truth[MEAN_0], truth[MEAN_1])
    x = means + np.sqrt(truth[VARIANCE]) * rng.standard_normal(n)
    states = sample_posterior(x, prior, truth, draws * thin, rng)[thin - 1 :: thin]
    below: NDArray[np.int64] = (features(states) < features(truth)).sum(axis=0)
    return below


def _fit(
    batch: Batch, concentration: float, mean_sd: float, shape: float, rate: float, draws: int, thin: int
) -> dict[str, NDArray[Any]]:
    prior = Prior(concentration, mean_sd, shape, rate)
    generators = batch.generators("posterior_calibration")
    found = np.array([ranks(batch.n, prior, draws, thin, rng) for rng in generators])
    rows = dict(zip(OUTPUTS, (found.T + 0.5) / (draws + 1), strict=True))
    return rows | {"status": np.full(len(found), Status.STOPPED)}


METHOD = Method(
    fit=_fit,
    outputs=OUTPUTS,
    parameters={
        "concentration": "positive",
        "mean_sd": "positive",
        "shape": "positive",
        "rate": "positive",
        "draws": "count",
        "thin": "count",
    },
)
