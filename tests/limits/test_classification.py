"""Classification maximum likelihood: the criterion itself on a grid, and the emptied cluster."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import integrate, optimize, special

from kmeans_inconsistency.limits import classification, kmeans, predict
from kmeans_inconsistency.models import Mixture, normal_pair


def criterion(model: Mixture, cut: float) -> float:
    """Second route: the criterion by adaptive quadrature."""
    total, entropy = 0.0, 0.0
    for low, high in ((-14.0, cut), (cut, 14.0)):
        f = [
            integrate.quad(
                lambda x, k=k: x**k * model.pdf(x), low, high, epsabs=1e-13, epsrel=1e-12, limit=300
            )[0]
            for k in (0, 1, 2)
        ]
        total += f[2] - f[1] ** 2 / f[0]
        entropy += f[0] * log(f[0])
    return entropy - log(total) / 2


@pytest.mark.parametrize(
    "model", [normal_pair(4), normal_pair(4, 0.1), Mixture((0.2, 0.8), (-1, 3), (1.5, 0.7))]
)
def test_the_best_cut_maximises_the_criterion(model: Mixture) -> None:
    found = classification.limit(model)
    cut = found.best.cut
    assert cut is not None
    scan = optimize.minimize_scalar(
        lambda t: -criterion(model, t),
        bounds=(cut - 0.4, cut + 0.3),
        method="bounded",
        options={"xatol": 1e-8},
    )
    assert_allclose(found.best.criterion, -scan.fun, atol=1e-11)
    assert_allclose(cut, scan.x, atol=1e-5)
    grid = np.linspace(-5, 5, 41)
    assert max(criterion(model, t) for t in grid) <= found.best.criterion + 1e-12


def test_balanced_threshold_has_its_closed_form() -> None:
    """Second route: 4 W = 1 + mu^2."""

    def gap(delta: float) -> float:
        mu = delta / 2
        h = mu * (2 * special.ndtr(mu) - 1) + 2 * np.exp(-(mu**2) / 2) / sqrt(2 * np.pi)
        return float(4 * (1 + mu**2 - h**2) - 1 - mu**2)

    threshold = classification.emptying_separation()
    assert_allclose(threshold, optimize.brentq(gap, 1, 5, xtol=1e-14), rtol=1e-11)
    assert_allclose(threshold, 3.0359, atol=1e-4)
    assert classification.limit(normal_pair(threshold - 1e-6)).best.empty
    assert not classification.limit(normal_pair(threshold + 1e-6)).best.empty


def test_from_kmeans_balanced_data_keep_two_clusters() -> None:
    found = classification.limit(normal_pair(2))
    assert found.best.empty
    assert_allclose(found.local.centers, kmeans.limit(normal_pair(2)).best.centers, rtol=1e-12)
    assert_allclose(found.local.variance, kmeans.limit(normal_pair(2)).best.within, rtol=1e-12)


def test_from_kmeans_unbalanced_data_may_run_empty() -> None:
    assert classification.limit(normal_pair(2, 0.3)).local.empty
    found = classification.limit(normal_pair(3, 0.3))
    assert found.local == found.best


def test_more_overlap_is_needed_to_empty_a_small_cluster() -> None:
    thresholds = [classification.emptying_separation(weight) for weight in (0.1, 0.3, 0.5)]
    assert thresholds == sorted(thresholds)


def test_predictions() -> None:
    free = predict("classification", {}, normal_pair(2))
    assert free["distance"].limit == 0
    assert free["weight"].limit is None
    assert free["variance"].limit == 2
    local = predict("classification", {"search": "local"}, normal_pair(3))
    assert local["distance"].limit == pytest.approx(kmeans.limit(normal_pair(3)).best.distance, rel=1e-12)
    assert classification.limit(normal_pair(40)).best.cut == pytest.approx(0, abs=1e-12)
