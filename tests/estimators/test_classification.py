"""Classification maximum likelihood against every assignment, and its two optima."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.estimators.classification import Classification, classification, fit_rows
from kmeans_inconsistency.estimators.kmeans import kmeans


def log_likelihood(x: np.ndarray, labels: np.ndarray) -> float:
    """Classification log-likelihood of an assignment, maximised over the parameters."""
    n = len(x)
    within = sum(float(((x[labels == j] - x[labels == j].mean()) ** 2).sum()) for j in np.unique(labels))
    shares = np.unique(labels, return_counts=True)[1] / n
    return float(n * ((shares * np.log(shares)).sum() - 0.5 * np.log(2 * np.pi * within / n) - 0.5))


@settings(deadline=None, derandomize=True, max_examples=30)
@given(st.integers(0, 10_000))
def test_no_assignment_is_likelier(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=8) + rng.uniform(0, 6) * (rng.random(8) < 0.5)
    best = max(log_likelihood(x, np.array((0, *labels))) for labels in product((0, 1), repeat=7))
    assert classification(x).objective == pytest.approx(best, rel=1e-12)


def _is_fixed_point(x: np.ndarray, fit: Classification) -> bool:
    """Whether every observation is in the cluster under which it is likelier."""
    scores = np.log(fit.weights) - 0.5 * (x[:, None] - fit.means) ** 2 / fit.variance
    lower = np.sort(x)[: round(fit.weights[0] * len(x))]
    return bool(np.array_equal(np.sort(x[scores[:, 0] > scores[:, 1]]), lower))


@pytest.mark.parametrize("seed", range(10))
def test_local_optimum_is_a_fixed_point_no_likelier_than_the_global(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=200) + 4 * (rng.random(200) < 0.3)
    local = classification(x, search="local")
    assert local.objective <= classification(x).objective + 1e-9
    assert local.status is Status.CONVERGED
    assert _is_fixed_point(x, local)


def test_one_cluster_takes_all_at_small_separation() -> None:
    """The population prefers an empty cluster for separations below 3.036."""
    rng = np.random.default_rng(1)
    noise, labels = rng.normal(size=20_000), rng.random(20_000) < 0.5
    fit = classification(noise + 2 * labels)
    assert fit.status is Status.MERGED
    assert fit.means[0] == fit.means[1]
    apart = classification(noise + 4 * labels)
    assert apart.status is Status.CONVERGED
    assert np.diff(apart.means) > np.diff(kmeans(noise + 4 * labels).centers) - 0.1


def test_clusters_that_are_points() -> None:
    fit = classification([1.0, 1.0, 2.0])
    assert fit.status is Status.DEGENERATE
    np.testing.assert_array_equal(fit.means, [1.0, 2.0])
    assert classification([3.0, 3.0]).status is Status.MERGED


def test_choices_are_checked() -> None:
    with pytest.raises(ValueError, match="search must be"):
        classification([1.0, 2.0], search="random")


@settings(deadline=None, derandomize=True, max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 60))
def test_with_fixed_weights_it_is_kmeans(seed: int, n: int) -> None:
    x = np.sort(np.random.default_rng(seed).normal(size=n))
    rows = fit_rows(x[np.newaxis], "equal", "global")
    means = np.array([rows["lower"][0], rows["upper"][0]])
    np.testing.assert_array_equal(means, kmeans(x).centers)
    np.testing.assert_array_equal(means, classification(x, "equal", "local").means)
    within = n * rows["variance"][0]
    assert within == pytest.approx(kmeans(x).objective, rel=1e-12)
    if within > 0:
        expected = -n * (np.log(2) + 0.5 * np.log(2 * np.pi * within / n) + 0.5)
        assert rows["objective"][0] == pytest.approx(expected, rel=1e-12)
