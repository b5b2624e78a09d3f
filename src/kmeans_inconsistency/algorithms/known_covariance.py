"""EM with the known covariance eps I and free weights, pass by pass beside Lloyd's algorithm."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import exp_of_negative, log
from .compiling import COUNT, NUMBER, entry, kernel
from .em import FREE_WEIGHTS, step, workspace
from .lanes import in_lanes, origin_and_spread, square_distances
from .lloyd import STACK, descend
from .moments import LANES, total
from .starts import draw_centers

#: Entries of a fit; distances are in the units of the data.
LOG_LIKELIHOOD, PASSES, MOVE, FIXED, GAP, END_GAP, SOFTNESS, DISAGREEMENT = range(8)


@entry(STACK, STACK, COUNT, NUMBER, NUMBER, COUNT)
def known_covariance(samples: Any, uniforms: Any, way: int, eps: float, tolerance: float, most: int) -> Any:
    """Run both algorithms on several samples from the same centres.

    Where eps is so small that no responsibility but the largest is above 1e-16, EM's iterates are Lloyd's to
    rounding; an observation that is equally far from two centres is shared by EM and not by Lloyd.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n, d), read-only
    uniforms : ndarray, shape (r, 1, k), read-only
        Random numbers in [0, 1) that draw the centres at which both begin, EM with equal weights.
    way : int
        How: see :mod:`.starts`.
    eps : float
        The variance of every component in every direction.
    tolerance : float
        EM stops when a step moves no weight, and no mean in units of the data's standard deviation, by more.
    most : int
        The most passes of either.

    Returns
    -------
    parameters : ndarray, shape (r, k + k d + 1)
        EM's weights, means by component, and eps.
    centers : ndarray, shape (r, k, d)
        Lloyd's, in the order of the components.
    fits : ndarray, shape (r, 8)
        Log-likelihood; passes of EM; what its last step moved; whether both stopped before ``most`` passes;
        largest distance of a mean from its centre over the passes that Lloyd's takes, and at both ends; mean
        of 1 - the largest responsibility; share of observations likeliest in a component not their cluster.
    """
    r, n, d = samples.shape
    clusters = uniforms.shape[2]
    parameters = np.empty((r, clusters * (d + 1) + 1))
    centers = np.empty((r, clusters, d))
    fits = np.zeros((r, 8))
    current, new = np.empty(parameters.shape[1]), np.empty(parameters.shape[1])
    means = current[clusters:-1].reshape((clusters, d))
    moved = new[clusters:-1].reshape((clusters, d))
    work = workspace(clusters, d)
    for i in range(r):
        fit = fits[i]
        origin, spread = origin_and_spread(samples[i])
        scale = np.sqrt(spread) if spread > 0.0 else 1.0
        blocks = in_lanes(samples[i], origin, scale)
        labels = np.empty(blocks.shape[0] * LANES, np.int64)
        before = np.full(labels.size, -1, np.int64)
        draw_centers(blocks, n, uniforms[i, 0], way, means)
        centers[i] = means
        current[:clusters] = 1.0 / clusters
        current[-1] = eps / (scale * scale)
        moving, done = True, False
        while not done and fit[PASSES] < most:
            value, _ = step(blocks, n, FREE_WEIGHTS, current, new, work)
            fit[LOG_LIKELIHOOD] = n * value - n * d * log(scale)
            fit[PASSES] += 1.0
            if moving:
                descend(blocks, n, centers[i], labels, 1)
                moving = not np.array_equal(labels[:n], before[:n])
                before[:] = labels
                fit[GAP] = max(fit[GAP], scale * _farthest(moved, centers[i]))
            fit[MOVE] = np.abs(new - current).max()
            done = not moving and fit[MOVE] <= tolerance
            current[:] = new
        fit[FIXED] = done
        fit[END_GAP] = scale * _farthest(means, centers[i])
        _harden(blocks, n, current, labels, work, fit)
        parameters[i] = current
        parameters[i, -1] = eps
        for k in range(clusters):
            for c in range(d):
                parameters[i, clusters + k * d + c] = origin[c] + scale * means[k, c]
                centers[i, k, c] = origin[c] + scale * centers[i, k, c]
    return parameters, centers, fits


@kernel
def _farthest(first: Any, second: Any) -> float:
    """Largest distance between points of the same number, shape (k, d) each."""
    most = 0.0
    for k in range(first.shape[0]):
        square = 0.0
        for c in range(first.shape[1]):
            square += (first[k, c] - second[k, c]) ** 2
        most = max(most, square)
    return np.sqrt(most)


@kernel
def _harden(blocks: Any, n: int, parameters: Any, labels: Any, work: Any, fit: Any) -> None:
    """Write how soft a fit's responsibilities are, and how often the likeliest component is not the label."""
    squares, _, sums, _, lanes = work
    clusters, d = sums.shape[:2]
    means = parameters[clusters:-1].reshape((clusters, d))
    top, mass, soft = lanes[0], lanes[1], lanes[2]
    likeliest = np.empty(LANES, np.int64)
    half = 0.5 / parameters[-1]
    soft[:] = 0.0
    other = 0
    for b in range(blocks.shape[0]):
        inside = min(LANES, n - b * LANES)
        top[:] = -np.inf
        for k in range(clusters):
            constant = log(parameters[k]) if parameters[k] > 1e-300 else -700.0
            each = squares[k]
            square_distances(blocks[b], means[k], each)
            for j in range(LANES):
                each[j] = constant - half * each[j]
                likeliest[j] = k if each[j] > top[j] else likeliest[j]
                top[j] = each[j] if each[j] > top[j] else top[j]
        mass[:] = 0.0
        for k in range(clusters):
            for j in range(LANES):
                mass[j] += exp_of_negative(squares[k, j] - top[j])
        for j in range(inside):
            soft[j] += (mass[j] - 1.0) / mass[j]
            other += likeliest[j] != labels[b * LANES + j]
    fit[SOFTNESS] = total(soft) / n
    fit[DISAGREEMENT] = other / n
