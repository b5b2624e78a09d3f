"""Predictions for methods of any dimension: what reduces to the line, and what has no theory."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from kmeans_inconsistency import limits
from kmeans_inconsistency.limits import kmeans
from kmeans_inconsistency.models import (
    Mixture,
    SpatialMixture,
    anisotropic_pair,
    normal_pair,
    normal_row,
    spherical_pair,
)


def test_a_spherical_pair_has_the_limits_of_the_line() -> None:
    for method, of_line in (("lloyd", "kmeans"), ("spherical_mixture", "mixture")):
        line = limits.predict(of_line, {}, normal_pair(2, 0.3))
        one = limits.predict(method, {"starts": 2}, normal_pair(2, 0.3))
        assert one == {name: line[name] for name in one}
        plane = limits.predict(method, {"starts": 2}, spherical_pair(2, 0.3, 2))
        assert_allclose(plane["distance"].limit, line["distance"].limit, rtol=1e-12)
    best = kmeans.limit(normal_pair(2, 0.3)).best
    within = limits.predict("lloyd", {}, spherical_pair(2, 0.3, 7))["variance"].limit
    assert_allclose(within, (best.within + 6) / 7, rtol=1e-12)


def test_noise_tells_the_mixture_its_variance() -> None:
    avar = [
        limits.predict("spherical_mixture", {}, spherical_pair(1, 0.5, d))["distance"].avar
        for d in (2, 10, 100)
    ]
    assert all(one is not None for one in avar)
    assert avar == sorted(avar, reverse=True)


def test_scale_and_the_order_of_the_components() -> None:
    model = SpatialMixture((0.3, 0.7), ((3.0, 1.0), (3.0 - 4.0 * 0.6, 1.0 + 4.0 * 0.8)), (2.0, 2.0))
    found = limits.predict("lloyd", {}, model)["distance"]
    unit = kmeans.predict(normal_pair(2, 0.7))["distance"]
    assert_allclose(found, (2 * unit.limit, 4 * unit.avar), rtol=1e-10)
    assert_allclose(limits.predict("spherical_mixture", {}, model)["weight"].limit, 0.7)


def test_more_clusters_on_the_line() -> None:
    best = kmeans.limit(normal_row(3, 4), 4).best
    pairs = [b - a for i, a in enumerate(best.centers) for b in best.centers[i + 1 :]]
    assert_allclose(kmeans.predict(normal_row(3, 4))["distance"].limit, np.mean(pairs), rtol=1e-13)
    assert limits.predict("spherical_mixture", {}, normal_row(3, 4))["distance"].limit == 5.0


def test_without_theory_there_is_no_prediction() -> None:
    unequal = SpatialMixture((0.2, 0.3, 0.5), ((0, 0), (3, 0), (1, 4)), (1, 1))
    assert limits.predict("lloyd", {}, unequal) == {}
    assert limits.predict("spherical_mixture", {}, anisotropic_pair(2, 3)) == {}
    # the theory of these is of the line
    for method in ("kmeans", "mixture", "classification", "debiased", "moments", "partition", "posterior"):
        assert limits.predict(method, {}, unequal) == {}
    assert limits.predict("spherical_mixture", {}, Mixture((0.3, 0.3, 0.4), (0, 1, 5), (1, 2, 1))) == {}
