"""EM stopped by a tolerance: against scikit-learn itself and against the untouched limit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.mixture import GaussianMixture

from kmeans_inconsistency.estimators.em import em, fit_rows, stop_at
from kmeans_inconsistency.limits import predict, rates, stopped_em
from kmeans_inconsistency.models import Mixture, normal_pair


@pytest.mark.parametrize("covariance", ["tied", "spherical"])
@pytest.mark.parametrize(("delta", "weight"), [(1.0, 0.5), (2.0, 0.5), (2.0, 0.3), (3.0, 0.5)])
def test_scikit_learn_returns_it(delta: float, weight: float, covariance: str) -> None:
    """One fit of 200,000 observations of fixed seed; 5 standard errors: false alarms 1 in a million."""
    n = 200_000
    rng = np.random.default_rng(2)
    x = rng.standard_normal(n) + np.where(rng.random(n) > weight, delta / 2, -delta / 2)
    fit = GaussianMixture(2, covariance_type=covariance, random_state=0).fit(x[:, None])
    found = stopped_em.limit(normal_pair(delta, weight), covariance=covariance)
    assert fit.n_iter_ == found.passes
    order = np.argsort(fit.means_.ravel())
    assert_allclose(fit.means_.ravel()[order], found.means, atol=5 * np.sqrt(12 / n))
    assert_allclose(fit.weights_[order], found.weights, atol=5 * np.sqrt(12 / n))


def test_bias_at_the_default_tolerance() -> None:
    assert stopped_em.limit(normal_pair(2)).distance - 2 == pytest.approx(0.07, abs=0.005)
    assert stopped_em.limit(normal_pair(1)).distance - 1 == pytest.approx(0.39, abs=0.005)


def test_a_tight_tolerance_is_consistent_and_the_rate_is_as_predicted() -> None:
    model = normal_pair(2, 0.4)
    short, long, longer = (stopped_em.limit(model, 0.0, most_passes=k).distance for k in (150, 151, 152))
    assert_allclose((longer - long) / (long - short), rates.em(model), rtol=1e-3)
    # scikit-learn adds 1e-6 to the variance
    assert stopped_em.limit(model, 0.0, most_passes=600).distance == pytest.approx(2, abs=1e-5)


@pytest.mark.parametrize("choice", ["covariance", "start", "rule"])
def test_unknown_choices(choice: str) -> None:
    with pytest.raises(ValueError, match=f"{choice} must be"):
        stopped_em.limit(normal_pair(1), **{choice: "full "})  # type: ignore[arg-type]


@pytest.mark.parametrize(("delta", "weight"), [(1.0, 0.5), (1.5, 0.4), (2.0, 0.5), (2.0, 0.3), (3.0, 0.5)])
@pytest.mark.parametrize(
    "parameters", [{"start": "halves", "rule": "relative", "tol": 1e-5}, {"tol": 1e-3}, {"steps": 1}]
)
def test_our_em_goes_there(delta: float, weight: float, parameters: dict[str, Any]) -> None:
    """One fit of 200,000 observations of fixed seed; 5 standard errors, and one pass more or less."""
    n = 200_000
    rng = np.random.default_rng(4)
    x = rng.standard_normal(n) + np.where(rng.random(n) > weight, delta / 2, -delta / 2)
    fit, found = em(x, **{"tol": None} | parameters), predict("em", parameters, normal_pair(delta, weight))
    assert abs(fit.passes - found["passes"].limit) <= 1
    moves = 0.0 if fit.passes == found["passes"].limit else 0.03
    assert_allclose(fit.means[1] - fit.means[0], found["distance"].limit, atol=5 * np.sqrt(20 / n) + moves)


@pytest.mark.parametrize(("delta", "weight"), [(1.0, 0.5), (2.0, 0.3), (3.0, 0.4)])
def test_the_variance_of_one_step(delta: float, weight: float) -> None:
    """1500 samples of 2000 with a fixed seed: n times the variances to 15 percent, four standard errors."""
    rng = np.random.default_rng(6)
    n, count = 2000, 1500
    x = rng.standard_normal((count, n)) + np.where(rng.random((count, n)) > weight, delta / 2, -delta / 2)
    fits = fit_rows(np.sort(x, axis=1), stop_at(None, 1), "none")
    for name, prediction in predict("em", {"steps": 1}, normal_pair(delta, weight)).items():
        if name != "passes":
            assert n * fits[name].var() == pytest.approx(prediction.avar, rel=0.15), name
            error = (prediction.avar / n / count) ** 0.5
            assert abs(fits[name].mean() - prediction.limit) < 5 * error + 10 / n, name


def test_extrapolated_em_has_no_theory() -> None:
    assert predict("em", {"acceleration": "squarem", "tol": 1e-3}, normal_pair(2)) == {}
    assert predict("em", {}, normal_pair(2)) == {}


def test_the_relative_rule_knows_the_unit() -> None:
    """In the limit the tolerance is for the gain over the mean log-likelihood, which depends on the unit."""
    narrow = Mixture((0.5, 0.5), (-1e-4, 1e-4), (1e-4, 1e-4))
    one = stopped_em.limit(normal_pair(2), 1e-5, start="halves", rule="relative", added_variance=0.0)
    other = stopped_em.limit(narrow, 1e-5, start="halves", rule="relative", added_variance=0.0)
    assert other.passes < one.passes
