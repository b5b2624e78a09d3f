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


class Cell:
    """A ball of cuts, with the masses, first and second moments on both sides of it."""

    def __init__(self, law: Law, t: arb) -> None:
        self.law, self.t = law, t
        self.below, self.above = law.below(t, 3), law.above(t, 3)

    @property
    def between(self) -> arb:
        """Between-cluster variance B."""
        first = self.above[1]
        # the same number from either side: whatever is sharper
        if first.overlaps(-self.below[1]):
            first = first.intersection(-self.below[1])
        return first * first / (self.below[0] * self.above[0])

    @property
    def pull(self) -> arb:
        """The function s, positive where B rises."""
        return self.below[1] / self.below[0] + self.above[1] / self.above[0] - 2 * self.t

    @property
    def slope(self) -> arb:
        """Derivative of s."""
        spread = self.below[0] * self.above[0]
        return self.law.density(self.t) * self.above[1] / (2 * spread * spread) - 2

    def worse(self, floor: arb) -> bool:
        """Whether every cut is proved worse than the floor."""
        outside = self.above[2] / self.below[0] < floor or self.below[2] / self.above[0] < floor
        return bool(outside or self.between < floor)


def best(law: Law, guess: float) -> Cuts:
    """Enclose every cut that may be the best.

    Parameters
    ----------
    law : Law
    guess : float
        A good cut, less the mean: any will do, a better one saves work.
    """
    sd = float(law.variance.sqrt())
    floor = arb(Cell(law, arb(guess)).between.lower())
    cells = [hull(*(_end(law, floor, side, sd) for side in (-1, 1)))]
    found: list[arb] = []
    resolved = True
    while cells:
        t = cells.pop()
        # a little wider than the cell, so that a zero at its edge is inside
        wide = Cell(law, arb(t.mid(), t.rad() * arb(1.125)))
        if wide.worse(floor):
            continue
        middle, steep = arb(t.mid()), wide.slope
        # where s rises through its zero B has a minimum, which is no best cut
        if steep > 0 or not (Cell(law, middle).pull + steep * (t - middle)).contains(0):
            continue
        if steep < 0:
            left, right = (Cell(law, arb(end)).pull for end in (wide.t.lower(), wide.t.upper()))
            if left < 0 or right > 0:
                continue
            if left > 0 > right:
                root = _refined(law, wide.t)
                if not any(root.overlaps(other) for other in found):
                    found.append(root)
                continue
        if float(t.rad()) < SMALLEST * sd:
            resolved = False
            continue
        cells += [hull(t.lower(), middle), hull(middle, t.upper())]
    values = [Cell(law, cut).between for cut in found]
    kept = [c for c, v in zip(found, values, strict=True) if not any(v < other for other in values)]
    return Cuts(tuple(sorted(kept, key=lambda cut: float(cut.mid()))), resolved)


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


def _refined(law: Law, t: arb) -> arb:
    """Shrink by Newton's method a ball that holds exactly one zero of s, where s falls."""
    while True:
        middle = arb(t.mid())
        narrow = (middle - Cell(law, middle).pull / Cell(law, t).slope).intersection(t)
        small = float(narrow.rad()) < TINY * max(1.0, abs(float(narrow.mid())))
        if small or not narrow.rad() < t.rad() * arb(0.5):
            return narrow
        t = narrow
