"""How the mixture's estimate of the distance approaches a limit that has rivals, for a symmetric model.

Under heavy tails the expected log-likelihood has two highest maxima, mirror images of each other, each with a
small component in one of the tails. A sample's log-likelihood prefers one of them by sqrt(n) N(0, V), V the
variance of the difference of the log densities there, and it prefers the one whose small component it has
pulled out. With S the influence of an observation on the distance at one of them, and C the covariance of S
with the log density there minus that at the other,

    E D = limit + sqrt(2 / pi) C / sqrt(V n)

to first order, and the limiting law of sqrt(n) (D - limit) has variance Var S - 2 C^2 / (pi V): it is a
normal variable given the sign of another, correlated one.

In smaller samples there are more rivals: a balanced maximum that is not much lower, and the farthest
observation, which can make a component of its own. Each maximum's height has a mean of order n, a normal
error of order sqrt(n) and half the score test's quadratic form, and its distance is linear in the score.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from math import log, pi, sqrt
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.stats import qmc

from ..models import Mixture, laplace_pair, t_pair
from .likelihood import HALF, VARIANCE, Pair, expected_hessian, log_density, maximise, score
from .mixture import limit, with_moments
from .quadrature import nodes

FloatArray = NDArray[np.float64]

_ALL = (0, 1, 2, 3)
_SINGLE = (0, VARIANCE)  # parameters of a single component
_DRAWS = 2**12
_SEED = 20_251_128
_PLACES = 400  # of the farthest observation
_REACH = 10.0  # the farthest of these, in standard deviations and over sqrt(n), where it beats any maximum
_UNCERTAIN = 1e-9  # balance of a model, in standard deviations


class Approach(NamedTuple):
    """The distance of the mixture with free weights at one sample size.

    Attributes
    ----------
    limit : float
        What it converges to.
    first_order : float
        Its mean to order n^(-1/2).
    near, near_sd : float
        Predicted mean and standard deviation where no component is a single observation.
    far : float
        Predicted probability that one component is the farthest observation alone.
    far_mean : float
        Predicted mean distance where it is; NaN where ``far`` is 0.
    """

    limit: float
    first_order: float
    near: float
    near_sd: float
    far: float
    far_mean: float

    @property
    def mean(self) -> float:
        """Predicted mean of the distance."""
        return self.near + (self.far * (self.far_mean - self.near) if self.far > 0 else 0.0)


class _Rivals(NamedTuple):
    """What the maxima and their fluctuations are: of k maxima, and normal draws, shape (draws, k)."""

    pairs: tuple[Pair, ...]
    gain: FloatArray  # expected, per observation, over a single component
    noise: FloatArray  # of the gain, times sqrt(n)
    excess: (
        FloatArray  # of the highest point over the log-likelihood at the limit, less that of one component
    )
    shift: FloatArray  # of the distance, times sqrt(n)
    slope: float  # sqrt(n) times the first-order bias
    tied: int  # how many of them are highest


def approach(model: Mixture, n: int) -> Approach:
    """Predict the mixture's distance in samples of one size, weights and common variance free.

    Parameters
    ----------
    model : Mixture
        Symmetric about its mean; no normal pair with a common variance.
    n : int
        Sample size. The prediction holds in the limit of large ones.

    Returns
    -------
    Approach

    Raises
    ------
    ValueError
        If the model is not symmetric, has no fourth moment, or has no limit with two components; or if ``n``
        is not at least 2.
    """
    if n < 2:
        raise ValueError(f"n must be at least 2, not {n}")
    sd = sqrt(model.variance)
    parts = zip(model.weights, model.means, model.sds, strict=True)
    weights, means, sds = zip(*((w, (m - model.mean) / sd, s / sd) for w, m, s in parts), strict=True)
    limit_, first_order, near, near_sd, far, far_mean = _standardised(
        Mixture(weights, means, sds, model.family), n
    )
    return Approach(sd * limit_, sd * first_order, sd * near, sd * near_sd, far, sd * far_mean)


def _standardised(model: Mixture, n: int) -> Approach:
    """The same for a model of mean 0 and variance 1."""
    of = _rivals(model)
    exact = of.pairs[0].distance
    distance = exact + of.shift / sqrt(n) + [pair.distance - exact for pair in of.pairs]
    height = n * of.gain + sqrt(n) * of.noise + of.excess
    best = _at_highest(height, distance)
    # the farthest observation, at a distance r from the mean, on the right by symmetry
    r = np.geomspace(1.0, _REACH * sqrt(n), _PLACES)
    beyond = np.minimum(2 * model.partial_moments(r, np.inf)[0], 0.999)
    weights = 2 * n * model.pdf(r) * np.exp((n - 1) * np.log1p(-beyond)) * _trapezoid(r)
    alone = -log(n) - 1 - 0.5 * log(2 * pi)
    lead = np.array([alone - log_density(r, pair) for pair in of.pairs])
    wins = np.array([(height < one).all(axis=1) for one in lead.T])
    far = float(weights @ wins.mean(axis=1))
    # a draw counts as near as often as no farthest observation wins against it
    stays = 1 - np.minimum(weights @ wins, 1.0)
    near = float(np.average(best, weights=stays))
    spread = sqrt(float(np.average((best - near) ** 2, weights=stays)))
    # to first order the mean is known exactly, which takes most of the draws' noise away
    drawn = float(_at_highest(of.noise[:, : of.tied], of.shift[:, : of.tied]).mean())
    return Approach(
        limit=exact,
        first_order=exact + of.slope / sqrt(n),
        near=near + (of.slope - drawn) / sqrt(n),
        near_sd=spread,
        far=far,
        far_mean=float(weights @ (wins.mean(axis=1) * r)) / far if far > 0 else float("nan"),
    )


def _at_highest(height: FloatArray, value: FloatArray) -> FloatArray:
    """Of each row, the value where the height is largest."""
    return np.asarray(np.take_along_axis(value, height.argmax(axis=1)[:, None], axis=1)[:, 0])


def _trapezoid(x: FloatArray) -> FloatArray:
    """Weights of the trapezoidal rule."""
    steps = np.diff(x, prepend=x[0], append=x[-1])
    return np.asarray((steps[:-1] + steps[1:]) / 2)


@lru_cache(maxsize=64)
def _rivals(model: Mixture) -> _Rivals:
    pairs = _maxima(model)
    x, w = nodes(
        model, transitions=[(p.centre - p.log_odds * p.variance / p.half, p.variance / p.half) for p in pairs]
    )
    one = Pair(model.mean, 0.0, 0.0, model.variance)
    base = log_density(x, one)
    gains = np.array([log_density(x, pair) - base for pair in pairs])
    scores = [*(score(x, pair) for pair in pairs), score(x, one)[list(_SINGLE)]]
    bread = [*(-expected_hessian(x, w, pair) for pair in pairs)]
    bread.append(-expected_hessian(x, w, one)[np.ix_(_SINGLE, _SINGLE)])
    gain = gains @ w
    rows = np.vstack([gains - gain[:, None], *scores])
    drawn = _normal(len(rows)) @ _root((rows * w) @ rows.T)
    noise, *of_scores = np.split(drawn, np.cumsum([len(pairs)] + [4] * len(pairs)), axis=1)
    steps = [np.linalg.solve(a, u.T).T for a, u in zip(bread, of_scores, strict=True)]
    excess = np.array([(u * step).sum(axis=1) / 2 for u, step in zip(of_scores, steps, strict=True)])
    return _Rivals(
        pairs,
        gain,
        noise,
        (excess[:-1] - excess[-1]).T,
        np.array([2 * step[:, HALF] for step in steps[:-1]]).T,
        _slope(w, gains, 2 * np.linalg.solve(bread[0], scores[0])[HALF]) if _leans(pairs[0]) else 0.0,
        2 if _leans(pairs[0]) else 1,
    )


def _leans(pair: Pair) -> bool:
    """Whether a maximum has a mirror image other than itself."""
    return abs(pair.log_odds) > _UNCERTAIN


def _slope(w: FloatArray, gains: FloatArray, influence: FloatArray) -> float:
    """Coefficient of n^(-1/2) in the mean of the distance, the first two maxima being mirror images."""
    difference = gains[0] - gains[1]
    return sqrt(2 / pi) * float(w @ (influence * difference)) / sqrt(float(w @ difference**2))


def _maxima(model: Mixture) -> tuple[Pair, ...]:
    """The highest maximum and its mirror image, if it has one, and a balanced maximum above one component."""
    sd = sqrt(model.variance)
    parts = sorted(
        (m - model.mean, s, w) for w, m, s in zip(model.weights, model.means, model.sds, strict=True)
    )
    mirrored = sorted((-m, s, w) for m, s, w in parts)
    if not np.allclose(parts, mirrored, rtol=_UNCERTAIN, atol=_UNCERTAIN * sd):
        raise ValueError("the approach to the limit is known for symmetric models only")
    if not model.has_fourth_moment:
        raise ValueError("the approach to the limit needs a fourth moment")
    found = limit(model)
    if found is None:
        raise ValueError("the best fit has one component, and no distance")
    pairs = [found.pair, *found.rivals]
    if _leans(found.pair):
        starts = (with_moments(model.mean, model.variance, 0.0, share) for share in (0.2, 0.4, 0.6, 0.8))
        ends = [end for start in starts if (end := maximise(model, start, _ALL))]
        x, w = nodes(model)
        single = float(w @ log_density(x, Pair(model.mean, 0.0, 0.0, model.variance)))
        pairs += [pair for pair, value in ends if not _leans(pair) and value > single][:1]
    return tuple(pair.ascending for pair in pairs)


@lru_cache(maxsize=8)
def _normal(columns: int) -> FloatArray:
    """Normal numbers that fill space evenly, and their negatives."""
    drawn = special.ndtri(qmc.Sobol(columns, seed=_SEED).random(_DRAWS))
    return np.vstack([drawn, -drawn])


def _root(covariance: FloatArray) -> FloatArray:
    """The symmetric square root, which does not depend on the signs of eigenvectors."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)


_DELTAS = (1.0, 2.0, 3.0, 4.0)
_SIZES = (100, 1000, 10_000, 100_000, 1_000_000)


def _curve(family: Callable[[float], Mixture]) -> dict[str, FloatArray]:
    """Give the predicted approach for a family of balanced pairs.

    Returns
    -------
    dict of ndarray
        ``delta``, ``n``, the fields of :class:`Approach` that are never NaN, and its ``mean``.
    """
    cells = [(delta, n) for delta in _DELTAS for n in _SIZES]
    found = [approach(family(delta), n) for delta, n in cells]
    columns = {"delta": [delta for delta, _ in cells], "n": [float(n) for _, n in cells]}
    for name in ("limit", "first_order", "near", "near_sd", "far", "mean"):
        columns[name] = [getattr(one, name) for one in found]
    return {name: np.array(values) for name, values in columns.items()}


CURVES: Mapping[str, Callable[[], dict[str, FloatArray]]] = MappingProxyType(
    {"approach_t": partial(_curve, t_pair), "approach_laplace": partial(_curve, laplace_pair)}
)
