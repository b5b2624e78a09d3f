"""Anderson acceleration of a fixed-point iteration x -> x + f(x) (Walker & Ni, 2011).

The next iterate is the one at which f would vanish if it were linear on the span of the last few iterates: a
secant method in several dimensions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiling import kernel

MEMORY = 8

_DEPENDENT = 1e-7  # share of a direction that is new, below which it tells nothing


@kernel
def extrapolate(x: Any, f: Any, moves: Any, changes: Any, target: Any) -> None:
    """Write the next iterate.

    Parameters
    ----------
    x, f : ndarray, shape (p,)
        The current iterate, and where the iteration moves it.
    moves, changes : ndarray, shape (m, p)
        Differences of successive iterates and of their f, newest first.
    target : ndarray, shape (p,)
        Overwritten.
    """
    rest = f.copy()
    target[:] = x + f
    basis = np.empty_like(changes)
    images = np.empty_like(changes)
    for i in range(changes.shape[0]):
        # Gram-Schmidt on the changes; `images` are what the next iterate loses along each direction
        basis[i] = changes[i]
        images[i] = moves[i] + changes[i]
        before = np.sqrt((basis[i] * basis[i]).sum())
        for _ in range(2):
            for j in range(i):
                inner = (basis[i] * basis[j]).sum()
                basis[i] -= inner * basis[j]
                images[i] -= inner * images[j]
        length = np.sqrt((basis[i] * basis[i]).sum())
        if not length > _DEPENDENT * before:
            basis[i] = 0.0
            images[i] = 0.0
            continue
        basis[i] /= length
        images[i] /= length
        inner = (rest * basis[i]).sum()
        rest -= inner * basis[i]
        target -= inner * images[i]
