"""Elementary functions against numpy in extended precision."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from kmeans_inconsistency.algorithms import arithmetic


def _apply(kernel: object, values: np.ndarray) -> np.ndarray:
    @njit
    def over(x, out):  # type: ignore[no-untyped-def]
        for i in range(x.size):
            out[i] = kernel(x[i])  # type: ignore[operator]

    out = np.empty_like(values)
    over(values, out)
    return out


wide = np.linspace(-700, 700, 20001)


@pytest.mark.parametrize(
    ("kernel", "exact", "values", "scale"),
    [
        (arithmetic.exp, np.exp, wide, 0.0),
        (arithmetic.log, np.log, np.exp(wide), np.log(2)),
        (arithmetic.softplus, lambda t: np.logaddexp(np.longdouble(0), t), wide, 0.0),
        (arithmetic.log1p, np.log1p, np.logspace(-300, 0, 20001), 0.0),
    ],
)
def test_relative_error(kernel: object, exact: object, values: np.ndarray, scale: float) -> None:
    truth = exact(values.astype(np.longdouble))  # type: ignore[operator]
    error = np.abs(_apply(kernel, values) - truth) / np.maximum(np.abs(truth), scale)
    assert float(error.max()) < 6e-16


def test_exp_of_very_negative_is_almost_zero() -> None:
    assert 0.0 < _apply(arithmetic.exp_of_negative, np.array([-1e300]))[0] < 1e-300
