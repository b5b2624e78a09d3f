"""k-means with two clusters: enclosures of its limit and of its variances at an enclosed cut."""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from ...models import Mixture
from .. import kmeans
from . import cuts
from .balls import precisely
from .law import Law, about


@dataclass(frozen=True)
class Certificate:
    """What is proved of k-means' limit, K = 2.

    Attributes
    ----------
    unique : bool or None
        Whether the global optimum is proved unique (True) or proved not to be (False: two mirror images, for
        a law that is symmetric). None where neither is proved.
    values : dict of str to arb
        Enclosures at the global optimum, or at the lower one of two mirror images, by the names of the report
        on a mixture: ``centers.0``, ``boundaries.0``, ``distance``, ``within``, ``avar_distance``, ... Empty
        where the optimum is not decided.
    difference : arb or None
        Where two optima cannot be told apart: the enclosure of the difference of their within-cluster
        variances, the lower cut's less the upper one's.
    """

    unique: bool | None
    values: dict[str, arb]
    difference: arb | None = None


@precisely
def certify(model: Mixture) -> Certificate:
    """Enclose k-means' limit for two clusters, and prove that no other cut is better."""
    law = Law(model)
    guess = kmeans.limit(model, 2).best.boundaries[0]
    found = cuts.best(law, float(arb(guess) - law.mean))
    if not found.resolved or not found.best:
        return Certificate(None, {})
    if len(found.best) == 1:
        return Certificate(True, at(law, found.best[0]))
    if len(found.best) == 2 and law.symmetric and (found.best[0] + found.best[1]).contains(0):
        # each enclosure holds one local optimum, so that the two are mirror images, and equally good
        return Certificate(False, at(law, found.best[0]))
    values = [cuts.Cell(law, cut).between for cut in found.best]
    return Certificate(None, {}, values[-1] - values[0])


def at(law: Law, cut: arb) -> dict[str, arb]:
    """Enclose what the theory says at a cut: see :mod:`..pollard` for the formulas."""
    low, high = law.below(cut), law.above(cut)
    masses = low[0], high[0]
    centres = low[1] / low[0], high[1] / high[0]
    parts = [cell[2] - c * cell[1] for cell, c in zip((low, high), centres, strict=True)]
    within, distance = parts[0] + parts[1], centres[1] - centres[0]
    pull = law.density(cut) * distance / 2
    # G = [[2 F - a, -a], [-a, 2 (1 - F) - a]]
    first, second = 2 * masses[0] - pull, 2 * masses[1] - pull
    determinant = first * second - pull * pull
    values = {
        "centers.0": centres[0] + law.mean,
        "centers.1": centres[1] + law.mean,
        "boundaries.0": cut + law.mean,
        "distance": distance,
        "within": within,
        "naive_avar_distance": parts[0] / masses[0] ** 2 + parts[1] / masses[1] ** 2,
        "lloyd_rate": pull / (2 * masses[0] * masses[1]),
    }
    if determinant > 0 and first > 0:
        rows = (second / determinant, pull / determinant), (pull / determinant, first / determinant)
        contrast = rows[1][0] - rows[0][0], rows[1][1] - rows[0][1]
        for name, row in (
            ("avar_centers.0", rows[0]),
            ("avar_centers.1", rows[1]),
            ("avar_distance", contrast),
        ):
            values[name] = 4 * (row[0] * row[0] * parts[0] + row[1] * row[1] * parts[1])
    fourth = arb(0)
    for cell, c in zip((low, high), centres, strict=True):
        fourth += about(cell, -c, arb(1))[4]
    values["avar_within"] = fourth - within * within
    return {name: value for name, value in values.items() if value.is_finite()}
