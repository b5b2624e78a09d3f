"""Is there evidence of K components at all, and of the model's own shape?

The equal-spherical mixture with K components is compared with one normal distribution, spherical or with a
free covariance, with one component fewer and one more, and with one group fewer, of which one has long or
unequal tails. Its shape is tested by scores (Rao 1948): towards components with variances of their own,
towards a covariance that is not spherical, and towards heavier or lighter tails than the normal's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import log, pi, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtri

from ..estimators.mixture import mixture
from ..estimators.spherical_mixture import spherical_mixture
from ..outcome import Status
from . import correction, rule, tails
from .rule import Spherical

FloatArray = NDArray[np.float64]

#: Level of each test of shape: the share of samples from the model itself in which it warns.
LEVEL = 0.001
#: Level of the bootstrap of the likelihood ratio.
BOOTSTRAP_LEVEL = 0.05
#: A difference of the BIC that is slight: from 6 on it is strong evidence (Kass & Raftery 1995).
SLIGHT = 6.0
#: A component of fewer observations and of a smaller share than these may be outliers: 1 to 10 % of real
#: measurements are commonly gross errors (Hampel et al. 1986), and no criterion tells a few from a group.
HANDFUL, OUTLYING = 20, 0.05

# Starts, and the most passes of each. One component too many is slow to converge, and no part of the answer
# but that it is not likelier by far: where it is, it converges soon.
_OWN, _NEIGHBOUR, _MORE = (5, 20_000), (2, 300), (2, 60)
_REFERENCE = 2**13  # points that stand for the model in a test of shape
_SEED = 20260102


@dataclass(frozen=True)
class Candidate:
    """One model of the data.

    Attributes
    ----------
    name : str
    components, parameters : int
    log_likelihood : float
        At its maximum.
    bic, aic : float
        Smaller is better.
    """

    name: str
    components: int
    parameters: int
    log_likelihood: float
    bic: float
    aic: float


@dataclass(frozen=True)
class ShapeTest:
    """A test of the shape of the components.

    Attributes
    ----------
    towards : str
        What the score points to: ``variances``, ``directions`` or ``tails``.
    statistic : float
        Asymptotically chi-squared if the model holds.
    degrees : int
    p_value : float
    """

    towards: str
    statistic: float
    degrees: int
    p_value: float

    @property
    def rejects(self) -> bool:
        """Whether the model is rejected at level .001."""
        return self.p_value < LEVEL


@dataclass(frozen=True)
class Bootstrap:
    """Parametric bootstrap of the likelihood ratio of K components against one normal distribution.

    Attributes
    ----------
    p_value : float
        (1 + samples with a ratio at least as large) / (1 + samples).
    samples, seed : int
    """

    p_value: float
    samples: int
    seed: int


@dataclass(frozen=True)
class Evidence:
    """What speaks for K components.

    Attributes
    ----------
    found : bool
        Whether K components, or K + 1, fit better than one, than K - 1, and than one group fewer with long
        or unequal tails: by the BIC, or where one was asked for by the bootstrap against one normal.
        And whether no component may be a handful of outliers.
    preferred : str
        Name of the candidate with the smallest BIC.
    candidates : tuple of Candidate
        The mixture with K components first.
    tests : tuple of ShapeTest
        Of the mixture with K components; empty if it has no proper fit.
    bootstrap : Bootstrap or None
    advantage : float
        Of K or K + 1 components over the best of what is simpler: difference of their BIC, positive where
        there is one.
    smallest : float
        Expected number of observations of the smallest component; NaN if the mixture has no proper fit.
    outlying : bool
        Whether these are so small a share of all that they may be gross errors.
    handful : bool
        Whether they are a mere handful, too.
    """

    found: bool
    preferred: str
    candidates: tuple[Candidate, ...]
    tests: tuple[ShapeTest, ...]
    bootstrap: Bootstrap | None = None
    advantage: float = float("nan")
    smallest: float = float("nan")
    outlying: bool = False
    handful: bool = False

    def candidate(self, name: str) -> Candidate | None:
        """The candidate of this name, if it was fitted."""
        return next((c for c in self.candidates if c.name == name), None)

    def in_other_units(self, lost: float) -> Evidence:
        """Return the evidence in other units, in which every log-likelihood is smaller by ``lost``."""
        moved = tuple(
            replace(
                c,
                log_likelihood=c.log_likelihood - lost,
                bic=c.bic + 2 * lost,
                aic=c.aic + 2 * lost,
            )
            for c in self.candidates
        )
        return replace(self, candidates=moved)

    @property
    def contradicted(self) -> bool:
        """Whether the data reject the equal-spherical mixture with K components."""
        own, best = self.candidates[0], self.candidate(self.preferred)
        more = best is not None and best.components > own.components
        return more or any(test.rejects for test in self.tests)

    @property
    def slight(self) -> bool:
        """Whether what is simpler fits nearly as well."""
        return self.found and self.advantage < SLIGHT


ONE, ONE_FREE = "one normal distribution", "one normal distribution with a free covariance"
ONE_T, ONE_T_FREE = "one t distribution", "one t distribution with a free covariance"
LONG_TAILS = "long or unequal tails"


def name_of(components: int) -> str:
    """Name of the equal-spherical mixture."""
    return ONE if components == 1 else f"{components} spherical components"


def gather(
    x: FloatArray, clusters: int, bootstrap: int = 0, seed: int = 0
) -> tuple[Evidence, Spherical | None]:
    """Fit the candidates; also returns the mixture with K components, None where it has no proper fit."""
    n, d = x.shape
    own, fitted = fit(x, clusters, *_OWN)
    candidates = [_candidate(name_of(clusters), clusters, clusters * (d + 1), own, n)]
    for k in sorted({1, clusters - 1, clusters + 1} - {0, clusters}):
        if k <= n:
            value, proper = fit(x, k, *(_MORE if k > clusters else _NEIGHBOUR))
            # a few points each have a component of their own
            if k > clusters and (proper is None or n * d <= k * (d + 1)):
                continue
            candidates.append(_candidate(name_of(k), k, k * (d + 1), value, n))
    free = _free_normal(x) if d > 1 else None
    if free is not None:
        candidates.append(_candidate(ONE_FREE, 1, d + d * (d + 1) // 2, free, n))
    drawn = None
    if bootstrap and clusters > 1:
        drawn = _bootstrap(x, candidates, clusters, bootstrap, seed)
    decided = () if drawn is None else (ONE, ONE_FREE)  # by the bootstrap
    found = fitted is not None and (drawn is None or drawn.p_value <= BOOTSTRAP_LEVEL)
    if fitted is not None and found and clusters > 1 and _advantage(candidates, clusters, decided) > 0:
        candidates += _long_tails(x, fitted)
    advantage = _advantage(candidates, clusters, decided)
    share = np.nan if fitted is None else float(fitted.weights.min())
    outlying = share < OUTLYING
    handful = outlying and n * share < HANDFUL
    found = found and advantage > 0 and not handful
    tests = shape_tests(x, fitted) if fitted is not None and found else ()
    best = min(candidates, key=lambda c: c.bic)
    return Evidence(
        found or clusters == 1,
        best.name,
        tuple(candidates),
        tests,
        drawn,
        advantage,
        n * share,
        outlying,
        handful,
    ), fitted


def _advantage(candidates: list[Candidate], clusters: int, decided: tuple[str, ...]) -> float:
    """By how much the BIC prefers K or K + 1 components to what is simpler and not decided otherwise."""
    enough = min(c.bic for c in candidates if c.components >= clusters)
    fewer = [c.bic for c in candidates if c.components < clusters and c.name not in decided]
    return min(fewer) - enough if fewer else np.inf


def _long_tails(x: FloatArray, model: Spherical) -> list[Candidate]:
    """One group fewer, of another shape than the normal's."""
    n, d = x.shape
    clusters = len(model.weights)
    found = []
    if d == 1:
        found.append((f"one group with {LONG_TAILS}", 1, tails.one_on_a_line(x[:, 0])))
    else:
        for name, spherical in ((ONE_T, True), (ONE_T_FREE, False)):
            single = tails.student(x, spherical)
            if single is not None:
                found.append((name, 1, single))
    if clusters > 2 or d > 1:
        merged = [tails.with_two_as_one(x, model, pair) for pair in tails.neighbours(model)]
        best = min(merged, key=lambda fit: fit.parameters * log(n) - 2 * fit.value)
        some = "one group" if clusters == 2 else f"{clusters - 1} components, one"
        found.append((f"{some} with {LONG_TAILS}", clusters - 1, best))
    return [_candidate(name, k, fit.parameters, fit.value, n) for name, k, fit in found]


def fit(x: FloatArray, clusters: int, starts: int, most: int) -> tuple[float, Spherical | None]:
    """Log-likelihood of the equal-spherical mixture, and its parameters where these are proper."""
    n, d = x.shape
    if clusters == 1:
        variance = float(x.var(axis=0).mean())
        if not variance > 0:
            return np.inf, None
        value = -0.5 * n * d * (log(2 * pi * variance) + 1)
        return value, Spherical(np.ones(1), x.mean(axis=0)[None, :], variance)
    if clusters == 2 and d == 1:
        pair = mixture(x[:, 0])
        if pair.status != Status.CONVERGED:
            return float(pair.objective), None
        return float(pair.objective), Spherical(pair.weights, pair.means[:, None], pair.variance)
    found = spherical_mixture(x, clusters, starts, most=most)
    proper = found.status in (Status.CONVERGED, Status.NOT_CONVERGED) and found.variance > 0
    if not proper or found.weights.min() < 1e-12:
        return found.objective, None
    return found.objective, Spherical(found.weights, found.means, found.variance)


def _candidate(name: str, components: int, parameters: int, value: float, n: int) -> Candidate:
    return Candidate(
        name, components, parameters, value, parameters * log(n) - 2 * value, 2 * parameters - 2 * value
    )


def _free_normal(x: FloatArray) -> float | None:
    """Log-likelihood of one normal distribution; None where its covariance is singular."""
    n, d = x.shape
    covariance = np.atleast_2d(np.cov(x.T, bias=True))
    values = np.linalg.eigvalsh(covariance)
    if not values[0] > 1e-12 * values[-1]:
        return None
    return float(-0.5 * n * (d * (log(2 * pi) + 1) + np.log(values).sum()))


def _bootstrap(
    x: FloatArray, candidates: list[Candidate], clusters: int, samples: int, seed: int
) -> Bootstrap:
    """Samples from the better of the two single normal distributions, fitted like the data."""
    n, d = x.shape
    single = min((c for c in candidates if c.name in (ONE, ONE_FREE)), key=lambda c: c.bic)
    observed = candidates[0].log_likelihood - single.log_likelihood
    if single.name == ONE_FREE:
        covariance = np.cov(x.T, bias=True)
    else:
        covariance = float(x.var(axis=0).mean()) * np.eye(d)
    values, vectors = np.linalg.eigh(covariance)
    factor = vectors * np.sqrt(values)
    rng = np.random.default_rng(seed)
    as_large = 0
    for _ in range(samples):
        y = rng.standard_normal((n, d)) @ factor.T
        one = _free_normal(y) if single.name == ONE_FREE else fit(y, 1, *_NEIGHBOUR)[0]
        many, _ = fit(y, clusters, *_NEIGHBOUR)
        as_large += one is not None and many - one >= observed
    return Bootstrap((1 + as_large) / (1 + samples), samples, seed)


def shape_tests(x: FloatArray, model: Spherical) -> tuple[ShapeTest, ...]:
    """Score tests, whose covariance is that under the model, at points that stand for it."""
    n, d = x.shape
    clusters = len(model.weights)
    each = 2 ** int(np.log2(_REFERENCE * (1 + (d > 5)) / clusters))
    z = _normal_points(each * clusters, d).reshape(clusters, each, d)
    points = (model.means[:, None] + sqrt(model.variance) * z).reshape(-1, d)
    share = np.repeat(model.weights / each, each)
    root = np.sqrt(share)[:, None]
    score = root * correction.scores(points, model)[1]
    information = score.T @ score
    observed, reference = _directions(x, model), _directions(points, model)
    found = []
    for name, values in observed.items():
        here, there = values.mean(axis=0), reference[name]
        there = root * (there - share @ there)
        cross, own = score.T @ there, there.T @ there
        covariance = own - cross.T @ np.linalg.lstsq(information, cross, rcond=None)[0]
        scale = np.sqrt(np.maximum(np.diag(own), 1e-300))
        roots, axes = np.linalg.eigh(covariance / np.outer(scale, scale))
        kept = roots > 1e-6
        if kept.any():
            along = axes[:, kept].T @ (here / scale)
            degrees = int(kept.sum())
            # inverses of covariances that are estimated from so many points are too large by this on average
            shrunk = 1 - (degrees + len(information) + 1) / len(points)
            statistic = float(shrunk * n * (along**2 / roots[kept]).sum())
            found.append(ShapeTest(name, statistic, degrees, float(chdtrc(degrees, statistic))))
    return tuple(found)


@lru_cache(maxsize=4)
def _normal_points(count: int, d: int) -> FloatArray:
    """Standard normal quasi-random points."""
    rng, size = np.random.default_rng(_SEED), 2 ** int(np.ceil(np.log2(count)))
    if d == 1:
        uniform = _sobol_on_a_line(size, rng)[:, None]
    else:
        from scipy.stats import qmc  # takes longer to import than all else together

        uniform = qmc.Sobol(d, rng=rng).random(size)
    points = ndtri(np.clip(uniform[:count], 1e-12, 1 - 1e-12))
    points.flags.writeable = False
    return points


def _sobol_on_a_line(size: int, rng: np.random.Generator) -> FloatArray:
    """SciPy's scrambled Sobol points in one dimension, to the bit, without its import of a second."""
    rng, bits = rng.spawn(1)[0], 30
    powers = 2 ** np.arange(bits)
    shift = rng.integers(2, size=bits, dtype=np.uint32) @ powers
    matrix = np.tril(rng.integers(2, size=(bits, bits), dtype=np.uint32), -1) + np.eye(bits, dtype=int)
    scrambled = powers[::-1] @ matrix
    index = np.arange(size - 1)
    changed = np.log2(~index & (index + 1)).astype(int)  # the bit in which Gray's code changes
    return np.bitwise_xor.accumulate(np.append(shift, scrambled[changed])) * 2.0**-bits


def _directions(x: FloatArray, model: Spherical) -> dict[str, FloatArray]:
    """Scores, point by point, of wider models at the equal-spherical one."""
    d = x.shape[1]
    parts = rule.joint(x, model)
    responsibility = parts / np.maximum(parts.sum(axis=1), 1e-300)[:, None]
    gaps = (x[:, None] - model.means) / sqrt(model.variance)
    squares = np.einsum("nkc,nkc->nk", gaps, gaps)
    found = {"variances": (responsibility * (squares - d))[:, :-1]}
    if d > 1:
        # the trace is the variance's own score
        found["directions"] = _products(x, responsibility, model)[:, :-1]
    quartic = squares**2 - 2 * (d + 2) * squares + d * (d + 2)
    found["tails"] = (responsibility * quartic).sum(axis=1)[:, None]
    return {name: values for name, values in found.items() if values.shape[1]}


def _products(x: FloatArray, responsibility: FloatArray, model: Spherical) -> FloatArray:
    """E[z z' - 1 | x], z the deviation from the own component's mean in its units: the upper triangles."""
    origin = model.means.mean(axis=0)
    unit = sqrt(model.variance)
    means, shares = (model.means - origin) / unit, np.ascontiguousarray(responsibility.T)
    expected = means.T @ shares
    gap = (x - origin).T / unit - expected
    d = len(gap)
    rows = []
    for i in range(d):  # the conditional mean's square, and the conditional variance
        row = gap[i] * gap[i:] - expected[i] * expected[i:]
        row += (means[:, i, None] * means[:, i:]).T @ shares
        row[0] -= 1
        rows.append(row)
    return np.asarray(np.concatenate(rows).T)
