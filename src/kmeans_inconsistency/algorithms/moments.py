"""Sums over a sample whose rounding does not depend on the machine.

Every sum runs in LANES interleaved partial sums, which a machine may add in vectors of any width, and ends
in one fixed order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiling import kernel

LANES = 64


@kernel
def total(partial: Any) -> float:
    """Sum of the partial sums, shape (LANES,), by halves."""
    width = partial.size
    while width > 1:
        width //= 2
        for j in range(width):
            partial[j] += partial[width + j]
    return float(partial[0])


@kernel
def sum_about(x: Any, origin: float) -> float:
    """Sum of x - origin."""
    partial = np.zeros(LANES)
    for start in range(0, x.size, LANES):
        block = x[start : start + LANES]
        for j in range(block.size):
            partial[j] += block[j] - origin
    return total(partial)


@kernel
def mean_about(x: Any, origin: float) -> float:
    """Mean of ``x``, summed about an ``origin`` near it."""
    return origin + sum_about(x, origin) / x.size


@kernel
def squares_about(x: Any, origin: float) -> float:
    """Sum of (x - origin)^2."""
    partial = np.zeros(LANES)
    for start in range(0, x.size, LANES):
        block = x[start : start + LANES]
        for j in range(block.size):
            d = block[j] - origin
            partial[j] += d * d
    return total(partial)


@kernel
def squares_within(x: Any, mean: float) -> float:
    """Sum of squares of ``x`` about its own mean, of which ``mean`` is the rounded value."""
    squares = np.zeros(LANES)
    rest = np.zeros(LANES)
    for start in range(0, x.size, LANES):
        block = x[start : start + LANES]
        for j in range(block.size):
            d = block[j] - mean
            squares[j] += d * d
            rest[j] += d
    left = total(rest)
    return max(total(squares) - left * left / x.size, 0.0)


@kernel
def centre(x: Any) -> float:
    """Mean of a sorted sample, summed about its median so that an offset costs no accuracy."""
    return mean_about(x, x[x.size // 2])


@kernel
def first_beyond(x: Any, bound: float) -> int:
    """Index of the first of the ascending ``x`` that is larger than ``bound``."""
    low, high = 0, x.size
    while low < high:
        middle = (low + high) // 2
        if x[middle] > bound:
            high = middle
        else:
            low = middle + 1
    return low
