"""Newton's method for the mixture with one variance for all components and coordinates, in any dimension.

Where components overlap EM crawls, and a dozen passes that compute the exact Hessian as well do instead.

The variables are, component by component, the log weight and the mean in units of the standard deviation,
then the log variance: p = k (d + 1) + 1 of them. Weights need not have sum one here: the gradient has no part
along their sum, and the Hessian is negative along it, so that no step has a part along it either.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import exp, log
from .cholesky import factorise, solve
from .compiling import kernel
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
    VALUE,
    WEIGHTED,
    add_weighted_likelihood,
    expect,
    sum_of_logs,
)
from .em import step as em_step
from .em import workspace as em_workspace
from .lanes import NARROW, add_weighted
from .moments import LANES, total

_EM_PASSES = 5  # before the first step of Newton's, lest that leave the basin where the fit begins
_PATIENCE = 12.0  # passes that EM may still need
_MOST_STEPS = 500
_NOISE = 1e-13  # rounding of the mean log-likelihood
_REACH = 1.0  # of a step in any variable
_LEAST_WEIGHT = 1e-9  # of a component, for damping
_LEAST_VARIANCE = 1e-12  # share of the data's at which a fit is given up


@kernel
def workspace(clusters: int, d: int) -> Any:
    """Room for an expansion: that of EM, (1, z, h) of each component, the same weighted, and partial sums."""
    p = clusters * (d + 1) + 1
    return (
        em_workspace(clusters, d),
        np.ones((clusters, d + 2, LANES)),
        np.empty((p, LANES)),
        np.empty((p, p, NARROW)),
        np.empty((clusters, d + 2, d + 2, NARROW)),
    )


@kernel
def _times(own: Any, values: Any, room: Any) -> Any:
    """Values, or where points have weights the product of both, which is written to ``room``."""
    if own is None:
        return values
    for j in range(LANES):
        room[j] = own[j] * values[j]
    return room


@kernel
def expand(
    blocks: Any, masses: Any, n: int, parameters: Any, gradient: Any, hessian: Any, work: Any
) -> float:
    """Write gradient and Hessian (the lower triangle) of the mean log-likelihood; returns its value.

    Given its component, a point has the log density's gradient g = (1, z, h) in that component's log weight
    and mean and in the log variance, with z its standardised coordinates and h = (z'z - d)/2. The Hessian is
    that of the complete data, plus E g g' - (E g)(E g)' for each point, over its responsibilities. Points may
    have weights, ``masses``, see :func:`.em.step`.
    """
    (squares, logs, _, _, lanes), z, rows, partial, complete = work
    clusters, d = z.shape[0], blocks.shape[1]
    scale = 1.0 / np.sqrt(parameters[-1])
    mass, last, room = lanes[MASS], rows[-1], np.empty(LANES)
    lanes[PRODUCT] = 1.0
    lanes[VALUE] = 0.0
    lanes[WEIGHTED] = 0.0
    partial[:] = 0.0
    complete[:] = 0.0
    log_sum = 0.0
    for b in range(blocks.shape[0]):
        block = blocks[b]
        own = None if masses is None else masses[b]
        expect(block, min(LANES, n - b * LANES), parameters, squares, logs, lanes)
        log_sum += sum_of_logs(lanes[PRODUCT])
        if masses is not None:
            add_weighted_likelihood(own, lanes)
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
                add_weighted(z[k], _times(own, expected, room), complete[k, i, : i + 1])
            for j in range(LANES):
                last[j] += lanes[0, j]
        for a in range(rows.shape[0]):
            add_weighted(rows, _times(own, rows[a], room), partial[a, : a + 1])
    whole = float(n) if masses is None else 1.0
    _assemble(whole, d, parameters, partial, complete, gradient, hessian)
    value = total(lanes[VALUE]) + log_sum if masses is None else total(lanes[WEIGHTED])
    return value / whole - 0.5 * d * (LOG_2PI + log(parameters[-1]))


@kernel
def _assemble(
    whole: float, d: int, parameters: Any, partial: Any, complete: Any, gradient: Any, hessian: Any
) -> None:
    """Put sums over the points together; ``whole`` is that of one."""
    clusters, last = complete.shape[0], gradient.size - 1
    for a in range(gradient.size):
        for e in range(a + 1):
            hessian[a, e] = -total(partial[a, e]) / whole
    gradient[last] = 0.0
    moments = np.empty((d + 2, d + 2))
    for k in range(clusters):
        for i in range(d + 2):
            for m in range(i + 1):
                moments[i, m] = total(complete[k, i, m]) / whole
        first = k * (d + 1)
        for i in range(d + 1):
            gradient[first + i] = moments[i, 0] - (parameters[k] if i == 0 else 0.0)
            for m in range(i + 1):
                hessian[first + i, first + m] += moments[i, m]
            hessian[first + i, first + i] -= parameters[k] if i == 0 else moments[0, 0]
            hessian[last, first + i] += moments[d + 1, i] - (moments[i, 0] if i > 0 else 0.0)
        gradient[last] += moments[d + 1, 0]
        hessian[last, last] += moments[d + 1, d + 1] - moments[d + 1, 0] - 0.5 * d * moments[0, 0]


@kernel
def _score(gradient: Any) -> float:
    """Largest component of the mean score, with the log standard deviation as the last variable, as in EM."""
    return float(max(np.abs(gradient[:-1]).max(), 2.0 * abs(gradient[-1])))


@kernel
def _step(
    d: int, parameters: Any, gradient: Any, hessian: Any, damping: float, step: Any
) -> tuple[float, float]:
    """Write a step; returns the damping that makes it uphill and the gain that the quadratic model predicts.

    Damping adds multiples of the information of the complete data: a lot of it leads towards an EM step.
    """
    p = gradient.size
    matrix, complete = np.empty((p, p)), np.empty(p)
    for a in range(p - 1):
        complete[a] = max(parameters[a // (d + 1)], _LEAST_WEIGHT)
    complete[p - 1] = 0.5 * d
    while True:
        for a in range(p):
            for e in range(a + 1):
                matrix[a, e] = -hessian[a, e]
            matrix[a, a] += damping * complete[a]
        if factorise(matrix) or not damping < 1e12:
            break
        damping = max(4.0 * damping, 1e-3)
    step[:] = gradient
    solve(matrix, step)
    gain = 0.0
    for a in range(p):
        gain += 0.5 * step[a] * (gradient[a] + damping * complete[a] * step[a])
    return damping, gain


@kernel
def _move(clusters: int, d: int, parameters: Any, step: Any, trial: Any) -> None:
    """Take a step, shortened where it goes too far."""
    far = np.abs(step).max()
    share = min(1.0, _REACH / far) if far > 0.0 else 1.0
    deviation = np.sqrt(parameters[-1])
    for k in range(clusters):
        own = step[k * (d + 1) : (k + 1) * (d + 1)]
        trial[k] = parameters[k] * exp(share * own[0])
        for c in range(d):
            place = clusters + k * d + c
            trial[place] = parameters[place] + share * deviation * own[1 + c]
    trial[:clusters] /= trial[:clusters].sum()
    trial[-1] = parameters[-1] * exp(share * step[-1])


@kernel
def climb(
    blocks: Any,
    masses: Any,
    n: int,
    parameters: Any,
    clusters: int,
    score: float,
    most: int,
    diagnostics: Any,
) -> None:
    """Fit from the start ``parameters``, which end as the last iterate: EM while it is quick, then Newton.

    Parameters
    ----------
    blocks, n
        The points in lanes, with unit variance per coordinate on average, and how many they are.
    masses, parameters, clusters, score, most, diagnostics
        As of :func:`.em.ascend`; ``score`` is positive.
    """
    d = blocks.shape[1]
    p = clusters * (d + 1) + 1
    work = workspace(clusters, d)
    gradient, new_gradient, step = np.empty(p), np.empty(p), np.empty(p)
    hessian, new_hessian = np.empty((p, p)), np.empty((p, p))
    trial = np.empty_like(parameters)
    whole = float(n) if masses is None else 1.0
    passes = 0
    before = np.inf
    while True:
        value, slope = em_step(blocks, n, FREE_WEIGHTS | FREE_VARIANCE, parameters, trial, work[0], masses)
        passes += 1
        diagnostics[LOG_LIKELIHOOD] = whole * value
        diagnostics[PASSES] = passes
        diagnostics[SCORE] = slope
        diagnostics[DONE] = slope <= score
        if slope <= score or passes >= most or not trial[-1] > 0.0:
            return
        # what EM still needs at its present rate
        if passes >= _EM_PASSES and not log(score / slope) > _PATIENCE * log(slope / before):
            break
        before = slope
        parameters[:] = trial
    value = expand(blocks, masses, n, parameters, gradient, hessian, work)
    passes += 1
    most = min(most, passes + _MOST_STEPS)
    damping = 0.01
    while _score(gradient) > score and passes < most and parameters[-1] > _LEAST_VARIANCE:
        damping, gain = _step(d, parameters, gradient, hessian, damping, step)
        _move(clusters, d, parameters, step, trial)
        new_value = expand(blocks, masses, n, trial, new_gradient, new_hessian, work)
        passes += 1
        gained = new_value - value
        noise = _NOISE * (1.0 + abs(value))
        if gained > 0.75 * gain or gain < noise:
            damping = damping * 0.2 if damping > 1e-9 else 0.0
        elif gained < 0.25 * gain:
            damping = max(4.0 * damping, 1e-3)
        # a loss within rounding is no reason to refuse a step
        if gained > -noise:
            value = new_value
            parameters[:] = trial
            gradient[:] = new_gradient
            hessian[:] = new_hessian
    diagnostics[LOG_LIKELIHOOD] = whole * value
    diagnostics[PASSES] = passes
    diagnostics[SCORE] = _score(gradient)
    diagnostics[DONE] = _score(gradient) <= score
