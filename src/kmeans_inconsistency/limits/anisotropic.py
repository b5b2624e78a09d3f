"""k-means with two clusters where the noise across the line of means differs from that along it.

The data are (X, Y): X from a mixture of normals on the line, Y independent, normal with mean 0 and standard
deviation tau. The best cut is a line at a right angle to some direction, and what it explains is what the
best cut explains of the data seen along that direction. For balanced and moderately unbalanced weights the
best direction jumps from the line of means to the one across it when tau exceeds a critical value, for the
balanced pair h sqrt(pi/2) with h = E|X|; that is proved in the paper's appendix. For very unbalanced weights
(.1 at delta = 2) it turns through oblique directions instead, of which there are two, mirror images. Where
nothing is proved all of this is found by a search over the angle; only the value for jumps has a closed form.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import cos, pi, sin, sqrt

import numpy as np
from scipy import optimize

from ..models import Mixture
from . import kmeans

# a gain in explained variance below it, relative to the variance, is rounding
ROUNDING = 1e-12


@dataclass(frozen=True)
class Limit:
    """Where k-means goes.

    Attributes
    ----------
    angle : float
        Between the line of means and the line through the two centres, in radians: 0 to pi/2.
    unique : bool
        Whether there is one optimum: not if it is oblique, or the cut on the line is not unique.
    centers : tuple of (float, float)
        Coordinates along and across the line of means.
    distance : float
        Between the centres.
    within : float
        Within-cluster variance of both coordinates.
    """

    angle: float
    unique: bool
    centers: tuple[tuple[float, float], tuple[float, float]]
    distance: float
    within: float


def limit(model: Mixture, tau: float) -> Limit:
    """Find the best split for noise of standard deviation ``tau`` across the line of means.

    Parameters
    ----------
    model : Mixture
        Of normal components: the data along the line of means.
    tau : float
        Positive.

    Raises
    ------
    ValueError
        If components are not normal or ``tau`` not positive.
    """
    _check(model)
    if not 0 < tau < np.inf:
        raise ValueError(f"tau must be a positive number, not {tau}")
    angle = _best_angle(model, tau)
    found = kmeans.limit(_seen(model, tau, angle))
    direction = np.array([cos(angle), sin(angle)])
    mean = np.array([model.mean, 0.0])
    low, high = (mean + (center - mean @ direction) * direction for center in found.best.centers)
    total = model.variance + tau**2
    return Limit(
        angle,
        found.unique and angle in (0.0, pi / 2),
        ((float(low[0]), float(low[1])), (float(high[0]), float(high[1]))),
        found.best.distance,
        total - _explained(model, tau, angle),
    )


def critical(model: Mixture) -> float:
    """Find the noise beyond which the best split is no longer at a right angle to the line of means.

    To about 1e-12 where the split jumps, to about 1e-6 where it turns.
    """
    _check(model)
    # the split across the line of means explains tau^2 2/pi
    jump = sqrt((model.variance - kmeans.limit(model).best.within) * pi / 2)
    if _best_angle(model, jump * (1 - 1e-9)) == 0:
        return jump
    low, high = 0.0, jump
    while high - low > 1e-6 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if _best_angle(model, middle) == 0 else (low, middle)
    return low


def _check(model: Mixture) -> None:
    if model.family != "normal":
        raise ValueError(
            f"the theory for noise across the line of means needs normal components, not {model.family}"
        )


def _seen(model: Mixture, tau: float, angle: float) -> Mixture:
    """The data seen along a direction at an angle to the line of means."""
    along, across = cos(angle), tau * sin(angle)
    sds = tuple(sqrt((along * sd) ** 2 + across**2) for sd in model.sds)
    return Mixture(model.weights, tuple(along * mean for mean in model.means), sds)


def _explained(model: Mixture, tau: float, angle: float) -> float:
    seen = _seen(model, tau, angle)
    return seen.variance - kmeans.limit(seen).best.within


def _best_angle(model: Mixture, tau: float) -> float:
    """The angle that explains most; one of the axes wherever it is as good as any other."""
    explained = partial(_explained, model, tau)
    grid = np.linspace(0, pi / 2, 19)
    values = [explained(float(angle)) for angle in grid]
    axis = 0.0 if values[0] >= values[-1] else pi / 2
    at = int(np.argmax(values))
    low, high = float(grid[max(at - 1, 0)]), float(grid[min(at + 1, 18)])
    turned = optimize.minimize_scalar(lambda a: -explained(a), bounds=(low, high), method="bounded")
    gain = -turned.fun - max(values[0], values[-1])
    return float(turned.x) if gain > ROUNDING * model.variance else axis
