"""EM as practised against scikit-learn's, and run long against the Newton fit."""

from __future__ import annotations

import itertools
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
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


@pytest.mark.parametrize("start", ["kmeans", "halves"])
def test_degenerate_samples(start: str) -> None:
    assert em([1.0, 1.0], start=start).status is Status.MERGED
    assert em([1.0, 2.0], start=start).status is Status.DEGENERATE
    assert em([1.0, 1.0], 1e-5, start=start, rule="relative").status is Status.MERGED


# --- the relative rule -------------------------------------------------------------------------------


def by_hand(x: np.ndarray, tol: float) -> tuple[np.ndarray, np.ndarray, float, float, int]:
    """EM from the halves of the sample by mclust's rule, in plain numpy."""
    upper = np.arange(len(x)) >= len(x) // 2
    z = np.stack([~upper, upper]).astype(float)
    before = np.inf
    for passes in itertools.count(1):
        weights = z.mean(axis=1)
        means = z @ x / z.sum(axis=1)
        variance = float((z * (x - means[:, None]) ** 2).sum() / len(x))
        densities = weights[:, None] * stats.norm.pdf(x, means[:, None], np.sqrt(variance))
        value = float(np.log(densities.sum(axis=0)).sum())
        z = densities / densities.sum(axis=0)
        if abs(value - before) / (1 + abs(value)) <= tol:
            return weights, means, variance, value, passes
        before = value
    raise AssertionError


@pytest.mark.parametrize("scale", [1.0, 1000.0])
@pytest.mark.parametrize("seed", range(3))
def test_the_relative_rule_by_hand(seed: int, scale: float) -> None:
    """The unit matters: in another one EM takes another number of passes, and both ways the same."""
    x = np.sort(scale * sample(seed, n=501))
    weights, means, variance, value, passes = by_hand(x, 1e-5)
    fit = em(x, 1e-5, start="halves", rule="relative")
    assert fit.passes == passes + 2
    np.testing.assert_allclose(fit.means, means, rtol=1e-9)
    np.testing.assert_allclose(fit.weights, weights, rtol=1e-9)
    assert (fit.variance, fit.objective) == pytest.approx((variance, value), rel=1e-9)
    assert fit.status is Status.STOPPED


MCLUST = """
suppressMessages(library(mclust))
mclust.options(subset = 1e6)
x <- scan("x", quiet = TRUE)
fit <- Mclust(x, G = 2, modelNames = "E", verbose = FALSE)
found <- c(fit$parameters$pro, fit$parameters$mean, fit$parameters$variance$sigmasq, fit$loglik)
cat(format(found, digits = 17))
"""


def has_mclust() -> bool:
    """Whether R is there with the package."""
    asked = ["Rscript", "-e", "quit(status = !requireNamespace('mclust', quietly = TRUE))"]
    return (
        bool(shutil.which("Rscript"))
        and subprocess.run(asked, check=False, capture_output=True).returncode == 0
    )


@pytest.mark.slow
@pytest.mark.parametrize("delta", [1.0, 2.0])
def test_mclust_gives_the_same(delta: float, tmp_path: Path) -> None:
    if not has_mclust():
        pytest.skip("there is no Rscript with the package mclust")
    x = np.sort(sample(1, delta, n=20_000))
    np.savetxt(tmp_path / "x", x, fmt="%.17g")
    command = ["Rscript", "-e", MCLUST]
    said = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    fit = em(x, 1e-5, start="halves", rule="relative")
    found = [*fit.weights, *fit.means, fit.variance, fit.objective]
    np.testing.assert_allclose(found, np.array(said.split(), dtype=float), rtol=1e-7)


# --- a few steps -------------------------------------------------------------------------------------


def test_one_step_by_hand() -> None:
    """An E and an M step in plain numpy from the mixture of k-means' clusters."""
    x = np.sort(sample(4))
    split = kmeans(x)
    densities = split.sizes[:, None] * stats.norm.pdf(
        x, split.centers[:, None], np.sqrt(split.objective / len(x))
    )
    z = densities / densities.sum(axis=0)
    means = z @ x / z.sum(axis=1)
    fit = em(x, None, steps=1)
    np.testing.assert_allclose(fit.means, means, rtol=1e-10)
    np.testing.assert_allclose(fit.weights, z.mean(axis=1), rtol=1e-10)
    assert fit.variance == pytest.approx((z * (x - means[:, None]) ** 2).sum() / len(x), rel=1e-10)
    assert (fit.passes, fit.status) == (6, Status.STOPPED)


def test_steps_lead_on_to_the_same_end() -> None:
    x = sample(5)
    likelihoods = [em(x, None, steps=k).objective for k in (1, 2, 4, 400)]
    assert likelihoods == sorted(likelihoods)
    np.testing.assert_allclose(em(x, None, steps=400).means, em(x, None).means, atol=1e-6)
    # a tolerance may come first
    assert em(x, 1e-3, steps=400).passes == em(x, 1e-3).passes


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"start": "thirds"}, "start must be 'kmeans' or 'halves', not 'thirds'"),
        ({"rule": "score"}, "rule must be 'gain' or 'relative', not 'score'"),
        ({"steps": 0}, "steps must be"),
        ({"tol": None, "rule": "relative"}, "the relative rule needs a tolerance"),
        ({"rule": "relative", "acceleration": "squarem"}, "extrapolated EM"),
        ({"steps": 2, "acceleration": "squarem"}, "extrapolated EM"),
    ],
)
def test_other_choices_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        em([1.0, 2.0, 4.0], **given)
