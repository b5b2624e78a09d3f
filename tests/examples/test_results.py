"""What the estimators say of real data, against direct calls and against methods that share no code."""

from math import sqrt

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.mixture import GaussianMixture

from kmeans_inconsistency import diagnose, kmeans, mixture
from kmeans_inconsistency.diagnosis.evidence import name_of
from kmeans_inconsistency.estimators.debiased import debiased
from kmeans_inconsistency.examples import data, results

LABELLED = [name for name in data.NAMES if data.load(name).groups]


@pytest.fixture(scope="module")
def table():
    found = pd.DataFrame(results.rows())
    assert list(found.columns) == list(results.COLUMNS)
    return found.set_index(["data", "method", "quantity"]).sort_index()


@pytest.mark.parametrize("name", LABELLED)
def test_labelled_means_by_numpy(table, name):
    found, own = data.load(name), table.loc[(name, "labels")]
    low, high = (found.column[found.upper == side] for side in (False, True))
    errors = [part.std(ddof=1) / sqrt(len(part)) for part in (low, high)]
    assert own.loc["lower", ["estimate", "se"]].tolist() == pytest.approx([low.mean(), errors[0]])
    assert own.loc["upper", ["estimate", "se"]].tolist() == pytest.approx([high.mean(), errors[1]])
    assert own.loc["distance", "estimate"] == pytest.approx(high.mean() - low.mean())
    assert own.loc["distance", "se"] == pytest.approx(np.hypot(*errors))
    # the pooled deviation is that of Student's test for equal variances
    t = stats.ttest_ind(high, low).statistic
    pooled = (high.mean() - low.mean()) / t / sqrt(1 / len(low) + 1 / len(high))
    assert own.loc["sd", "estimate"] == pytest.approx(pooled)
    assert own.loc["separation", "estimate"] == pytest.approx((high.mean() - low.mean()) / pooled)
    assert own.loc["weight", "estimate"] == pytest.approx(len(low) / len(found.column))


@pytest.mark.parametrize("name", LABELLED)
def test_the_predicted_bias_by_a_fixed_point(table, name):
    """k-means on the labelled mixture itself, by Lloyd's steps with the normal law of scipy."""
    own = table.loc[(name, "labels")]["estimate"]
    shares = np.array([own["weight"], 1 - own["weight"]])
    laws = stats.norm(np.array([own["lower"], own["upper"]]), own["sd"])
    cut = own["lower"] / 2 + own["upper"] / 2
    for _ in range(2000):
        mass = shares * laws.cdf(cut)
        first = (shares * (laws.mean() * laws.cdf(cut) - own["sd"] ** 2 * laws.pdf(cut))).sum()
        low = first / mass.sum()
        high = ((shares * laws.mean()).sum() - first) / (1 - mass.sum())
        cut = (low + high) / 2
    assert own["kmeans_bias"] == pytest.approx(high - low - own["distance"], rel=1e-6)


@pytest.mark.parametrize("name", data.NAMES)
def test_fits_are_those_of_the_library(table, name):
    x, own = data.load(name).column, table.loc[name]
    hard = kmeans(x, interval="sandwich")
    row = own.loc[("kmeans", "distance")]
    assert row[["estimate", "low", "high"]].tolist() == [np.diff(hard.centers)[0], *hard.interval]
    for weights, end in (("free", ""), ("equal", ",weights=equal")):
        soft = mixture(x, weights=weights, interval="information")
        row = own.loc[(f"mixture{end}", "distance")]
        expected = [np.diff(soft.means)[0], *soft.interval]
        assert row[["estimate", "low", "high"]].tolist() == pytest.approx(expected, nan_ok=True)
        corrected = own.loc[(f"debiased{end}", "distance"), "estimate"]
        assert corrected == pytest.approx(np.diff(debiased(x, weights=weights).means)[0], nan_ok=True)
    found = diagnose(x)
    bic = [found.evidence.candidate(spelt).bic for spelt in (name_of(1), name_of(2))]
    assert own.loc[("diagnosis", "gain"), "estimate"] == bic[0] - bic[1]
    corrected = found.distances[0].corrected
    assert (("diagnosis", "distance") in own.index) == (corrected is not None)
    assert results.described()[name]["diagnosis"] == found.plain if name == "faithful" else True


@pytest.mark.parametrize("name", ["gentoo", "faithful"])
def test_the_mixture_is_that_of_scikit_learn(table, name):
    x = data.load(name).column
    own = table.loc[(name, "mixture")]["estimate"]
    means = own[["lower", "upper"]].to_numpy()
    peer = GaussianMixture(2, covariance_type="tied", tol=1e-12, max_iter=20000, means_init=means[:, None])
    peer.fit(x[:, None])
    assert np.sort(peer.means_[:, 0]) == pytest.approx(means, rel=1e-5)


@pytest.mark.parametrize("name", LABELLED)
def test_shares_in_the_wrong_group_are_counted(table, name):
    found, own = data.load(name), table.loc[name]["estimate"]
    centers = kmeans(found.column).centers
    nearer = np.abs(found.column - centers[1]) < np.abs(found.column - centers[0])
    assert own[("kmeans", "wrong")] == np.mean(nearer != found.upper)
    soft = own["mixture"]
    parts = [
        share * stats.norm(soft[end], soft["sd"]).pdf(found.column)
        for share, end in ((soft["weight"], "lower"), (1 - soft["weight"], "upper"))
    ]
    assert soft["wrong"] == np.mean((parts[1] > parts[0]) != found.upper)


def test_the_paper_says_what_the_table_has(table):
    """The statements of the section that are words and no numbers."""
    estimate = table["estimate"]
    labels, hard, soft, corrected = (
        {name: estimate.get((name, method, "distance"), np.nan) for name in data.NAMES}
        for method in ("labels", "kmeans", "mixture", "debiased")
    )
    assert all(hard[name] > labels[name] for name in LABELLED)
    for other in (soft, corrected):
        for name, nearer in (("iris", False), ("gentoo", True), ("adelie", True), ("chinstrap", False)):
            assert (abs(other[name] - labels[name]) < abs(hard[name] - labels[name])) == nearer
    assert estimate["iris", "kmeans", "wrong"] < estimate["iris", "mixture", "wrong"]
    assert all(estimate[name, "diagnosis", "gain"] < 0 for name in ("iris", "gentoo", "adelie", "chinstrap"))
    assert estimate["heights", "diagnosis", "gain"] > 0
    assert table.loc[("heights", "mixture", "distance"), "low"] > labels["heights"]
    assert estimate["heights", "mixture,weights=equal", "distance"] == 0
    assert np.isnan(corrected["heights"])
