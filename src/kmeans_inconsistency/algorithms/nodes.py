"""A sorted sample compressed to some hundred weighted points, for the search of good starts.

The range is cut into cells of equal width. Within a cell each value is spread over eight Chebyshev points
with the weights of polynomial interpolation, so that the mean of a smooth function over the sample is
reproduced up to its interpolation error.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiling import inlined, kernel
from .moments import first_beyond, total

NODES = 8  #: in a cell
FEW_CELLS = 8  #: of the nodes that tell where the hills are

_LANES = 16  # of the sums over a cell
# the positive ones of the Chebyshev points, cos((2k + 1) pi/16); written out, for machines differ in cosines
_COSINES = (0.9807852804032304, 0.8314696123025452, 0.5555702330196023, 0.19509032201612833)
_DERIVATIVE = 17 / 16  # bound on the eighth derivative of log(1 + exp(u)), that at u = 0
_FACTOR = 2.0**7 * 40_320.0  # 2^(k - 1) k! for k = 8 Chebyshev points

_no_weights = np.empty(0)


@kernel
def compress(z: Any, cells: int, nodes: Any, weights: Any) -> int:
    """Write nodes and weights (that sum to one) of a sorted sample; returns how many there are.

    Parameters
    ----------
    z : ndarray, shape (n,)
        Ascending. A sample that is not more than twice as large as its nodes would be is its own nodes.
    cells : int
    nodes, weights : ndarray, shape (2 * NODES * cells,)
        Overwritten, in ascending order.
    """
    n = z.size
    if n <= 2 * NODES * cells:
        nodes[:n] = z
        weights[:n] = 1.0 / n
        return n
    return _into_cells(z, _no_weights, cells, nodes, weights)


@kernel
def coarsen(nodes: Any, weights: Any, cells: int, coarse: Any, coarse_weights: Any) -> int:
    """Fewer nodes from those of :func:`compress`; for polynomials of degree 7 they are as good.

    Parameters
    ----------
    nodes, weights : ndarray, shape (m,)
    cells : int
    coarse, coarse_weights : ndarray, shape (NODES * cells,)
        Overwritten; with the nodes themselves where these are no more.

    Returns
    -------
    int
        How many coarse nodes there are.
    """
    if nodes.size <= NODES * cells:
        coarse[: nodes.size] = nodes
        coarse_weights[: nodes.size] = weights
        return nodes.size
    return _into_cells(nodes, weights, cells, coarse, coarse_weights)


@inlined
def _add_powers(points: Any, masses: Any, count: int, middle: float, scale: float, sums: Any) -> None:
    """Add the power sums of the position within a cell, each in _LANES partial sums; no masses are ones."""
    for j in range(count):
        t = (points[j] - middle) * scale
        w = masses[j] if masses.size > 0 else 1.0
        tt = t * t
        w_t = w * t
        w_3 = w_t * tt
        w_5 = w_3 * tt
        sums[j] += w
        sums[_LANES + j] += w_t
        sums[2 * _LANES + j] += w * tt
        sums[3 * _LANES + j] += w_3
        sums[4 * _LANES + j] += w_3 * t
        sums[5 * _LANES + j] += w_5
        sums[6 * _LANES + j] += w_5 * t
        sums[7 * _LANES + j] += w_5 * tt


@kernel
def _into_cells(z: Any, masses: Any, cells: int, nodes: Any, weights: Any) -> int:
    """Nodes of ascending values, each of mass one over their number if ``masses`` are empty."""
    n = z.size
    mass = 1.0 if masses.size > 0 else 1.0 / n
    low = z[0]
    half = 0.5 * (z[n - 1] - low) / cells
    sums = np.empty(NODES * _LANES)
    count = 0
    begin = 0
    for cell in range(cells):
        middle = low + (2 * cell + 1) * half
        end = begin + first_beyond(z[begin:], middle + half) if cell < cells - 1 else n
        points, own = z[begin:end], masses[begin:end]
        begin = end
        if points.size == 0:
            continue
        sums[:] = 0.0
        full = points.size - points.size % _LANES
        for i in range(0, full, _LANES):
            _add_powers(points[i : i + _LANES], own[i : i + _LANES], _LANES, middle, 1.0 / half, sums)
        _add_powers(points[full:], own[full:], points.size - full, middle, 1.0 / half, sums)
        for k in range(NODES):
            sums[k] = mass * total(sums[k * _LANES : (k + 1) * _LANES])
        _spread(middle, half, sums, nodes[count : count + NODES], weights[count : count + NODES])
        count += NODES
    return count


@kernel
def _spread(middle: float, half: float, sums: Any, nodes: Any, weights: Any) -> None:
    """Write a cell's nodes, shape (8,), from the power sums of the position in it, from -1 to 1."""
    s0, s1, s2, s3 = sums[0], sums[1], sums[2], sums[3]
    s4, s5, s6, s7 = sums[4], sums[5], sums[6], sums[7]
    # sums of the Chebyshev polynomials, but for the first
    c2 = 2.0 * s2 - s0
    c3 = 4.0 * s3 - 3.0 * s1
    c4 = 8.0 * (s4 - s2) + s0
    c5 = 16.0 * s5 - 20.0 * s3 + 5.0 * s1
    c6 = 32.0 * s6 - 48.0 * s4 + 18.0 * s2 - s0
    c7 = 64.0 * s7 - 112.0 * s5 + 56.0 * s3 - 7.0 * s1
    for k in range(NODES // 2):
        t1 = _COSINES[k]
        t2 = 2.0 * t1 * t1 - 1.0
        t3 = 2.0 * t1 * t2 - t1
        t4 = 2.0 * t1 * t3 - t2
        t5 = 2.0 * t1 * t4 - t3
        t6 = 2.0 * t1 * t5 - t4
        t7 = 2.0 * t1 * t6 - t5
        even = s0 + 2.0 * (t2 * c2 + t4 * c4 + t6 * c6)
        odd = 2.0 * (t1 * s1 + t3 * c3 + t5 * c5 + t7 * c7)
        nodes[k] = middle - half * t1
        weights[k] = (even - odd) / NODES
        nodes[NODES - 1 - k] = middle + half * t1
        weights[NODES - 1 - k] = (even + odd) / NODES


@kernel
def interpolation_error(z: Any, cells: int, slope: float) -> float:
    """Bound on what nodes in so many cells get wrong of the mean of log(1 + exp(a + slope z))."""
    half = 0.5 * (z[z.size - 1] - z[0]) / cells
    return (slope * half) ** 8 * (_DERIVATIVE / _FACTOR) + 1e-12
