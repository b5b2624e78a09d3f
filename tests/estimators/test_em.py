"""EM as practised against scikit-learn's, and run long against the Newton fit."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture

from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.estimators.em import STATIONARY, em, fit_rows
from kmeans_inconsistency.estimators.kmeans import kmeans
from kmeans_inconsistency.estimators.mixture import mixture


def sample(seed: int, delta: float = 2.5, n: int = 500) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=n) + delta * (rng.random(n) < 0.4)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("tol", [1e-3, 1e-6])
def test_like_scikit_learn_from_the_same_start(seed: int, tol: float) -> None:
    x = sample(seed)
    split = kmeans(x)
    peer = GaussianMixture(
        2,
        covariance_type="tied",
        tol=tol,
        max_iter=100_000,
        reg_covar=0.0,
        weights_init=split.sizes / len(x),
        means_init=split.centers[:, None],
        precisions_init=[[len(x) / split.objective]],
        random_state=0,
    ).fit(x[:, None])
    fit = em(x, tol)
    np.testing.assert_allclose(fit.means, np.sort(peer.means_[:, 0]), rtol=1e-9)
    assert fit.variance == pytest.approx(float(peer.covariances_[0, 0]), rel=1e-9)
    assert fit.passes - 4 == peer.n_iter_
    assert fit.status is Status.STOPPED


@pytest.mark.parametrize("acceleration", ["none", "squarem"])
def test_run_long_it_reaches_the_maximum(acceleration: str) -> None:
    x = sample(1)
    np.testing.assert_allclose(em(x, 1e-15, acceleration).means, mixture(x).means, atol=1e-5)


def test_acceleration_saves_passes() -> None:
    x = sample(2, delta=1.5, n=2000)
    assert em(x, 1e-13, acceleration="squarem").passes < 0.3 * em(x, 1e-13).passes


@pytest.mark.parametrize("acceleration", ["none", "squarem"])
def test_run_to_stationarity_it_ends_at_the_maximum(acceleration: str) -> None:
    samples = np.sort([sample(seed, delta=2.0, n=1000) for seed in range(3)])
    fits = fit_rows(samples, STATIONARY, acceleration)
    best = np.array([mixture(x, search="local").means for x in samples])
    np.testing.assert_allclose(np.transpose([fits["lower"], fits["upper"]]), best, atol=1e-6)
    assert (fits["gradient"] <= 1e-9).all()
    one = em(samples[0], None, acceleration)
    assert (one.status, one.means[0], one.passes) == (Status.CONVERGED, fits["lower"][0], fits["passes"][0])
    assert (fits["status"] == Status.CONVERGED).all()


def test_out_of_patience_it_says_so() -> None:
    fits = fit_rows(np.sort(sample(3))[np.newaxis], STATIONARY._replace(most=10), acceleration="none")
    assert fits["status"] == [Status.NOT_CONVERGED]
    assert fits["passes"] == [14]  # four of them for the start


def test_tolerance_is_checked() -> None:
    with pytest.raises(ValueError, match="tol must be"):
        em([1.0, 2.0], tol=0.0)
    with pytest.raises(ValueError, match="acceleration must be 'none' or 'squarem', not 'fast'"):
        em([1.0, 2.0], acceleration="fast")


def test_degenerate_samples() -> None:
    assert em([1.0, 1.0]).status is Status.MERGED
    assert em([1.0, 2.0]).status is Status.DEGENERATE
