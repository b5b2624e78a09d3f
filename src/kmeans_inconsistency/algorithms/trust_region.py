"""Maximisation of a function of two variables by Newton's method within a trust region."""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiling import kernel

#: What a model's ``expand`` writes: value, gradient, Hessian, the score that decides convergence, and the
#: rounding error of the value.
VALUE, G_0, G_1, H_00, H_01, H_11, SCORE, NOISE = range(8)

STAGNANT = 100.0
_MOST_PASSES = 200


@kernel
def _step(local: Any, radius: float) -> tuple[float, float, float]:
    """Newton's step, uphill and at most ``radius`` long, and the gain that the quadratic model predicts."""
    g0, g1 = local[G_0], local[G_1]
    h00, h01, h11 = local[H_00], local[H_01], local[H_11]
    scale = abs(h00) + abs(h01) + abs(h11)
    if scale == 0.0:
        return 0.0, 0.0, 0.0
    # shift the Hessian until it is negative definite and the step fits
    largest = 0.5 * (h00 + h11) + np.sqrt(0.25 * (h00 - h11) * (h00 - h11) + h01 * h01)
    shift = 0.0 if largest < -1e-12 * scale else largest + 1e-3 * scale
    d0 = d1 = 0.0
    for _ in range(60):
        m00, m11 = h00 - shift, h11 - shift
        determinant = m00 * m11 - h01 * h01
        d0 = -(m11 * g0 - h01 * g1) / determinant
        d1 = -(m00 * g1 - h01 * g0) / determinant
        length = np.sqrt(d0 * d0 + d1 * d1)
        if length <= radius:
            break
        # the length falls about like 1/(shift - largest)
        shift = largest + (shift - largest) * max(length / radius, 1.1)
    gain = g0 * d0 + g1 * d1 + 0.5 * (h00 * d0 * d0 + 2.0 * h01 * d0 * d1 + h11 * d1 * d1)
    return d0, d1, gain


def climber(expand: Any) -> Any:
    """A kernel that climbs the function which ``expand`` expands.

    Parameters
    ----------
    expand : kernel
        ``expand(data, parameter, first, second, local)`` writes ``local``, shape (8,), as listed above.

    Returns
    -------
    kernel
        ``climb(data, parameter, start, box, widest, tolerance, local)`` climbs from the pair ``start`` to a
        local maximum within ``box`` (lower and upper bound of the first, then of the second variable), with
        steps of at most ``widest`` at first and four times that later, until the score is at most
        ``tolerance`` or, below ``STAGNANT`` times that, no longer falls for rounding. It writes the
        expansion at the maximum to ``local`` and returns the maximum and the number of expansions made.
    """

    def climb(
        data: Any,
        parameter: float,
        start: tuple[float, float],
        box: tuple[float, float, float, float],
        widest: float,
        tolerance: float,
        local: Any,
    ) -> tuple[float, float, int]:
        first, second = start
        expand(data, parameter, first, second, local)
        passes = 1
        radius = widest
        trial = np.empty(8)
        while passes < _MOST_PASSES and local[SCORE] > tolerance:
            d0, d1, gain = _step(local, radius)
            new_first = min(max(first + d0, box[0]), box[1])
            new_second = min(max(second + d1, box[2]), box[3])
            if new_first == first and new_second == second:
                break
            expand(data, parameter, new_first, new_second, trial)
            passes += 1
            gained = trial[VALUE] - local[VALUE]
            # a loss within rounding is no reason to refuse a step
            if gained > -local[NOISE]:
                if trial[SCORE] > 0.5 * local[SCORE] and local[SCORE] <= STAGNANT * tolerance:
                    break
                first, second = new_first, new_second
                local[:] = trial
                if gained > 0.75 * gain or gain < local[NOISE]:
                    radius = min(2.0 * radius, 4.0 * widest)
            if gained < 0.25 * gain and gain > local[NOISE]:
                radius *= 0.25
                if radius < 1e-14 * widest:
                    break
        return first, second, passes

    # numba links by name: each climb needs one of its own, as in compiling
    climb.__qualname__ = f"climb.{expand.__qualname__}"
    return kernel(climb)
