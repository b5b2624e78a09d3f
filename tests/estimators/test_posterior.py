"""The Gibbs sampler by simulation-based calibration, and against a posterior known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from kmeans_inconsistency.algorithms.gibbs import Prior, draw_prior, sample_posterior
from kmeans_inconsistency.estimators.posterior import posterior

PRIOR = Prior(concentration=2.0, mean_sd=2.0, shape=3.0, rate=2.0)


def features(states: np.ndarray) -> np.ndarray:
    """Functions of the states that do not depend on the labels, last axis."""
    w, m0, m1, v = np.moveaxis(states, -1, 0)
    return np.stack([np.abs(m1 - m0), v, w * m0 + (1 - w) * m1, np.maximum(m0, m1), w * (1 - w)], axis=-1)


def _ranks(replicates: int, n: int, thin: int, seed: int) -> np.ndarray:
    """Rank of the true features among 99 posterior draws, shape (replicates, features)."""
    rng = np.random.default_rng(seed)
    ranks = np.empty((replicates, 5), dtype=int)
    for i in range(replicates):
        truth = draw_prior(PRIOR, rng)
        w, m0, m1, v = truth
        x = np.where(rng.random(n) < w, m0, m1) + np.sqrt(v) * rng.standard_normal(n)
        # started at the truth the chain is in its stationary state from the first sweep
        draws = sample_posterior(x, PRIOR, truth, 99 * thin, rng)[thin - 1 :: thin]
        ranks[i] = (features(draws) < features(truth)).sum(axis=0)
    return ranks


def _least_p_value(ranks: np.ndarray, bins: int = 10) -> float:
    """Smallest over the features of the chi-square test's p values that the ranks are uniform on 0..99."""
    expected = len(ranks) / bins
    least = 1.0
    for column in ranks.T:
        counts = np.bincount(column * bins // 100, minlength=bins)
        least = min(least, float(chi2.sf(((counts - expected) ** 2 / expected).sum(), bins - 1)))
    return least


def test_calibrated() -> None:
    # the least of five p values falls below 0.001 in at most 0.5 % of seeds; this seed is fixed
    assert _least_p_value(_ranks(150, n=12, thin=8, seed=1)) > 0.001


@pytest.mark.slow
def test_calibrated_at_length() -> None:
    # false-alarm rate at most 0.5 %; the seed is fixed
    assert _least_p_value(_ranks(2000, n=15, thin=30, seed=2)) > 0.001


def test_far_apart_it_is_two_conjugate_posteriors() -> None:
    rng = np.random.default_rng(3)
    x = np.append(rng.normal(-50, 1, 200), rng.normal(50, 1, 100))
    fit = posterior(x, Prior(1.0, 1e3, 2.0, 1.0), draws=4000)
    np.testing.assert_allclose([fit.lower, fit.upper], [x[:200].mean(), x[200:].mean()], atol=0.02)
    assert fit.weight == pytest.approx(201 / 302, abs=0.005)
    width = 2 * 1.96 * np.sqrt(fit.variance * (1 / 200 + 1 / 100))
    assert np.diff(fit.interval)[0] == pytest.approx(width, rel=0.1)


def test_same_seed_same_draws() -> None:
    x = np.random.default_rng(4).normal(size=50)
    np.testing.assert_array_equal(posterior(x, PRIOR, 50, 7).draws, posterior(x, PRIOR, 50, 7).draws)


def test_the_prior_must_be_proper() -> None:
    with pytest.raises(ValueError, match="mean_sd"):
        posterior([1.0, 2.0], PRIOR._replace(mean_sd=np.inf))
    with pytest.raises(ValueError, match="draws"):
        posterior([1.0, 2.0], PRIOR, draws=0)


def test_constant_data() -> None:
    fit = posterior([1.0] * 10, PRIOR, 200)
    assert np.isfinite(fit.draws).all()
