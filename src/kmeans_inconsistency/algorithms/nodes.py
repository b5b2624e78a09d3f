"""A sorted sample compressed to some hundred weighted points, for the search of good starts.

The range is cut into cells of equal width. Within a cell each value is spread over four Chebyshev points with
the weights of cubic interpolation, so that the mean of a smooth function over the sample is reproduced up to
its interpolation error.
"""

from __future__ import annotations

from typing import Any

from .compiling import kernel

_NODES = 4
_CELLS = (32, 128, 512)
_LARGE = (5_000, 200_000)  # samples for which the next number of cells saves more passes than it costs
SMALLEST = 2 * _CELLS[0] * _NODES  # smaller samples are their own nodes
MOST = _CELLS[-1] * _NODES
GRID_CELLS = 16  # of the coarser nodes that tell where the hills are

_COSINES = (0.9238795325112867, 0.3826834323650898, -0.3826834323650898, -0.9238795325112867)


@kernel
def _cells(n: int) -> int:
    if n < _LARGE[0]:
        return _CELLS[0]
    return _CELLS[1] if n < _LARGE[1] else _CELLS[2]


@kernel
def compress(z: Any, nodes: Any, weights: Any) -> int:
    """Write nodes and weights (that sum to one) of a sorted sample; returns how many there are.

    Parameters
    ----------
    z : ndarray, shape (n,)
        Ascending.
    nodes, weights : ndarray, shape (MOST,)
        Overwritten.
    """
    n = z.size
    if n <= SMALLEST:
        nodes[:n] = z
        weights[:n] = 1.0 / n
        return n
    low = z[0]
    cells = _cells(n)
    half = 0.5 * (z[n - 1] - low) / cells
    scale = 1.0 / half
    count = 0
    i = 0
    for cell in range(cells):
        middle = low + (2 * cell + 1) * half
        end = middle + half if cell < cells - 1 else z[n - 1]
        begin = i
        s1 = s2 = s3 = 0.0
        while i < n and z[i] <= end:
            t = (z[i] - middle) * scale
            tt = t * t
            s1 += t
            s2 += tt
            s3 += tt * t
            i += 1
        if i > begin:
            mass = 1.0 / n
            _spread(middle, half, (i - begin) * mass, s1 * mass, s2 * mass, s3 * mass, nodes, weights, count)
            count += _NODES
    return count


@kernel
def coarsen(nodes: Any, weights: Any, coarse: Any, coarse_weights: Any) -> int:
    """Fewer nodes from those of :func:`compress`; for cubics they are as good.

    Parameters
    ----------
    nodes, weights : ndarray, shape (m,)
    coarse, coarse_weights : ndarray, shape (SMALLEST,)
        Overwritten; with the nodes themselves where these are the sample.

    Returns
    -------
    int
        How many coarse nodes there are.
    """
    if nodes.size <= SMALLEST // 2:
        coarse[: nodes.size] = nodes
        coarse_weights[: nodes.size] = weights
        return nodes.size
    cells = GRID_CELLS
    low = nodes[0]
    half = 0.5 * (nodes[nodes.size - 1] - low) / cells
    count = 0
    i = 0
    for cell in range(cells):
        middle = low + (2 * cell + 1) * half
        end = middle + half if cell < cells - 1 else nodes[nodes.size - 1]
        begin = i
        s0 = s1 = s2 = s3 = 0.0
        while i < nodes.size and nodes[i] <= end:
            t = (nodes[i] - middle) / half
            w = weights[i]
            s0 += w
            s1 += w * t
            s2 += w * t * t
            s3 += w * t * t * t
            i += 1
        if i > begin:
            _spread(middle, half, s0, s1, s2, s3, coarse, coarse_weights, count)
            count += _NODES
    return count


@kernel
def _spread(
    middle: float,
    half: float,
    s0: float,
    s1: float,
    s2: float,
    s3: float,
    nodes: Any,
    weights: Any,
    count: int,
) -> None:
    """Write a cell's nodes from the power sums of the position within it, which is in [-1, 1]."""
    c1, c2, c3 = s1, 2.0 * s2 - s0, 4.0 * s3 - 3.0 * s1  # sums of the Chebyshev polynomials
    for k in range(_NODES):
        cosine = -_COSINES[k]
        t2 = 2.0 * cosine * cosine - 1.0
        t3 = (4.0 * cosine * cosine - 3.0) * cosine
        nodes[count + k] = middle + half * cosine
        weights[count + k] = (s0 + 2.0 * (cosine * c1 + t2 * c2 + t3 * c3)) / _NODES


@kernel
def interpolation_error(z: Any, slope: float) -> float:
    """Bound on what the nodes of ``z`` get wrong of the mean of log(1 + exp(a + slope z)).

    The function's fourth derivative is at most slope^4/8; the rest is Chebyshev interpolation on four points.
    """
    half = 0.5 * (z[z.size - 1] - z[0]) / _cells(z.size)
    return (slope * half) ** 4 / (8.0 * 24.0 * 8.0) + 1e-12
