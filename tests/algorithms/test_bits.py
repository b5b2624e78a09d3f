"""The same bits whatever else is in the batch."""

from __future__ import annotations

import numpy as np
import pytest

from kmeans_inconsistency.algorithms.compiling import read_only
from kmeans_inconsistency.algorithms.known_variance_newton import known_variance_newton
from kmeans_inconsistency.algorithms.mixture_newton import mixture_newton
from kmeans_inconsistency.algorithms.two_means import two_means


@pytest.mark.parametrize(
    "fit",
    [
        two_means,
        lambda x: mixture_newton(x, 1),
        lambda x: known_variance_newton(x, read_only(np.array([0.1, 0.9])), 0.5),
    ],
)
def test_other_rows_do_not_matter(fit: object) -> None:
    rng = np.random.default_rng(2)
    x = read_only(np.sort(rng.normal(size=(7, 700)) + 2 * (rng.random((7, 700)) < 0.4), axis=1))
    together = fit(x)  # type: ignore[operator]
    for i in (6, 0, 3):
        np.testing.assert_array_equal(fit(x[i : i + 1])[0], together[i])  # type: ignore[operator]
