"""scikit-learn's mixture as a method: what a direct call returns, and a status for whatever happens."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.mixture import GaussianMixture

from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.estimators.sklearn_mixture import fit_rows
from kmeans_inconsistency.limits import predict, stopped_em
from kmeans_inconsistency.models import normal_pair


def _samples(rows: int, n: int, delta: float) -> np.ndarray:
    rng = np.random.default_rng(7)
    return rng.standard_normal((rows, n)) + delta * (rng.random((rows, n)) - 0.5 > 0) - delta / 2


def _generators(rows: int) -> list[np.random.Generator]:
    return [np.random.default_rng(i) for i in range(rows)]


@pytest.mark.parametrize("tol", [1e-3, 1e-6])
def test_a_direct_call_returns_it(tol: float) -> None:
    samples = _samples(3, 400, 2.0)
    rows = fit_rows(samples, _generators(3), tol)
    for i, (x, rng) in enumerate(zip(samples, _generators(3), strict=True)):
        seed = int(rng.integers(2**31))
        fit = GaussianMixture(2, covariance_type="tied", tol=tol, random_state=seed).fit(x[:, None])
        lower, upper = np.sort(fit.means_.ravel())
        assert_allclose([rows["lower"][i], rows["upper"][i]], [lower, upper], rtol=1e-9)
        assert_allclose(rows["distance"][i], upper - lower, rtol=1e-9)
        assert_allclose(rows["weight"][i], fit.weights_[np.argmin(fit.means_.ravel())], rtol=1e-9)
        assert_allclose(rows["variance"][i], fit.covariances_.item(), rtol=1e-9)
        assert_allclose(rows["objective"][i], fit.score_samples(x[:, None]).sum(), rtol=1e-9)
        assert rows["passes"][i] == fit.n_iter_
        assert rows["status"][i] == (Status.STOPPED if fit.converged_ else Status.NOT_CONVERGED)


def test_too_many_passes_are_not_convergence() -> None:
    rows = fit_rows(_samples(2, 300, 0.5), _generators(2), 1e-12)
    assert (rows["status"] == Status.NOT_CONVERGED).all()
    assert (rows["passes"] == 100).all()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("sample", [[1.0], [1.0, np.nan, 2.0]])
def test_what_it_refuses_is_a_failed_row(sample: list[float]) -> None:
    rows = fit_rows(np.array([sample]), _generators(1), 1e-3)
    assert rows["status"].tolist() == [Status.FAILED]
    assert all(np.isnan(rows[name]).all() for name in rows if name != "status")


def test_a_big_sample_is_at_the_limit() -> None:
    """Three fits of 100,000 observations; 5 standard errors of sqrt(12 / n): false alarms 1 in a million."""
    n, predicted = 100_000, predict("sklearn_mixture", {"tol": 1e-3}, normal_pair(2))
    assert predicted == stopped_em.predict(normal_pair(2), 1e-3)
    rows = fit_rows(_samples(3, n, 2.0), _generators(3), 1e-3)
    for name in ("distance", "lower", "upper"):
        assert_allclose(rows[name], predicted[name].limit, atol=5 * np.sqrt(12 / n))
    assert (rows["distance"] - 2 > 0.01).all()


def test_the_method_is_loaded_without_scikit_learn() -> None:
    program = (
        "import sys; from kmeans_inconsistency.estimators._method import load; load('sklearn_mixture'); "
    )
    subprocess.run([sys.executable, "-c", program + "assert 'sklearn' not in sys.modules"], check=True)
