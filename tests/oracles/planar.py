"""k-means with three clusters in the plane, by cubature.

The Voronoi cells of three points are three wedges around their circumcentre. In polar coordinates around it
the moments of a spherical normal distribution over a wedge have a closed form along each ray, which leaves
one smooth integral over the angle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

FloatArray = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)


@dataclass(frozen=True)
class PlanarMixture:
    """A mixture of spherical normal distributions in the plane.

    Parameters
    ----------
    weights : ndarray, shape (k,)
    means : ndarray, shape (k, 2)
    sds : ndarray, shape (k,)
    """

    weights: FloatArray
    means: FloatArray
    sds: FloatArray


@dataclass(frozen=True)
class Partition:
    """Three centres at which Lloyd's algorithm stands still.

    Attributes
    ----------
    centers : ndarray, shape (3, 2)
    masses : ndarray, shape (3,)
    within : float
        Within-cluster variance, the expected squared distance to the nearest centre.
    """

    centers: FloatArray
    masses: FloatArray
    within: float


def planar_mixture(weights: ArrayLike, means: ArrayLike, sds: ArrayLike) -> PlanarMixture:
    """Make a mixture of spherical normals in the plane.

    Raises
    ------
    ValueError
        If shapes do not fit, weights are not positive with sum 1, or standard deviations not positive.
    """
    w, m, s = (np.asarray(values, dtype=float) for values in (weights, means, sds))
    if m.ndim != 2 or m.shape[1] != 2 or w.shape != (len(m),) or s.shape != (len(m),):
        raise ValueError(f"shapes must be (k,), (k, 2) and (k,), not {w.shape}, {m.shape} and {s.shape}")
    if not (np.all(np.isfinite(m)) and np.all(w > 0) and abs(w.sum() - 1) < 1e-9 and np.all(s > 0)):
        raise ValueError("weights must be positive with sum 1, means finite, standard deviations positive")
    return PlanarMixture(w, m, s)


def equilateral(delta: float) -> PlanarMixture:
    """Three equally likely components of unit variance at the corners of a triangle of side ``delta``."""
    angles = pi / 2 + 2 * pi / 3 * np.arange(3)
    corners = delta / sqrt(3) * np.column_stack([np.cos(angles), np.sin(angles)])
    return planar_mixture(np.full(3, 1 / 3), corners, np.ones(3))


def limit(model: PlanarMixture, starts: int = 12) -> Partition:
    """Find the best three centres: Lloyd's algorithm on the distribution from several starts, then polishing.

    The starts are the component means, if there are three, and draws from the mixture (fixed seed). That the
    best of them is the global optimum is not certain.

    Raises
    ------
    ValueError
        If no start ends at three centres that are not on one line.
    """
    rng = np.random.default_rng(0)
    best: Partition | None = None
    tried = [model.means] if len(model.means) == 3 else []
    for _ in range(starts):
        chosen = rng.choice(len(model.weights), 3, p=model.weights)
        tried.append(model.means[chosen] + model.sds[chosen, None] * rng.standard_normal((3, 2)))
    for centers in tried:
        found = _descend(model, centers)
        if found is not None and (best is None or found.within < best.within - 1e-9):
            best = found
    if best is None:
        raise ValueError("no three centres found that are not on one line: use the limits on the line")

    def gap(flat: FloatArray) -> FloatArray:
        return (_pass(model, flat.reshape(3, 2))[0] - flat.reshape(3, 2)).ravel()

    root = optimize.root(gap, best.centers.ravel(), tol=1e-13)
    centers = root.x.reshape(3, 2)
    _, masses, within = _pass(model, centers)
    # where the distribution is symmetric under rotation the root is not isolated: keep Lloyd's
    return Partition(centers, masses, within) if within <= best.within + 1e-9 else best


def _descend(model: PlanarMixture, centers: FloatArray) -> Partition | None:
    previous = np.inf
    for _ in range(200):
        if _flat(centers):
            return None
        moved, masses, within = _pass(model, centers)
        if np.any(masses < 1e-9):
            return None
        centers = moved
        if previous - within < 1e-9 * within:
            break
        previous = within
    return Partition(centers, masses, within)


def _flat(centers: FloatArray) -> bool:
    """Whether the centres are so nearly on a line that their circumcentre is out of reach."""
    one, other = centers[1] - centers[0], centers[2] - centers[0]
    size = max(one @ one, other @ other)
    return bool(abs(one[0] * other[1] - one[1] * other[0]) <= 1e-6 * size)


def _pass(model: PlanarMixture, centers: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """One pass of Lloyd's algorithm: the means of the cells, their masses, and the variance within them."""
    apex = _circumcentre(centers)
    moved, masses, within = np.empty((3, 2)), np.empty(3), 0.0
    for k in range(3):
        low, high = _wedge(centers, k)
        mass, first, second = _wedge_moments(model, apex, low, high)
        masses[k] = mass
        moved[k] = apex + first / mass if mass > 0 else centers[k]
        offset = centers[k] - apex
        within += second - 2 * offset @ first + offset @ offset * mass
    return moved, masses, float(within)


def _circumcentre(centers: FloatArray) -> FloatArray:
    differences = centers[1:] - centers[0]
    return np.asarray(centers[0] + np.linalg.solve(2 * differences, (differences**2).sum(axis=1)))


def _wedge(centers: FloatArray, k: int) -> tuple[float, float]:
    """Angles between which the cell of centre k lies, seen from the circumcentre."""
    rays = []
    for other, third in (((k + 1) % 3, (k + 2) % 3), ((k + 2) % 3, (k + 1) % 3)):
        normal = centers[k] - centers[other]
        ray = np.array([-normal[1], normal[0]])
        # of the two ways along the bisector, the one away from the third centre
        if ray @ (centers[k] - centers[third]) < 0:
            ray = -ray
        rays.append(float(np.arctan2(ray[1], ray[0])))
    low, high = rays
    if (high - low) % (2 * pi) > pi:
        low, high = high, low
    return low, low + (high - low) % (2 * pi)


def _wedge_moments(
    model: PlanarMixture, apex: FloatArray, low: float, high: float
) -> tuple[float, FloatArray, float]:
    """Mass, first moment and second moment about the apex of the wedge between two angles."""
    mass, first, second = 0.0, np.zeros(2), 0.0
    for weight, mean, sd in zip(model.weights, model.means, model.sds, strict=True):
        w = (mean - apex) / sd
        theta, step = _angles(low, high, w)
        direction = np.stack([np.cos(theta), np.sin(theta)])
        a = w @ direction
        # integrals of rho^m times the normal density around a along each ray
        zero = special.ndtr(a)
        one = a * zero + np.exp(-a * a / 2) / sqrt(2 * pi)
        two = a * one + zero
        three = a * two + 2 * one
        across = weight * step * np.exp(-np.maximum(w @ w - a * a, 0) / 2) / sqrt(2 * pi)
        mass += float(across @ one)
        first += sd * (direction @ (across * two))
        second += float(sd * sd * (across @ three))
    return mass, first, second


def _angles(low: float, high: float, w: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Quadrature nodes and weights over an arc, fine where the component stands out from the apex."""
    centre = low + (np.arctan2(w[1], w[0]) - low) % (2 * pi)
    width = 1 / max(1.0, float(np.hypot(*w)))
    near = np.concatenate([shift + centre + width * np.linspace(-9, 9, 19) for shift in (-2 * pi, 0.0)])
    inside: Sequence[float] = near[(near > low) & (near < high)].tolist()
    edges = np.unique([*np.linspace(low, high, 9), *inside])
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half + half * _NODES).ravel(), (half * _WEIGHTS).ravel()
