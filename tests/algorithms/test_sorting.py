"""Sorting against numpy's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from kmeans_inconsistency.algorithms.sorting import sort_rows

finite = st.floats(-1e150, 1e150)


@settings(deadline=None, derandomize=True, max_examples=100)
@given(npst.arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(0, 200)), elements=finite))
def test_like_numpy(x: np.ndarray) -> None:
    expected = np.sort(x, axis=1)
    sort_rows(x)
    np.testing.assert_array_equal(x, expected)


_RNG = np.random.default_rng(1)
_NORMAL = _RNG.normal(size=5000)


@pytest.mark.parametrize(
    "x",
    [
        _NORMAL,
        _NORMAL + 1e8,
        np.append(_NORMAL, 1e12),
        np.append(_NORMAL * 1e-8, [-1e8, 1e8]),
        np.round(_NORMAL, 1),
        np.zeros(5000),
        np.exp(40 * _NORMAL),
        _RNG.standard_cauchy(200_000),
        np.repeat([5e-324, 0.0, -5e-324], 1000),
        np.append(_NORMAL, [-1.7e308, 1.7e308]),
    ],
)
def test_hard_input(x: np.ndarray) -> None:
    rows = np.stack([x, -x])
    expected = np.sort(rows, axis=1)
    sort_rows(rows)
    np.testing.assert_array_equal(rows, expected)
