"""Noise: independent draws of a standardised distribution from SFC64, the same bits on every machine.

Normal numbers come from the ziggurat of Marsaglia & Tsang (2000) in the form that numpy has it. numpy's own
are the same to within 1e-14, but it takes the tail beyond 3.65 from the C library's ``log1p``, whose last bit
depends on the library and the processor. Here the logarithm is ours (:mod:`.arithmetic`) and the tables are
computed with exactly rounded decimal arithmetic.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from .arithmetic import exp, log
from .compiling import COUNT, ROWS, entry, inlined, kernel

STATES = types.Array(types.uint64, 2, "C")

_LAYERS = 256
_MANTISSA = 2**52
_EDGE = 3.6541528853610088  # where the tail begins, for 256 layers of equal area
_TERMS = 400  # of the continued fraction: 40 digits
_TO_UNIT = 2.0**-53


def _tables() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.uint64]]:
    """For each layer its width over 2^52, the density at its edge, the mantissa below which all is inside."""
    width = np.empty(_LAYERS)
    density = np.empty(_LAYERS)
    inside = np.empty(_LAYERS, np.uint64)
    with localcontext() as context:
        context.prec = 40
        x = Decimal(_EDGE)
        f = (-x * x / 2).exp()
        # the tail's area is f times Mills' ratio, a continued fraction
        ratio = x
        for term in range(_TERMS, 0, -1):
            ratio = x + term / ratio
        area = f * (x + 1 / ratio)
        width[-1], density[-1] = float(x / _MANTISSA), float(f)
        width[0], density[0] = float(area / f / _MANTISSA), 1.0
        inside[0] = int(x * f / area * _MANTISSA)
        for layer in range(_LAYERS - 2, 0, -1):
            f += area / x
            outer, x = x, (-2 * f.ln()).sqrt()
            width[layer], density[layer] = float(x / _MANTISSA), float(f)
            inside[layer + 1] = int(x / outer * _MANTISSA)
        inside[1] = 0
    return width, density, inside


_WIDTH, _DENSITY, _INSIDE = _tables()


@inlined
def advance(state: Any) -> Any:
    """Advance SFC64 (Doty-Humphrey 2010) and return its 64 bits."""
    a, b, c, counter = state
    bits = a + b + counter
    return bits, (
        b ^ (b >> np.uint64(11)),
        c + (c << np.uint64(3)),
        ((c << np.uint64(24)) | (c >> np.uint64(40))) + bits,
        counter + np.uint64(1),
    )


@inlined
def unit(bits: Any) -> float:
    """A number in [0, 1) from the upper 53 bits."""
    return np.float64(np.int64(bits >> np.uint64(11))) * _TO_UNIT


@kernel
def _exponential(bits: Any) -> float:
    """A standard exponential number from the upper 53 bits."""
    return -log(1.0 - unit(bits))


@entry(STATES, ROWS)
def fill_normal(states: Any, out: Any) -> None:
    """Fill each row with standard normal numbers.

    Parameters
    ----------
    states : ndarray of uint64, shape (r, 4)
        State of numpy's SFC64 for each row; left as they are.
    out : ndarray of float64, shape (r, n)
        Receives the numbers.
    """
    for i in range(out.shape[0]):
        row = out[i]
        state = (states[i, 0], states[i, 1], states[i, 2], states[i, 3])
        k = 0
        while k < row.size:
            bits, state = advance(state)
            layer = bits & np.uint64(0xFF)
            mantissa = (bits >> np.uint64(9)) & np.uint64(0xFFFFFFFFFFFFF)
            x = np.float64(np.int64(mantissa)) * _WIDTH[layer]
            # the sign is a coin, and a branch on it would be guessed wrongly half of the time
            x = x * (1.0 - 2.0 * np.float64(np.int64((bits >> np.uint64(8)) & np.uint64(1))))
            if mantissa >= _INSIDE[layer]:
                if layer == 0:
                    while True:
                        bits, state = advance(state)
                        beyond = _exponential(bits) / _EDGE
                        bits, state = advance(state)
                        if 2.0 * _exponential(bits) > beyond * beyond:
                            break
                    x = _EDGE + beyond
                    if (mantissa >> np.uint64(8)) & np.uint64(1):
                        x = -x
                else:
                    bits, state = advance(state)
                    height = (_DENSITY[layer - 1] - _DENSITY[layer]) * unit(bits) + _DENSITY[layer]
                    if height >= exp(-0.5 * x * x):
                        continue
            row[k] = x
            k += 1


@entry(STATES, ROWS)
def fill_uniform(states: Any, out: Any) -> None:
    """Fill each row with uniform numbers in [0, 1), numpy's to the bit; else as :func:`fill_normal`."""
    for i in range(out.shape[0]):
        row = out[i]
        state = (states[i, 0], states[i, 1], states[i, 2], states[i, 3])
        for k in range(row.size):
            bits, state = advance(state)
            row[k] = unit(bits)


@entry(STATES, ROWS)
def fill_laplace(states: Any, out: Any) -> None:
    """Fill each row with Laplace numbers of variance one; arguments as in :func:`fill_normal`."""
    scale = np.sqrt(0.5)
    for i in range(out.shape[0]):
        row = out[i]
        state = (states[i, 0], states[i, 1], states[i, 2], states[i, 3])
        for k in range(row.size):
            bits, state = advance(state)
            magnitude = scale * _exponential(bits)
            row[k] = -magnitude if bits & np.uint64(1) else magnitude


@entry(STATES, ROWS, COUNT, ROWS)
def divide_by_chi(states: Any, normals: Any, df: int, out: Any) -> None:
    """Turn standard normal numbers into Student's t of variance one.

    Parameters
    ----------
    states : ndarray of uint64, shape (r, 4)
        As in :func:`fill_normal`, of streams of their own.
    normals : ndarray of float64, shape (r, n)
        Further standard normal numbers, independent of the others; they count if ``df`` is odd.
    df : int
        Degrees of freedom, above 2.
    out : ndarray of float64, shape (r, n)
        The normal numbers; each is divided by the root of a chi-squared number over ``df - 2``.
    """
    for i in range(out.shape[0]):
        row = out[i]
        state = (states[i, 0], states[i, 1], states[i, 2], states[i, 3])
        for k in range(row.size):
            chi_squared = normals[i, k] * normals[i, k] if df % 2 == 1 else 0.0
            for _ in range(df // 2):
                bits, state = advance(state)
                chi_squared += 2.0 * _exponential(bits)
            row[k] *= np.sqrt((df - 2) / chi_squared)
