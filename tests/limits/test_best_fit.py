"""The proof that a fit with known variance and unequal weights is the best, against double precision."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from flint import arb

from kmeans_inconsistency.limits import known_variance
from kmeans_inconsistency.limits.certificates import best_fit, stationary
from kmeans_inconsistency.limits.likelihood import (
    CENTRE,
    HALF,
    Pair,
    expected_hessian,
    log_density,
    maximise,
    rule,
    score,
)
from kmeans_inconsistency.models import Mixture, normal_pair

DELTA, WEIGHT, EPS = 2.0, 0.3, 1.5
MODEL = normal_pair(DELTA, WEIGHT)


def pair(first: float, second: float, weight: float = WEIGHT, eps: float = EPS) -> Pair:
    return Pair((first + second) / 2, (second - first) / 2, log((1 - weight) / weight) / 2, eps)


def value(fit: Pair, model: Mixture = MODEL) -> float:
    x, w = rule(model, fit)
    return float(w @ log_density(x, fit)) + 0.5 * log(2 * np.pi * fit.variance)


@pytest.mark.parametrize("means", [(-0.6, 0.8), (1.5, -2.0), (0.3, 0.3), (-4.0, 3.5)])
def test_the_likelihood_and_its_derivatives_are_those_of_quadrature(means: tuple[float, float]) -> None:
    likelihood = best_fit._Likelihood(MODEL, EPS, WEIGHT)
    found = likelihood.at(*map(arb, means))
    fit = pair(*(m + MODEL.mean for m in means))
    x, w = rule(MODEL, fit)
    # the means are centre less half and centre plus half
    back = np.array([[0.5, 0.5], [-0.5, 0.5]])
    gradient = (score(x, fit) @ w)[[CENTRE, HALF]] @ back
    hessian = back.T @ expected_hessian(x, w, fit)[np.ix_((CENTRE, HALF), (CENTRE, HALF))] @ back
    wanted = [value(fit), *gradient, *hessian[np.triu_indices(2)]]
    for ball, number in zip((found.value, *found.gradient, *found.hessian), wanted, strict=True):
        assert (ball + arb(0, 1e-11)).contains(arb(float(number)))
        assert float(ball.rad()) < 1e-7


def test_no_fit_in_a_box_is_above_its_bound() -> None:
    rng = np.random.default_rng(20_251_128)
    likelihood = best_fit._Likelihood(MODEL, EPS, WEIGHT)
    for _ in range(60):
        middle, half = rng.uniform(-3, 3, 2), rng.choice([0.03, 0.2, 0.8]) * rng.uniform(0.3, 1, 2)
        bound, _ = best_fit._bound(likelihood, *middle, *half)
        steps = rng.uniform(-1, 1, (20, 2)) * half
        steps[:4] = [(a * half[0], b * half[1]) for a in (-1, 1) for b in (-1, 1)]
        inside = [value(pair(*(middle + s + MODEL.mean))) for s in steps]
        assert max(inside) <= bound
        # not much above, either: where a box is small the bound is tight
        assert bound - max(inside) < 4 * half.max()


def test_a_step_of_em_from_anywhere_leads_into_the_rectangle_or_to_a_worse_fit() -> None:
    rng = np.random.default_rng(20_251_129)
    likelihood = best_fit._Likelihood(MODEL, EPS, WEIGHT)
    found = known_variance.limit(MODEL, EPS, WEIGHT)
    best = value(pair(*found.means))
    ranges = best_fit._rectangle(likelihood, arb(best))
    assert ranges is not None
    for first, second in rng.uniform(-12, 12, (200, 2)):
        fit = pair(first, second)
        x, w = rule(MODEL, fit)
        z = fit.log_odds + fit.half * (x - fit.centre) / EPS
        shares = w * (1 - np.tanh(z)) / 2, w * (1 + np.tanh(z)) / 2
        if min(s.sum() for s in shares) < 1e-9:
            # one component alone, of its weight: worse than the merged fit
            continue
        means = [float(s @ x / s.sum()) for s in shares]
        inside = all(low <= m - MODEL.mean <= high for m, (low, high) in zip(means, ranges, strict=True))
        assert inside or value(pair(*means)) < best


def test_a_fit_is_certified_and_its_rival_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    found = best_fit.certify(MODEL, EPS, WEIGHT)
    limit = known_variance.limit(MODEL, EPS, WEIGHT)
    assert found is not None
    assert (float(found.first), float(found.second)) == pytest.approx(limit.means, rel=1e-12)
    rival = maximise(MODEL, pair(limit.means[1], limit.means[0]), (CENTRE, HALF))
    assert rival is not None
    best = value(pair(*limit.means))
    assert 0 < found.margin < best - value(rival[0])
    # on the edge of the square the value is lower by the margin, and higher than far off
    for side in (-1, 1):
        for edge in ((side, 0), (0, side), (side, side), (side, -side)):
            moved = (m + found.radius * e for m, e in zip(limit.means, edge, strict=True))
            assert value(pair(*moved)) <= best - found.margin
    # the other maximum, with the names exchanged, has no proof
    centre, half = arb(rival[0].centre) - arb(MODEL.mean), arb(rival[0].half)
    monkeypatch.setattr(best_fit, "stationary_point", lambda *_: (centre, half))
    assert best_fit.certify(MODEL, EPS, WEIGHT) is None


def test_what_the_proof_does_not_cover_is_not_certified() -> None:
    assert best_fit.certify(normal_pair(2), 0.5, 0.5) is None
    # merged
    assert best_fit.certify(MODEL, 9.0, WEIGHT) is None
    # components so narrow that the sums have no bound
    assert best_fit.certify(normal_pair(40, 0.3), 1.0, 0.3) is None


def test_ten_cells_are_named() -> None:
    assert len(set(best_fit.CELLS)) == 10
    assert all(weight != 0.5 for _, weight, _ in best_fit.CELLS)


@pytest.mark.slow
@pytest.mark.parametrize("cell", best_fit.CELLS, ids=str)
def test_every_named_fit_is_the_best(cell: tuple[float, float, float]) -> None:
    delta, weight, eps = cell
    model = normal_pair(delta, weight)
    found = best_fit.certify(model, eps, weight)
    assert found is not None
    assert found.margin > 0
    values = stationary.stationary_values(model, eps, weight)
    assert values["means.0"].overlaps(found.first)
    assert values["means.1"].overlaps(found.second)
