"""The Gibbs sampler by simulation-based calibration, and against a posterior known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.stats import chi2, invgamma, norm

from kmeans_inconsistency.algorithms.compiling import read_only
from kmeans_inconsistency.algorithms.gibbs import Prior, sample_posterior
from kmeans_inconsistency.algorithms.mixing import mixing
from kmeans_inconsistency.estimators.posterior import posterior
from kmeans_inconsistency.estimators.posterior_calibration import ranks

PRIOR = Prior(concentration=2.0, mean_sd=2.0, shape=3.0, rate=2.0)


def _ranks(replicates: int, n: int, thin: int, seed: int) -> np.ndarray:
    """Rank of the true features among 99 posterior draws, shape (replicates, features)."""
    rng = np.random.default_rng(seed)
    return np.array([ranks(n, PRIOR, 99, thin, rng) for _ in range(replicates)])


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


def test_draws_of_one_observation_are_those_of_the_integrated_posterior() -> None:
    """Given one observation the variance's posterior is known up to an integral over the other's mean.

    Six quantiles of 4,000 draws, each with a standard error from its effective sample size; 5 of them.
    """
    x, prior = np.array([1.5]), Prior(0.5, 1.0, 3.0, 2.0)
    draws = sample_posterior(x, prior, np.array([0.5, 0.0, 0.0, 1.0]), 44_000, np.random.default_rng(5))[
        4000:
    ]
    variance = np.linspace(0.02, 60, 200_000)
    density = invgamma.pdf(variance, prior.shape, scale=prior.rate) * norm.pdf(
        x[0], 0, np.sqrt(variance + prior.mean_sd**2)
    )
    cumulative = np.cumsum(density) / density.sum()
    effective, _ = mixing(read_only(draws[np.newaxis, :, 3].copy()))
    for p in (0.05, 0.25, 0.5, 0.75, 0.95):
        at = variance[np.searchsorted(cumulative, p)]
        share = (draws[:, 3] < at).mean()
        assert abs(share - p) < 5 * np.sqrt(p * (1 - p) / effective)
    # the weight has not heard of the data but through the label: its mean stays at one half
    assert abs(draws[:, 0].mean() - 0.5) < 0.02


@pytest.mark.parametrize("phi", [0.0, 0.5, 0.9])
def test_effective_size_of_an_autoregression(phi: float) -> None:
    """It is n (1 - phi)/(1 + phi); the estimate from 2 chains of 20,000 is good to a tenth or so."""
    rng = np.random.default_rng(6)
    chains = np.empty((2, 20_000))
    for chain in chains:
        chain[:] = lfilter([1.0], [1.0, -phi], rng.normal(size=20_000))
    size, r_hat = mixing(read_only(chains))
    assert size == pytest.approx(40_000 * (1 - phi) / (1 + phi), rel=0.15)
    assert r_hat == pytest.approx(1, abs=0.01)


def test_split_r_hat_is_that_of_the_textbook() -> None:
    rng = np.random.default_rng(7)
    chains = rng.normal(size=(2, 100)).cumsum(axis=1)
    _, r_hat = mixing(read_only(chains))
    halves = chains.reshape(4, 50)
    within = halves.var(axis=1, ddof=1).mean()
    assert r_hat == pytest.approx(np.sqrt(49 / 50 + halves.mean(axis=1).var(ddof=1) / within), rel=1e-12)


def test_chains_apart_are_seen() -> None:
    chains = np.random.default_rng(8).normal(size=(2, 500)) + np.array([[0.0], [5.0]])
    size, r_hat = mixing(read_only(chains))
    assert r_hat > 2
    assert size < 10
    assert np.isnan(mixing(read_only(np.ones((2, 8)))))[1]


def test_the_prior_must_be_proper() -> None:
    with pytest.raises(ValueError, match="mean_sd"):
        posterior([1.0, 2.0], PRIOR._replace(mean_sd=np.inf))
    with pytest.raises(ValueError, match="draws"):
        posterior([1.0, 2.0], PRIOR, draws=0)
    with pytest.raises(ValueError, match="at least 4"):
        posterior([1.0, 2.0], PRIOR, draws=3)


def test_constant_data() -> None:
    fit = posterior([1.0] * 10, PRIOR, 200)
    assert np.isfinite(fit.draws).all()
