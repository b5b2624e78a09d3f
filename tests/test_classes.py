"""The scikit-learn classes against scikit-learn's own checks, and against the functions they wrap."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from kmeans_inconsistency.classes import OptimalKMeans, SphericalGaussianMixture
from kmeans_inconsistency.estimators.kmeans import kmeans
from kmeans_inconsistency.estimators.mixture import mixture


@parametrize_with_checks([OptimalKMeans(random_state=0), SphericalGaussianMixture(random_state=0)])
@pytest.mark.filterwarnings("ignore")
def test_scikit_learns_checks(estimator: Any, check: Any) -> None:
    check(estimator)


x = np.random.default_rng(1).normal(size=200) + 3.0 * (np.arange(200) % 2)


def test_one_column_is_exact() -> None:
    clusters, fit = OptimalKMeans().fit(x[:, None]), kmeans(x)
    np.testing.assert_array_equal(clusters.cluster_centers_[:, 0], fit.centers)
    np.testing.assert_array_equal(np.bincount(clusters.labels_), fit.sizes)
    two, global_fit = SphericalGaussianMixture().fit(x[:, None]), mixture(x)
    np.testing.assert_array_equal(two.means_[:, 0], global_fit.means)
    assert two.score(x[:, None]) * 200 == pytest.approx(global_fit.objective)


def test_responsibilities() -> None:
    fit = SphericalGaussianMixture(random_state=0).fit(np.stack([x, x[::-1]], axis=1))
    points = np.stack([x, x[::-1]], axis=1)
    shares = fit.predict_proba(points)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    np.testing.assert_array_equal(shares.argmax(axis=1), fit.predict(points))
    np.testing.assert_allclose(shares.mean(axis=0), fit.weights_, atol=1e-7)
