"""Every cut of the line that may be k-means' best, K = 2: branch and bound with interval Newton.

For a cut at t of a law with mean 0, with masses F and G = 1 - F below and above and a = E[X; X > t], the
between-cluster variance is B(t) = a^2 / (F G), and

    B'(t) = f D s(t),    s(t) = m1 + m2 - 2 t,    D = m2 - m1 = a / (F G),    s'(t) = f D / (2 F G) - 2.

Beyond the ends of a compact set B is too small by the inequality of Cauchy and Schwarz: a^2 is at most the
mass of the smaller cell times its second moment, and B at most that moment over the other mass. Within it a
cell of cuts is left out where B is too small or s has no zero, and a cell where s is monotone holds one zero
at most, which Newton's method encloses or excludes.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from .balls import hull
from .law import Law

SMALLEST = 1e-9
"""Width of a cell, in standard deviations, at which bisection gives up on it."""

TINY = 1e-40
"""Width to which an enclosure is refined."""


@dataclass(frozen=True)
class Cuts:
    """What remains after the search.

    Attributes
    ----------
    best : tuple of arb
        Enclosures of all cuts that may be globally optimal, ascending; each holds exactly one local optimum.
    resolved : bool
        Whether every other cut is proved worse.
    """

    best: tuple[arb, ...]
    resolved: bool


def between(law: Law, t: arb) -> arb:
    """Between-cluster variance B over a ball of cuts."""
    low, high = law.below(t), law.above(t)
    # both are the same number: whichever is sharper
    first = high[1].intersection(-low[1]) if high[1].overlaps(-low[1]) else high[1]
    return first * first / (low[0] * high[0])


def pull(law: Law, t: arb) -> arb:
    """s over a ball of cuts: positive where B rises."""
    low, high = law.below(t), law.above(t)
    return low[1] / low[0] + high[1] / high[0] - 2 * t


def slope(law: Law, t: arb) -> arb:
    """Derivative of s over a ball of cuts."""
    low, high = law.below(t), law.above(t)
    spread = low[0] * high[0]
    return law.density(t) * high[1] / (2 * spread * spread) - 2


def best(law: Law, guess: float) -> Cuts:
    """Enclose every cut that may be the best.

    Parameters
    ----------
    law : Law
    guess : float
        A good cut, less the mean: any will do, a better one saves work.
    """
    sd = float(law.variance.sqrt())
    floor = arb(between(law, arb(guess)).lower())
    ends = [_end(law, floor, side, sd) for side in (-1, 1)]
    cells = [hull(*ends)]
    found: list[arb] = []
    resolved = True
    while cells:
        cell = cells.pop()
        if _worse(law, cell, floor):
            continue
        # a little wider than the cell, so that a zero at its edge is inside
        wide = arb(cell.mid(), cell.rad() * arb(1.125))
        middle, steep = arb(cell.mid()), slope(law, wide)
        if not (pull(law, middle) + steep * (cell - middle)).contains(0):
            continue
        if steep > 0:
            # s rises through its zero at a minimum of B, which is no best cut
            continue
        ends_of = pull(law, arb(wide.lower())), pull(law, arb(wide.upper()))
        if steep < 0 and not (ends_of[0].contains(0) or ends_of[1].contains(0)):
            if ends_of[0] > 0 > ends_of[1]:
                root = _refined(law, wide)
                if not any(root.overlaps(other) for other in found):
                    found.append(root)
            continue
        if float(cell.rad()) < SMALLEST * sd:
            resolved = False
            continue
        cells += [hull(cell.lower(), middle), hull(middle, cell.upper())]
    values = [between(law, cut) for cut in found]
    kept = [c for c, v in zip(found, values, strict=True) if not any(v < other for other in values)]
    return Cuts(tuple(sorted(kept, key=lambda cut: float(cut.mid()))), resolved)


def _worse(law: Law, t: arb, floor: arb) -> bool:
    """Whether every cut of a ball is proved worse than the floor."""
    low, high = law.below(t), law.above(t)
    outside = low[2] / high[0] < floor or high[2] / low[0] < floor
    return bool(outside or between(law, t) < floor)


def _end(law: Law, floor: arb, side: int, sd: float) -> arb:
    """A cut beyond which, on one side, every cut is worse than the floor."""
    reach = 1.0
    while reach < 1e6:
        t = arb(side * reach * sd)
        outer, inner = (law.above(t), law.below(t)) if side > 0 else (law.below(t), law.above(t))
        # the bound falls as the cut moves out
        if outer[2] / inner[0] < floor:
            return t
        reach *= 1.25
    raise ArithmeticError("no bound on where the best cut may be")


def _refined(law: Law, cell: arb) -> arb:
    """Shrink by Newton's method a cell that holds exactly one zero of s, where s falls."""
    while True:
        middle = arb(cell.mid())
        step = middle - pull(law, middle) / slope(law, cell)
        narrow = step.intersection(cell)
        small = float(narrow.rad()) < TINY * max(1.0, abs(float(narrow.mid())))
        if small or not narrow.rad() < cell.rad() * arb(0.5):
            return narrow
        cell = narrow
