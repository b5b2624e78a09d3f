"""A mixture on the line in ball arithmetic, seen from its mean."""

from __future__ import annotations

from functools import cached_property
from math import comb

from flint import arb

from ...models import Mixture
from .balls import PRECISION
from .shapes import ORDERS, shape


class Law:
    """A mixture whose parameters are its doubles, taken as exact, with the weights divided by their sum.

    Attributes
    ----------
    mean : arb
        What is subtracted: all methods are of X less its mean.
    weights, means, sds : list of arb
        Of the components; means are less :attr:`mean`.
    """

    def __init__(self, model: Mixture) -> None:
        total = _sum([arb(w) for w in model.weights])
        self.weights = [arb(w) / total for w in model.weights]
        self.mean = _sum([w * arb(m) for w, m in zip(self.weights, model.means, strict=True)])
        self.means = [arb(m) - self.mean for m in model.means]
        self.sds = [arb(s) for s in model.sds]
        self.shape = shape(model.family, PRECISION)
        self.model = model

    @cached_property
    def variance(self) -> arb:
        """Variance of X."""
        parts = zip(self.weights, self.means, self.sds, strict=True)
        return _sum([w * (s * s + m * m) for w, m, s in parts])

    @cached_property
    def symmetric(self) -> bool:
        """Whether the components come in mirrored pairs about the mean: exactly, by their doubles."""
        parts = list(zip(self.model.weights, self.model.means, self.model.sds, strict=True))
        centre = (min(self.model.means) + max(self.model.means)) / 2
        mirrored = [(w, 2 * centre - m, s) for w, m, s in parts]
        # 2 c - m is exact for the pairs that the study has, and else the comparison fails
        exact = all(arb(2 * centre - m) == 2 * arb(centre) - arb(m) for m in self.model.means)
        return exact and sorted(parts) == sorted(mirrored)

    def density(self, t: arb) -> arb:
        """Density at a ball."""
        parts = zip(self.weights, self.means, self.sds, strict=True)
        return _sum([w / s * self.shape.density((t - m) / s) for w, m, s in parts])

    def above(self, t: arb) -> list[arb]:
        """Integrals of x^k times the density over x > t, k = 0 to 4, for a ball t."""
        found = [arb(0)] * ORDERS
        for w, m, s in zip(self.weights, self.means, self.sds, strict=True):
            tail = self.shape.tail((t - m) / s)
            for k in range(ORDERS):
                found[k] += w * _sum([comb(k, j) * m ** (k - j) * s**j * tail[j] for j in range(k + 1)])
        return found

    def below(self, t: arb) -> list[arb]:
        """The same over x < t: by reflection, so that small tails keep their digits."""
        found = [arb(0)] * ORDERS
        for w, m, s in zip(self.weights, self.means, self.sds, strict=True):
            tail = self.shape.tail((m - t) / s)
            for k in range(ORDERS):
                parts = [comb(k, j) * m ** (k - j) * (-s) ** j * tail[j] for j in range(k + 1)]
                found[k] += w * _sum(parts)
        return found


def _sum(terms: list[arb]) -> arb:
    total = arb(0)
    for term in terms:
        total += term
    return total
