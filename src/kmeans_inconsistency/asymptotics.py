"""Asymptotics: formulas of first order that estimators, theory, findings and figures share."""

from __future__ import annotations

from math import erf, sqrt
from typing import Protocol, Self, TypeVar

#: Of the standard normal distribution 95 % lie within this.
Z95 = 1.959963984540054


def coverage(shift: float) -> float:
    """Probability that a normal 95 % interval covers a value ``shift`` standard errors off its mean centre.

    Examples
    --------
    >>> round(coverage(0), 12), round(coverage(2), 3)
    (0.95, 0.484)
    """
    return (erf((Z95 - shift) / sqrt(2)) + erf((Z95 + shift) / sqrt(2))) / 2


class _Number(Protocol):
    """A float, or a ball that encloses a number."""

    def __truediv__(self, other: Self, /) -> Self: ...


_N = TypeVar("_N", bound=_Number)


def balance(variance: _N, squared_bias: _N) -> _N:
    """Sample size n at which two mean squared errors of the form b^2 + V / n are equal.

    Parameters
    ----------
    variance
        The asymptotic variance V of one estimator less that of the other.
    squared_bias
        The squared bias b^2 of the other less that of the one.

    Returns
    -------
    float or ball
        As given; negative where one estimator is ahead at every n.

    Examples
    --------
    >>> balance(6.0, 0.25)
    24.0
    """
    return variance / squared_bias
