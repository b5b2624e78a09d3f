"""The normal mixture with a common variance that has the first moments of a sample.

With k_2, k_3, k_4 the central moments of order 2 and 3 and the fourth cumulant m_4 - 3 m_2^2, p and q = 1 - p
the weights, D the distance of the means and w = p q D^2 the variance between them,

    k_2 = s^2 + w,   k_3 = (p - q) D w,   k_4 = D^2 w - 6 w^2,   D^2 = ((p - q) D)^2 + 4 w.

Equal weights: k_4 = -D^4 / 8. Free weights: (p - q) D = k_3 / w, so that 2 w^3 + k_4 w - k_3^2 = 0 (what is
left of Pearson's equation for one variance). By Descartes' rule it has exactly one positive root, and w < k_2
since k_2 (m_4 - k_2^2) > k_3^2 in every sample of more than two values.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiling import SAMPLES, entry, kernel
from .moments import LANES, centre, total

LOWER, UPPER, WEIGHT, VARIANCE, PASSES, OUTCOME = range(6)
CONVERGED, MERGED, DEGENERATE, FAILED = 0, 1, 2, 5  # as in Status

EQUAL, FREE = range(2)


@kernel
def central_moments(x: Any, mean: float, scale: float) -> tuple[float, float, float]:
    """Mean squares, cubes and fourth powers of (x - mean) / scale."""
    sums = np.zeros((3, LANES))
    for start in range(0, x.size, LANES):
        block = x[start : start + LANES]
        for j in range(block.size):
            d = (block[j] - mean) / scale
            square = d * d
            sums[0, j] += square
            sums[1, j] += square * d
            sums[2, j] += square * square
    n = x.size
    return total(sums[0]) / n, total(sums[1]) / n, total(sums[2]) / n


@kernel
def between(third: float, fourth: float) -> float:
    """The positive root w of 2 w^3 + fourth w = third^2; 0 if there is none, which needs third = 0."""
    if third == 0.0:
        return np.sqrt(-0.5 * fourth) if fourth < 0.0 else 0.0
    low, high = 0.0, 1.0
    while (2.0 * high * high + fourth) * high < third * third:
        high *= 2.0
    for _ in range(2000):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if (2.0 * middle * middle + fourth) * middle < third * third:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@kernel
def _fit(x: Any, weights: int, result: Any) -> None:
    n = x.size
    mean = centre(x)
    result[LOWER] = result[UPPER] = mean
    result[WEIGHT] = np.nan
    result[VARIANCE] = 0.0
    result[PASSES] = 2
    result[OUTCOME] = MERGED
    if x[0] == x[n - 1]:
        result[LOWER] = result[UPPER] = x[0]
        return
    scale = x[n - 1] - x[0]
    second, third, fourth = central_moments(x, mean, scale)
    # in units of the sample's standard deviation
    third /= second * np.sqrt(second)
    fourth = fourth / (second * second) - 3.0
    unit = scale * np.sqrt(second)
    result[VARIANCE] = unit * unit
    if weights == EQUAL:
        third = 0.0
    w = between(third, fourth)
    if not w > 0.0:
        return
    lean = third / w  # (p - q) D
    distance = np.sqrt(lean * lean + 4.0 * w)
    above = 2.0 * w / (distance + abs(lean))  # of the heavier component from the mean: no difference cancels
    lighter = above / distance
    result[OUTCOME] = CONVERGED
    if lighter * n < 1.0:
        result[LOWER] = result[UPPER] = result[VARIANCE] = np.nan
        result[OUTCOME] = FAILED
        return
    below, beyond = (above, distance - above) if lean >= 0.0 else (distance - above, above)
    result[LOWER] = mean - unit * below
    result[UPPER] = mean + unit * beyond
    result[WEIGHT] = 1.0 - lighter if lean >= 0.0 else lighter
    within = 1.0 - w
    result[VARIANCE] = unit * unit * max(within, 0.0)
    if within <= 1e-12:  # nothing but rounding
        result[OUTCOME] = DEGENERATE


@entry(SAMPLES)
def match_equal(samples: Any) -> Any:
    """Mixtures of equal weights with the mean, the variance and the fourth cumulant of sorted samples.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n), n >= 2, read-only
        Each row ascending.

    Returns
    -------
    ndarray, shape (r, 6)
        Lower and upper mean, the lower component's weight, common variance, passes, and the outcome: merged
        if the fourth cumulant is that of no such mixture.
    """
    r = samples.shape[0]
    results = np.empty((r, 6))
    for i in range(r):
        _fit(samples[i], EQUAL, results[i])
    return results


@entry(SAMPLES)
def match_free(samples: Any) -> Any:
    """Mixtures of any weights with the mean and the second to fourth cumulant of sorted samples.

    As :func:`match_equal`. Merged if there is no third cumulant and the fourth is not negative; failed if the
    lighter component would have less than one observation, as it has where its distance has no bound.
    """
    r = samples.shape[0]
    results = np.empty((r, 6))
    for i in range(r):
        _fit(samples[i], FREE, results[i])
    return results
