"""k-means' limits: textbook constants, closed forms, brute force, and the transitions."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import integrate, optimize, special

from kmeans_inconsistency.limits import kmeans, pollard, predict
from kmeans_inconsistency.models import (
    Mixture,
    laplace_pair,
    normal_pair,
    spherical_pair,
    t_pair,
    uniform_pair,
)

SCALE_MIXTURE = Mixture((0.5, 0.5), (0.0, 0.0), (1.0, 6.0))


def mean_absolute(mu: float) -> float:
    """E|X| of the balanced pair at -mu and mu."""
    return float(mu * (2 * special.ndtr(mu) - 1) + 2 * np.exp(-(mu**2) / 2) / sqrt(2 * pi))


def within_by_quadrature(model: Mixture, cut: float) -> float:
    """Within-cluster variance of a cut, by adaptive quadrature alone."""
    total = 0.0
    for low, high in ((-15.0, cut), (cut, 15.0)):
        f = [
            integrate.quad(
                lambda x, k=k: x**k * model.pdf(x), low, high, epsabs=1e-13, epsrel=1e-12, limit=400
            )[0]
            for k in (0, 1, 2)
        ]
        total += f[2] - f[1] ** 2 / f[0]
    return total


@pytest.mark.parametrize("delta", [0.0, 0.1, 0.5, 1.0, 2.0, 3.0, 4.0, 8.0, 40.0])
def test_balanced_pair_has_the_closed_form(delta: float) -> None:
    h = mean_absolute(delta / 2)
    found = kmeans.limit(normal_pair(delta))
    assert found.unique
    assert_allclose(found.best.distance, 2 * h, rtol=1e-14)
    assert_allclose(found.best.within, 1 + delta**2 / 4 - h**2, rtol=1e-12)
    assert abs(found.best.boundaries[0]) < 1e-14
    theory = pollard.theory(normal_pair(delta), found.best)
    assert_allclose(theory.avar_distance, 4 * found.best.within, rtol=1e-12)
    a = np.exp(-(delta**2) / 8) / sqrt(2 * pi) * h
    covariance = np.asarray(theory.covariance)
    assert_allclose(covariance.sum() / 4, found.best.within / (1 - 2 * a) ** 2, rtol=1e-11)
    assert_allclose(theory.naive_distance, theory.avar_distance, rtol=1e-12)
    assert_allclose(theory.lloyd_rate, 2 * a, rtol=1e-12)


def test_delta_two_to_ten_digits() -> None:
    assert_allclose(kmeans.limit(normal_pair(2)).best.distance, 2.3332618823507, rtol=1e-13)


@pytest.mark.parametrize(
    ("clusters", "centers"),
    # Max (1960), table I; to ten digits by his equations
    [
        (2, [0.7978845608]),
        (3, [0.0, 1.2240063620]),
        (4, [0.4527800347, 1.5104176085]),
        (5, [0.0, 0.7645675713, 1.7241474072]),
    ],
)
def test_normal_quantiser_constants(clusters: int, centers: list[float]) -> None:
    found = kmeans.limit(Mixture((1.0,), (0.0,), (1.0,)), clusters)
    assert found.unique
    assert_allclose(found.best.centers[clusters // 2 :], centers, atol=1e-9)


@pytest.mark.parametrize(
    "model",
    [
        normal_pair(2, 0.3),
        normal_pair(6, 0.02),
        Mixture((0.2, 0.8), (-1.0, 2.0), (0.3, 1.4)),
        Mixture((0.3, 0.3, 0.4), (-4.0, 0.0, 3.0), (1.0, 0.5, 1.0)),
        laplace_pair(2, 0.2),
        t_pair(1.5, 0.4),
    ],
)
def test_two_clusters_match_a_scan_by_quadrature(model: Mixture) -> None:
    """Second route: minimise the within-cluster variance itself over the cut, computed by quadrature."""
    found = kmeans.limit(model)
    if model.family == "normal":
        cuts = np.linspace(-6, 6, 61)
        start = cuts[np.argmin([within_by_quadrature(model, cut) for cut in cuts])]
        scan = optimize.minimize_scalar(
            lambda cut: within_by_quadrature(model, cut),
            bounds=(start - 0.3, start + 0.3),
            options={"xatol": 1e-9},
        )
        assert_allclose(found.best.within, scan.fun, rtol=1e-11)
        assert_allclose(found.best.boundaries[0], scan.x, atol=1e-5)

    def equation(cut: float) -> float:
        means = []
        for low, high in ((-np.inf, cut), (cut, np.inf)):
            mass, first, _ = model.partial_moments(low, high)
            means.append(float(first / mass))
        return cut - sum(means) / 2

    cut = found.best.boundaries[0]
    assert_allclose(optimize.brentq(equation, cut - 0.05, cut + 0.04, xtol=1e-15), cut, atol=1e-13)


def test_imbalance_cuts_the_large_component() -> None:
    found = kmeans.limit(normal_pair(20, 0.001))
    assert found.best.boundaries[0] > 9  # inside the large component, at 10
    assert len(found.others) == 1
    assert abs(found.others[0].boundaries[0]) < 1
    assert found.unique


def test_no_single_limit_for_a_scale_mixture() -> None:
    found = kmeans.limit(SCALE_MIXTURE)
    assert not found.unique
    assert_allclose(found.rivals[0].centers, [-c for c in reversed(found.best.centers)], rtol=1e-12)
    predicted = kmeans.predict(SCALE_MIXTURE)
    assert predicted["lower"] == (None, None)
    # the mirror images agree on the distance, but which is chosen depends on the sample: no normal theory
    assert_allclose(predicted["distance"].limit, found.best.distance)
    assert predicted["distance"].avar is None
    assert_allclose(predicted["variance"].limit, found.best.within)


@pytest.mark.parametrize(
    ("model", "clusters"),
    [
        (normal_pair(4), 3),
        (normal_pair(40), 4),
        (Mixture((0.3, 0.3, 0.4), (-4.0, 0.0, 3.0), (1.0, 0.5, 1.0)), 5),
    ],
)
def test_more_clusters_match_lloyd_from_many_starts(model: Mixture, clusters: int) -> None:
    """Second route: Lloyd's algorithm on the distribution itself, from 40 random starts."""
    rng = np.random.default_rng(5)
    best = np.inf
    for _ in range(40):
        centers = np.sort(rng.choice(model.means, clusters) + 2 * rng.standard_normal(clusters))
        for _ in range(300):
            edges = np.concatenate(([-np.inf], (centers[1:] + centers[:-1]) / 2, [np.inf]))
            mass, first, _ = model.partial_moments(edges[:-1], edges[1:])
            if not np.all(mass > 0):
                break
            centers = first / mass
        else:
            best = min(best, model.partial_moments(edges[:-1], edges[1:], about=centers)[2].sum())
    found = kmeans.limit(model, clusters)
    assert_allclose(found.best.within, best, rtol=1e-10)
    if model == normal_pair(4):
        assert not found.unique


def test_pollards_covariance_against_numerical_derivatives() -> None:
    """Second route: the sandwich with a Hessian of the expected criterion by finite differences."""
    model = Mixture((0.3, 0.7), (-1.0, 1.5), (0.8, 1.2))
    best = kmeans.limit(model).best

    def criterion(centers: np.ndarray) -> float:
        cut = centers.mean()
        return float(model.partial_moments([-np.inf, cut], [cut, np.inf], about=centers)[2].sum())

    step = 1e-4
    c = np.array(best.centers)
    e = np.eye(2) * step
    hessian = [
        [
            (
                criterion(c + e[i] + e[j])
                - criterion(c + e[i] - e[j])
                - criterion(c - e[i] + e[j])
                + criterion(c - e[i] - e[j])
            )
            / (4 * step**2)
            for j in range(2)
        ]
        for i in range(2)
    ]
    _, _, within = model.partial_moments([-np.inf, c.mean()], [c.mean(), np.inf], about=c)
    inverse = np.linalg.inv(hessian)
    theory = pollard.theory(model, best)
    assert_allclose(theory.covariance, inverse @ np.diag(4 * within) @ inverse, rtol=1e-6)
    assert theory.naive_distance != pytest.approx(theory.avar_distance, rel=0.01)
    assert theory.naive_centers[0] < 0.5 * theory.covariance[0][0]


def test_pollards_covariance_by_simulation() -> None:
    """1,500 exact fits of n = 4,000: each check passes with probability above 0.999 (4 Monte Carlo SE)."""
    model, n, replicates = normal_pair(2, 0.3), 4000, 1500
    predicted = kmeans.predict(model)
    rng = np.random.default_rng(11)
    estimates = []
    for _ in range(replicates):
        upper = rng.random(n) > 0.3
        x = np.sort(rng.standard_normal(n) + np.where(upper, 1.0, -1.0))
        k = np.arange(1, n)
        total = np.cumsum(x)
        split = np.argmax((total[:-1] - k * total[-1] / n) ** 2 / (k * (n - k)))
        low, high = x[: split + 1].mean(), x[split + 1 :].mean()
        within = ((x[: split + 1] - low) ** 2).sum() + ((x[split + 1 :] - high) ** 2).sum()
        estimates.append((high - low, low, high, within / n))
    for values, name in zip(np.transpose(estimates), ("distance", "lower", "upper", "variance"), strict=True):
        limit, avar = predicted[name]
        assert limit is not None
        assert avar is not None
        # the bias of order 1/n is small against the Monte Carlo error here
        assert abs(values.mean() - limit) < 4 * sqrt(avar / n / replicates)
        assert abs(values.var(ddof=1) * n / avar - 1) < 4 * sqrt(2 / replicates)


def test_uniform_components_by_hand() -> None:
    """Two uniforms that just touch make one uniform, whose halves have their means at its quarters."""
    best = kmeans.limit(uniform_pair(2 * sqrt(3))).best
    assert_allclose(best.centers, [-sqrt(3), sqrt(3)], rtol=1e-14)
    assert_allclose(best.within, 1, rtol=1e-13)


@settings(deadline=None, derandomize=True, max_examples=25)
@given(st.floats(0.05, 5), st.floats(-100, 100), st.floats(0.1, 0.9), st.floats(0.3, 3), st.integers(2, 4))
def test_location_scale_and_reflection(
    scale: float, shift: float, weight: float, sd: float, clusters: int
) -> None:
    model = Mixture((weight, 1 - weight), (-1.0, 1.2), (1.0, sd))
    moved = Mixture(model.weights, [shift - scale * m for m in model.means], [scale * s for s in model.sds])  # type: ignore[arg-type]
    one, other = kmeans.limit(model, clusters), kmeans.limit(moved, clusters)
    assert_allclose(other.best.within, scale**2 * one.best.within, rtol=1e-9)
    if one.unique:
        assert_allclose(
            shift - scale * np.array(one.best.centers)[::-1], other.best.centers, rtol=1e-8, atol=1e-8
        )


def test_bad_number_of_clusters() -> None:
    with pytest.raises(ValueError, match="clusters"):
        kmeans.limit(normal_pair(1), 6)


def test_no_central_limit_theorem_where_the_hessian_is_singular() -> None:
    """A Laplace distribution cut at its peak: f(t) D = 4 F (1 - F) exactly."""
    predicted = kmeans.predict(laplace_pair(0))
    assert_allclose(predicted["distance"].limit, sqrt(2), rtol=1e-12)
    assert predicted["distance"].avar is None
    assert predicted["lower"].avar is None


@pytest.mark.parametrize("sd", [1e-9, 1e-3])
def test_a_variance_near_zero(sd: float) -> None:
    best = kmeans.limit(Mixture((0.2, 0.8), (-1.0, 1.0), (sd, sd))).best
    assert_allclose(best.centers, [-1, 1], rtol=1e-14)
    assert_allclose(best.within, sd**2, rtol=1e-9)


@pytest.mark.parametrize("weight", [0.5, 0.2, 0.05])
def test_spherical_pairs_are_split_across_the_line_of_means(weight: float) -> None:
    """Second route: the explained variance of the best cut along each direction."""
    model = normal_pair(3, weight)
    explained = [
        normal_pair(3 * np.cos(angle), weight).variance
        - kmeans.limit(normal_pair(3 * np.cos(angle), weight)).best.within
        for angle in np.linspace(0, pi / 2 - 1e-9, 10)
    ]
    assert np.all(np.diff(explained) < 1e-12)
    found = predict("lloyd", {}, spherical_pair(3, weight, 4))
    assert found["distance"].limit == pytest.approx(kmeans.limit(model).best.distance, rel=1e-12)
    assert found["variance"].limit == pytest.approx((model.variance + 3 - explained[0]) / 4, rel=1e-12)


def test_heavy_tails_have_no_normal_theory_for_the_within_variance() -> None:
    predicted = kmeans.predict(t_pair(2, 0.3, df=3))
    assert predicted["distance"].avar is not None
    assert predicted["variance"].avar is None
    assert kmeans.predict(t_pair(2, 0.3, df=5))["variance"].avar is not None
