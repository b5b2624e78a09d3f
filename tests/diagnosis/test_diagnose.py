"""The diagnosis: what it states, what it leaves unsaid, and in what order."""

from __future__ import annotations

import json
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN, KMeans
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline

from kmeans_inconsistency import SphericalGaussianMixture, diagnose
from kmeans_inconsistency.diagnosis.evidence import name_of
from kmeans_inconsistency.estimators.debiased import debiased
from kmeans_inconsistency.examples import data

diagnosis = import_module("kmeans_inconsistency.diagnosis.diagnose")
CORNERS = np.array([[0.0, 0.0, 0.0], [3.0, 0.0, 0.0], [0.0, 3.5, 0.0]])


def triangle(n: int, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 3)) + CORNERS[rng.integers(0, 3, n)]


def pair(n: int, distance: float = 3.0, share: float = 0.4, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=n) + distance * (rng.random(n) < share)


def test_two_components_in_a_column_are_those_of_debiased_kmeans_to_first_order():
    x = pair(4000)
    found, other = diagnose(x), debiased(x)
    assert found.method == "matched"
    # the diagnosis goes on to leave each observation out, which is of order 1 / n
    np.testing.assert_allclose(found.corrected[:, 0], other.means, atol=5e-3)
    assert found.variance == pytest.approx(other.variance, abs=5e-3)


def test_one_normal_distribution_is_said_to_be_one():
    """The BIC takes 500 normal numbers for two components in one sample of some 300; seeds are fixed."""
    for seed in range(20):
        found = diagnose(np.random.default_rng(seed).normal(size=500))
        assert found.bias is None
        assert found.bias_interval is None
        assert found.corrected is None
        assert found.plain.startswith("There is no evidence of two components")
        assert "% too" not in found.plain


def test_three_components_for_two_clusters_are_a_warning_and_no_stated_sign():
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.normal(size=200) + centre for centre in (-20, 0, 20)])
    found = diagnose(x)
    assert found.evidence.contradicted
    assert any("clusters=3" in warning for warning in found.warnings)
    assert "% too" not in found.plain
    planar = diagnose(triangle(2000), clusters=2)
    assert any("clusters=3" in warning for warning in planar.warnings)


def test_outliers_are_no_component_to_correct_by():
    """The heights: 1 % of hardly possible ones make a component that beats one normal distribution."""
    found = diagnose(data.load("heights").column)
    normal, own = (found.evidence.candidate(name_of(k)) for k in (1, 2))
    assert own.bic < normal.bic - 30
    assert found.evidence.handful
    assert found.evidence.smallest == pytest.approx(10.1, abs=0.1)
    assert found.corrected is None
    assert found.bias_interval is None
    assert found.plain.startswith("There is no evidence of two components: the smallest has about 10 of 1050")


@pytest.mark.parametrize(
    ("draw", "clusters"),
    [
        (lambda rng: rng.standard_t(4, 1000), 2),
        (lambda rng: rng.gamma(4, size=1000), 2),
        (lambda rng: rng.lognormal(0, 0.5, 1000), 3),
        (lambda rng: rng.standard_t(4, (1000, 3)), 2),
        (lambda rng: rng.lognormal(0, 0.5, (1000, 2)), 2),
    ],
    ids=["t", "gamma", "lognormal for three", "t in space", "lognormal in the plane"],
)
def test_long_or_unequal_tails_are_no_evidence_of_components(draw, clusters):
    """In all of them the BIC prefers several normal components to one."""
    found = diagnose(draw(np.random.default_rng(1)), clusters=clusters)
    own, normal = found.evidence.candidates[0], found.evidence.candidate(name_of(1))
    assert own.bic < normal.bic
    assert "% too" not in found.plain
    assert found.evidence.contradicted or not found.evidence.found


def test_doubts_come_before_what_is_stated():
    """Few observations with a small bias: its interval includes 0, or is wider than the bias."""
    found = diagnose(pair(400, distance=6.0))
    assert found.plain.startswith("k-means is not off by more than these data can tell")
    assert "% too" not in found.plain
    found = diagnose(pair(300, distance=2.7, share=0.5))
    low, high = found.distances[0].bias_interval
    assert 0 < found.distances[0].bias < high - low
    assert low > 0
    assert found.plain.startswith(found.warnings[0])
    assert found.warnings[0].startswith("The size of the bias is uncertain")


def test_columns_in_units_of_their_own_are_to_be_scaled():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(600, 2)) + np.array([4.0, 3.0]) * (np.arange(600) % 2)[:, None]
    assert not any("--scale" in warning for warning in diagnose(x).warnings)
    found = diagnose(x * [1.0, 3.0])
    scale = next(i for i, warning in enumerate(found.warnings) if "--scale" in warning)
    assert "column 2 varies" in found.warnings[scale]
    more = [i for i, warning in enumerate(found.warnings) if "diagnose the data again with" in warning]
    assert all(scale < i for i in more)


def test_a_bias_of_less_than_one_per_cent_is_not_called_uncertain():
    apart = np.random.default_rng(5).normal(size=(1000, 2)) + 5.0 * (np.arange(1000) % 2)[:, None]
    assert not any("uncertain" in warning for warning in diagnose(apart).warnings)


def test_a_component_for_each_of_three_points_is_no_model_of_them():
    found = diagnose([1.0, 2.0, 9.0])
    assert {c.components for c in found.evidence.candidates} == {1, 2}
    assert found.warnings[0].startswith("There are few observations (3, 1 in the smallest cluster")
    x = [(1, 2), (1.1, 2.2), (5, 6), (5.1, 6.3)]
    assert max(c.components for c in diagnose(x).evidence.candidates) == 2


def test_a_cluster_without_observations_is_not_said_to_be_small():
    found = diagnose(pair(500), np.array([[0.0], [1e6]]))
    assert not any("few observations" in warning for warning in found.warnings)
    assert any("no observations" in warning for warning in found.warnings)
    assert any("times that of another partition" in warning for warning in found.warnings)


def test_components_that_may_coincide_are_not_corrected(monkeypatch):
    """The interval of the distance reaches 0 only where evidence is scarce: here it is made to."""
    x = pair(500)
    whole = diagnose(x)
    assert whole.bias is not None
    monkeypatch.setattr(diagnosis, "Z95", 100.0)
    found = diagnose(x)
    assert found.bias is None
    assert found.distances[0].corrected is None
    assert found.plain.startswith("There is evidence of two components, but no bias is stated.")
    assert any("closer than these data can resolve" in warning for warning in found.warnings)


def test_an_elongated_normal_distribution_is_no_evidence_of_components():
    x = np.random.default_rng(0).normal(size=(1000, 3)) * [5, 1, 1]
    found = diagnose(x, clusters=3)
    assert not found.evidence.found
    assert found.bias is None


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1]])
def test_everything_is_in_the_models_order(order):
    x = triangle(3000)
    fit = KMeans(3, n_init=3, random_state=0, tol=0).fit(x)
    fit.cluster_centers_ = np.ascontiguousarray(fit.cluster_centers_[order])
    found = diagnose(x, fit)
    np.testing.assert_array_equal(found.centers, fit.cluster_centers_)
    assert np.abs(found.centers - found.corrected).max() < 0.5
    np.testing.assert_allclose(found.bias, found.centers - found.corrected)
    assert found.bias_interval.shape == (3, 3, 2)
    np.testing.assert_array_equal(found.labels, fit.predict(x))


@settings(max_examples=10, deadline=None)
@given(st.floats(-100, 100), st.floats(0.01, 100), st.floats(0, 2 * np.pi))
def test_shifts_scales_and_rotations_of_the_data_are_those_of_the_answer(shift, scale, angle):
    x = triangle(600)[:, :2]
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    found = diagnose(x, clusters=3)
    moved = diagnose(shift + scale * x @ turn, shift + scale * found.centers @ turn)
    assert moved.method == found.method
    # the points of quasi-Monte Carlo do not turn with the data: to their stated error
    near = 6 * found.integration_error + 1e-6
    np.testing.assert_allclose(
        [d.corrected / scale for d in moved.distances], [d.corrected for d in found.distances], atol=near
    )
    np.testing.assert_allclose(moved.corrected, shift + scale * found.corrected @ turn, atol=near * scale)


@pytest.mark.parametrize(("offset", "scale"), [(1e9, 1.0), (-1e12, 1.0), (0.0, 2.0**-400), (0.0, 2.0**400)])
@pytest.mark.parametrize("kind", ["none", "kmeans", "mixture"])
def test_data_far_from_zero_or_in_extreme_units_are_the_same_data(kind, offset, scale):
    x = (offset + triangle(600)[:, :2]) - offset  # as the offset leaves them
    fitted = {"none": lambda: None, "kmeans": lambda: KMeans(3, n_init=1, random_state=0).fit(x)}
    fitted["mixture"] = lambda: GaussianMixture(3, covariance_type="spherical", random_state=0).fit(x)
    model, moved_model = fitted[kind](), fitted[kind]()
    for name in ("cluster_centers_", "means_"):
        if hasattr(moved_model, name):
            setattr(moved_model, name, offset + scale * getattr(moved_model, name))
    if kind == "mixture":
        moved_model.covariances_ = moved_model.covariances_ * scale**2
        moved_model.reg_covar *= scale**2
    found = diagnose(x, model, clusters=3)
    moved = diagnose(offset + scale * x, moved_model, clusters=3)
    near = {"rtol": 1e-9 if offset == 0 else 1e-4}
    np.testing.assert_allclose(
        [d.corrected / scale for d in moved.distances], [d.corrected for d in found.distances], **near
    )
    np.testing.assert_allclose(
        [t.p_value for t in moved.evidence.tests], [t.p_value for t in found.evidence.tests], **near
    )
    assert moved.evidence.preferred == found.evidence.preferred
    assert moved.evidence.advantage == pytest.approx(found.evidence.advantage, rel=1e-3)
    # densities are per unit
    lost = found.n * found.dimension * np.log(scale)
    for one, other in zip(found.evidence.candidates, moved.evidence.candidates, strict=True):
        assert other.log_likelihood + lost == pytest.approx(one.log_likelihood, rel=1e-4)
        assert other.bic - one.bic == pytest.approx(2 * lost, rel=1e-3, abs=1e-2)


def test_columns_of_noise_do_not_move_a_correction_much():
    rng = np.random.default_rng(4)
    x = pair(5000)
    more = np.column_stack([x, rng.normal(size=(5000, 19))])
    assert diagnose(more).distances[0].corrected == pytest.approx(3, abs=0.2)


def test_a_mixture_that_stopped_early_is_continued():
    x = pair(3000, distance=2.0, share=0.5)[:, np.newaxis]
    early = GaussianMixture(2, covariance_type="tied", random_state=0).fit(x)
    found = diagnose(x, early)
    assert found.kind == "mixture"
    assert found.method == "continued"
    assert found.stopped_short.converged
    assert found.stopped_short.standard_errors > 0.5
    late = SphericalGaussianMixture(2).fit(x)  # in one dimension the same model, at its global maximum
    np.testing.assert_allclose(np.sort(found.corrected, axis=0), late.means_, atol=1e-4)
    assert diagnose(x, late).stopped_short.standard_errors < 1e-3


@pytest.mark.parametrize("kind", ["full", "tied", "diag", "spherical"])
def test_continued_em_ends_where_scikit_learns_does(kind):
    x = triangle(1000)
    early = GaussianMixture(3, covariance_type=kind, random_state=0).fit(x)
    late = GaussianMixture(3, covariance_type=kind, random_state=0, tol=1e-12, max_iter=20000).fit(x)
    np.testing.assert_allclose(diagnose(x, early).corrected, late.means_, atol=1e-3)


def test_few_observations_are_said_to_be_few_and_not_refused():
    found = diagnose([1.0, 2.0, 3.0, 10.0, 11.0, 12.5])
    assert any("few observations" in warning for warning in found.warnings)
    for x in ([1.0, 2.0], [3.0] * 10, [1.0, 1.0, 5.0], [[1.0, 2.0]] * 5 + [[4.0, 5.0]]):
        json.dumps(diagnose(x).to_dict(), allow_nan=False)


def test_many_columns_and_clusters():
    rng = np.random.default_rng(0)
    centers = 3 * rng.normal(size=(10, 20))
    x = rng.normal(size=(2000, 20)) + centers[rng.integers(0, 10, 2000)]
    found = diagnose(x, clusters=10)
    assert len(found.distances) == 45
    assert found.corrected is not None
    assert not found.evidence.contradicted


def test_the_bootstrap_decides_where_it_is_asked_for():
    x = np.random.default_rng(1).normal(size=200)
    found = diagnose(x, bootstrap=19, seed=3)
    assert found.evidence.bootstrap.p_value > 0.05
    assert found.bias is None
    assert diagnose(x, bootstrap=19, seed=3).evidence == found.evidence
    assert diagnose(pair(400), bootstrap=19).evidence.bootstrap.p_value == pytest.approx(0.05)


def test_what_is_wrong_with_the_input_is_said_at_once():
    with pytest.raises(ValueError, match="2 to 10 clusters, not 1") as caught:
        diagnose(np.zeros((3, 21)), clusters=1)
    assert "at most 20" in str(caught.value)
    with pytest.raises(ValueError, match="not fitted"):
        diagnose([1.0, 2.0, 3.0], KMeans(2))
    with pytest.raises(ValueError, match="NaN"):
        diagnose([1.0, np.nan, 3.0])
    with pytest.raises(ValueError, match="leave clusters out"):
        diagnose([1.0, 2.0, 3.0], [[1.0], [3.0]], clusters=3)
    with pytest.raises(ValueError, match="1 columns and the data 2"):
        diagnose([[1.0, 2.0], [2.0, 3.0]], [[1.0], [3.0]])
    with pytest.raises(ValueError, match="fitted KMeans or GaussianMixture"):
        diagnose([1.0, 2.0, 3.0], "kmeans")
    with pytest.raises(
        ValueError, match=r"^The model's centres have 1 NaN or infinite values\. Pass a fitted"
    ):
        diagnose([1.0, 2.0, 3.0], [[1.0], [np.nan]])
    with pytest.raises(
        ValueError, match=r"^The model, of class DBSCAN, has no centres\. Pass a fitted KMeans"
    ):
        diagnose([1.0, 2.0, 3.0], DBSCAN().fit([[1.0], [2.0], [3.0]]))
    with pytest.raises(ValueError, match="pass its last step"):
        diagnose([1.0, 2.0, 3.0], make_pipeline(KMeans(2)))
    with pytest.raises(ValueError, match="0 observations for 2 clusters"):
        diagnose(np.zeros((0, 2)))
    with pytest.raises(ValueError, match="bootstrap"):
        diagnose([1.0, 2.0, 3.0], bootstrap=-1)


def test_columns_that_leave_no_likelihood_are_named():
    x = np.column_stack([triangle(300)[:, :2], np.full(300, 7.0)])
    with pytest.raises(ValueError, match=r"^Column 3 is constant: leave it out\.$"):
        diagnose(x)
    x[:, 2] = 1e6 + 1e-3 * x[:, 0] - 1e-3 * x[:, 1]
    with pytest.raises(ValueError, match=r"^Column \d is a linear combination of others: leave it out\.$"):
        diagnose(x)
    with pytest.raises(ValueError, match="linear combination"):
        diagnose(np.vstack([np.repeat(x[:1], 400, axis=0), x]))  # few distinct rows come first
    x[:, 2] += 1e-6 * np.random.default_rng(0).normal(size=300)
    assert diagnose(x).dimension == 3
    with pytest.raises(ValueError, match=r"whose square underflows: rescale them\.$"):
        diagnose(1e-200 * triangle(300))
