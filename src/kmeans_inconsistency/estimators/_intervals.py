"""Normal 95 % intervals of the distance and of the lower mean, as every method that has them returns them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..asymptotics import Z95
from ._method import FloatArray

OUTPUTS = ("distance", "lower", "distance_low", "distance_high", "lower_low", "lower_high")


def rows(
    lower: FloatArray, upper: FloatArray, variances: FloatArray, status: NDArray[np.int64]
) -> dict[str, NDArray[Any]]:
    """What a method's fit returns.

    Parameters
    ----------
    lower, upper : ndarray, shape (r,)
        The two means.
    variances : ndarray, shape (r, 2)
        Estimated variances of the distance and of the lower mean; NaN leaves a row without interval.
    status : ndarray of int, shape (r,)
    """
    distance = upper - lower
    reach = Z95 * np.sqrt(variances)
    return {
        "distance": distance,
        "lower": lower,
        "distance_low": distance - reach[:, 0],
        "distance_high": distance + reach[:, 0],
        "lower_low": lower - reach[:, 1],
        "lower_high": lower + reach[:, 1],
        "status": status,
    }
