"""From k-means back to the normal mixture that would have produced it.

Balanced weights: with S the mean square about the centres' midpoint and d half their distance, d / sqrt(S)
tends to h(a) / sqrt(1 + a^2), h(a) = a (2 Phi(a) - 1) + 2 phi(a), where a is half the separation (Geary's
ratio, 1935).

General weights: in units in which the sample's mean is 0 and its variance 1 a mixture with these moments has
two parameters left, the lower component's weight p and the distance D. They are matched to the lower
cluster's share F and to F times its mean, at the fitted cut t: with z_j = (t - mu_j)/s,

    F = sum p_j Phi(z_j),   F m_1 = sum p_j (mu_j Phi(z_j) - s phi(z_j)).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import exp, log
from .compiling import COUNT, SAMPLES, entry, kernel
from .logistic import workspace
from .mixture_newton import expand
from .moments import centre, squares_about
from .trust_region import G_0, G_1, H_00, H_01, H_11, SCORE
from .two_means import LOWER as CLUSTER_LOWER
from .two_means import SIZE, fit_two_means
from .two_means import UPPER as CLUSTER_UPPER

LOWER, UPPER, WEIGHT, VARIANCE, PASSES, GRADIENT, OUTCOME = range(7)
CONVERGED, MERGED, NOT_CONVERGED, STOPPED, FAILED = 0, 1, 3, 4, 5  # as in Status

BALANCED, BALANCED_STEP, GENERAL, GENERAL_STEP = range(4)

_INVERSE_SQRT_2PI = 0.3989422804014327
_LEAST_RATIO = 0.7978845608028654  # sqrt(2/pi), of a single normal


@kernel
def normal_density(z: float) -> float:
    return _INVERSE_SQRT_2PI * exp(-0.5 * z * z) if abs(z) < 37.0 else 0.0


@kernel
def normal_cdf(z: float) -> float:
    """Standard normal distribution function, to 1e-15."""
    a = abs(z)
    if a < 3.0:
        # Phi(a) - 1/2 = phi(a) (a + a^3/3 + a^5/15 + ...)
        term = a
        series = a
        k = 1.0
        while term > 1e-17 * series:
            k += 2.0
            term *= a * a / k
            series += term
        tail = 0.5 - normal_density(a) * series
    else:
        # Laplace's continued fraction of Mills' ratio
        fraction = a
        for k in range(150, 0, -1):
            fraction = a + k / fraction
        tail = normal_density(a) / fraction
    return tail if z < 0.0 else 1.0 - tail


@kernel
def half_separation(ratio: float) -> float:
    """Solve h(a) / sqrt(1 + a^2) = ratio; 0 for a ratio that no separation makes."""
    if not ratio > _LEAST_RATIO:
        return 0.0
    low, high = 0.0, 1.0
    while _ratio(high) < ratio:
        high *= 2.0
        if high > 1e8:
            return high
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if _ratio(middle) < ratio:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@kernel
def _ratio(a: float) -> float:
    return (a * (2.0 * normal_cdf(a) - 1.0) + 2.0 * normal_density(a)) / np.sqrt(1.0 + a * a)


@kernel
def _mismatch(t: float, h: float, cut: float, share: float, moment: float) -> tuple[float, float]:
    """Difference of share and partial mean below the cut; t, h as in :mod:`.mixture_newton`."""
    k = exp(h)
    up = exp(t)
    p = 1.0 / (1.0 + up)  # of the lower component
    half = exp(0.5 * t)
    distance = (half + 1.0 / half) * np.sqrt(k / (1.0 + k))
    s = 1.0 / np.sqrt(1.0 + k)
    mu_1, mu_2 = -(1.0 - p) * distance, p * distance
    z_1, z_2 = (cut - mu_1) / s, (cut - mu_2) / s
    below_1, below_2 = normal_cdf(z_1), normal_cdf(z_2)
    f = p * below_1 + (1.0 - p) * below_2
    a = p * (mu_1 * below_1 - s * normal_density(z_1)) + (1.0 - p) * (
        mu_2 * below_2 - s * normal_density(z_2)
    )
    return f - share, a - moment


@kernel
def _match(t: float, h: float, cut: float, share: float, moment: float) -> tuple[float, float, bool]:
    """Damped Newton on the two moment conditions from (t, h); whether they are met to 1e-12."""
    e_1, e_2 = _mismatch(t, h, cut, share, moment)
    for _ in range(100):
        if max(abs(e_1), abs(e_2)) < 1e-12:
            return t, h, True
        step = 1e-6
        up_t, low_t = _mismatch(t + step, h, cut, share, moment), _mismatch(t - step, h, cut, share, moment)
        up_h, low_h = _mismatch(t, h + step, cut, share, moment), _mismatch(t, h - step, cut, share, moment)
        j_11, j_12 = 0.5 * (up_t[0] - low_t[0]) / step, 0.5 * (up_h[0] - low_h[0]) / step
        j_21, j_22 = 0.5 * (up_t[1] - low_t[1]) / step, 0.5 * (up_h[1] - low_h[1]) / step
        determinant = j_11 * j_22 - j_12 * j_21
        if not abs(determinant) > 1e-14:
            return t, h, False
        d_t = -(j_22 * e_1 - j_12 * e_2) / determinant
        d_h = -(j_11 * e_2 - j_21 * e_1) / determinant
        damping = min(1.0, 1.0 / max(abs(d_t), abs(d_h)))
        improved = False
        while damping > 1e-6:
            n_1, n_2 = _mismatch(t + damping * d_t, h + damping * d_h, cut, share, moment)
            if n_1 * n_1 + n_2 * n_2 < e_1 * e_1 + e_2 * e_2 and abs(t + damping * d_t) < 30.0:
                improved = abs(h + damping * d_h) < 30.0
                break
            damping *= 0.5
        if not improved:
            return t, h, False
        t, h, e_1, e_2 = t + damping * d_t, h + damping * d_h, n_1, n_2
    return t, h, False


@kernel
def _fit(x: Any, way: int, z: Any, partial: Any, split: Any, result: Any) -> None:
    n = x.size
    mean = centre(x)
    variance = squares_about(x, mean) / n
    result[LOWER] = result[UPPER] = mean
    result[WEIGHT] = np.nan
    result[VARIANCE] = variance
    result[PASSES] = 6
    result[GRADIENT] = np.nan
    result[OUTCOME] = MERGED
    if x[0] == x[n - 1]:
        result[LOWER] = result[UPPER] = x[0]
        result[VARIANCE] = 0.0
        return
    fit_two_means(x, split)
    middle = 0.5 * (split[CLUSTER_LOWER] + split[CLUSTER_UPPER])
    half = 0.5 * (split[CLUSTER_UPPER] - split[CLUSTER_LOWER])
    about = squares_about(x, middle) / n
    a = half_separation(half / np.sqrt(about))
    if way == BALANCED:
        if a > 0.0:
            s = np.sqrt(about / (1.0 + a * a))
            result[LOWER], result[UPPER] = middle - a * s, middle + a * s
            result[WEIGHT] = 0.5
            result[VARIANCE] = s * s
            result[OUTCOME] = CONVERGED
        return
    if a == 0.0 and way == BALANCED_STEP:
        return
    sd = np.sqrt(variance)
    t, h = 0.0, 2.0 * log(max(a, 0.1))
    h = min(h, 14.0)
    if way != BALANCED_STEP:
        share = split[SIZE] / n
        t, h, met = _match(
            log((1.0 - share) / share),
            h,
            (middle - mean) / sd,
            share,
            share * (split[CLUSTER_LOWER] - mean) / sd,
        )
        if not met:
            result[LOWER] = result[UPPER] = result[VARIANCE] = np.nan
            result[OUTCOME] = FAILED
            return
    result[OUTCOME] = CONVERGED
    if way != GENERAL:
        for i in range(n):
            z[i] = (x[i] - mean) / sd
        local = np.empty(8)
        expand((z, np.empty(0), partial), 0.0, t, h, local)
        result[PASSES] += 2
        result[GRADIENT] = local[SCORE]
        determinant = local[H_00] * local[H_11] - local[H_01] * local[H_01]
        d_t = d_h = 0.0
        # where the likelihood is not concave the step has no meaning, and the start is kept
        result[OUTCOME] = STOPPED
        if way == BALANCED_STEP:
            if local[H_11] < 0.0:
                d_h = -local[G_1] / local[H_11]
                result[OUTCOME] = CONVERGED
        elif local[H_11] < 0.0 and determinant > 0.0:
            d_t = -(local[H_11] * local[G_0] - local[H_01] * local[G_1]) / determinant
            d_h = -(local[H_00] * local[G_1] - local[H_01] * local[G_0]) / determinant
            result[OUTCOME] = CONVERGED
        damping = min(1.0, 1.0 / max(abs(d_t), abs(d_h), 1e-300))
        t, h = t + damping * d_t, h + damping * d_h
    k = exp(h)
    up = exp(t)
    half_t = exp(0.5 * t)
    distance = sd * (half_t + 1.0 / half_t) * np.sqrt(k / (1.0 + k))
    result[LOWER] = mean - distance * (up / (1.0 + up))
    result[UPPER] = mean + distance / (1.0 + up)
    result[WEIGHT] = 1.0 / (1.0 + up)
    result[VARIANCE] = variance / (1.0 + k)


@entry(SAMPLES, COUNT)
def debias(samples: Any, way: int) -> Any:
    """Mixtures that k-means' fits of sorted samples point back to.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n), n >= 2, read-only
        Each row ascending.
    way : int
        ``BALANCED`` or ``GENERAL`` weights; with ``_STEP``, followed by one Newton step of the mixture's
        log-likelihood (for balanced weights in the distance alone).

    Returns
    -------
    ndarray, shape (r, 7)
        Lower and upper mean, the lower component's weight, common variance, passes, for a step the mean score
        where it began (NaN else), and the outcome: merged if the clusters are no farther apart than those of
        a single normal, failed if no mixture matches them, stopped if the step had no meaning.
    """
    r, n = samples.shape
    results = np.empty((r, 7))
    z = np.empty(n)
    partial = workspace()
    split = np.empty(4)
    for i in range(r):
        _fit(samples[i], way, z, partial, split, results[i])
    return results
