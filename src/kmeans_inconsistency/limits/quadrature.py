"""Expectations under a mixture: one quadrature rule for all limits.

Each component has its own composite Gauss-Legendre rule, so that components of very different widths, or far
apart, cost no accuracy. Panels are short against the component's standard deviation and, where an integrand
changes on a scale of its own (a responsibility around its crossing point), short against that scale too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from ..models import Mixture, shape

FloatArray = NDArray[np.float64]

# on panels of this many points the rule is exact to rounding; on panels of COARSE it is good enough to search
FINE, COARSE = 16, 4
# tanh(u) is 1 to double precision beyond 20; panels of length 1.5 resolve its nearest poles, pi/2 away
_TRANSITION = np.linspace(-21.0, 21.0, 29)


def nodes(
    model: Mixture,
    breaks: FloatArray | tuple[float, ...] = (),
    transitions: Sequence[tuple[float, float]] = (),
    order: int = FINE,
) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights such that ``weights @ g(nodes)`` is E g(X).

    Parameters
    ----------
    model : Mixture
    breaks : array_like
        Points where g or a derivative of it jumps.
    transitions : sequence of (centre, width)
        g varies like tanh((x - centre) / width) around each centre.
    order : int
        Points on each panel.

    Returns
    -------
    x, weights : ndarray
        The weights contain the density.
    """
    around = [centre + width * _TRANSITION for centre, width in transitions if isfinite(width)]
    points = np.concatenate([np.asarray(breaks, dtype=float), *around])
    at, share = _legendre(order)
    xs, ws = [], []
    for weight, mean, sd in zip(model.weights, model.means, model.sds, strict=True):
        panels = shape(model.family).panels
        inner = (points - mean) / sd
        edges = np.unique(np.concatenate([panels, inner[(inner > panels[0]) & (inner < panels[-1])]]))
        half = np.diff(edges)[:, None] / 2
        u = (edges[:-1, None] + half + half * at).ravel()
        xs.append(mean + sd * u)
        ws.append(weight * (half * share).ravel() * shape(model.family).density(u))
    return np.concatenate(xs), np.concatenate(ws)


@lru_cache
def _legendre(order: int) -> tuple[FloatArray, FloatArray]:
    at, share = np.polynomial.legendre.leggauss(order)
    return np.asarray(at), np.asarray(share)
