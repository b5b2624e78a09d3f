"""Certificates: against oracles of their own, and the ordinary limits against them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import nextafter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from kmeans_inconsistency import limits, models
from kmeans_inconsistency.limits import curves, known_variance, report, transitions
from kmeans_inconsistency.limits.certificates import balls, cuts, law, scope, stationary, table, two_means
from kmeans_inconsistency.limits.certificates import likelihood as certified_likelihood
from kmeans_inconsistency.limits.certificates import transitions as certified_transitions
from kmeans_inconsistency.models import Mixture, normal_pair
from kmeans_inconsistency.study import config
from kmeans_inconsistency.study.design import design

TOP = Path(__file__).parents[2]


def study_rows(every: int) -> Iterator[tuple[dict[str, Any], float]]:
    """Rows of the table for the study's scenarios, each beside the ordinary value."""
    study = design(config.load(TOP / "config.yaml"))
    cells = [
        (name, scenario, method, dict(values))
        for name, experiment in study.experiments.items()
        for scenario in experiment.scenarios
        for method, values in experiment.methods
        if scope.theory_of(method, dict(values), scenario.model)
    ]
    for name, scenario, method, values in cells[::every]:
        found = limits.predict(method, values, scenario.model)
        quantities = [(key, p.limit is not None, p.avar is not None) for key, p in found.items()]
        for row in table.rows(name, scenario.key, scenario.model, method, values, quantities):
            of_variance = row["quantity"].endswith(".avar")
            prediction = found[row["quantity"].removesuffix(".avar")]
            value = prediction.avar if of_variance else prediction.limit
            assert value is not None
            yield row, value


def check(row: dict[str, Any], value: float) -> None:
    if row["certified"] == "no":
        assert row["lower"] is row["upper"] is None
        return
    assert row["lower"] <= value <= row["upper"], (row, value)
    size = max(abs(row["lower"]), abs(row["upper"]))
    # places near zero have room in proportion to the data's standard deviation
    unit = 20.0 if row["quantity"] in ("lower", "upper") else 0.0
    assert row["upper"] - row["lower"] <= 2e-10 * max(size, unit)


def test_ordinary_limits_lie_in_their_enclosures():
    rows = list(study_rows(every=37))
    assert len(rows) > 50
    assert sum(row["certified"] == "yes" for row, _ in rows) > len(rows) / 2
    for row, value in rows:
        check(row, value)


@pytest.mark.slow
def test_all_of_the_study_s_limits_lie_in_their_enclosures():
    for row, value in study_rows(every=1):
        check(row, value)
    study = design(config.load(TOP / "config.yaml"))
    for name in scope.CURVES:
        columns = curves.curve(name, study.separations)
        points = [
            dict(zip(columns, row, strict=True))
            for row in zip(*(c.tolist() for c in columns.values()), strict=True)
        ]
        keys = scope.CURVES[name]
        by_key = {",".join(f"{key}={point[key]!r}" for key in keys): point for point in points}
        for row in table.curve_rows(name, points):
            assert row["certified"] == "yes", row
            check(row, by_key[row["scenario"]][row["quantity"]])


@given(st.floats(-1e6, 1e6), st.floats(0, 1e-3), st.floats(0, 10))
def test_printed_bounds_enclose(middle: float, radius: float, unit: float) -> None:
    ball = arb(middle, radius)
    lower, upper = balls.printed(ball, unit)
    assert arb(lower) <= ball.lower()
    assert arb(upper) >= ball.upper()
    # as JSON prints them, too
    assert json.loads(json.dumps([lower, upper])) == [lower, upper]
    assert len(f"{lower!r}".replace("-", "").replace(".", "").split("e")[0].strip("0")) <= balls.DIGITS


@pytest.mark.parametrize("family", ["normal", "laplace", "uniform", "t5", "t3.5"])
@settings(max_examples=25, deadline=None)
@given(st.floats(-6, 6), st.floats(0, 0.3))
def test_moments_enclose_those_of_the_model(family: str, t: float, radius: float) -> None:
    model = Mixture((0.3, 0.7), (-1.0, 1.5), (1.0, 0.6), family)
    seen = law.Law(model)
    mean = float(seen.mean)
    ball = arb(t) - seen.mean + arb(0, radius)
    for at in (t - radius, t, t + radius):
        for side, low, high in ((seen.below(ball), -np.inf, at), (seen.above(ball), at, np.inf)):
            for value, enclosure in zip(model.partial_moments(low, high, about=mean), side, strict=False):
                assert (enclosure + arb(0, 1e-12)).contains(arb(float(value)))
        assert (seen.density(ball) + arb(0, 1e-12)).contains(arb(float(model.pdf(at))))


def test_fourth_moments_against_quadrature() -> None:
    for family in ("normal", "laplace", "uniform", "t6"):
        model = Mixture((0.3, 0.7), (-1.0, 1.5), (1.0, 0.6), family)
        cut = 0.4
        x, w = limits.quadrature.nodes(model, breaks=(cut,))
        seen = law.Law(model)
        about = x - float(seen.mean)
        moments = seen.below(arb(cut) - seen.mean)
        for k in range(5):
            assert float(moments[k]) == pytest.approx(float(w[x < cut] @ about[x < cut] ** k), rel=1e-9)


@pytest.mark.parametrize(
    "model",
    [
        normal_pair(2),
        normal_pair(6, 0.03),
        normal_pair(4, 0.1),
        models.t_pair(5, 0.3),
        models.uniform_pair(2, 0.2),
    ],
    ids=lambda m: f"{m.family} {m.weights[0]:g} {m.means[1]:g}",
)
def test_no_cut_of_a_fine_grid_is_better(model: Mixture) -> None:
    """Brute force, which knows nothing of stationarity."""
    found = two_means.certify(model)
    assert found.unique
    grid = np.linspace(-12, 12, 200_001)
    mass, first, _ = model.partial_moments(-np.inf, grid, about=model.mean)
    inside = (mass > 1e-9) & (mass < 1 - 1e-9)
    explained = first[inside] ** 2 / (mass[inside] * (1 - mass[inside]))
    at = grid[inside][explained.argmax()]
    assert abs(at - float(found.values["boundaries.0"])) < 3e-4
    # the curvature at the optimum is of order 1, and the grid 1.2e-4 wide
    assert model.variance - float(found.values["within"]) == pytest.approx(explained.max(), abs=1e-6)


def test_two_mirrored_optima_are_proved_equal_and_others_are_not_decided() -> None:
    mirrored = two_means.certify(Mixture((0.5, 0.5), (0.0, 0.0), (1.0, 6.0)))
    assert mirrored.unique is False
    assert mirrored.values
    # cut at its peak a Laplace distribution has a degenerate optimum, which no search can isolate
    degenerate = two_means.certify(models.laplace_pair(0))
    assert degenerate.unique is None
    assert not degenerate.values


def test_optima_that_nearly_tie_are_told_apart() -> None:
    critical = transitions.critical_weight(6)
    assert critical is not None
    sides = [two_means.certify(normal_pair(6, critical * (1 + side * 1e-10))) for side in (-1, 1)]
    assert all(side.unique for side in sides)
    through, between = (float(side.values["boundaries.0"]) for side in sides)
    assert through > 2 > between


def test_a_wrong_cut_is_not_certified() -> None:
    """A local optimum that is not the best is excluded, even if it is the first guess."""
    seen = law.Law(normal_pair(6, 0.03))
    best = cuts.best(seen, float(two_means.certify(normal_pair(6, 0.03)).values["boundaries.0"] - seen.mean))
    other = cuts.best(seen, float(arb(2.9) - seen.mean))
    assert [cut.overlaps(found) for cut, found in zip(best.best, other.best, strict=True)] == [True]


def test_the_critical_weight_and_the_cusp() -> None:
    found = certified_transitions.critical_weight(6.0)
    assert found is not None
    assert found.contains(arb(transitions.critical_weight(6)))
    assert certified_transitions.critical_weight(4.5) is None
    enclosed = certified_transitions.cusp()
    assert enclosed is not None
    for ball, value in zip(enclosed, transitions.cusp()[:2], strict=True):
        assert (ball + arb(0, 1e-12)).contains(arb(value))
    # from either side
    assert transitions.critical_weight(transitions.cusp().delta - 1e-4) is None
    assert transitions.critical_weight(transitions.cusp().delta + 1e-4) is not None


def test_known_unequal_weights_are_not_taken_for_the_balanced_path() -> None:
    from kmeans_inconsistency.limits.certificates.report import path

    assert path(normal_pair(2, 0.3), 1.0) == {}
    assert "distance" in path(normal_pair(2), 1.0)
    merged = path(normal_pair(2, 0.3), 2.5)
    assert float(merged["distance"]) == 0


def test_the_information_is_that_of_another_route() -> None:
    """Against the singular values of the score at Gauss-Legendre nodes, for several weights."""
    for delta, weight in ((0.5, 0.5), (1, 0.3), (3, 0.1), (8, 0.5)):
        values = certified_likelihood.mixture_values(normal_pair(delta, weight))
        ordinary = limits.mixture.limit(normal_pair(delta, weight))
        assert ordinary is not None
        assert float(values["avar_distance"]) == pytest.approx(ordinary.avar_distance, rel=1e-11)
        assert float(values["em_rate"]) == pytest.approx(
            limits.rates.em(normal_pair(delta, weight)), rel=1e-9
        )


@pytest.mark.parametrize("case", [(2, 0.3, 1.0, 0.5), (4, 0.1, 0.6, 0.2), (2, 0.7, 1.0, 0.3)])
def test_stationary_points_of_the_fit_with_known_weights(case: tuple[float, float, float, float]) -> None:
    delta, share, eps, weight = case
    values = stationary.stationary_values(normal_pair(delta, share), eps, weight)
    ordinary = known_variance.predict(normal_pair(delta, share), eps, weight)
    for name, key in (("lower", "means.0"), ("upper", "means.1"), ("distance", "distance")):
        assert float(values[key]) == pytest.approx(ordinary[name].limit, rel=1e-12)
        assert float(values[f"avar_{key}"]) == pytest.approx(ordinary[name].avar, rel=1e-11)
    if weight == share:
        # with both known right the limit is the truth
        assert values["distance"].contains(arb(delta))


def answer(capsys: pytest.CaptureFixture[str], arguments: str) -> dict[str, Any]:
    assert report.main([*arguments.split(), "--json", "--certify"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        "--means -1 1 --eps .25 1 3",
        "--means 0 3 --weights .3 .7 --sd 1 2",
        "--means 1e6 1000003 --weights .2 .8",
        "--means 0 0 --sd 1 6",
        "--means 3 1 --weights .3 .7 --family uniform",
        "--means -5 0 5",
    ],
)
def test_the_report_says_what_is_certified(arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, arguments)
    named = [entry["quantity"] for entry in found["certificates"]]
    left = [entry["quantity"] for entry in found["not_certified"]]
    assert len(set(named)) == len(named)
    assert not set(named) & set(left)
    assert all(entry["reason"] for entry in found["not_certified"])
    for entry in found["certificates"]:
        value: Any = found
        for part in entry["quantity"].split("."):
            value = value[int(part)] if isinstance(value, list) else value[part]
        if "certified" in entry:
            assert entry["certified"] is True
            assert isinstance(value, bool)
        else:
            # a number in double precision may miss a bound by its own last digit
            assert entry["lower"] <= nextafter(value, np.inf)
            assert nextafter(value, -np.inf) <= entry["upper"]


def test_what_the_report_certifies_of_the_balanced_pair(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "--means -1 1 --eps .25 1 3")
    named = {entry["quantity"] for entry in found["certificates"]}
    assert named >= {
        "kmeans.distance",
        "kmeans.avar_distance",
        "kmeans.unique",
        "known_variance.0.distance",
        "known_variance.2.distance",
        "mixture.avar_distance",
        "mixture.em_rate",
        "debiased.efficiency",
        "crossover_n",
        "iterations_ratio",
        "critical_eps",
        "critical_anisotropy",
    }
    path = known_variance.predict(normal_pair(2), 0.25)["distance"].limit
    entry = next(e for e in found["certificates"] if e["quantity"] == "known_variance.0.distance")
    assert path is not None
    assert entry["lower"] <= path <= entry["upper"]


def test_no_worker_loads_ball_arithmetic() -> None:
    from kmeans_inconsistency.study import provenance

    study = design(config.load(TOP / "config.yaml"))
    methods = {f"estimators.{m}" for e in study.experiments.values() for m, _ in e.methods}
    used = provenance.sources("study.blocks", "study.predictions", "limits.curves", *sorted(methods))
    assert not any("certificates" in str(path) for path in used)
