"""Input that breaks careless code, for every estimator of one sample in one dimension."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.estimators.classification import classification
from kmeans_inconsistency.estimators.debiased import debiased
from kmeans_inconsistency.estimators.kmeans import kmeans
from kmeans_inconsistency.estimators.known_covariance import known_covariance
from kmeans_inconsistency.estimators.known_variance import known_variance
from kmeans_inconsistency.estimators.mixture import mixture
from kmeans_inconsistency.estimators.normal_mixture import normal_mixture

Estimator = Callable[[Any], Any]


def by_spread(x: Any) -> Any:
    """Known variance at a tenth of the sample's."""
    return known_variance(x, 0.1 * max(float(np.var(np.asarray(x, dtype=np.float64))), 1e-30))


def by_spread_in_space(x: Any) -> Any:
    """The same for any dimension, here one."""
    return known_covariance(x, 0.1 * max(float(np.var(np.asarray(x, dtype=np.float64))), 1e-30))


def local_classification(x: Any) -> Any:
    """The local optimum that is reached from k-means'."""
    return classification(x, search="local")


def free_variances(x: Any) -> Any:
    """Each component with a variance of its own."""
    fit = normal_mixture(np.sort(np.asarray(x, dtype=float)))
    return fit._replace(means=fit.means[:, 0])


ESTIMATORS = [kmeans, mixture, by_spread, classification, local_classification, free_variances]
ALL = [*ESTIMATORS, by_spread_in_space]


def means(fit: Any) -> np.ndarray:
    return fit.centers if hasattr(fit, "centers") else fit.means


noise = np.random.default_rng(1).normal(size=60)
sample = noise + 3.0 * (np.arange(60) % 2)


@pytest.mark.parametrize("estimator", ALL)
@pytest.mark.parametrize(
    "x",
    [
        [2.0, 2.0],
        [0.1] * 50,
        [1, 2],
        [5.0, 5.0, 5.0, 9.0, 9.0],
        np.repeat([1.0, 2.0, 4.0], 20),
        np.round(sample),
        np.append(noise, 1e6),
        np.append(noise, -1e12),
        sample + 1e8,
        sample * 1e-8,
        sample * 1e8,
        sample * 1e-100,
        [0.0, 1e-9, 1.0],
        [0.0, 1e-9, 5.0, 5.0 + 1e-9, 9.0],
        np.append(noise * 1e-6, noise * 1e-6 + 1),
        [-1.0, 0.0, 1.0],
        np.arange(100),
        np.arange(100) % 2 == 0,
        [0.0, 5e-324],
    ],
    ids=str,
)
def test_finite_ordered_and_said(estimator: Estimator, x: Any) -> None:
    fit = estimator(x)
    low, high = means(fit)
    values = np.asarray(x, dtype=np.float64)
    assert np.isfinite([low, high]).all()
    assert low <= high
    spread = float(np.ptp(values))
    assert values.min() - spread <= low
    assert high <= values.max() + spread
    assert fit.status in (Status.CONVERGED, Status.MERGED, Status.DEGENERATE)
    assert not np.isnan(fit.objective)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize(
    ("x", "why"),
    [
        ([], "at least 2"),
        ([1.0], "at least 2"),
        ([1.0, np.nan], "NaN or infinite"),
        ([1.0, np.inf], "NaN or infinite"),
        ([[1.0, 2.0], [3.0, 4.0]], "one-dimensional"),
        (3.0, "one-dimensional"),
        (["a", "b"], "real numbers"),
        ([1.0 + 2.0j, 1.0], "real numbers"),
        ([1e200, 0.0], "rescale"),
    ],
    ids=str,
)
def test_refused_with_a_reason(estimator: Any, x: Any, why: str) -> None:
    if (estimator, why) in ((free_variances, "one-dimensional"), (kmeans, "rescale")):
        return  # one takes any matrix, the other numbers of any size
    unit = {by_spread: lambda v: known_variance(v, 1.0), free_variances: normal_mixture}
    fit = unit.get(estimator, estimator)
    with pytest.raises(ValueError, match=why):
        fit(x)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_kind_of_array_does_not_matter(estimator: Estimator) -> None:
    x = np.random.default_rng(2).integers(0, 50, size=40).astype(np.float64)
    expected = means(estimator(x))
    frozen = x.copy()
    frozen.flags.writeable = False
    for same in (x.astype(np.int8), x.astype(np.float32), np.repeat(x, 2)[::2], frozen, x.tolist(), x[::-1]):
        np.testing.assert_array_equal(means(estimator(same)), expected)


@pytest.mark.parametrize("estimator", ALL)
def test_input_is_left_alone(estimator: Estimator) -> None:
    x = sample.copy()
    estimator(x)
    np.testing.assert_array_equal(x, sample)


def test_clusters_far_apart_are_fitted_exactly() -> None:
    """Where no observation is in doubt the mixture is that of the clusters."""
    near, far = np.array([0.0, 1e-3, 2e-3]), np.array([1e6, 1e6 + 1e-3])
    fit = mixture(np.append(near, far))
    np.testing.assert_allclose(fit.means, [near.mean(), far.mean()], rtol=1e-12)
    np.testing.assert_allclose(fit.weights, [0.6, 0.4])
    within = ((near - near.mean()) ** 2).sum() + ((far - far.mean()) ** 2).sum()
    assert fit.variance == pytest.approx(within / 5, rel=1e-6)


@pytest.mark.parametrize("weights", ["equal", "free"])
@pytest.mark.parametrize("step", ["newton", "none"])
@pytest.mark.parametrize(
    "x", [[2.0, 2.0], [1, 2], [5.0, 5.0, 9.0], sample + 1e8, np.append(noise, 1e6)], ids=str
)
def test_debiased_says_what_it_could_not_do(x: Any, weights: str, step: str) -> None:
    fit = debiased(x, weights, step)
    assert fit.status in (Status.CONVERGED, Status.MERGED, Status.STOPPED, Status.FAILED)
    assert np.isfinite(fit.means).all() == (fit.status is not Status.FAILED)
