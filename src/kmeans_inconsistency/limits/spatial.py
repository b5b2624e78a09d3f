"""Which models in space have theory: those that reduce to a line, or to the symmetry of a simplex."""

from __future__ import annotations

from itertools import combinations
from math import dist

from ..models import Mixture, SpatialMixture


def line_of_means(model: SpatialMixture) -> Mixture | None:
    """Data from a spherical pair as seen along its line of means, centred; None if it is no such pair."""
    if model.clusters != 2 or len(set(model.sds)) > 1:
        return None
    half = model.distance / 2
    first, other = model.weights if model.means[0] <= model.means[1] else reversed(model.weights)
    return Mixture((first, other), (-half, half), (model.sds[0],) * 2)


def side_of_simplex(model: SpatialMixture) -> float | None:
    """Distance, in standard deviations, between equally likely spherical components that all have the same.

    None if they do not.
    """
    sides = [dist(a, b) for a, b in combinations(model.means, 2)]
    if not sides or len(set(model.sds)) > 1 or max(model.weights) - min(model.weights) > 1e-12:
        return None
    return model.distance / model.sds[0] if max(sides) - min(sides) <= 1e-12 * max(sides) else None


def anisotropic_pair(model: SpatialMixture) -> tuple[Mixture, float] | None:
    """Data from a pair in the plane as seen along the first axis, and the noise across it.

    None if the model is no pair in the plane, or its line of means not parallel to that axis.
    """
    if model.clusters != 2 or model.dimension != 2 or model.means[0][1] != model.means[1][1]:
        return None
    along = tuple(mean[0] for mean in model.means)
    return Mixture(model.weights, along, (model.sds[0],) * 2), model.sds[1]
