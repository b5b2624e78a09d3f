"""The theory of the method of moments against differences, other theory and simulation."""

from __future__ import annotations

import numpy as np
import pytest

from kmeans_inconsistency.estimators.moments import fit_rows
from kmeans_inconsistency.limits import moments, predict
from kmeans_inconsistency.models import Mixture, normal_pair


@pytest.mark.parametrize("weight", [0.5, 0.3, 0.8])
@pytest.mark.parametrize("delta", [1.0, 2.0, 4.0])
def test_it_is_consistent_and_no_better_than_maximum_likelihood(delta: float, weight: float) -> None:
    model = normal_pair(delta, weight)
    found = predict("moments", {}, model)
    truth = {"distance": delta, "lower": -delta / 2, "upper": delta / 2, "weight": weight, "variance": 1.0}
    for name, value in truth.items():
        assert found[name].limit == pytest.approx(value, abs=1e-9)
        best = predict("mixture", {}, model)[name].avar
        if best is not None:
            assert found[name].avar >= best * (1 - 1e-9)


def test_balanced_in_closed_form() -> None:
    """By hand at delta = 2, with k the fourth cumulant: D = (-8 k)^(1/4), n Var k by moments to order 8."""
    found = predict("moments", {"weights": "equal"}, normal_pair(2))["distance"]
    m = dict(zip((2, 4, 6, 8), (2.0, 10.0, 76.0, 764.0), strict=True))  # of N(-1, 1) and N(1, 1)
    variance = (m[8] - m[4] ** 2) - 12 * m[2] * (m[6] - m[4] * m[2]) + 36 * m[2] ** 2 * (m[4] - m[2] ** 2)
    assert found.avar == pytest.approx(variance * (2 / 2**3) ** 2)
    assert predict("moments", {}, normal_pair(2))["distance"].avar == pytest.approx(found.avar)


def test_wrong_weights_have_a_pseudo_true_value() -> None:
    model = normal_pair(2, 0.3)
    pq = 0.21
    found = predict("moments", {"weights": "equal"}, model)
    assert found["distance"].limit == pytest.approx((-8 * pq * (1 - 6 * pq) * 16) ** 0.25)
    assert found["lower"].limit + found["upper"].limit == pytest.approx(2 * model.mean)


def test_peaked_distributions_merge() -> None:
    rare = normal_pair(2, 0.9)  # p q < 1/6: the fourth cumulant is positive
    assert predict("moments", {"weights": "equal"}, rare)["distance"] == (0.0, None)
    one = Mixture((1.0,), (0.0,), (1.0,))
    assert predict("moments", {}, one)["distance"] == (None, None)


@pytest.mark.parametrize(
    ("weights", "delta", "weight"), [("free", 3, 0.3), ("equal", 2, 0.5), ("equal", 3, 0.35)]
)
def test_samples_agree(weights: str, delta: float, weight: float) -> None:
    """2000 samples of 4000 with a fixed seed: means to 5 standard errors, variances to a tenth."""
    rng = np.random.default_rng(5)
    n, count = 4000, 2000
    x = rng.standard_normal((count, n)) + np.where(rng.random((count, n)) > weight, delta / 2, -delta / 2)
    fits = fit_rows(np.sort(x, axis=1), weights)
    assert (fits["status"] == 0).all()
    for name, (limit, avar) in moments.predict(normal_pair(delta, weight), weights).items():
        if name == "weight" and weights == "equal":
            continue
        error = (avar / n / count) ** 0.5
        assert abs(fits[name].mean() - limit) < 5 * error + 20 / n, name  # bias of order 1/n
        assert n * fits[name].var() == pytest.approx(avar, rel=0.1), name
