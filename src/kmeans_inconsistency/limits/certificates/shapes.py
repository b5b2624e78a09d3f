"""Components in ball arithmetic: densities and tail moments of each family with mean 0 and variance 1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from flint import arb

from .balls import powers

ORDERS = 5
"""Moments of the orders 0 to 4."""


@dataclass(frozen=True)
class Shape:
    """One family.

    Attributes
    ----------
    density : callable
        Encloses the density over a ball.
    tail : callable
        Encloses the integrals of u^k times the density over u > z, k = 0 to 4, for a ball z; the fourth is
        infinite, as a ball that is not finite, where there is no such moment.
    """

    density: Callable[[arb], arb]
    tail: Callable[[arb], list[arb]]


@cache
def shape(family: str, precision: int) -> Shape:
    """Look up a family; its constants are at the given precision."""
    del precision
    if family == "normal":
        return _normal()
    if family == "laplace":
        return _laplace()
    if family == "uniform":
        return _uniform()
    return _student(arb(float(family[1:])))


def _normal() -> Shape:
    root = arb(2).sqrt()
    norm = 1 / (2 * arb.pi()).sqrt()

    def density(u: arb) -> arb:
        return norm * (-u * u / 2).exp()

    def tail(z: arb) -> list[arb]:
        peak, mass = density(z), (z / root).erfc() / 2
        second = z * peak + mass
        return [mass, peak, second, (z * z + 2) * peak, z * z * z * peak + 3 * second]

    return Shape(density, tail)


def _laplace() -> Shape:
    scale = arb(0.5).sqrt()

    def density(u: arb) -> arb:
        return (-abs(u) / scale).exp() / (2 * scale)

    def beyond(z: arb) -> list[arb]:
        found = [(-z / scale).exp() / 2]
        for k, power in enumerate(powers(z, ORDERS)[1:], 1):
            found.append(power * found[0] + k * scale * found[-1])
        return found

    return Shape(density, _mirrored(beyond, [arb(1), arb(1), arb(6)]))


def _uniform() -> Shape:
    end = arb(3).sqrt()

    def density(u: arb) -> arb:
        inside = 1 / (2 * end)
        if abs(u) < end:
            return inside
        return arb(0) if abs(u) > end else arb(0).union(inside)

    def tail(z: arb) -> list[arb]:
        cut = z.max(-end).min(end)
        ends, cuts = powers(end, ORDERS + 1), powers(cut, ORDERS + 1)
        return [(ends[k] - cuts[k]) / (2 * end * k) for k in range(1, ORDERS + 1)]

    return Shape(density, tail)


def _student(df: arb) -> Shape:
    # u^2 / c takes the place of t^2 / df, which scales the variance to 1
    c = df - 2
    peak = ((df + 1) / 2).gamma() / ((df / 2).gamma() * (c * arb.pi()).sqrt())

    def density(u: arb) -> arb:
        return peak * (1 + u * u / c) ** (-(df + 1) / 2)

    def mass(z: arb) -> arb:
        middle = arb(z.mid())
        series = (-middle * middle / c).hypgeom_2f1(arb(0.5), (df + 1) / 2, arb(1.5))
        # over a wide ball, the mean value theorem
        return arb(0.5) - peak * middle * series - density(z) * (z - middle)

    def tail(z: arb) -> list[arb]:
        body = peak * (1 + z * z / c) ** (-(df - 1) / 2)
        found = [mass(z), c / (df - 1) * body]
        for k in range(2, ORDERS):
            # by parts; the moment of order k exists below k = df
            if not df > k:
                found.append(arb("nan"))
                continue
            whole = powers(z, k)[-1] * body + (k - 1) * found[k - 2]
            found.append(c / (df - k) * whole)
        return found

    return Shape(density, tail)


def _mirrored(beyond: Callable[[arb], list[arb]], even: list[arb]) -> Callable[[arb], list[arb]]:
    """Extend tail moments from z >= 0 to the line by symmetry."""

    def below(z: arb) -> list[arb]:
        there = beyond(-z)
        return [even[k // 2] - value if k % 2 == 0 else value for k, value in enumerate(there)]

    def tail(z: arb) -> list[arb]:
        if z >= 0:
            return beyond(z)
        if z <= 0:
            return below(z)
        right, left = beyond(z.max(arb(0))), below(z.min(arb(0)))
        return [a.union(b) for a, b in zip(right, left, strict=True)]

    return tail
