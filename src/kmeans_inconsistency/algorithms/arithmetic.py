"""Elementary functions that give the same bits on every machine.

The C library's ``exp`` and ``log`` differ between processors in the last bit, and a call to them keeps a loop
from being vectorised. These are polynomials: IEEE additions, multiplications and divisions alone.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from .compiling import inlined, kernel

_LOG2_E = 1.4426950408889634
_LN2_HIGH = 0.693147180369123816490  # the low 32 bits are zero, so that a whole multiple is exact
_LN2_LOW = 1.90821492927058770002e-10
_ROUND = 6755399441055744.0  # 1.5 * 2**52: adding and subtracting it rounds to a whole number
_LOWEST = -708.0  # exp of less is subnormal


def _reinterpret(source: Any, target: Any, representation: Any) -> Any:
    """An intrinsic that reads the bits of one type as another."""

    def typed(_context: Any, _number: Any) -> Any:
        def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], representation)

        return target(source), generate

    return intrinsic(typed)


float_from_bits = _reinterpret(types.int64, types.float64, ir.DoubleType())
_bits_of_float = _reinterpret(types.float64, types.int64, ir.IntType(64))


@inlined
def exp_of_negative(t: float) -> float:
    """exp(t) for t <= 0, to 3e-16 of itself; below -708 it stays at exp(-708), about 3e-308."""
    t = t if t > _LOWEST else _LOWEST
    shifted = t * _LOG2_E + _ROUND
    whole = shifted - _ROUND
    r = (t - whole * _LN2_HIGH) - whole * _LN2_LOW
    # (exp(r) - 1 - r - r^2/2) / r^3 by its Chebyshev interpolant on |r| <= log(2)/2, error 3e-17
    # in pairs, for a chain of single terms would wait for each
    rr = r * r
    p = (0.5 + r * 1.6666666666666666e-01) + rr * (4.166666666665136e-02 + r * 8.333333333332155e-03)
    q = (1.3888888905881542e-03 + r * 1.984126985433861e-04) + rr * (
        2.4801536388690766e-05 + r * 2.755728006701698e-06
    )
    q += (rr * rr) * (2.761380686153829e-07 + r * 2.5095554677111112e-08)
    p = 1.0 + (r + rr * (p + (rr * rr) * q))
    # the low bits of `shifted` hold `whole`: moved into the exponent they are 2**whole
    return p * float_from_bits(_bits_of_float(shifted + 1023.0) << 52)


@kernel
def exp(t: float) -> float:
    """exp(t) for |t| < 708, to 5e-16 of itself."""
    return exp_of_negative(t) if t <= 0.0 else 1.0 / exp_of_negative(-t)


@inlined
def _twice_artanh(s: float) -> float:
    """log((1 + s) / (1 - s)) for |s| <= 1/3."""
    w = s * s
    # (artanh(s)/s - 1)/s^2 in s^2 by its Chebyshev interpolant, error 7e-18
    ww = w * w
    p = (0.3333333333333333 + w * 0.20000000000007298) + ww * (0.1428571428355253 + w * 0.11111111358900891)
    q = (0.09090894708663223 + w * 0.07692785296456121) + ww * (0.06657067775440581 + w * 0.06000577591428889)
    q += (ww * ww) * (0.04400158825434387 + w * 0.0808246908473567)
    return 2.0 * s + 2.0 * s * (w * (p + (ww * ww) * q))


@inlined
def log1p(e: float) -> float:
    """log(1 + e) for 0 <= e <= 1, to 3e-16 of itself."""
    return _twice_artanh(e / (2.0 + e))


@kernel
def log(x: float) -> float:
    """Natural logarithm of a normal positive number, to 3e-16 of itself or of log(2)."""
    bits = _bits_of_float(x)
    exponent = (bits >> 52) - 1023
    m = float_from_bits((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000)
    if m > 1.4142135623730951:
        m *= 0.5
        exponent += 1
    return exponent * _LN2_HIGH + (_twice_artanh((m - 1.0) / (m + 1.0)) + exponent * _LN2_LOW)


@inlined
def softplus(t: float) -> float:
    """log(1 + exp(t))."""
    return (t if t > 0.0 else 0.0) + log1p(exp_of_negative(-abs(t)))


@inlined
def rough_softplus(t: float) -> float:
    """log(1 + exp(t)) to 4e-8, for a third of the work."""
    u = -abs(t)
    u = u if u > _LOWEST else _LOWEST
    shifted = u * _LOG2_E + _ROUND
    r = u - (shifted - _ROUND) * _LN2_HIGH
    # exp(r) on |r| <= log(2)/2, then log(1 + e)/e on [0, 1], by their Chebyshev interpolants
    rr = r * r
    p = (1.0 + r * 1.0000000377162153) + rr * (0.5000000047117971 + r * 0.16666415514649005)
    p += (rr * rr) * ((0.041666352896198126 + r * 0.008375126398416406) + rr * 0.0013941108469347112)
    e = p * float_from_bits(_bits_of_float(shifted + 1023.0) << 52)
    ee = e * e
    q = (0.9999999659255085 + e * -0.49999444976329815) + ee * (0.333181217073531 + e * -0.24835398987200752)
    s = (0.19076880730853915 + e * -0.13602247612385465) + ee * (
        0.0775160866235987 + e * -0.02907406460657954
    )
    q += (ee * ee) * (s + (ee * ee) * 0.0051261021233726485)
    return (t if t > 0.0 else 0.0) + e * q
