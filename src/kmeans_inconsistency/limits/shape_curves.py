"""Theory curves of classification likelihood over separations, and of k-means over noise across the means."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray

from ..models import normal_pair
from . import anisotropic, classification, kmeans

Columns = dict[str, NDArray[np.float64]]

TURNING_DELTA = 3.0
"""Separation at which the turn of k-means is drawn."""


def emptying() -> Columns:
    """Give the limits of classification likelihood's variance for balanced pairs.

    Returns
    -------
    dict of ndarray
        ``delta``, ``fixed`` (weights 1/2), ``free`` (the global optimum with free weights) and, constant,
        ``critical`` (where that jumps; both sides are on the grid).
    """
    critical = classification.emptying_separation()
    delta = np.sort(np.append(np.linspace(0.25, 6.0, 47), critical * (1 + np.array([-1e-9, 1e-9]))))
    pairs = [normal_pair(d) for d in delta]
    return {
        "delta": delta,
        "fixed": np.array([kmeans.limit(pair).best.within for pair in pairs]),
        "free": np.array([classification.limit(pair).best.variance for pair in pairs]),
        "critical": np.full_like(delta, critical),
    }


def turning() -> Columns:
    """Give the angle and the distance of k-means' limit over the noise across the line of means.

    Returns
    -------
    dict of ndarray
        ``noise``, ``angle`` in degrees, ``distance`` and, constant, ``delta``, ``critical`` (where it turns;
        both sides are on the grid).
    """
    pair = normal_pair(TURNING_DELTA)
    critical = anisotropic.critical(pair)
    noise = np.sort(np.append(np.linspace(0.2, 4.0, 77), critical * (1 + np.array([-1e-9, 1e-9]))))
    across = noise > critical
    return {
        "noise": noise,
        "angle": np.where(across, 90.0, 0.0),
        "distance": np.where(across, 2 * noise * sqrt(2 / pi), kmeans.limit(pair).best.distance),
        "delta": np.full_like(noise, TURNING_DELTA),
        "critical": np.full_like(noise, critical),
    }
