"""Critical weights and the cusp where they begin, enclosed."""

from __future__ import annotations

from flint import arb, arb_mat, arb_series, ctx

from ...models import normal_pair
from .. import transitions
from . import cuts, two_means
from .balls import hull, precisely
from .law import Law

RELATIVE = 2e-12
"""Half width, relative to the weight, of the interval in which a critical weight is proved to lie."""


@precisely
def critical_weight(delta: float) -> arb | None:
    """Enclose the weight at which the best cut of a normal pair passes from one optimum to another.

    At the lower end of the interval the cut through the large component is proved the best of all cuts, at
    the upper end the cut between the components; and over the whole interval each is a local optimum that
    moves continuously with the weight, so that the two are equally good somewhere within.

    Returns
    -------
    arb or None
        None where there is no such weight, or it could not be proved.
    """
    guess = transitions.critical_weight(delta)
    if guess is None:
        return None
    low, high = guess * (1 - RELATIVE), guess * (1 + RELATIVE)
    ends = [two_means.certify(normal_pair(delta, weight)) for weight in (low, high)]
    if not all(end.unique for end in ends):
        return None
    whole = hull(arb(low), arb(high))
    law = Law(normal_pair(delta, guess), [whole, 1 - whole])
    # cuts less the mean, which moves with the weight
    branches = [_follow(law, end.values["boundaries.0"] - law.mean) for end in ends]
    if branches[0] is None or branches[1] is None or branches[0].overlaps(branches[1]):
        return None
    return whole


def _follow(law: Law, cut: arb) -> arb | None:
    """Enclose the local optimum near a cut for all weights of a law, by Newton's method; None if it fails."""
    around = arb(cut.mid(), 1e-8)
    for _ in range(20):
        steep = cuts.Cell(law, around).slope
        if not steep < 0:
            return None
        middle = arb(around.mid())
        step = middle - cuts.Cell(law, middle).pull / steep
        if around.contains(step):
            return step
        around = arb(step.mid(), 2 * step.rad() + around.rad())
    return None


@precisely
def cusp() -> tuple[arb, arb] | None:
    """Enclose the separation and the weight at which two optima of a normal pair first part.

    There the function s of :mod:`.cuts` and its first two derivatives in the cut vanish. Krawczyk's operator
    proves that a box holds exactly one such point.

    Returns
    -------
    (arb, arb) or None
        Separation and weight; None if the box is not proved to hold one.
    """
    delta, weight, cut = transitions.cusp()
    centre = [arb(cut), arb(weight), arb(delta / 2)]
    box = [arb(value.mid(), 1e-10) for value in centre]
    _, jacobian = _singularity(*centre)
    preconditioner = arb_mat(3, 3, [arb(entry.mid()) for entry in jacobian.inv().entries()])
    for _ in range(4):
        middle = [arb(value.mid()) for value in box]
        values, _ = _singularity(*middle)
        _, jacobian = _singularity(*box)
        identity = arb_mat(3, 3, [int(i == j) for i in range(3) for j in range(3)])
        offset = arb_mat(3, 1, [b - m for b, m in zip(box, middle, strict=True)])
        moved = (
            arb_mat(3, 1, middle) - preconditioner * values + (identity - preconditioner * jacobian) * offset
        )
        found = [moved[i, 0] for i in range(3)]
        if not all(b.contains(f) for b, f in zip(box, found, strict=True)):
            return None
        box = found
    return 2 * box[2], box[1]


def _singularity(t: arb, p: arb, h: arb) -> tuple[arb_mat, arb_mat]:
    """F G s and its first two derivatives in t, and their derivatives in (t, p, h): weight p, means -h, h."""
    before, ctx.cap = ctx.cap, 4
    try:
        x = arb_series([t, arb(1)], 4)
        norm, root = 1 / (2 * arb.pi()).sqrt(), 1 / arb(2).sqrt()
        one = arb_series([1], 4)
        upper, lower = x - h, x + h
        below = [(one + (z * root).erf()) / 2 for z in (lower, upper)]
        peak = [norm * (-(z * z) / 2).exp() for z in (lower, upper)]
        # masses and first moments below the cut of the two components
        first = [-h * below[0] - peak[0], h * below[1] - peak[1]]
        q = 1 - p
        mass, moment, mean = p * below[0] + q * below[1], p * first[0] + q * first[1], h * (1 - 2 * p)
        changes = [
            (below[0] - below[1], first[0] - first[1], -2 * h),
            (
                p * peak[0] - q * peak[1],
                p * (x * peak[0] - below[0]) + q * (below[1] - x * peak[1]),
                1 - 2 * p,
            ),
        ]
        rest = one - mass
        function = moment * rest + (mean - moment) * mass - 2 * x * mass * rest
        columns = [
            change[1] * rest
            - moment * change[0]
            + (change[2] - change[1]) * mass
            + (mean - moment) * change[0]
            - 2 * x * change[0] * (one - 2 * mass)
            for change in changes
        ]
        values = [function[0], function[1], 2 * function[2]]
        rows = [
            [(1, 1, 2)[k] * (k + 1) * function[k + 1], *((1, 1, 2)[k] * column[k] for column in columns)]
            for k in range(3)
        ]
        return arb_mat(3, 1, values), arb_mat(3, 3, [entry for row in rows for entry in row])
    finally:
        ctx.cap = before
