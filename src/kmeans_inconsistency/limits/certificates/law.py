"""A mixture on the line in ball arithmetic, seen from its mean."""

from __future__ import annotations

from functools import cached_property
from math import comb

from flint import arb

from ...models import Mixture
from .balls import PRECISION, powers
from .shapes import ORDERS, shape


class Law:
    """A mixture whose parameters are its doubles, taken as exact, with the weights divided by their sum.

    Attributes
    ----------
    mean : arb
        What is subtracted: all methods are of X less its mean.
    weights, means, sds : list of arb
        Of the components; means are less :attr:`mean`.

    Parameters
    ----------
    model : Mixture
    weights : list of arb, optional
        In place of the model's weights: balls, for a certificate that holds for all weights in them.
    """

    def __init__(self, model: Mixture, weights: list[arb] | None = None) -> None:
        shares = [arb(w) for w in model.weights] if weights is None else weights
        total = _sum(shares)
        self.weights = [w / total for w in shares]
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

    def above(self, t: arb, orders: int = ORDERS) -> list[arb]:
        """Integrals of x^k times the density over x > t, k = 0 to ``orders`` - 1, for a ball t."""
        return self._beyond(t, orders, 1)

    def below(self, t: arb, orders: int = ORDERS) -> list[arb]:
        """The same over x < t: by reflection, so that small tails keep their digits."""
        return self._beyond(t, orders, -1)

    def _beyond(self, t: arb, orders: int, side: int) -> list[arb]:
        found = [arb(0)] * orders
        for w, m, s in zip(self.weights, self.means, self.sds, strict=True):
            tail = self.shape.tail((t - m) * side / s)
            for k, moment in enumerate(about(tail[:orders], m, s * side)):
                found[k] += w * moment
        return found


def about(moments: list[arb], m: arb, reach: arb) -> list[arb]:
    """Moments of m + reach u from those of u, of the orders 0 on, by the binomial theorem."""
    of_mean, of_reach = powers(m, len(moments)), powers(reach, len(moments))
    return [
        _sum([comb(k, j) * of_mean[k - j] * of_reach[j] * moments[j] for j in range(k + 1)])
        for k in range(len(moments))
    ]


def _sum(terms: list[arb]) -> arb:
    total = arb(0)
    for term in terms:
        total += term
    return total
