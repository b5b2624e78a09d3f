"""Maximum likelihood of the equal-spherical mixture for observations that have weights.

The same fits as in :mod:`.spherical_mixture`, :mod:`.em` and :mod:`.spherical_newton`, with means over the
weights, which are shares of their sum, in place of means over the observations.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from .arithmetic import log
from .compiling import COUNT, NUMBER, SAMPLE, SAMPLES, entry, kernel
from .em import (
    DONE,
    FREE_VARIANCE,
    FREE_WEIGHTS,
    LOG_2PI,
    LOG_LIKELIHOOD,
    MASS,
    PASSES,
    PRODUCT,
    SCORE,
    SPREAD,
    TOP,
    VALUE,
    _extrapolate,
    expect,
)
from .em import workspace as em_workspace
from .lanes import add_weighted, in_lanes
from .lloyd import share_of_best
from .moments import LANES, total
from .spherical_mixture import _FEW, SHARE, _twin
from .spherical_newton import (
    _EM_PASSES,
    _LEAST_VARIANCE,
    _MOST_STEPS,
    _NOISE,
    _PATIENCE,
    _assemble,
    _move,
    _score,
    _step,
    workspace,
)
from .weighted_lloyd import (
    descend_weighted,
    draw_weighted_centers,
    masses_in_lanes,
    weighted_origin_and_spread,
)


@kernel
def _expect(block: Any, own: Any, inside: int, parameters: Any, squares: Any, logs: Any, lanes: Any) -> None:
    """E step of a block, see :func:`.em.expect`; ``VALUE`` is weighted, and holds all of the likelihood."""
    lanes[PRODUCT] = 1.0
    top, mass, value = lanes[TOP], lanes[MASS], lanes[VALUE]
    before = value.copy()
    expect(block, inside, parameters, squares, logs, lanes)
    for j in range(LANES):
        value[j] = before[j] + own[j] * (top[j] - log(mass[j]))


@kernel
def _em_step(blocks: Any, masses: Any, n: int, old: Any, new: Any, work: Any) -> tuple[float, float]:
    """One EM step; returns the mean log-likelihood and score at ``old``, see :func:`.em.step`."""
    squares, logs, sums, counts, lanes = work
    clusters, d = sums.shape[:2]
    variance = old[-1]
    means = old[clusters:-1].reshape((clusters, d))
    way = new[clusters:-1].reshape((clusters, d))
    mass, spread = lanes[MASS], lanes[SPREAD]
    sums[:] = 0.0
    counts[:] = 0.0
    lanes[VALUE] = 0.0
    spread[:] = 0.0
    for b in range(blocks.shape[0]):
        block, own = blocks[b], masses[b]
        _expect(block, own, min(LANES, n - b * LANES), old, squares, logs, lanes)
        for k in range(clusters):
            responsibility, square, count = logs[k], squares[k], counts[k]
            for j in range(LANES):
                responsibility[j] *= mass[j] * own[j]
                count[j] += responsibility[j]
                spread[j] += responsibility[j] * square[j]
            add_weighted(block, responsibility, sums[k])
    within = total(spread)
    score = abs(within / variance - d)
    for k in range(clusters):
        count_k = total(counts[k])
        for c in range(d):
            moment = total(sums[k, c])
            shift = moment / count_k - means[k, c] if count_k > 0.0 else 0.0
            score = max(score, abs(moment - count_k * means[k, c]) / np.sqrt(variance))
            within -= count_k * shift * shift
            way[k, c] = means[k, c] + shift
        new[k] = count_k
        score = max(score, abs(new[k] - old[k]))
    new[-1] = within / d
    return total(lanes[VALUE]) - 0.5 * d * (LOG_2PI + log(variance)), score


@kernel
def _expand(
    blocks: Any, masses: Any, n: int, parameters: Any, gradient: Any, hessian: Any, work: Any
) -> float:
    """Write gradient and Hessian of the mean log-likelihood, see :func:`.spherical_newton.expand`."""
    (squares, logs, _, _, lanes), z, rows, partial, complete = work
    clusters, d = z.shape[0], blocks.shape[1]
    scale = 1.0 / np.sqrt(parameters[-1])
    mass, last, weighted = lanes[MASS], rows[-1], np.empty(LANES)
    lanes[VALUE] = 0.0
    partial[:] = 0.0
    complete[:] = 0.0
    for b in range(blocks.shape[0]):
        block, own = blocks[b], masses[b]
        _expect(block, own, min(LANES, n - b * LANES), parameters, squares, logs, lanes)
        last[:] = 0.0
        for k in range(clusters):
            responsibility, square, h = logs[k], squares[k], z[k, d + 1]
            for j in range(LANES):
                responsibility[j] *= mass[j]
                h[j] = 0.5 * (square[j] * scale * scale - d)
            for c in range(d):
                mean, row, way = parameters[clusters + k * d + c], block[c], z[k, 1 + c]
                for j in range(LANES):
                    way[j] = (row[j] - mean) * scale
            for i in range(d + 2):
                expected, of = rows[k * (d + 1) + i] if i <= d else lanes[0], z[k, i]
                for j in range(LANES):
                    expected[j] = responsibility[j] * of[j]
                    weighted[j] = own[j] * expected[j]
                add_weighted(z[k], weighted, complete[k, i, : i + 1])
            for j in range(LANES):
                last[j] += lanes[0, j]
        for a in range(rows.shape[0]):
            expected = rows[a]
            for j in range(LANES):
                weighted[j] = own[j] * expected[j]
            add_weighted(rows, weighted, partial[a, : a + 1])
    _assemble(1.0, d, parameters, partial, complete, gradient, hessian)
    return total(lanes[VALUE]) - 0.5 * d * (LOG_2PI + log(parameters[-1]))


@kernel
def _climb(
    blocks: Any,
    masses: Any,
    n: int,
    parameters: Any,
    clusters: int,
    score: float,
    most: int,
    diagnostics: Any,
) -> None:
    """EM while it is quick, then Newton's method, see :func:`.spherical_newton.climb`."""
    d = blocks.shape[1]
    p = clusters * (d + 1) + 1
    work = workspace(clusters, d)
    gradient, new_gradient, step = np.empty(p), np.empty(p), np.empty(p)
    hessian, new_hessian = np.empty((p, p)), np.empty((p, p))
    trial = np.empty_like(parameters)
    passes = 0
    before = np.inf
    while True:
        value, slope = _em_step(blocks, masses, n, parameters, trial, work[0])
        passes += 1
        diagnostics[LOG_LIKELIHOOD] = value
        diagnostics[PASSES] = passes
        diagnostics[SCORE] = slope
        diagnostics[DONE] = slope <= score
        if slope <= score or passes >= most or not trial[-1] > 0.0:
            return
        if passes >= _EM_PASSES and not log(score / slope) > _PATIENCE * log(slope / before):
            break
        before = slope
        parameters[:] = trial
    value = _expand(blocks, masses, n, parameters, gradient, hessian, work)
    passes += 1
    most = min(most, passes + _MOST_STEPS)
    damping = 0.01
    while _score(gradient) > score and passes < most and parameters[-1] > _LEAST_VARIANCE:
        damping, gain = _step(d, parameters, gradient, hessian, damping, step)
        _move(clusters, d, parameters, step, trial)
        new_value = _expand(blocks, masses, n, trial, new_gradient, new_hessian, work)
        passes += 1
        gained = new_value - value
        noise = _NOISE * (1.0 + abs(value))
        if gained > 0.75 * gain or gain < noise:
            damping = damping * 0.2 if damping > 1e-9 else 0.0
        elif gained < 0.25 * gain:
            damping = max(4.0 * damping, 1e-3)
        if gained > -noise:
            value = new_value
            parameters[:] = trial
            gradient[:] = new_gradient
            hessian[:] = new_hessian
    diagnostics[LOG_LIKELIHOOD] = value
    diagnostics[PASSES] = passes
    diagnostics[SCORE] = _score(gradient)
    diagnostics[DONE] = _score(gradient) <= score


@kernel
def _ascend(
    blocks: Any,
    masses: Any,
    n: int,
    parameters: Any,
    clusters: int,
    accelerated: bool,
    score: float,
    most: int,
    diagnostics: Any,
) -> None:
    """EM, plain or extrapolated, until the score is small, see :func:`.em.ascend`."""
    work = em_workspace(clusters, blocks.shape[1])
    current = parameters.copy()
    one, two, trial = np.empty_like(current), np.empty_like(current), np.empty_like(current)
    passes = 0
    floor = -np.inf
    while True:
        value, slope = _em_step(blocks, masses, n, current, one, work)
        passes += 1
        if value < floor - 1e-13 * abs(floor):
            current[:] = two
            floor = -np.inf
            continue
        diagnostics[LOG_LIKELIHOOD] = value
        diagnostics[SCORE] = slope
        diagnostics[DONE] = slope <= score
        parameters[:] = current
        if slope <= score or passes >= most or not one[-1] > 0.0:
            break
        floor = -np.inf
        if not accelerated:
            current[:] = one
            continue
        value, _ = _em_step(blocks, masses, n, one, two, work)
        passes += 1
        if _extrapolate(clusters, FREE_WEIGHTS | FREE_VARIANCE, current, one, two, trial):
            floor = value
            current[:] = trial
        else:
            current[:] = two
    diagnostics[PASSES] = passes


@entry(SAMPLES, SAMPLE, SAMPLES, COUNT, types.boolean, types.boolean, NUMBER, COUNT)
def weighted_spherical_mixture(
    x: Any, w: Any, uniforms: Any, way: int, settled: bool, accelerated: bool, score: float, most: int
) -> Any:
    """Fit an equal-spherical mixture to one sample with weights, the likeliest of several starts.

    Parameters
    ----------
    x : ndarray of float64, shape (n, d), read-only
    w : ndarray of float64, shape (n,), read-only
        Positive.
    uniforms : ndarray, shape (starts, k), read-only
        Random numbers in [0, 1) that draw the centres of the starts.
    way, settled, accelerated, score, most
        As of :func:`.spherical_mixture.spherical_mixture`.

    Returns
    -------
    parameters : ndarray, shape (k + k d + 1,)
    fit : ndarray, shape (5,)
        As of :func:`.spherical_mixture.spherical_mixture`; the log-likelihood is weighted.
    """
    n, d = x.shape
    starts, clusters = uniforms.shape
    best = np.full(clusters * (d + 1) + 1, np.nan)
    fit = np.zeros(5)
    parameters = np.empty(best.size)
    centers = parameters[clusters:-1].reshape((clusters, d))
    diagnostics = np.empty(4)
    objectives, inertias = np.empty(starts), np.empty(starts)
    masses, whole = masses_in_lanes(w)
    origin, spread = weighted_origin_and_spread(x, masses)
    fit[LOG_LIKELIHOOD] = -np.inf
    if not spread > 0.0:
        for k in range(clusters):
            best[clusters + k * d : clusters + (k + 1) * d] = origin
        best[-1] = 0.0
        fit[LOG_LIKELIHOOD] = np.inf
        fit[PASSES] = fit[SHARE] = 1.0
        return best, fit
    scale = np.sqrt(spread)
    blocks = in_lanes(x, origin, scale)
    labels = np.zeros(masses.size, np.int64)
    for s in range(starts):
        draw_weighted_centers(blocks, masses, n, uniforms[s], way, centers)
        inertias[s], passes, _ = descend_weighted(blocks, masses, n, centers, labels, most if settled else 1)
        fit[PASSES] += passes
        twin = _twin(inertias[: s + 1]) if settled else s
        if twin < s:
            objectives[s] = objectives[twin]
            continue
        parameters[:clusters] = 0.0
        for i in range(n):
            parameters[labels[i]] += masses[i // LANES, i % LANES]
        parameters[-1] = max(inertias[s] / d, 1e-12)
        diagnostics[:] = 0.0
        if accelerated and parameters.size <= _FEW:
            _climb(blocks, masses, n, parameters, clusters, score, most, diagnostics)
        else:
            _ascend(blocks, masses, n, parameters, clusters, accelerated, score, most, diagnostics)
        objectives[s] = -diagnostics[LOG_LIKELIHOOD]
        fit[PASSES] += diagnostics[PASSES]
        if -objectives[s] > fit[LOG_LIKELIHOOD]:
            fit[LOG_LIKELIHOOD] = -objectives[s]
            fit[SCORE] = diagnostics[SCORE]
            fit[DONE] = diagnostics[DONE]
            best[:] = parameters
            for k in range(clusters):
                for c in range(d):
                    best[clusters + k * d + c] = origin[c] + scale * centers[k, c]
            best[-1] = parameters[-1] * spread
    fit[LOG_LIKELIHOOD] = whole * (fit[LOG_LIKELIHOOD] - d * log(scale))
    fit[SHARE] = share_of_best(objectives, d)
    return best, fit
