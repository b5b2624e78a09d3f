"""The scikit-learn classes against scikit-learn's own checks, and against the functions they wrap."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
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


def test_weights_repeat_rows_in_one_column_and_in_two() -> None:
    counts = np.random.default_rng(2).integers(0, 4, 200)
    for points in (x[:, None], np.stack([x, x[::-1]], axis=1)):
        repeated = np.repeat(points, counts, axis=0)
        found = OptimalKMeans(random_state=0).fit(points, sample_weight=counts)
        again = OptimalKMeans(random_state=0).fit(repeated)
        np.testing.assert_allclose(found.cluster_centers_, again.cluster_centers_, rtol=1e-12, atol=1e-12)
        assert found.inertia_ == pytest.approx(again.inertia_, rel=1e-12)
        np.testing.assert_array_equal(found.labels_, again.predict(points))
        assert found.score(points, sample_weight=counts) == pytest.approx(-found.inertia_, rel=1e-12)
        assert found.score(points, sample_weight=counts) == pytest.approx(found.score(repeated), rel=1e-12)
        labels = OptimalKMeans(random_state=0).fit_predict(points, sample_weight=counts)
        np.testing.assert_array_equal(labels, found.labels_)
        mixed = SphericalGaussianMixture(random_state=0).fit(points, sample_weight=counts)
        other = SphericalGaussianMixture(random_state=0).fit(repeated)
        for name in ("means_", "weights_", "variance_", "log_likelihood_"):
            np.testing.assert_allclose(getattr(mixed, name), getattr(other, name), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("estimator", [OptimalKMeans(), SphericalGaussianMixture()])
@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([1, 1, -1, 1], "weight 2 is -1"),
        ([1, np.nan, 1, 1], "weight 1 is nan"),
        ([0, 0, 0, 0], "zero for every observation"),
        ([1, 0, 0, 0], "1 observations have a weight"),
    ],
)
@pytest.mark.parametrize("columns", [1, 2])
def test_what_is_no_weight_is_refused(estimator: Any, weights: Any, said: str, columns: int) -> None:
    points = np.array([[0.0, 1.0], [4.0, 5.0], [2.0, 2.0], [3.0, 1.0]])[:, :columns]
    with pytest.raises(ValueError, match=said):
        clone(estimator).fit(points, sample_weight=weights)


def test_responsibilities() -> None:
    fit = SphericalGaussianMixture(random_state=0).fit(np.stack([x, x[::-1]], axis=1))
    points = np.stack([x, x[::-1]], axis=1)
    shares = fit.predict_proba(points)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    np.testing.assert_array_equal(shares.argmax(axis=1), fit.predict(points))
    np.testing.assert_allclose(shares.mean(axis=0), fit.weights_, atol=1e-7)


def test_criteria_samples_and_named_output() -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": x, "b": x[::-1]})
    fit = SphericalGaussianMixture(random_state=0).fit(frame)
    value = fit.score(frame) * len(frame)
    assert fit.bic(frame) == pytest.approx(6 * np.log(200) - 2 * value)
    assert fit.aic(frame) == pytest.approx(12 - 2 * value)
    drawn, labels = fit.sample(20_000)
    assert drawn.shape == (20_000, 2)
    # five standard errors of a mean of so many draws
    for k in range(2):
        own = drawn[labels == k]
        assert np.abs(own.mean(axis=0) - fit.means_[k]).max() < 5 * np.sqrt(fit.variance_ / len(own))
    with pytest.raises(ValueError, match="n_samples"):
        fit.sample(0)
    clusters = OptimalKMeans(random_state=0).fit(frame)
    assert list(clusters.feature_names_in_) == ["a", "b"]
    assert -clusters.score(frame) == pytest.approx(clusters.inertia_)
    named = clusters.set_output(transform="pandas").transform(frame)
    assert list(named.columns) == ["optimalkmeans0", "optimalkmeans1"]
    np.testing.assert_array_equal(named.to_numpy().argmin(axis=1), clusters.predict(frame))


def test_masked_values_are_refused_by_every_method() -> None:
    x = np.random.default_rng(1).normal(size=(20, 2))
    masked = np.ma.masked_array(x, mask=x > 1)
    for model in (OptimalKMeans(), SphericalGaussianMixture()):
        model.fit(x)
        for name in ("fit", "predict", "transform", "score", "predict_proba", "score_samples", "bic", "aic"):
            if hasattr(model, name):
                with pytest.raises(ValueError, match="masked values"):
                    getattr(model, name)(masked)


@pytest.mark.parametrize("number", [0, 2.5, True])
def test_a_sample_has_a_whole_number_of_draws(number: Any) -> None:
    fitted = SphericalGaussianMixture().fit(np.arange(10.0)[:, np.newaxis] ** 2)
    with pytest.raises(ValueError, match="n_samples must be a whole number, at least 1"):
        fitted.sample(number)
