"""Ball arithmetic: how precise it is, and how a ball becomes two decimal numbers that enclose it.

Every operation of python-flint (which wraps Arb; Johansson 2017) returns a ball that contains the exact
result for every point of the balls it is given, so that a comparison that comes out true is a proof.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from functools import wraps
from typing import ParamSpec, TypeVar

from flint import acb, arb, ctx

PRECISION = 160
"""Bits of the balls' midpoints."""

DIGITS = 12
"""Significant digits of a printed bound."""

ROUNDING = 1e-12
"""What is added on both sides, relative to the value: room for a right value in double precision."""

P = ParamSpec("P")
T = TypeVar("T")


def precisely(function: Callable[P, T]) -> Callable[P, T]:
    """Run a function at :data:`PRECISION`, whatever the precision is elsewhere."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        before = ctx.prec
        ctx.prec = PRECISION
        try:
            return function(*args, **kwargs)
        finally:
            ctx.prec = before

    return run


def printed(ball: arb, unit: float = 0.0) -> tuple[float, float]:
    """Give decimal bounds of a ball, rounded outward to :data:`DIGITS` digits.

    Parameters
    ----------
    ball : arb
    unit : float
        Where the value may be zero by cancellation, the scale of what cancels: the room for rounding is
        relative to it, too.

    Returns
    -------
    lower, upper : float
        As printed they enclose the ball.
    """
    pad = arb(ROUNDING) * (abs(ball).upper() + arb(unit))
    return _outward((ball - pad).lower(), -1), _outward((ball + pad).upper(), 1)


def _outward(bound: arb, side: int) -> float:
    """The nearest double, printed with few digits, on the given side of an exact ball."""
    rounding = ROUND_CEILING if side > 0 else ROUND_FLOOR
    value = float(bound)
    for _ in range(100):
        value = float(Context(prec=DIGITS, rounding=rounding).create_decimal(Decimal(value)))
        if (arb(value) - bound) * side >= 0:
            return value
        # conversion to a double went inward: go out by a unit in the last printed place
        value += side * abs(value) * 10.0 ** (1 - DIGITS) or side * 5e-324
    raise ArithmeticError(f"no double encloses {bound}")


def hull(low: arb, high: arb) -> arb:
    """The ball from one exact number to another."""
    return arb(low).union(arb(high))


def powers(x: arb, number: int) -> list[arb]:
    """The powers 0 to ``number`` - 1 by products: Arb's own are no numbers for a ball that holds zero."""
    found = [arb(1)]
    while len(found) < number:
        found.append(found[-1] * x)
    return found


def expectation(integrand: Callable[[acb, bool], acb], low: arb, high: arb, tail: arb) -> arb:
    """Integrate a meromorphic function that is real on the line, and add what is beyond the ends.

    Parameters
    ----------
    integrand : callable
        As :func:`flint.acb.integral` wants it.
    low, high : arb
    tail : arb
        Bound of the absolute value of the integral beyond them.
    """
    tolerance = arb(2) ** -(PRECISION - 60)
    value = acb.integral(integrand, acb(low), acb(high), abs_tol=tolerance, rel_tol=tolerance).real
    return value + arb(0, tail.upper())
