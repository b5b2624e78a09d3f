"""Numbers of twice the precision: unevaluated sums of two floats, high and low (Dekker 1971; Knuth 1997).

Sums and products are right to some 2^-104 of their operands, so that what is left of a difference of two long
sums can still be told apart. Only IEEE additions and multiplications are used: the bits are the same on every
machine.
"""

from __future__ import annotations

from .compiling import inlined

#: Bound on the relative error of one operation.
PRECISION = 2.0**-102
#: Half the distance of 1 from the next float: the relative error of an operation on single floats.
ROUNDING = 2.0**-53

_SPLITTER = 134217729.0  # 2^27 + 1


@inlined
def two_sum(a: float, b: float) -> tuple[float, float]:
    """a + b and its rounding error, exactly."""
    total = a + b
    rest = total - a
    return total, (a - (total - rest)) + (b - rest)


@inlined
def _renormalise(high: float, low: float) -> tuple[float, float]:
    total = high + low
    return total, low - (total - high)


@inlined
def two_square(a: float) -> tuple[float, float]:
    """The square of a and its rounding error, exactly."""
    shifted = _SPLITTER * a
    upper = shifted - (shifted - a)
    lower = a - upper
    product = a * a
    return product, ((upper * upper - product) + 2.0 * upper * lower) + lower * lower


@inlined
def two_product(a: float, b: float) -> tuple[float, float]:
    """a b and its rounding error, exactly."""
    shifted = _SPLITTER * a
    upper_a = shifted - (shifted - a)
    lower_a = a - upper_a
    shifted = _SPLITTER * b
    upper_b = shifted - (shifted - b)
    lower_b = b - upper_b
    product = a * b
    error = ((upper_a * upper_b - product) + upper_a * lower_b + lower_a * upper_b) + lower_a * lower_b
    return product, error


@inlined
def add(a: float, a_low: float, b: float, b_low: float) -> tuple[float, float]:
    """Sum of two double-doubles."""
    high, error = two_sum(a, b)
    low, rest = two_sum(a_low, b_low)
    high, error = _renormalise(high, error + low)
    return _renormalise(high, error + rest)


@inlined
def square(a: float, a_low: float) -> tuple[float, float]:
    """Square of a double-double."""
    high, low = two_square(a)
    return _renormalise(high, low + 2.0 * a * a_low)


@inlined
def scaled(a: float, a_low: float, factor: float) -> tuple[float, float]:
    """Product of a double-double and a float."""
    high, low = two_product(a, factor)
    return _renormalise(high, low + a_low * factor)


@inlined
def divided(a: float, a_low: float, divisor: float) -> tuple[float, float]:
    """Quotient of a double-double and a float."""
    high = a / divisor
    product, error = two_product(high, divisor)
    return _renormalise(high, (((a - product) - error) + a_low) / divisor)
