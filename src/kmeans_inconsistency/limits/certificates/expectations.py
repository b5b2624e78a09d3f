"""Expectations under a mixture of normals of u^j tanh z and u^j sech^2 z, z = b + h u / v linear in u.

They are all that likelihoods of two normal components with a common variance need beside polynomials.
"""

from __future__ import annotations

from flint import acb, arb

from .balls import expectation
from .law import about
from .shapes import shape

FAR = 15
"""Standard deviations beyond which the tails are bounded rather than integrated."""


class Normals:
    """A mixture of normals in ball arithmetic, seen from a point.

    Parameters
    ----------
    weights, means, sds : list of arb
    """

    def __init__(self, weights: list[arb], means: list[arb], sds: list[arb]) -> None:
        self.parts = list(zip(weights, means, sds, strict=True))
        low = min((m - FAR * s).lower() for _, m, s in self.parts)
        high = max((m + FAR * s).upper() for _, m, s in self.parts)
        self.low, self.high = arb(low), arb(high)

    def moment(self, order: int) -> arb:
        """E u^j."""
        total = arb(0)
        for w, m, s in self.parts:
            before, now = arb(0), arb(1)
            for k in range(order):
                before, now = now, m * now + k * s * s * before
            total += w * now
        return total

    def hyperbolic(self, order: int, power: int, intercept: arb, slope: arb) -> arb:
        """E u^j tanh z for power 1, E u^j sech^2 z for power 2; z = intercept + slope u."""
        scales = [(acb(w / s) / (2 * acb.pi()).sqrt(), acb(m), acb(s)) for w, m, s in self.parts]

        def integrand(u: acb, analytic: bool) -> acb:
            del analytic
            z = acb(intercept) + acb(slope) * u
            value = z.tanh() if power == 1 else z.sech()
            value = value if power == 1 else value * value
            for _ in range(order):
                value *= u
            density = acb(0)
            for peak, m, s in scales:
                v = (u - m) / s
                density += peak * (-v * v / 2).exp()
            return value * density

        return expectation(integrand, self.low, self.high, self.tail())

    def tail(self) -> arb:
        """Bound of E |u|^j beyond the ends, j up to 4: E of 1 + u^4 there."""
        tails = shape("normal", 0).tail
        total = arb(0)
        for w, m, s in self.parts:
            for sign, z in ((1, (self.high - m) / s), (-1, (m - self.low) / s)):
                moments = about(tails(z), sign * m, s)
                total += w * (moments[0] + moments[4])
        return total
