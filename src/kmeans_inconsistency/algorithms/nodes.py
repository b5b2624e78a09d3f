"""A sorted sample compressed to a few hundred weighted points, for the search of good starts.

The range is cut into cells of equal width. Within a cell each value is spread over NODES Chebyshev points
with the weights of polynomial interpolation, so that the mean of a smooth function over the sample is
reproduced up to its interpolation error.
"""

from __future__ import annotations

from typing import Any

from .compiling import kernel

CELLS = 32
NODES = 4
SMALLEST = 2 * CELLS * NODES  # smaller samples are their own nodes

_COSINES = (0.9238795325112867, 0.3826834323650898, -0.3826834323650898, -0.9238795325112867)


@kernel
def compress(z: Any, nodes: Any, weights: Any) -> int:
    """Write nodes and weights (that sum to one) of a sorted sample; returns how many there are.

    Parameters
    ----------
    z : ndarray, shape (n,)
        Ascending.
    nodes, weights : ndarray, shape (SMALLEST,)
        Overwritten.
    """
    n = z.size
    if n <= SMALLEST:
        nodes[:n] = z
        weights[:n] = 1.0 / n
        return n
    low = z[0]
    half = 0.5 * (z[n - 1] - low) / CELLS
    scale = 1.0 / half
    count = 0
    i = 0
    for cell in range(CELLS):
        middle = low + (2 * cell + 1) * half
        end = middle + half
        # power sums of the position within the cell, in [-1, 1]
        size = 0
        s1 = s2 = s3 = 0.0
        while i < n and (z[i] <= end or cell == CELLS - 1):
            t = (z[i] - middle) * scale
            tt = t * t
            s1 += t
            s2 += tt
            s3 += tt * t
            size += 1
            i += 1
        if size == 0:
            continue
        # sums of the Chebyshev polynomials T1, T2, T3
        c1, c2, c3 = s1, 2.0 * s2 - size, 4.0 * s3 - 3.0 * s1
        for cosine in _COSINES:
            t2 = 2.0 * cosine * cosine - 1.0
            t3 = (4.0 * cosine * cosine - 3.0) * cosine
            nodes[count] = middle + half * cosine
            weights[count] = (size + 2.0 * (cosine * c1 + t2 * c2 + t3 * c3)) / (NODES * n)
            count += 1
    return count


@kernel
def interpolation_error(z: Any, slope: float) -> float:
    """Bound on what the nodes of ``z`` get wrong of the mean of log(1 + exp(a + slope z)).

    The function's fourth derivative is at most slope^4/8; the rest is Chebyshev interpolation on four points.
    """
    half = 0.5 * (z[z.size - 1] - z[0]) / CELLS
    return (slope * half) ** 4 / (8.0 * 24.0 * 8.0) + 1e-12
