"""Cholesky factors, in one order of operations on every machine, which LAPACK does not promise."""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiling import kernel


@kernel
def factorise(matrix: Any) -> bool:
    """Overwrite the lower triangle of a matrix by its factor; False if it is not positive definite."""
    d = matrix.shape[0]
    for c in range(d):
        for e in range(c + 1):
            rest = matrix[c, e]
            for i in range(e):
                rest -= matrix[c, i] * matrix[e, i]
            if c == e:
                if not rest > 0.0:
                    return False
                matrix[c, c] = np.sqrt(rest)
            else:
                matrix[c, e] = rest / matrix[e, e]
    return True


@kernel
def forward(factor: Any, right: Any) -> None:
    """Overwrite b by the solution of L x = b."""
    for c in range(right.size):
        for e in range(c):
            right[c] -= factor[c, e] * right[e]
        right[c] /= factor[c, c]


@kernel
def solve(factor: Any, right: Any) -> None:
    """Overwrite b by the solution of L L' x = b."""
    forward(factor, right)
    for c in range(right.size - 1, -1, -1):
        for e in range(c + 1, right.size):
            right[c] -= factor[e, c] * right[e]
        right[c] /= factor[c, c]
