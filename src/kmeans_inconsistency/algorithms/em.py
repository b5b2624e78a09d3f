"""EM for normal mixtures with one variance for all components and coordinates, plain and accelerated.

Any dimension, any number of components; weights and variance may be free or known. SQUAREM (Varadhan &
Roland, 2008) extrapolates two EM steps in (log weights, means, log variance) and falls back on them where the
likelihood would drop.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from .arithmetic import exp, log
from .compiling import COUNT, NUMBER, SAMPLES, entry, kernel
from .lanes import NARROW, add_weighted, in_lanes, normalise, square_distances
from .moments import LANES, total

LOG_2PI = 1.8378770664093453

#: What is estimated beside the means.
FREE_WEIGHTS, FREE_VARIANCE = 1, 2

#: Entries of a fit's diagnostics.
LOG_LIKELIHOOD, PASSES, SCORE, DONE = range(4)


#: Rows of what is said of a point: its largest log density; one over the sum of those relative to it; the
#: product of these sums, and the sum of the largest, over blocks; squared distances; the log-likelihoods of
#: points that have weights, over blocks.
TOP, MASS, PRODUCT, VALUE, SPREAD, WEIGHTED = range(6)


@kernel
def expect(block: Any, inside: int, parameters: Any, squares: Any, logs: Any, lanes: Any) -> None:
    """E step of a block: writes its squared distances and its responsibilities but for the factor ``MASS``.

    Adds to ``PRODUCT`` and ``VALUE`` what the block contributes to the likelihood.
    """
    clusters = logs.shape[0]
    means = parameters[clusters:-1].reshape((clusters, block.shape[0]))
    half = 0.5 / parameters[-1]
    # by index: the rows that an array is unpacked into are not known to be contiguous, and loops stay scalar
    top, mass, product, value = lanes[TOP], lanes[MASS], lanes[PRODUCT], lanes[VALUE]
    top[:] = -np.inf
    for k in range(clusters):
        constant = log(parameters[k]) if parameters[k] > 1e-300 else -700.0
        square, each = squares[k], logs[k]
        square_distances(block, means[k], square)
        for j in range(LANES):
            each[j] = constant - half * square[j]
            top[j] = each[j] if each[j] > top[j] else top[j]
    normalise(logs, inside, top, mass)
    for j in range(LANES):
        value[j] += top[j]
        product[j] *= mass[j]
        mass[j] = 1.0 / mass[j]


@kernel
def add_weighted_likelihood(own: Any, lanes: Any) -> None:
    """Add to ``WEIGHTED`` the log-likelihood of a block whose points have weights, after its E step."""
    top, mass, weighted = lanes[TOP], lanes[MASS], lanes[WEIGHTED]
    for j in range(LANES):
        weighted[j] += own[j] * (top[j] - log(mass[j]))


@kernel
def step(
    blocks: Any, n: int, free: int, old: Any, new: Any, work: Any, masses: Any = None
) -> tuple[float, float]:
    """One EM step from parameters ``old`` to ``new``; returns the mean log-likelihood and score at ``old``.

    Parameters are a row of k weights, k d means and the variance. The score is the largest component of the
    mean gradient in (logit weights, means over the standard deviation, log standard deviation). ``work`` is a
    :func:`workspace`. Points may have weights of sum one, ``masses``, in lanes as the points are.
    """
    squares, logs, sums, counts, lanes = work
    clusters, d = sums.shape[:2]
    variance = old[-1]
    means = old[clusters:-1].reshape((clusters, d))
    way = new[clusters:-1].reshape((clusters, d))
    mass, product, value, spread = lanes[MASS], lanes[PRODUCT], lanes[VALUE], lanes[SPREAD]
    sums[:] = 0.0
    counts[:] = 0.0
    value[:] = 0.0
    spread[:] = 0.0
    product[:] = 1.0
    lanes[WEIGHTED] = 0.0
    whole = float(n) if masses is None else 1.0
    factors = 0
    most = int(600.0 / log(clusters + 1.0))  # factors, of at most k each, whose product does not overflow
    log_sum = 0.0
    for b in range(blocks.shape[0]):
        block = blocks[b]
        expect(block, min(LANES, n - b * LANES), old, squares, logs, lanes)
        if masses is not None:
            add_weighted_likelihood(masses[b], lanes)
            for j in range(LANES):
                mass[j] *= masses[b, j]
        factors += 1
        if factors == most:
            log_sum += sum_of_logs(product)
            factors = 0
        for k in range(clusters):
            responsibility, square, count = logs[k], squares[k], counts[k]
            for j in range(LANES):
                responsibility[j] *= mass[j]
                count[j] += responsibility[j]
                spread[j] += responsibility[j] * square[j]
            add_weighted(block, responsibility, sums[k])
    mean = (total(value) + log_sum + sum_of_logs(product)) / n
    if masses is not None:
        mean = total(lanes[WEIGHTED])
    within = total(spread)
    score = abs(within / (whole * variance) - d) if free & FREE_VARIANCE else 0.0
    for k in range(clusters):
        count_k = total(counts[k])
        for c in range(d):
            moment = total(sums[k, c])
            shift = moment / count_k - means[k, c] if count_k > 0.0 else 0.0
            score = max(score, abs(moment - count_k * means[k, c]) / (whole * np.sqrt(variance)))
            within -= count_k * shift * shift
            way[k, c] = means[k, c] + shift
        new[k] = old[k]
        if free & FREE_WEIGHTS:
            new[k] = count_k / whole
            score = max(score, abs(new[k] - old[k]))
    new[-1] = within / (whole * d) if free & FREE_VARIANCE else variance
    return mean - 0.5 * d * (LOG_2PI + log(variance)), score


@kernel
def workspace(clusters: int, d: int) -> Any:
    """Room for one step: squared distances, responsibilities, sums, counts and what is said of a point."""
    return (
        np.empty((clusters, LANES)),
        np.empty((clusters, LANES)),
        np.empty((clusters, d, NARROW)),
        np.empty((clusters, LANES)),
        np.empty((6, LANES)),
    )


@kernel
def sum_of_logs(products: Any) -> float:
    """Sum of the logs of positive numbers, which are set to one."""
    logs = 0.0
    for j in range(products.size):
        logs += log(products[j])
    products[:] = 1.0
    return logs


@kernel
def _extrapolate(clusters: int, free: int, zero: Any, one: Any, two: Any, target: Any) -> bool:
    """SQUAREM's step from three successive iterates; whether there is one."""
    size = zero.size
    r_norm = v_norm = 0.0
    for use in range(2):
        if use == 1:
            if not (v_norm > 0.0 and r_norm > 0.0):
                return False
            length = -max(np.sqrt(r_norm / v_norm), 1.0)
        for j in range(size):
            transformed = j < clusters or j == size - 1
            if transformed and not (zero[j] > 1e-300 and one[j] > 1e-300 and two[j] > 1e-300):
                return False
            a = log(zero[j]) if transformed else zero[j]
            b = log(one[j]) if transformed else one[j]
            c = log(two[j]) if transformed else two[j]
            r = b - a
            v = (c - b) - r
            if use == 0:
                r_norm += r * r
                v_norm += v * v
            else:
                goal = a - 2.0 * length * r + length * length * v
                if transformed and not abs(goal) < 600.0:
                    return False
                target[j] = exp(goal) if transformed else goal
    if free & FREE_WEIGHTS:
        target[:clusters] /= target[:clusters].sum()
    else:
        target[:clusters] = zero[:clusters]
    if not free & FREE_VARIANCE:
        target[-1] = zero[-1]
    return True


@kernel
def ascend(
    blocks: Any,
    masses: Any,
    n: int,
    parameters: Any,
    clusters: int,
    free: int,
    accelerated: bool,
    gain: float,
    score: float,
    most: int,
    diagnostics: Any,
) -> None:
    """Run EM from ``parameters`` on points in lanes, see :func:`em`; writes ``diagnostics``, shape (4,).

    ``masses`` are None or weights, see :func:`step`: then the log-likelihood is the mean one.
    """
    whole = float(n) if masses is None else 1.0
    work = workspace(clusters, blocks.shape[1])
    current = parameters.copy()
    one, two, trial = np.empty_like(current), np.empty_like(current), np.empty_like(current)
    before = -np.inf
    passes = 0
    floor = -np.inf  # the likelihood that an extrapolation must not fall below
    while True:
        value, slope = step(blocks, n, free, current, one, work, masses)
        passes += 1
        if value < floor - 1e-13 * abs(floor):
            # the extrapolation went too far: go on from the EM iterate before it
            current[:] = two
            floor = -np.inf
            before = -np.inf
            continue
        diagnostics[LOG_LIKELIHOOD] = whole * value
        diagnostics[SCORE] = slope
        parameters[:] = current
        done = slope <= score or abs(value - before) < gain
        before = value
        if done or passes >= most or not one[-1] > 0.0:
            diagnostics[DONE] = done
            if slope > score and done:
                parameters[:] = one  # as scikit-learn does after its last E step
            break
        floor = -np.inf
        if not accelerated:
            current[:] = one
            continue
        value, _ = step(blocks, n, free, one, two, work, masses)
        passes += 1
        if _extrapolate(clusters, free, current, one, two, trial):
            floor = value
            current[:] = trial
        else:
            current[:] = two
    diagnostics[PASSES] = passes


@entry(SAMPLES, types.Array(NUMBER, 1, "C"), COUNT, COUNT, types.boolean, NUMBER, NUMBER, COUNT)
def em(
    x: Any,
    parameters: Any,
    clusters: int,
    free: int,
    accelerated: bool,
    gain: float,
    score: float,
    most: int,
) -> Any:
    """Fit a mixture from a given start.

    Parameters
    ----------
    x : ndarray of float64, shape (n, d), read-only
        Best centred: the accuracy is relative to the values' size.
    parameters : ndarray, shape (k + k d + 1,)
        Weights, means by component, variance; overwritten by the last iterate.
    clusters : int
        k.
    free : int
        ``FREE_WEIGHTS`` and ``FREE_VARIANCE``, added, for what is not known.
    accelerated : bool
        Whether to extrapolate.
    gain : float
        Stop when an EM step raises the mean log-likelihood by less than this (scikit-learn's rule; 0 never).
    score : float
        Stop when no component of the mean score is larger than this.
    most : int
        The most passes over the data.

    Returns
    -------
    ndarray, shape (4,)
        Log-likelihood, passes, score, and whether it stopped before ``most`` passes.
    """
    diagnostics = np.zeros(4)
    blocks = in_lanes(x, np.zeros(x.shape[1]), 1.0)
    ascend(blocks, None, x.shape[0], parameters, clusters, free, accelerated, gain, score, most, diagnostics)
    return diagnostics
