"""Arguments that are none are refused in a line, by every public estimator alike."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

from kmeans_inconsistency.classes import OptimalKMeans, SphericalGaussianMixture
from kmeans_inconsistency.estimators.classification import classification
from kmeans_inconsistency.estimators.debiased import debiased
from kmeans_inconsistency.estimators.em import em
from kmeans_inconsistency.estimators.kmeans import kmeans
from kmeans_inconsistency.estimators.known_covariance import known_covariance
from kmeans_inconsistency.estimators.known_variance import known_variance
from kmeans_inconsistency.estimators.lloyd import lloyd
from kmeans_inconsistency.estimators.mixture import mixture
from kmeans_inconsistency.estimators.normal_mixture import normal_mixture
from kmeans_inconsistency.estimators.posterior import Prior, posterior
from kmeans_inconsistency.estimators.spherical_mixture import spherical_mixture

SAMPLE = np.array([0.0, 1.0, 2.0, 10.0, 11.0, 13.0])
REQUIRED: dict[str, Any] = {"eps": 1.0, "prior": Prior(1.0, 3.0, 2.0, 1.0)}
ESTIMATORS = [
    kmeans,
    lloyd,
    mixture,
    em,
    classification,
    debiased,
    known_variance,
    known_covariance,
    normal_mixture,
    spherical_mixture,
    posterior,
]
COUNTS, POSITIVES = ("clusters", "starts", "draws"), ("eps", "tol")


def call(estimator: Any, x: Any, **arguments: Any) -> Any:
    parameters = inspect.signature(estimator).parameters
    return estimator(x, **{k: v for k, v in REQUIRED.items() if k in parameters} | arguments)


def having(*names: str) -> list[tuple[Any, str]]:
    return [(e, name) for e in ESTIMATORS for name in names if name in inspect.signature(e).parameters]


@pytest.mark.parametrize(("estimator", "name"), having(*COUNTS))
@pytest.mark.parametrize("value", [2.5, 2.0, np.float64(2), "2", None, True, 0, -1, np.nan, [2]])
def test_a_count_is_a_whole_number(estimator, name, value):
    with pytest.raises(ValueError, match=f"{name} must be"):
        call(estimator, SAMPLE, **{name: value})


@pytest.mark.parametrize(("estimator", "name"), having(*POSITIVES))
@pytest.mark.parametrize("value", [0, -1.0, np.nan, np.inf, "1", None, [1.0], True, 10**400])
def test_a_variance_or_tolerance_is_a_positive_number(estimator, name, value):
    if estimator is em and value is None:  # EM then goes on to a stationary point
        return
    with pytest.raises(ValueError, match=f"{name} must be a positive number"):
        call(estimator, SAMPLE, **{name: value})


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize(
    ("x", "said"),
    [
        (np.ma.masked_array(SAMPLE, SAMPLE > 12), "1 masked values"),
        (np.ma.masked_equal([0, 1, 2, 10, 99], 99), "1 masked values"),
        ([[1.0], [2.0, 3.0], [4.0]], "unequal lengths"),
        (["1", "2", "3"], "real numbers"),
        (SAMPLE + 1j, "real numbers"),
        (np.array([1.0, None, 3.0], dtype=object), "real numbers"),
        (np.array(["2020-01-01", "2020-01-02"], dtype="M8[D]"), "real numbers"),
        ([1.0, np.nan, 3.0], "1 NaN or infinite"),
        ([1.0, -np.inf, 3.0], "1 NaN or infinite"),
        ([], "needed"),
        (np.zeros((2, 2, 2)), "shape"),
        (None, "real numbers"),
    ],
)
def test_a_sample_is_of_real_finite_numbers(estimator, x, said):
    with pytest.raises(ValueError, match=said) as caught:
        call(estimator, x)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("made", [OptimalKMeans, SphericalGaussianMixture])
def test_the_classes_refuse_the_same(made):
    points = SAMPLE[:, np.newaxis]
    masked = np.ma.masked_array(points, points > 12)
    for wrong in (2.5, 2.0, 0, "2", True):
        with pytest.raises(ValueError, match="must be a whole number, at least 1"):
            made(wrong).fit(points)
    with pytest.raises(ValueError, match="1 masked values"):
        made().fit(masked)
    with pytest.raises(ValueError, match="1 masked values"):
        made().fit(points).predict(masked)


def test_a_masked_array_without_masked_values_is_an_array():
    assert kmeans(np.ma.masked_array(SAMPLE)).centers.tolist() == kmeans(SAMPLE).centers.tolist()
