"""Maximum likelihood of normal mixtures with free covariance matrices: EM, accelerated, from many starts.

The likelihood of mixtures whose components have covariances of their own has no bound: it rises for ever
where one of them shrinks to a point, or to a flat (Day, 1969). A run that comes close ends as degenerate.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from .anderson import extrapolate
from .arithmetic import exp, log
from .compiling import COUNT, NUMBER, entry, kernel
from .covariances import is_singular, of_partition, split, step, workspace
from .lanes import in_lanes, origin_and_spread
from .lloyd import STACK, descend
from .moments import LANES
from .starts import PLUS_PLUS, draw_centers

#: Entries of a fit.
LOG_LIKELIHOOD, PASSES, SCORE, OUTCOME, SHARE, DEGENERATE_SHARE = range(6)

CONVERGED, MERGED, DEGENERATE, NOT_CONVERGED = range(4)  # as in Status

_HALF_LOG_2PI_E = 1.4189385332046727
_FLOOR = 1e-6  # smallest eigenvalue, as a share of the total variance
_NOISE = 1e-13  # rounding of the mean log-likelihood
_SAME = 1e-8
_MOST_SWEEPS = 10_000  # of Lloyd's algorithm
_REACH = 0.5  # of an extrapolation beyond the EM iterate, in any coordinate


@kernel
def _coordinates(parameters: Any, clusters: int, d: int, point: Any) -> None:
    """Log weights, means, and factors with the log of their diagonals: every point is a mixture."""
    point[:] = parameters
    weights, _, factors = split(point, clusters, d)
    for k in range(clusters):
        weights[k] = log(weights[k])
    for m in range(factors.shape[0]):
        for c in range(d):
            factors[m, c, c] = log(factors[m, c, c])


@kernel
def _mixture_at(point: Any, clusters: int, d: int, parameters: Any) -> None:
    """The mixture at a point, its weights scaled to sum one."""
    parameters[:] = point
    weights, _, factors = split(parameters, clusters, d)
    for k in range(clusters):
        weights[k] = exp(min(max(weights[k], -500.0), 500.0))
    weights /= weights.sum()
    for m in range(factors.shape[0]):
        for c in range(d):
            factors[m, c, c] = exp(min(max(factors[m, c, c], -500.0), 500.0))


@kernel
def _collapsed(parameters: Any, clusters: int, d: int) -> bool:
    """Whether a covariance is nearly singular; the data have unit variance per coordinate on average."""
    _, _, factors = split(parameters, clusters, d)
    for m in range(factors.shape[0]):  # noqa: SIM110 -- numba compiles no generators
        if is_singular(factors[m], _FLOOR * d):
            return True
    return False


@kernel
def _ascend(
    blocks: Any,
    n: int,
    clusters: int,
    parameters: Any,
    work: Any,
    memory: int,
    tolerance: float,
    most: int,
    fit: Any,
) -> None:
    """Run EM from ``parameters``, which end as the last iterate; writes the first four entries of ``fit``."""
    d = blocks.shape[1]
    p = parameters.size
    current, following = parameters.copy(), np.empty(p)
    here, there, f, before_f, before_x = np.empty(p), np.empty(p), np.empty(p), np.empty(p), np.empty(p)
    moves, changes = np.zeros((memory, p)), np.zeros((memory, p))
    known = -1  # differences in memory; -1 if there is no iterate before this one
    floor = -np.inf  # the likelihood that an extrapolation must not fall below
    passes = 0
    outcome = NOT_CONVERGED
    value = score = 0.0
    while passes < most:
        value, score, exists = step(blocks, n, clusters, current, following, work)
        passes += 1
        if value < floor - _NOISE * (1.0 + abs(floor)):
            # the extrapolation went too far: go on from the EM iterate before it
            current[:] = parameters
            known = -1
            floor = -np.inf
            continue
        floor = value
        if not exists or _collapsed(following, clusters, d):
            outcome = DEGENERATE
            parameters[:] = following if exists else current
            break
        parameters[:] = current
        if score <= tolerance:
            outcome = CONVERGED
            break
        if memory == 0:
            current[:] = following
            continue
        _coordinates(current, clusters, d, here)
        _coordinates(following, clusters, d, there)
        f[:] = there - here
        if known >= 0:
            known = min(known + 1, memory)
            for i in range(known - 1, 0, -1):
                moves[i] = moves[i - 1]
                changes[i] = changes[i - 1]
            moves[0] = here - before_x
            changes[0] = f - before_f
        else:
            known = 0
        before_x[:] = here
        before_f[:] = f
        parameters[:] = following
        extrapolate(here, f, moves[:known], changes[:known], here)
        far = 0.0
        for i in range(p):
            far = max(far, abs(here[i] - there[i]))
        if far > _REACH:
            here[:] = there + (here - there) * (_REACH / far)
        _mixture_at(here, clusters, d, current)
    fit[LOG_LIKELIHOOD] = n * value
    fit[PASSES] = passes
    fit[SCORE] = score
    fit[OUTCOME] = outcome


@kernel
def _single(blocks: Any, n: int, labels: Any) -> float:
    """Log-likelihood of one normal component; minus infinity if its covariance is singular."""
    d = blocks.shape[1]
    parameters = np.empty(1 + d + d * d)
    labels[:] = 0
    if not of_partition(blocks, n, labels, parameters, workspace(1, d)):
        return -np.inf
    _, _, factors = split(parameters, 1, d)
    value = -d * _HALF_LOG_2PI_E
    for c in range(d):
        value -= log(factors[0, c, c])
    return n * value


@kernel
def _better(fit: Any, best: Any) -> bool:
    """Whether a run is likelier than the best so far; one that degenerates has no bound."""
    if (fit[OUTCOME] == DEGENERATE) != (best[OUTCOME] == DEGENERATE):
        return bool(fit[OUTCOME] == DEGENERATE)
    return bool(fit[LOG_LIKELIHOOD] > best[LOG_LIKELIHOOD])


@kernel
def _fit(
    blocks: Any, n: int, uniforms: Any, memory: int, tolerance: float, most: int, best: Any, fit: Any
) -> None:
    """Fit one sample in lanes from all starts; writes the parameters ``best`` and the entries of ``fit``."""
    starts, clusters = uniforms.shape
    d = blocks.shape[1]
    labels = np.empty(blocks.shape[0] * LANES, np.int64)
    settled, centers = np.empty((clusters, d)), np.empty((clusters, d))
    work = workspace(clusters, d)
    parameters = np.empty_like(best)
    run, values = np.zeros(4), np.empty(starts + 1)
    least = np.inf
    fit[:] = 0.0
    fit[LOG_LIKELIHOOD] = -np.inf
    degenerate = 0
    for s in range(starts + 1):
        if s < starts:
            draw_centers(blocks, n, uniforms[s], PLUS_PLUS, centers)
            parameters[: clusters * d] = centers.reshape(clusters * d)
            inertia, passes, _ = descend(blocks, n, centers, labels, _MOST_SWEEPS)
            fit[PASSES] += passes
            if inertia < least:
                least = inertia
                settled[:] = centers
            centers[:] = parameters[: clusters * d].reshape((clusters, d))
        else:
            centers[:] = settled
        descend(blocks, n, centers, labels, 1)
        run[:] = 0.0
        if of_partition(blocks, n, labels, parameters, work) and not _collapsed(parameters, clusters, d):
            _ascend(blocks, n, clusters, parameters, work, memory, tolerance, most, run)
        else:
            run[OUTCOME] = DEGENERATE
        fit[PASSES] += run[PASSES]
        degenerate += run[OUTCOME] == DEGENERATE
        values[s] = np.inf if run[OUTCOME] == DEGENERATE else run[LOG_LIKELIHOOD]
        if s == 0 or _better(run, fit):
            best[:] = parameters
            fit[LOG_LIKELIHOOD], fit[SCORE], fit[OUTCOME] = run[LOG_LIKELIHOOD], run[SCORE], run[OUTCOME]
    fit[LOG_LIKELIHOOD] = values.max()
    fit[SHARE] = (values >= values.max() - _SAME * n * d).sum() / values.size
    fit[DEGENERATE_SHARE] = degenerate / values.size
    if fit[OUTCOME] != DEGENERATE and fit[LOG_LIKELIHOOD] <= _single(blocks, n, labels) + _SAME * n:
        fit[OUTCOME] = MERGED


@entry(STACK, STACK, types.boolean, COUNT, NUMBER, COUNT)
def normal_mixture(samples: Any, uniforms: Any, tied: bool, memory: int, tolerance: float, most: int) -> Any:
    """Fit normal mixtures to several samples, each the likeliest of several runs of EM.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n, d), read-only
    uniforms : ndarray, shape (r, starts, k), read-only
        Random numbers in [0, 1) that draw the centres of the starts by k-means++. One run begins at the
        partition by the nearest of each set of centres, and one at the best that k-means reaches from any.
    tied : bool
        Whether one covariance is common to all components.
    memory : int
        How many earlier iterates the acceleration looks at; 0 for plain EM.
    tolerance : float
        A run ends where no component of the mean score is larger.
    most : int
        The most EM steps of one run.

    Returns
    -------
    parameters : ndarray, shape (r, p)
        See :mod:`.covariances`.
    fits : ndarray, shape (r, 6)
        Log-likelihood, infinite if a run degenerated; passes of all runs together; score; outcome; share of
        the runs that end at the best likelihood; share of those that degenerated.
    """
    r, n, d = samples.shape
    clusters = uniforms.shape[2]
    matrices = 1 if tied else clusters
    parameters = np.full((r, clusters * (1 + d) + matrices * d * d), np.nan)
    fits = np.zeros((r, 6))
    for i in range(r):
        origin, spread = origin_and_spread(samples[i])
        weights, means, factors = split(parameters[i], clusters, d)
        if not spread > 0.0:
            for k in range(clusters):
                means[k] = origin
            factors[:] = 0.0
            fits[i, LOG_LIKELIHOOD] = np.inf
            fits[i, PASSES] = 1
            fits[i, OUTCOME] = MERGED
            continue
        scale = np.sqrt(spread)
        blocks = in_lanes(samples[i], origin, scale)
        _fit(blocks, n, uniforms[i], memory, tolerance, most, parameters[i], fits[i])
        if fits[i, OUTCOME] == MERGED:
            weights[:] = np.nan
            means[:] = 0.0
        for k in range(clusters):
            for c in range(d):
                means[k, c] = origin[c] + scale * means[k, c]
        factors *= scale
        fits[i, LOG_LIKELIHOOD] -= n * d * log(scale)
    return parameters, fits
