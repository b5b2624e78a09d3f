"""The propositions of the paper's appendix: searches for a counterexample in the range of the study."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import optimize, special

from kmeans_inconsistency import models
from kmeans_inconsistency.limits import kmeans, known_variance, mixture, pollard
from kmeans_inconsistency.limits.quadrature import nodes
from kmeans_inconsistency.models import Mixture, normal_pair

FloatArray = NDArray[np.float64]

PAIRS = {"normal": normal_pair, "laplace": models.laplace_pair, "uniform": models.uniform_pair}
DELTAS = (0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 2.8, 3, 3.3, 3.5, 4, 5, 6, 7, 8, 10)


def inside(model: Mixture, cut: FloatArray) -> FloatArray:
    """Q(t) r(t) / t for cuts t > 0, which the proposition bounds by 1."""
    mass, first, _ = model.partial_moments(cut, np.inf, about=0.0)
    return np.asarray((1 - 2 * mass) * (first / mass - cut) / cut)


@pytest.mark.parametrize("family", PAIRS)
def test_the_central_cut_is_the_only_stationary_one(family: str) -> None:
    cut = np.linspace(0.01, 12, 4000)
    for delta in DELTAS:
        model = PAIRS[family](delta)
        some = model.cdf(cut) < 1 - 1e-9
        values = inside(model, cut[some])
        # one Laplace distribution is the equality case as the cut tends to zero
        assert values.max() < 1
        # and this is the question that the package asks
        assert kmeans.limit(model).best.boundaries[0] == pytest.approx(0, abs=1e-6)


@given(st.sampled_from(sorted(PAIRS)), st.floats(0, 15), st.floats(1e-3, 15))
def test_no_cut_is_a_counterexample(family: str, delta: float, cut: float) -> None:
    model = PAIRS[family](delta)
    if 1 - float(model.cdf(cut)) > 1e-9:
        assert inside(model, np.array([cut]))[0] < 1 + 1e-12


def test_the_proposition_needs_its_condition() -> None:
    """For a scale mixture the search finds cuts at which it fails: the test can fail."""
    cut = np.linspace(0.01, 20, 4000)
    assert inside(Mixture((0.5, 0.5), (0.0, 0.0), (1.0, 6.0)), cut).max() > 1


@pytest.mark.parametrize("delta", DELTAS)
def test_the_hessian_is_positive_definite_at_the_central_cut(delta: float) -> None:
    model = normal_pair(delta)
    best = kmeans.limit(model).best
    mass = np.array([0.5, 0.5])
    assert pollard.definite(model.pdf([0.0]), mass, np.asarray(best.centers)) > 0.2


@given(
    st.floats(0.05, 3),
    st.floats(0.05, 6),
    st.floats(0.05, 6),
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
)
def test_no_oblique_direction_explains_more(mu: float, tau: float, other: float, shares: list[float]) -> None:
    """Two noise coordinates, any direction; the best central cut in closed form."""
    total = sum(shares)
    if total == 0:
        return
    along, first, second = (share / total for share in shares)
    b, a = mu * sqrt(along), sqrt(along + tau**2 * first + other**2 * second)

    def folded(mean: float, sd: float) -> float:
        m = mean / sd
        return float(sd * (m * (2 * special.ndtr(m) - 1) + 2 * np.exp(-m * m / 2) / sqrt(2 * pi)))

    ends = [folded(mu, 1.0) ** 2, tau**2 * 2 / pi, other**2 * 2 / pi]
    assert folded(b, a) ** 2 <= max(ends) * (1 + 1e-12)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.2, 3), st.floats(0.05, 3), st.floats(0, 3), st.sampled_from([0.1, 0.3, 1.0, 3.0]))
def test_stationary_points_of_the_path_are_symmetric(
    mu: float, half: float, centre: float, eps: float
) -> None:
    """From any start, the fixed point that EM with two free means leads to is symmetric."""
    component = Mixture((1.0,), (mu,), (1.0,))
    u, w = nodes(component)
    x, w = np.concatenate([u, -u]), np.concatenate([w, w]) / 2

    def gradient(point: FloatArray) -> list[float]:
        c, h = point
        t = np.tanh(h * (x - c) / eps)
        return [-c - h * float(w @ t), float(w @ ((x - c) * t)) - h]

    found = optimize.root(gradient, [centre, half], tol=1e-12)
    c, h = found.x
    share = (1 - abs(float(w @ np.tanh(h * (x - c) / eps)))) / 2
    # merged fits have any label, and a mean so far out that it has no data is stationary to rounding
    if found.success and abs(h) > 1e-3 and share > 1e-6:
        assert abs(c) < 1e-5


@pytest.mark.parametrize("delta", [1, 2, 3])
def test_the_inequality_behind_it(delta: float) -> None:
    """Q(c) E max(|Y|, c) < c for Y = X - eta L, L logistic of density sech^2 / 2, on a grid of eta and c."""
    mu = delta / 2
    model = Mixture((0.5, 0.5), (-mu, mu), (1.0, 1.0))
    for eta in np.geomspace(0.02, 200, 13):
        for c in np.geomspace(1e-3, 6, 20) * (1 + eta):
            u, w = nodes(model, transitions=[(c, eta)])
            z = (c - u) / eta
            upper, excess = float(special.expit(-2 * z) @ w), float(eta / 2 * np.logaddexp(0, -2 * z) @ w)
            # the largest value tends to log 2, that of a logistic distribution at its centre
            if upper > 1e-9:
                assert (1 - 2 * upper) * excess / upper / c < 0.694


def test_the_fit_with_known_variance_needs_right_weights() -> None:
    model = normal_pair(1, 0.3), normal_pair(2, 0.3)
    wrong = [known_variance.predict(m, eps=1)["distance"].limit for m in model]
    assert wrong == pytest.approx([0.914, 1.806], abs=5e-4)
    for m, delta in zip(model, (1, 2), strict=True):
        right = known_variance.predict(m, eps=1, weight=0.3)
        assert right["distance"].limit == pytest.approx(delta, rel=1e-9)
        assert right["lower"].limit == pytest.approx(-delta / 2, rel=1e-9)
        # under the model the sandwich is the inverse information of the same model
        known = mixture.limit(m, weight_known=True, variance_known=True)
        assert known is not None
        assert right["distance"].avar == pytest.approx(known.avar_distance, rel=1e-7)
        # what the variance and the weights buy, apart: each costs
        free = mixture.limit(m)
        half = mixture.limit(m, weight_known=True)
        assert free is not None
        assert half is not None
        assert known.avar_distance < half.avar_distance < free.avar_distance
