"""EM steps of normal mixtures whose covariance matrices are free: one for each component, or one for all.

Parameters are one row: k weights, k means of d coordinates, and the lower Cholesky factors of the covariance
matrices, k or one (tied), each d x d. Each step works in the coordinates in which the covariance that it
starts from is the unit matrix, so that it loses no digits where a component is narrow.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import log
from .cholesky import factorise, solve
from .compiling import kernel
from .lanes import normalise
from .moments import LANES, total

_LOG_2PI = 1.8378770664093453
_LEAST_WEIGHT = 1e-250


@kernel
def split(parameters: Any, clusters: int, d: int) -> Any:
    """Weights, means (k, d) and factors (k or 1, d, d) as views of a row of parameters."""
    rest = parameters[clusters + clusters * d :]
    return (
        parameters[:clusters],
        parameters[clusters : clusters + clusters * d].reshape((clusters, d)),
        rest.reshape((rest.size // (d * d), d, d)),
    )


@kernel
def workspace(clusters: int, d: int) -> Any:
    """Room for one step: standardised points, log densities, partial sums of moments, and a row of lanes."""
    moments = 1 + d + d * (d + 1) // 2
    return (
        np.empty((clusters, d, LANES)),
        np.empty((clusters, LANES)),
        np.empty((clusters, moments, LANES)),
        np.empty((3, LANES)),
    )


@kernel
def _standardise(block: Any, mean: Any, factor: Any, z: Any, squares: Any) -> None:
    """z = L^-1 (x - mean) of a block's points, by forward substitution, and their squared lengths."""
    squares[:] = 0.0
    for c in range(mean.size):
        row, out, m = block[c], z[c], mean[c]
        for j in range(LANES):
            out[j] = row[j] - m
        for e in range(c):
            earlier, slope = z[e], factor[c, e]
            for j in range(LANES):
                out[j] -= slope * earlier[j]
        inverse = 1.0 / factor[c, c]
        for j in range(LANES):
            out[j] *= inverse
            squares[j] += out[j] * out[j]


@kernel
def _add_moments(weights: Any, z: Any, sums: Any) -> None:
    """Add weights, weights times z, and weights times the products of z to partial sums."""
    d = z.shape[0]
    for j in range(LANES):
        sums[0, j] += weights[j]
    place = 1 + d
    for c in range(d):
        one, first = z[c], sums[1 + c]
        for j in range(LANES):
            first[j] += weights[j] * one[j]
        for e in range(c + 1):
            other, second = z[e], sums[place]
            place += 1
            for j in range(LANES):
                second[j] += weights[j] * one[j] * other[j]


@kernel
def _multiply(factor: Any, other: Any, product: Any) -> None:
    """Product of two lower triangles."""
    d = factor.shape[0]
    for c in range(d):
        for e in range(c + 1):
            inner = 0.0
            for i in range(e, c + 1):
                inner += factor[c, i] * other[i, e]
            product[c, e] = inner


@kernel
def _maximise(n: int, d: int, sums: Any, old: Any, new: Any) -> tuple[float, bool]:
    """M step from moments of points standardised by ``old``; the score at ``old``; whether ``new`` exists.

    The score is the largest component of the mean gradient in (logit weights, standardised means, log
    Cholesky factors).
    """
    clusters = sums.shape[0]
    weights, means, factors = split(old, clusters, d)
    new_weights, new_means, new_factors = split(new, clusters, d)
    tied = factors.shape[0] < clusters
    moments = np.empty(sums.shape[1])
    scatter, shift = np.zeros((d, d)), np.empty(d)
    slope = np.zeros((d, d))  # of the mean log-likelihood in the current factor
    new_factors[:] = 0.0
    score = 0.0
    exists = True
    for k in range(clusters):
        for i in range(moments.size):
            moments[i] = total(sums[k, i])
        count = moments[0]
        empty = not count > _LEAST_WEIGHT * n
        exists = exists and not empty
        factor = factors[0 if tied else k]
        new_weights[k] = count / n
        score = max(score, abs(new_weights[k] - weights[k]))
        if not tied:
            scatter[:] = 0.0
            slope[:] = 0.0
        place = 1 + d
        for c in range(d):
            score = max(score, abs(moments[1 + c]) / n)
            shift[c] = 0.0 if empty else moments[1 + c] / count
            for e in range(c + 1):
                scatter[c, e] += moments[place] - count * shift[c] * shift[e]
                slope[c, e] += moments[place] - (count if c == e else 0.0)
                place += 1
        for c in range(d):
            way = 0.0
            for e in range(c + 1):
                way += factor[c, e] * shift[e]
                if not tied or k == clusters - 1:
                    score = max(score, abs(slope[c, e]) / n)
            new_means[k, c] = means[k, c] + way
        if not tied or k == clusters - 1:
            scatter /= n if tied else max(count, _LEAST_WEIGHT)
            if factorise(scatter):
                _multiply(factor, scatter, new_factors[0 if tied else k])
            else:
                exists = False
    return score, exists


@kernel
def step(blocks: Any, n: int, clusters: int, old: Any, new: Any, work: Any) -> tuple[float, float, bool]:
    """One EM step from ``old`` to ``new``.

    Parameters
    ----------
    blocks : ndarray, shape (blocks, d, LANES)
        The points in lanes.
    n, clusters : int
    old, new : ndarray
        Rows of parameters.
    work : tuple
        A :func:`workspace`.

    Returns
    -------
    value : float
        Mean log-likelihood at ``old``.
    score : float
        Largest component of the mean score at ``old``.
    exists : bool
        Whether ``new`` is a mixture: not if a component has run empty or has a singular covariance.
    """
    z, logs, sums, lanes = work
    d = blocks.shape[1]
    weights, means, factors = split(old, clusters, d)
    constants = np.empty(clusters)
    for k in range(clusters):
        constants[k] = log(weights[k]) - 0.5 * d * _LOG_2PI
        for c in range(d):
            constants[k] -= log(factors[0 if factors.shape[0] == 1 else k, c, c])
    top, mass, value = lanes[0], lanes[1], lanes[2]  # by index, as in em.step
    value[:] = 0.0
    sums[:] = 0.0
    log_mass = 0.0
    for b in range(blocks.shape[0]):
        top[:] = -np.inf
        for k in range(clusters):
            each, constant = logs[k], constants[k]
            _standardise(blocks[b], means[k], factors[0 if factors.shape[0] == 1 else k], z[k], each)
            for j in range(LANES):
                each[j] = constant - 0.5 * each[j]
                top[j] = each[j] if each[j] > top[j] else top[j]
        normalise(logs, min(LANES, n - b * LANES), top, mass)
        for k in range(clusters):
            each = logs[k]
            for j in range(LANES):
                each[j] /= mass[j]
            _add_moments(each, z[k], sums[k])
        for j in range(LANES):
            value[j] += top[j]
        # a product of 64 numbers from 1 to k: one logarithm instead of 64
        log_mass += log(_product(mass))
    score, exists = _maximise(n, d, sums, old, new)
    return (total(value) + log_mass) / n, score, exists


@kernel
def _product(lanes: Any) -> float:
    """Product of the lanes, by halves."""
    width = LANES
    while width > 1:
        width //= 2
        for j in range(width):
            lanes[j] *= lanes[width + j]
    return float(lanes[0])


@kernel
def of_partition(blocks: Any, n: int, labels: Any, parameters: Any, work: Any) -> bool:
    """Write shares, means and covariances of the clusters of a partition; whether these exist."""
    z, logs, sums, lanes = work
    clusters, d = z.shape[:2]
    unit = np.zeros_like(parameters)
    _, means, factors = split(unit, clusters, d)
    for m in range(factors.shape[0]):
        for c in range(d):
            factors[m, c, c] = 1.0
    sums[:] = 0.0
    for b in range(blocks.shape[0]):
        for k in range(clusters):
            for j in range(LANES):
                logs[k, j] = 1.0 if b * LANES + j < n and labels[b * LANES + j] == k else 0.0
            _standardise(blocks[b], means[k], factors[0], z[k], lanes[0])
            _add_moments(logs[k], z[k], sums[k])
    _, exists = _maximise(n, d, sums, unit, parameters)
    return exists


@kernel
def is_singular(factor: Any, floor: float) -> bool:
    """Whether the smallest eigenvalue of the covariance with this Cholesky factor is below a floor."""
    d = factor.shape[0]
    vector, image = np.zeros(d), np.empty(d)
    trace = largest = 0.0  # of the inverse
    for start in range(d):
        image[:] = 0.0
        image[start] = 1.0
        solve(factor, image)
        trace += image[start]
        if image[start] > largest:
            largest = image[start]
            vector[:] = image
    if trace * floor <= 1.0:
        return False
    # power iteration from the column in which the wanted eigenvector is largest
    before = 0.0
    while largest > before * (1.0 + 1e-12):
        before = largest
        vector /= np.sqrt((vector * vector).sum())
        image[:] = vector
        solve(factor, image)
        largest = (vector * image).sum()
        vector[:] = image
    return largest * floor > 1.0
