"""The intervals that decide, against the distributions of scipy.stats and by counting."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from kmeans_inconsistency.findings import intervals


@pytest.mark.parametrize("decisive", [1.0, 3.0, 5.0])
def test_a_tail_is_that_of_a_normal_deviate(decisive):
    assert intervals.tail(decisive) == pytest.approx(stats.norm.sf(decisive), rel=1e-9)
    assert intervals.multiple(decisive) == decisive


@pytest.mark.parametrize("replicates", [2, 5, 12, 2000])
def test_few_replicates_have_the_multiple_of_students_t(replicates):
    expected = stats.t.isf(stats.norm.sf(3.0), replicates - 1)
    assert intervals.multiple(3.0, replicates) == pytest.approx(expected, rel=1e-8)


def test_one_replicate_decides_nothing():
    assert intervals.multiple(5, 1) == math.inf


@pytest.mark.parametrize(("count", "total"), [(0, 12), (1, 12), (6, 12), (12, 12), (3, 400), (400, 400)])
def test_the_ends_of_a_share_leave_the_tail_beyond_what_was_counted(count, total):
    """At the lower end so many or more are as unlikely as the tail says, at the upper so many or fewer."""
    low, high = intervals.binomial(count, total, 2.0)
    p = stats.norm.sf(2.0)
    assert low <= count / total <= high
    assert low == 0 if count == 0 else stats.binom.sf(count - 1, total, low) == pytest.approx(p, rel=1e-6)
    assert high == 1 if count == total else stats.binom.cdf(count, total, high) == pytest.approx(p, rel=1e-6)


def test_nothing_counted_says_nothing():
    assert intervals.binomial(0, 0, 5) == (0.0, 1.0)
