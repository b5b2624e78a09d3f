from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from kmeans_inconsistency import limits
from kmeans_inconsistency.limits import curves

DELTAS = [0.5, 2.0]


def _half_distance(mu):
    return mu * (2 * norm.cdf(mu) - 1) + 2 * norm.pdf(mu)


@pytest.fixture
def computed(study: Path):
    """A curve of the study: those that take seconds are computed once."""

    def curve(name: str) -> dict[str, np.ndarray]:
        table = pd.read_csv(study / f"limits/curves/{name}.csv")
        return {column: table[column].to_numpy() for column in table}

    return curve


@pytest.fixture(scope="module")
def eps_path() -> dict[str, np.ndarray]:
    return curves.eps_path(DELTAS)


@pytest.mark.parametrize("name", sorted(curves.CURVES))
def test_columns_are_finite(name, computed):
    columns = computed(name)
    # there is no crossover where the mixture is ahead at every n, and no variance once the means have merged
    lacking = ("crossover", "crossover_centres", "crossover_equal", "avar")
    assert all(np.isfinite(column).all() for name, column in columns.items() if name not in lacking)


def test_distance_is_the_mean_absolute_deviation_and_covers_the_study():
    curve = curves.distance([0.5, 7.0])
    np.testing.assert_allclose(curve["kmeans"], 2 * _half_distance(curve["delta"] / 2), rtol=1e-9)
    assert curve["delta"][-1] == 7.0


def test_mechanism_holds_the_truncated_means():
    curve = curves.mechanism()
    step = curve["x"][1] - curve["x"][0]
    upper = curve["x"] > 0
    truncated = (curve["x"] * curve["density"])[upper].sum() / curve["density"][upper].sum()
    assert curve["cut"][0] == pytest.approx(0.0, abs=1e-9)
    assert curve["centre_upper"][0] == pytest.approx(_half_distance(1.0), rel=1e-9)
    assert truncated == pytest.approx(curve["centre_upper"][0], abs=step)
    np.testing.assert_allclose(curve["lower"] + curve["upper"], curve["density"], rtol=1e-12)


def test_rmse_levels_off_at_the_bias_of_kmeans_and_falls_as_one_over_root_n_for_the_mixture():
    curve = curves.rmse(DELTAS)
    at = curve["delta"] == 2.0
    n, kmeans, mixture = (curve[name][at] for name in ("n", "kmeans", "mixture"))
    within = 1 + 1 - _half_distance(1.0) ** 2
    bias = 2 * _half_distance(1.0) - 2
    np.testing.assert_allclose(kmeans**2, bias**2 + 4 * within / n, rtol=1e-9)
    np.testing.assert_allclose(mixture * np.sqrt(n), mixture[0] * np.sqrt(n[0]), rtol=1e-12)


def test_eps_path_runs_from_kmeans_through_the_truth_to_the_merging(eps_path):
    curve = eps_path
    for delta in DELTAS:
        at = curve["delta"] == delta
        eps, path = curve["eps"][at], curve["distance"][at]
        assert (np.diff(eps) > 0).all()
        assert (np.diff(path) <= 0).all()
        assert path[0] == pytest.approx(2 * _half_distance(delta / 2), rel=1e-3)
        assert np.interp(1.0, eps, path) == pytest.approx(delta, rel=5e-3)
        assert (path[eps >= 1 + delta**2 / 4] == 0).all()
        assert (path[eps < 1 + delta**2 / 4] > 0).all()


def test_the_variance_along_eps_path_runs_from_that_of_kmeans_and_has_no_end(eps_path):
    curve = eps_path
    for delta in DELTAS:
        at = curve["delta"] == delta
        eps, avar, critical = (curve[name][at] for name in ("eps", "avar", "critical"))
        # k-means': four times the variance within the halves
        halves = 4 * (1 + delta**2 / 4 - _half_distance(delta / 2) ** 2)
        assert avar[0] == pytest.approx(halves, rel=0.01)
        assert (np.isnan(avar) == (eps >= critical)).all()
        # like one over what is left to the critical eps, as the distance falls like its root
        left = (critical - eps)[eps < critical][[-5, -1]]
        last = avar[eps < critical][[-5, -1]]
        assert last[1] / last[0] == pytest.approx(left[0] / left[1], rel=0.02)


def test_bias_map_agrees_with_the_closed_form_and_jumps_at_the_critical_weight(computed):
    curve = computed("bias_map")
    delta, weight, bias = (curve[name] for name in ("delta", "weight", "bias"))
    balanced = np.isclose(weight, 0.5)
    truth = delta[balanced]
    assert len(truth) == len(np.unique(delta))
    np.testing.assert_allclose(
        bias[balanced], 2 * _half_distance(truth / 2) / truth - 1, rtol=1e-7, atol=1e-9
    )
    at_six = bias[np.isclose(delta, 6.125)]
    assert len(at_six) * len(truth) == len(delta)
    jumps = np.diff(at_six)
    assert (jumps > 0.3).sum() == 1
    assert np.delete(jumps, jumps.argmax()).max() < 0.05


def test_critical_weight_begins_at_the_cusp_and_falls_to_its_asymptote(computed):
    curve = computed("critical_weight")
    assert curve["delta"][0] == pytest.approx(4.634376, abs=2e-6)
    assert curve["weight"][0] == pytest.approx(0.050813, abs=2e-6)
    assert (np.diff(curve["delta"]) > 0).all()
    assert (np.diff(curve["weight"]) < 0).all()
    assert (curve["weight"] * curve["delta"] ** 2 > 2 / np.pi).all()


def test_critical_values_of_the_balanced_pair_have_their_closed_forms(computed):
    curve = computed("critical_values")
    half = curve["delta"] / 2
    np.testing.assert_allclose(curve["noise"], np.sqrt(np.pi / 2) * _half_distance(half), rtol=1e-9)
    np.testing.assert_allclose(curve["eps"], 1 + half**2, rtol=1e-12)


def test_efficiency_has_no_crossover_where_the_mixture_is_ahead_everywhere(computed):
    curve = computed("efficiency")
    none = np.isnan(curve["crossover"])
    np.testing.assert_array_equal(none, curve["kmeans"] <= 1)
    assert not none[curve["weight"] == 0.5].any()
    assert ((curve["debiased"] > 0) & (curve["debiased"] <= 1)).all()
    at = np.isclose(curve["delta"], 2.0) & (curve["weight"] == 0.5)
    within = 1 + 1 - _half_distance(1.0) ** 2
    bias = 2 * _half_distance(1.0) - 2
    assert curve["bias"][at] == pytest.approx(bias, rel=1e-9)
    assert curve["crossover"][at] == pytest.approx(4 * within * (curve["kmeans"][at] - 1) / bias**2, rel=1e-9)


def test_a_curve_that_is_predicted_from_draws_takes_their_number():
    assert {name for name in curves.CURVES if limits.uses_draws(name)} == {"finite_samples"}
    few, fewer = (curves.curve("finite_samples", DELTAS, draws)["mixture"] for draws in (4, 2))
    assert (few != fewer).any()


def test_an_unknown_curve_is_refused():
    with pytest.raises(KeyError):
        curves.curve("nothing", DELTAS)


def test_which_curves_depend_on_the_separations_is_read_from_the_source():
    assert {name for name in curves.CURVES if limits.uses_separations(name)} == {
        "distance",
        "rmse",
        "eps_path",
    }
