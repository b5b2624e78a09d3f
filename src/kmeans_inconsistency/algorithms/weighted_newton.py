"""Maximum likelihood of the mixtures on the line for observations with weights, at the global optimum.

The searches are those of :mod:`.mixture_newton` and :mod:`.known_variance_newton`; the observations with
their weights take the place of the nodes into which those compress a large sample. For whole numbers the
optimum is that of observations which are repeated.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import exp, log
from .compiling import NUMBER, SAMPLE, entry, kernel
from .known_variance_newton import FIRST, SECOND, cells_of, fit_standardised
from .known_variance_newton import LOG_LIKELIHOOD as PATH_LOG_LIKELIHOOD
from .known_variance_newton import OUTCOME as PATH_OUTCOME
from .known_variance_newton import STARTS as PAIRS
from .logistic import workspace
from .mixture_newton import (
    _HIGHEST,
    _LOWEST,
    _NO_DOUBT,
    _NOISE,
    _SINGLE,
    _STARTS,
    _TIGHT,
    _TOLERANCE,
    CONVERGED,
    DEGENERATE,
    GRADIENT,
    LOG_LIKELIHOOD,
    LOWER,
    MERGED,
    NOT_CONVERGED,
    OUTCOME,
    PASSES,
    UPPER,
    VARIANCE,
    WEIGHT,
    _climb,
    _distance,
    _search,
)
from .nodes import FEW_CELLS, NODES, coarsen
from .optimal_partition import weighted_mean, weighted_partition
from .trust_region import SCORE, STAGNANT, VALUE

_LOG_2PI = 1.8378770664093453


@kernel
def _standardised(x: Any, w: Any, z: Any, masses: Any) -> tuple[float, float, float]:
    """Write standardised values and weights that sum to one; return mean, deviation and sum of weights."""
    middle = x[x.size // 2]
    for i in range(x.size):
        z[i] = x[i] - middle
    shift, squares = weighted_mean(z, w)
    total = 0.0
    for i in range(w.size):
        total += w[i]
    sd = np.sqrt(squares / total)
    mean = middle + shift
    for i in range(x.size):
        z[i] = (x[i] - mean) / sd
        masses[i] = w[i] / total
    return mean, sd, total


@kernel
def _clusters(x: Any, w: Any) -> tuple[int, float, float, float, float]:
    """k-means' split: where it is, the two means, the share of the weight below it, variance within."""
    begins, centers, within, _ = weighted_partition(x, w, 2)
    below = total = 0.0
    for i in range(w.size):
        total += w[i]
        below += w[i] if i < begins[1] else 0.0
    return begins[1], centers[0], centers[1], below / total, within / total


@kernel
def _separated(x: Any, w: Any, result: Any) -> float:
    """Mean log-likelihood, and the fit, of clusters with no observation in doubt; else -infinity."""
    size, lower, upper, p, variance = _clusters(x, w)
    if not variance > 0.0:
        return -np.inf
    offset = log((1.0 - p) / p)
    slope = (upper - lower) / variance
    middle = 0.5 * (lower + upper)
    doubt = min(-(offset + slope * (x[size - 1] - middle)), offset + slope * (x[size] - middle))
    if not doubt > _NO_DOUBT:
        return -np.inf
    value = p * log(p) + (1.0 - p) * log(1.0 - p) - 0.5 * log(variance) + _SINGLE
    result[LOWER], result[UPPER], result[WEIGHT], result[VARIANCE] = lower, upper, p, variance
    result[GRADIENT] = 0.0
    result[OUTCOME] = CONVERGED
    return float(value)


@entry(SAMPLE, SAMPLE)
def weighted_mixture(x: Any, w: Any) -> Any:
    """Fit of the mixture with free weights of its components.

    Parameters
    ----------
    x, w : ndarray of float64, shape (n,), n >= 2, read-only
        The values, ascending, and their positive weights.

    Returns
    -------
    ndarray, shape (8,)
        As of :func:`.mixture_newton.mixture_newton`.
    """
    result = np.empty(8)
    n = x.size
    total = least = w[0]
    size, below = 0, 0.0
    for i in range(n):
        total += w[i] if i > 0 else 0.0
        least = min(least, w[i])
        if x[i] == x[0]:
            size += 1
            below += w[i]
    if size == n or x[size] == x[n - 1]:
        result[LOWER], result[UPPER] = x[0], x[n - 1]
        result[WEIGHT] = below / total if size < n else np.nan
        result[VARIANCE], result[LOG_LIKELIHOOD] = 0.0, np.inf
        result[PASSES], result[GRADIENT] = 1, 0.0
        result[OUTCOME] = DEGENERATE if size < n else MERGED
        return result
    z, masses = np.empty(n), np.empty(n)
    mean, sd, total = _standardised(x, w, z, masses)
    partial = workspace()
    coarse, coarse_masses = np.empty(NODES * FEW_CELLS), np.empty(NODES * FEW_CELLS)
    few = coarsen(z, masses, FEW_CELLS, coarse, coarse_masses)
    starts = np.empty((_STARTS, 3))
    # a component with less than the least weight has no data
    most = log(max(total / least, 2.0))
    found = _search(coarse[:few], coarse_masses[:few], most + 1.0, 1, partial, starts)
    edge = most + log(4.0) + 2.0
    box = (-edge, edge, _LOWEST, _HIGHEST)
    local = np.empty(8)
    value = -np.inf
    t = h = score = 0.0
    passes = 3  # mean, standardisation, nodes
    for s in range(found):
        start = (starts[s, 1], starts[s, 2])
        t_s, h_s, passes_s = _climb((z, masses, partial), 0.0, start, box, 1.0, _TOLERANCE / STAGNANT, local)
        passes += passes_s
        if local[VALUE] > value:
            value, score, t, h = local[VALUE], local[SCORE], t_s, h_s
    result[PASSES] = passes
    result[LOG_LIKELIHOOD] = total * (value - log(sd))
    if h > _TIGHT:
        apart = _separated(x, w, result)
        if apart > value - log(sd) - _NOISE * exp(h):
            result[LOG_LIKELIHOOD] = total * apart
            return result
    if not value > _SINGLE + _NOISE:
        result[LOWER] = result[UPPER] = mean
        result[WEIGHT], result[VARIANCE] = np.nan, sd * sd
        result[LOG_LIKELIHOOD] = total * (_SINGLE - log(sd))
        result[GRADIENT] = 0.0
        result[OUTCOME] = MERGED
        return result
    up = exp(t)
    distance = _distance(t, h) * sd
    result[LOWER] = mean - distance * (up / (1.0 + up))
    result[UPPER] = mean + distance / (1.0 + up)
    result[WEIGHT] = 1.0 / (1.0 + up)
    result[VARIANCE] = sd * sd / (1.0 + exp(h))
    result[GRADIENT] = score
    result[OUTCOME] = CONVERGED if score <= _TOLERANCE else NOT_CONVERGED
    return result


@entry(SAMPLE, SAMPLE, NUMBER, NUMBER)
def weighted_known_variance(x: Any, w: Any, eps: float, weight: float) -> Any:
    """Fit of two components whose common variance and weights are known.

    Parameters
    ----------
    x, w : ndarray of float64, shape (n,), n >= 2, read-only
        The values, ascending, and their positive weights.
    eps : float
        Positive.
    weight : float
        Of the first component, between 0 and 1.

    Returns
    -------
    ndarray, shape (6,)
        As of :func:`.known_variance_newton.known_variance_newton`.
    """
    result = np.zeros(6)
    n = x.size
    total = 0.0
    for i in range(n):
        total += w[i]
    scale = total * 0.5 * (_LOG_2PI + log(eps))
    if x[0] == x[n - 1]:
        result[FIRST] = result[SECOND] = x[0]
        result[PATH_OUTCOME] = MERGED
        result[PATH_LOG_LIKELIHOOD] = -scale
        return result
    z, masses = np.empty(n), np.empty(n)
    mean, sd, total = _standardised(x, w, z, masses)
    _, lower, upper, below, within = _clusters(x, w)
    split = (lower - mean) / sd, (upper - mean) / sd, below, within / (sd * sd)
    coarse, coarse_masses = np.empty(NODES * FEW_CELLS), np.empty(NODES * FEW_CELLS)
    few = coarsen(z, masses, FEW_CELLS, coarse, coarse_masses)
    some_cells, _ = cells_of(n)
    fine, fine_masses = np.empty(NODES * some_cells), np.empty(NODES * some_cells)
    some = coarsen(z, masses, some_cells, fine, fine_masses)
    # the observations with their weights are nodes without an error
    levels = (coarse[:few], coarse_masses[:few]), (fine[:some], fine_masses[:some]), (z, masses)
    data = z, masses, workspace()
    fit_standardised(data, levels, eps / (sd * sd), weight, split, np.empty((PAIRS, 3)), result)
    result[FIRST] = mean + sd * result[FIRST]
    result[SECOND] = mean + sd * result[SECOND]
    result[PATH_LOG_LIKELIHOOD] = total * result[PATH_LOG_LIKELIHOOD] - scale
    return result
