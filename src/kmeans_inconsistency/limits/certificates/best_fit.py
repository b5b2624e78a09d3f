"""That no other fit with known variance and unequal weights is better: branch and bound over both means.

For means (m1, m2) of known weights and variance e let L be the expected log-likelihood, X less its mean, and
r1 + r2 = 1 the responsibilities of a fit. Four facts make the search finite and short.

*The means are bounded.* For given responsibilities of expectations 1 - p and p the best means are the
weighted means of X, so that one step of EM gives L(m) <= -(V - B) / (2 e) - KL, where V = Var X, B is what
the means explain, and KL is the divergence of (1 - p, p) from the weights, since the entropy is concave. B is
at most E[r X^2] / (1 - p), and that at most (p T^2 + E(X^2 - T^2)+) / (1 - p) for every T: it grows with p
while KL falls, as long as p is below the weight. So where the bound is below the candidate's value at one p,
no fit at least as good has a smaller share; and a mean with a share of at least p is at most
T + E(X - T)+ / p. One step of EM takes every fit that is at least as good into this rectangle.

*A box is bounded by Taylor's formula at its middle.* Along a segment s the log-likelihood of an x is
the logarithm of a sum of two exponentials. Their exponents differ by D with D' = (x (s1 - s2) -
(m1 s1 - m2 s2)) / e and D'' = (s2^2 - s1^2) / e, and each is concave. Its second derivative is at most
D'^2 / 4, and its third at most |D'|^3 / (6 sqrt 3) + 3 |D' D''| / 4, whose expectations need the
moments of X alone.

*About the stationary point* the same remainder shows that the point is the only maximum of its
neighbourhood: its Hessian there beats the third derivatives.

*Expectations are sums at equidistant nodes.* With z = b + h u / e and a strip |Im u| <= a on which |Im z| <=
1.2 the sum with step k is off by at most 2 M / (exp(2 pi a / k) - 1), M a bound of the integral of the
absolute value along any line of the strip (Trefethen and Weideman 2014, theorem 5.1).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from math import inf

import numpy as np
from flint import arb, arb_mat, ctx

from ...models import Mixture
from .balls import precisely
from .expectations import Normals
from .law import Law
from .stationary import odds, stationary_point

CELLS = (
    (1.0, 0.3, 0.5),
    (1.0, 0.3, 0.8),
    (1.0, 0.2, 0.5),
    (2.0, 0.3, 0.5),
    (2.0, 0.3, 1.5),
    (2.0, 0.2, 0.5),
    (2.0, 0.1, 0.8),
    (3.0, 0.3, 0.5),
    (3.0, 0.3, 1.5),
    (3.0, 0.2, 0.8),
)
"""Separation, weight of the lower component, which the fit knows, and the variance that it takes as known."""

BITS = 64
"""Of the search; the stationary point and its Hessian have those of :mod:`.balls`."""

MOST = 4_000
"""Boxes after which a search is given up."""

_STRIP = 1.2
_NEIGHBOURHOODS = (0.5, 0.35, 0.25, 0.18, 0.12, 0.08, 0.05, 0.03, 0.02, 0.01, 0.005)


@dataclass(frozen=True)
class Certificate:
    """A proof that a fit is the only global maximum.

    Attributes
    ----------
    first, second : arb
        The means.
    radius : float
        Half width of the square of the means about the fit in which it is the only maximum.
    margin : float
        By how much the expected log-likelihood is lower, at least, everywhere outside the square.
    boxes : int
        How many the search took.
    """

    first: arb
    second: arb
    radius: float
    margin: float
    boxes: int


@dataclass(frozen=True)
class _Local:
    """Value, gradient and Hessian in the two means."""

    value: arb
    gradient: tuple[arb, arb]
    hessian: tuple[arb, arb, arb]


class _Likelihood:
    """Expected log-likelihood of the fit, up to a constant."""

    def __init__(self, model: Mixture, eps: float, weight: float) -> None:
        self.law = Law(model)
        self.data = Normals(self.law.weights, self.law.means, self.law.sds)
        self.eps, self.log_odds = arb(eps), odds(weight)
        self.weights = (arb(weight), 1 - arb(weight))
        self.variance = self.law.variance
        self.third, self.fourth = (self.data.moment(k) for k in (3, 4))
        self.narrowest = min(self.law.sds, key=float)
        self.tail = self.data.tail()
        self.grids: dict[float, tuple[list[arb], arb_mat]] = {}

    def at(self, first: arb, second: arb) -> _Local:
        """All three at a pair of means, by balls that hold them."""
        e, c, h = self.eps, (first + second) / 2, (second - first) / 2
        slope = h / e
        intercept = self.log_odds - slope * c
        steep = abs(slope).upper()
        width = min(1.0, _STRIP / max(float(steep), 1e-3))
        # exp(-24), about 4e-11, is what the sums are off by
        step = 0.25
        while step > width * 0.26:
            step /= 2
        if step not in self.grids:
            self.grids[step] = self._grid(step)
        x, masses = self.grids[step]
        z = [intercept + slope * u for u in x]
        t = [value.tanh() for value in z]
        number = len(x)
        error = arb(0, self._error(intercept, slope, width, step).upper())
        peaks = arb_mat(1, number, [value.cosh().log() for value in z]) * masses
        means = arb_mat(1, number, t) * masses
        curved = arb_mat(1, number, [1 - value * value for value in t]) * masses
        t0, t1 = means[0, 0] + error, means[0, 1] + error
        s0, s1, s2 = (curved[0, k] / 4 + error for k in range(3))
        value = peaks[0, 0] + error - self.log_odds.cosh().log()
        value -= (self.variance + c * c + h * h) / (2 * e)
        shares = (1 - t0) / 2, (1 + t0) / 2
        gradient = (-t1 / 2 - first * shares[0]) / e, (t1 / 2 - second * shares[1]) / e
        squared = [(s2 - 2 * m * s1 + m * m * s0) / (e * e) for m in (first, second)]
        cross = -(s2 - (first + second) * s1 + first * second * s0) / (e * e)
        hessian = squared[0] - shares[0] / e, cross, squared[1] - shares[1] / e
        return _Local(value, gradient, hessian)

    def _grid(self, step: float) -> tuple[list[arb], arb_mat]:
        """Nodes, and beside each its mass, times 1, x and x^2."""
        width = arb(step)
        low, high = int(float(self.data.low) / step) - 2, int(float(self.data.high) / step) + 3
        nodes = [width * k for k in range(low, high)]
        masses = [width * self.law.density(u) for u in nodes]
        entries = [entry for p, u in zip(masses, nodes, strict=True) for entry in (p, p * u, p * u * u)]
        return nodes, arb_mat(len(nodes), 3, entries)

    def _error(self, intercept: arb, slope: arb, width: float, step: float) -> arb:
        """Bound of what a sum is off by: by its step, and by its ends, where the summands fall."""
        a, sd = arb(width), self.variance.sqrt()
        # |tanh| <= tan, |sech^2| <= 1 / cos^2, |log cosh| <= |Re z| + log(1 / cos) + the strip's half width
        most = 8 * (1 + (sd + a) ** 2) + abs(intercept) + abs(slope) * sd + 3
        lines = most * (a * a / (2 * self.narrowest**2)).exp()
        by_step = 2 * lines / ((2 * arb.pi() * a / arb(step)).exp() - 1)
        return by_step + (abs(intercept) + abs(slope) + 1) * self.tail

    def remainders(self, first: arb, second: arb, reach: tuple[arb, arb]) -> tuple[arb, arb]:
        """Bounds of Taylor's remainders of second and of third order for steps up to ``reach``."""
        (one, two), e = reach, self.eps
        bend = (one * one).max(two * two)
        squares = fourths = arb(0)
        # what is bounded is convex in the step and so largest at a corner, of which opposite ones are alike;
        # on the way m1 s1 - m2 s2 changes by at most the bend
        for side in (1, -1):
            a = abs(one - side * two)
            k = abs(first * one - side * second * two) + bend
            squares = squares.max(a * a * self.variance + k * k)
            odd, even = 4 * a**3 * k * abs(self.third), 6 * (a * k) ** 2 * self.variance
            fourths = fourths.max(a**4 * self.fourth + odd + even + k**4)
        cubes = (squares * fourths).sqrt() / e**3
        squares, bend = squares / e**2, bend / e
        third = cubes / (6 * arb(3).sqrt()) + 3 * squares.sqrt() * bend / 4
        return squares / 8, third / 6


@precisely
def certify(model: Mixture, eps: float, weight: float) -> Certificate | None:
    """Prove that the limit of the fit with known variance is the best fit.

    Parameters
    ----------
    model : Mixture
        Of normal components.
    eps, weight : float
        The variance, and the weight of the first mean, that the fit takes as known; the weight is not 1/2.

    Returns
    -------
    Certificate or None
        None where no proof is found.
    """
    point = stationary_point(model, eps, weight)
    if point is None or weight == 0.5:
        return None
    law = Law(model)
    # beyond the ends of the sums u^4 times a component's density falls
    if not all(abs(m) < 10 * sd for m, sd in zip(law.means, law.sds, strict=True)):
        return None
    likelihood = _Likelihood(model, eps, weight)
    first, second = point[0] - point[1], point[0] + point[1]
    best = likelihood.at(first, second)
    radius = _neighbourhood(likelihood, best, first, second)
    ranges = _rectangle(likelihood, best.value)
    if radius is None or ranges is None:
        return None
    ctx.prec = BITS
    found = _search(likelihood, best.value, (float(first), float(second)), radius, ranges)
    if found is None:
        return None
    mean = likelihood.law.mean
    return Certificate(mean + first, mean + second, radius, *found)


def _neighbourhood(likelihood: _Likelihood, best: _Local, first: arb, second: arb) -> float | None:
    """Half width of a square about the point in which no other is as good."""
    aa, ab, bb = best.hessian
    # the smaller curvature is at least det / trace
    curvature = -(aa * bb - ab * ab) / (aa + bb)
    if not (aa < 0 and curvature > 0):
        return None
    for radius in _NEIGHBOURHOODS:
        _, third = likelihood.remainders(first, second, (arb(radius), arb(radius)))
        # the remainder shrinks with the cube of the step, the quadratic with its square
        if curvature * arb(radius) ** 2 / 2 > third:
            return radius
    return None


def _rectangle(likelihood: _Likelihood, value: arb) -> list[tuple[float, float]] | None:
    """Ranges of the two means that hold all that is as good."""
    law, sd = likelihood.law, float(likelihood.variance.sqrt())
    cuts = [arb(sd * k / 8) for k in range(4, 49)]
    above, below = [law.above(t, 3) for t in cuts], [law.below(-t, 3) for t in cuts]
    gain = likelihood.variance / (2 * likelihood.eps) + value
    ranges = []
    for weight in likelihood.weights:
        for share in (0.2 * 0.8**k for k in range(40)):
            p = arb(share)
            if not p < weight:
                continue
            squares = [
                p * t * t + a[2] - t * t * a[0] + b[2] - t * t * b[0]
                for t, a, b in zip(cuts, above, below, strict=True)
            ]
            explained = min(float(s.upper()) for s in squares)
            divergence = p * (p / weight).log() + (1 - p) * ((1 - p) / (1 - weight)).log()
            if arb(explained) * (1 + arb(2) ** -40) / (1 - p) / (2 * likelihood.eps) < divergence + gain:
                break
        else:
            return None
        high = min(float((t + (a[1] - t * a[0]) / p).upper()) for t, a in zip(cuts, above, strict=True))
        low = max(float((-t + (b[1] + t * b[0]) / p).lower()) for t, b in zip(cuts, below, strict=True))
        ranges.append((low - 1e-6, high + 1e-6))
    return ranges


def _search(
    likelihood: _Likelihood,
    value: arb,
    at: tuple[float, float],
    radius: float,
    ranges: list[tuple[float, float]],
) -> tuple[float, int] | None:
    """Split the box with the highest bound until all are well below the value; the margin, and boxes."""
    least = float(value.lower())
    counter, highest = 0, -inf
    heap: list[tuple[float, int, float, float, float, float]] = []

    def add(x: float, y: float, half_x: float, half_y: float) -> None:
        nonlocal counter, highest
        # the square is inside by a little, so that rounded corners stay in it
        inside = radius * (1 - 1e-9)
        if abs(x - at[0]) + half_x < inside and abs(y - at[1]) + half_y < inside:
            return
        counter += 1
        bound, middle = _bound(likelihood, x, y, half_x, half_y)
        highest = max(highest, middle)
        heapq.heappush(heap, (-bound, counter, x, y, half_x, half_y))

    (left, right), (low, high) = ranges
    add(
        (left + right) / 2, (low + high) / 2, (right - left) / 2 * (1 + 1e-12), (high - low) / 2 * (1 + 1e-12)
    )
    goal = inf
    # a middle that is better ends it: there is nothing to prove
    while counter < MOST and highest < least:
        margin = least + heap[0][0]
        if margin > 0:
            # half as many boxes again tighten the margin
            goal = min(goal, 1.5 * counter)
        if counter >= goal:
            break
        _, _, x, y, half_x, half_y = heapq.heappop(heap)
        # halves overlap by a little for what rounding loses
        if half_x >= half_y:
            for side in (-0.5, 0.5):
                add(x + side * half_x, y, half_x / 2 * (1 + 1e-12), half_y)
        else:
            for side in (-0.5, 0.5):
                add(x, y + side * half_y, half_x, half_y / 2 * (1 + 1e-12))
    margin = least + heap[0][0]
    return (margin * (1 - 1e-9), counter) if margin > 0 else None


def _bound(likelihood: _Likelihood, x: float, y: float, half_x: float, half_y: float) -> tuple[float, float]:
    """Upper bound of the expected log-likelihood in a box of the means, and about its value in the middle."""
    first, second, reach = arb(x), arb(y), (arb(half_x), arb(half_y))
    found = likelihood.at(first, second)
    second_order, third_order = likelihood.remainders(first, second, reach)
    linear = abs(found.gradient[0]) * reach[0] + abs(found.gradient[1]) * reach[1]
    rough = found.value + linear + second_order
    fine = found.value + _quadratic(found, (half_x, half_y)) + third_order
    return float(min(rough.upper(), fine.upper())) + 1e-12, float(found.value)


def _quadratic(found: _Local, reach: tuple[float, float]) -> arb:
    """Upper bound of the gradient's and the Hessian's part for steps up to ``reach``."""
    aa, ab, bb = found.hessian
    matrix = np.array([[float(aa), float(ab)], [float(ab), float(bb)]])
    slope = np.array([float(g) for g in found.gradient])
    # made concave; what is taken away is given back at its largest
    shift = max(0.0, float(np.linalg.eigvalsh(matrix)[-1])) + 1e-6
    aa, bb = aa - arb(shift), bb - arb(shift)
    back = arb(shift) * (arb(reach[0]) ** 2 + arb(reach[1]) ** 2) / 2
    if not (aa < 0 and aa * bb - ab * ab > 0):
        return arb(inf)
    matrix -= shift * np.eye(2)
    # a tangent plane is above a concave function: the one near its highest point in the box
    s = np.zeros(2)
    for _ in range(30):
        for i in (0, 1):
            s[i] = np.clip(-(slope[i] + matrix[i, 1 - i] * s[1 - i]) / matrix[i, i], -reach[i], reach[i])
    u, v = arb(float(s[0])), arb(float(s[1]))
    by_u = found.gradient[0] + aa * u + ab * v
    by_v = found.gradient[1] + ab * u + bb * v
    top = found.gradient[0] * u + found.gradient[1] * v + (aa * u * u + bb * v * v) / 2 + ab * u * v
    for by, place, half in ((by_u, u, arb(reach[0])), (by_v, v, arb(reach[1]))):
        top += (by * (half - place)).max(-by * (half + place))
    return top + back
