"""Groups that are not normal, as simpler explanations of what looks like one group more.

A mixture of normal components takes outlying observations, or a tail that is longer than the other, for a
component of their own, and the information criterion prefers it to one normal distribution without fail. What
it has to be compared with is one group of another shape: along a line a two-piece t distribution (Fernández &
Steel 1998), whose two sides have scales of their own, and in space Student's.
"""

from __future__ import annotations

from math import log, pi
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import digamma, gammaln, zeta

from . import rule
from .rule import Spherical

FloatArray = NDArray[np.float64]

_NORMAL = 1e6  # degrees of freedom that are as good as infinitely many
_MOST_DEGREES = 200.0
_ENDS, _GROUPS = 200, 600  # observations at each end that stay single, and groups of the others
_PASSES = 200  # of EM
_STILL = 1e-3  # gain in log-likelihood by one pass
_MOST_STEPS, _SHORTEST = 100, 1e-8  # of Newton's method
_MET = 1e-6  # predicted gain in log-likelihood below which Newton's method stops
# Free among mode, log scales and log degrees of freedom: t, two-piece normal, two-piece t.
_SHAPES = (
    np.array([[1.0, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]]),
    np.eye(4)[:, :3],
    np.eye(4),
)


class Simpler(NamedTuple):
    """A fit: log-likelihood and number of parameters."""

    value: float
    parameters: int


class TwoPiece(NamedTuple):
    """A t distribution with one scale below its mode and another above."""

    mode: float
    below: float
    above: float
    degrees: float


def log_density(u: FloatArray, shape: TwoPiece) -> FloatArray:
    """Of a two-piece t distribution."""
    z = (u - shape.mode) / np.where(u < shape.mode, shape.below, shape.above)
    nu = shape.degrees
    kernel = -0.5 * (nu + 1) * np.log1p(z * z / nu)
    return np.asarray(log(2) - log(shape.below + shape.above) + _constant(nu) + kernel)


def _constant(nu: float) -> float:
    return float(gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * log(nu * pi))


def two_pieces(u: FloatArray, weights: FloatArray | None = None) -> list[tuple[TwoPiece, int]]:
    """Maximum likelihood of t, two-piece normal and two-piece t, with their numbers of parameters."""
    centre, unit = float(np.median(u)), float(u.std()) or 1.0
    points, mass = _grouped((u - centre) / unit, np.ones(len(u)) if weights is None else weights)
    mean, sd, skew = _moments(points, mass)
    sides = (0.6, 1.3) if skew > 0 else (1.3, 0.6)
    starts = [
        np.array([mean, log(sd), log(sd), log(8.0)]),
        np.array([mean - 0.5 * np.sign(skew) * sd, log(sides[0] * sd), log(sides[1] * sd), log(8.0)]),
    ]
    whole = min((_minimise(points, mass, _SHAPES[-1], start) for start in starts), key=lambda at: at[1])[0]
    found = [whole]
    for free in _SHAPES[:-1]:
        fixed = whole.copy()
        if free[3].any():
            fixed[1:3] = fixed[1:3].mean()
        else:
            fixed[3] = log(_NORMAL)
        found.append(_minimise(points, mass, free, fixed)[0])
    counts = (4, 3, 3)
    return [(_shape(t, centre, unit), count) for t, count in zip(found, counts, strict=True)]


def _shape(t: FloatArray, centre: float, unit: float) -> TwoPiece:
    below, above, degrees = map(float, np.exp(t[1:]))
    return TwoPiece(centre + unit * float(t[0]), unit * below, unit * above, degrees)


def _grouped(u: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Neighbours as one point where observations are many."""
    order = np.argsort(u)
    u, weights = u[order], weights[order]
    if len(u) <= 2 * _ENDS + 2 * _GROUPS:
        return u, weights
    inner = np.linspace(_ENDS, len(u) - _ENDS, _GROUPS + 1).astype(int)
    begins = np.concatenate([np.arange(_ENDS), inner[:-1], np.arange(len(u) - _ENDS, len(u))])
    mass = np.add.reduceat(weights, begins)
    sums = np.add.reduceat(weights * u, begins)
    kept = mass > 0
    return sums[kept] / mass[kept], mass[kept]


def _moments(u: FloatArray, weights: FloatArray) -> tuple[float, float, float]:
    share = weights / weights.sum()
    mean = float(share @ u)
    sd = float(np.sqrt(share @ (u - mean) ** 2)) or 1.0
    return mean, sd, float(share @ (u - mean) ** 3) / sd**3


def _minimise(
    u: FloatArray, weights: FloatArray, free: FloatArray, start: FloatArray
) -> tuple[FloatArray, float]:
    """Minus the log-likelihood, over the columns of ``free`` added to what they leave out of the start.

    By Newton's method, downhill where the curvature is negative too, within bounds.
    """
    at = np.linalg.pinv(free) @ start
    rest = start - free @ at
    low, high = np.full(len(at), -12.0), np.full(len(at), 5.0)
    low[0], high[0] = u[0], u[-1]
    if free[3].any():
        low[-1], high[-1] = 0.0, log(_MOST_DEGREES)
    at = np.clip(at, low, high)
    value, slope, curvature = _objective(u, weights, free @ at + rest)
    for _ in range(_MOST_STEPS):
        down = -(slope @ free)
        moves = ~((at <= low) & (down < 0) | (at >= high) & (down > 0))
        step = np.zeros(len(at))
        step[moves] = _downhill((free.T @ curvature @ free)[np.ix_(moves, moves)], down[moves])
        gain = float(down @ step)
        if gain < _MET:
            break
        length = min(1.0, 1.0 / float(np.abs(step).max()))
        while length > _SHORTEST:
            there = np.clip(at + length * step, low, high)
            trial = _objective(u, weights, free @ there + rest)
            if trial[0] < value - 1e-4 * float(down @ (there - at)):
                break
            length /= 2
        else:
            break
        at, (value, slope, curvature) = there, trial
    return free @ at + rest, value


def _downhill(curvature: FloatArray, down: FloatArray) -> FloatArray:
    """Newton's step with the absolute values of the curvatures along their axes."""
    roots, axes = np.linalg.eigh(curvature)
    sizes = np.abs(roots)
    return np.asarray(axes @ (axes.T @ down / np.maximum(sizes, max(1e-8 * sizes.max(), 1e-300))))


def _objective(u: FloatArray, weights: FloatArray, t: FloatArray) -> tuple[float, FloatArray, FloatArray]:
    """Minus the log-likelihood with its first and second derivatives."""
    below, above, nu = map(float, np.exp(t[1:]))
    left = u < t[0]
    scale = np.where(left, below, above)
    z = (u - t[0]) / scale
    square = z * z
    logs = weights @ np.log1p(square / nu)
    total = weights.sum()
    value = 0.5 * (nu + 1) * logs - total * (log(2) - log(below + above) + _constant(nu))
    # Weighted sums on each side, as derivatives in the scales are of one side only.
    share = weights / (nu + square)
    steep, flat = z / scale, nu / (nu + square)
    pull = (nu + 1) * share
    mixed = share * (square - 1) / (nu + square)
    terms = np.stack(
        [
            pull * steep,
            pull * square,
            pull * (2 * flat - 1) / scale**2,
            2 * pull * steep * flat,
            2 * pull * square * flat,
            nu * mixed * steep,
            nu * mixed * square,
            share * square * (nu * nu + 2 * nu + square) / (nu + square),
        ]
    )
    lower, whole = terms[:, left].sum(axis=1), terms.sum(axis=1)
    upper = whole - lower
    first = 0.5 * (digamma((nu + 1) / 2) - digamma(nu / 2) - 1 / nu)
    second = 0.25 * (zeta(2, (nu + 1) / 2) - zeta(2, nu / 2)) + 0.5 / nu**2
    of_degrees = 0.5 * logs - whole[1] / (2 * nu) - total * first
    both = total / (below + above)
    slope = np.array([-whole[0], below * both - lower[1], above * both - upper[1], nu * of_degrees])
    cross = -both * below * above / (below + above)
    # in the degrees of freedom: of log1p, of the rest, of the constant
    curved = (whole[7] - (share @ square) * nu) / (2 * nu**2) - total * second
    curvature = np.array(
        [
            [whole[2], lower[3], upper[3], -whole[5]],
            [lower[3], lower[4] - cross, cross, -lower[6]],
            [upper[3], cross, upper[4] - cross, -upper[6]],
            [-whole[5], -lower[6], -upper[6], nu * of_degrees + nu**2 * curved],
        ]
    )
    return float(value), slope, curvature


def one_on_a_line(u: FloatArray) -> Simpler:
    """One group with long or unequal tails, the shape with the smallest BIC."""
    fits = [Simpler(float(log_density(u, shape).sum()), count) for shape, count in two_pieces(u)]
    return _best(fits, len(u))


def _best(fits: list[Simpler], n: int) -> Simpler:
    return min(fits, key=lambda fit: fit.parameters * log(n) - 2 * fit.value)


def with_two_as_one(x: FloatArray, model: Spherical, pair: tuple[int, int]) -> Simpler:
    """Two components taken for one group, with long or unequal tails along the line through their means.

    With more than two components it is one step of EM from the mixture, so that the value is at most that of
    the maximum.
    """
    n, d = x.shape
    clusters = len(model.weights)
    first, second = pair
    gap = model.means[second] - model.means[first]
    direction = gap / np.linalg.norm(gap)
    parts = rule.joint(x, model)
    density = parts.sum(axis=1)
    together = (parts[:, first] + parts[:, second]) / np.maximum(density, 1e-300)
    u = (x - model.means[first]) @ direction
    own = together > 1e-6
    mass = together.sum()
    centre = together @ x / mass
    across = ((x - centre) ** 2).sum(axis=1) - ((x - centre) @ direction) ** 2
    variance = model.variance
    if clusters == 2 and d > 1:
        variance = float(across.mean()) / (d - 1)
    outside = -0.5 * (d - 1) * log(2 * pi * variance) - 0.5 * across / variance
    others = np.maximum(density - parts[:, first] - parts[:, second], 0.0)
    share = float(model.weights[first] + model.weights[second])
    # the other components, the variance, where the group is and in what direction its tails are
    known = (clusters - 2) * (d + 1) + (1 if d > 1 or clusters > 2 else 0) + 2 * (d - 1)
    fits = []
    for shape, count in two_pieces(u[own], together[own]):
        merged = log_density(u, shape) + outside
        if clusters > 2:
            with np.errstate(divide="ignore"):
                merged = np.logaddexp(log(share) + merged, np.log(others))
        fits.append(Simpler(float(merged.sum()), known + count))
    return _best(fits, n)


def neighbours(model: Spherical) -> list[tuple[int, int]]:
    """Each component with the one that is nearest to it."""
    squares = ((model.means[:, None] - model.means) ** 2).sum(axis=2)
    np.fill_diagonal(squares, np.inf)
    pairs = ((k, int(squares[k].argmin())) for k in range(len(squares)))
    return sorted({(min(pair), max(pair)) for pair in pairs})


def student(x: FloatArray, spherical: bool) -> Simpler | None:
    """One t distribution in space; None where its tails would not be longer than the normal's.

    By EM with the degrees of freedom at their best in every pass (Liu & Rubin 1994) and the weights made to
    have a mean of one (Kent, Tyler & Vardi 1994).
    """
    n, d = x.shape
    mean, scatter = x.mean(axis=0), np.cov(x.T, bias=True).reshape(d, d)
    nu, before = 10.0, -np.inf
    for at in range(_PASSES):
        if spherical:
            scatter = np.trace(scatter) / d * np.eye(d)
        values, axes = np.linalg.eigh(scatter)
        if not values[0] > 1e-12 * values[-1]:
            return None
        gap = x - mean
        squares = (((gap @ axes) ** 2) / values).sum(axis=1)
        if at == 0 and (squares**2).mean() <= d * (d + 2):
            return None
        nu = _degrees(squares, d)
        value = float(_student(squares, d, nu) - 0.5 * n * np.log(values).sum())
        if value - before < _STILL:
            break
        before = value
        pull = (nu + d) / (nu + squares)
        mean = pull @ x / pull.sum()
        gap = x - mean
        scatter = (gap.T * pull) @ gap / pull.sum()
    return Simpler(value, d + (1 if spherical else d * (d + 1) // 2) + 1)


def _degrees(squares: FloatArray, d: int) -> float:
    found = minimize_scalar(
        lambda t: -_student(squares, d, float(np.exp(t))),
        bounds=(0.0, log(_MOST_DEGREES)),
        method="bounded",
        options={"xatol": 1e-2},
    )
    return float(np.exp(found.x))


def _student(squares: FloatArray, d: int, nu: float) -> float:
    """Log-likelihood but for the determinant."""
    constant = gammaln((nu + d) / 2) - gammaln(nu / 2) - 0.5 * d * log(nu * pi)
    return float(len(squares) * constant - 0.5 * (nu + d) * np.log1p(squares / nu).sum())
