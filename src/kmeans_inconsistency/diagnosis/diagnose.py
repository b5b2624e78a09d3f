"""How wrong are these centres, as estimates of component means?"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from threadpoolctl import ThreadpoolController

from ..asymptotics import Z95
from . import continuation, given, wording
from .estimate import Corrected, correct
from .evidence import Evidence, gather
from .given import Partition, Question, Units
from .result import Diagnosis, Distance, StoppedShort
from .rule import Spherical

FloatArray = NDArray[np.float64]


def diagnose(
    X: ArrayLike,
    model: Any = None,
    clusters: int | None = None,
    *,
    bootstrap: int = 0,
    seed: int = 0,
) -> Diagnosis:
    """Say how wrong a fit's centres are as estimates of component means, and correct them.

    Parameters
    ----------
    X : array_like, shape (n, d) or (n,)
        The data that the model was fitted to; up to 20 columns.
    model : optional
        A fitted scikit-learn ``KMeans`` or ``GaussianMixture``, any object with their ``cluster_centers_`` or
        ``means_``, or centres as an array of shape (K, d). Without one k-means is fitted here: at its global
        optimum for one column, else the best of several starts.
    clusters : int, optional
        K, 2 to 10: 2 without a model.
    bootstrap : int, optional
        Samples of a parametric bootstrap of the likelihood ratio against one normal distribution; 0: none. It
        then decides, at level .05, in place of the BIC whether K components are better than one.
    seed : int, optional
        Of the bootstrap.

    Returns
    -------
    Diagnosis
        ``corrected``, ``bias`` and ``bias_interval`` are None where there is no evidence of K components, and
        where some means may coincide by the interval of their distance.

    Raises
    ------
    ValueError
        With one line for each problem with the data or the model.

    Notes
    -----
    *k-means.* The centres are continued to the fixed point of Lloyd's algorithm on ``X``. Under a mixture of
    normal components with one variance and different means they tend to the means of truncated pieces. The
    correction solves for the mixture of which that limit, reached by Lloyd's algorithm from the mixture's own
    means, has the fit's centres, shares and within-cluster variance (``"matched"``). Where there is none the
    bias that k-means has at the maximum-likelihood mixture is subtracted (``"plug-in"``). Intervals are
    first-order (delta method, with the empirical covariance of the moments).

    *A normal mixture* is continued by EM from its own parameters to convergence (``"continued"``).

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(1).normal(size=4000) + np.repeat([0.0, 3.0], 2000)
    >>> found = diagnose(x)
    >>> found.distances[0].centers > 3.1 and abs(found.distances[0].corrected - 3) < 0.15
    True
    >>> diagnose(np.random.default_rng(1).normal(size=500)).bias is None
    True
    """
    if isinstance(bootstrap, bool) or not isinstance(bootstrap, int | np.integer) or bootstrap < 0:
        raise ValueError(f"bootstrap must be a whole number of samples, 0 or more, not {bootstrap!r}.")
    question = given.check(X, model, clusters)
    # products of so small matrices are slower by several threads, and their last bits depend on these
    with _threads().limit(limits=1, user_api="blas"):
        near, units = given.standardised(question.x)
        answer = _kmeans if question.mixture is None else _mixture
        found, notes = answer(question._replace(x=near), units, int(bootstrap), seed)
    return wording.finish(_in_units_of_data(found, units, question.centers), notes)


@lru_cache(maxsize=1)
def _threads() -> ThreadpoolController:
    """Of the libraries that are loaded, which are searched for once: that takes some milliseconds."""
    return ThreadpoolController()


def _kmeans(question: Question, units: Units, bootstrap: int, seed: int) -> tuple[Diagnosis, list[str]]:
    x = question.x
    best = given.best_partition(x, question.clusters)
    centers, partition = best.centers, best
    if question.centers is not None:
        centers = (question.centers - units.centre) / units.unit
        partition = given.settle(x, centers)
    evidence, fitted = gather(x, question.clusters, bootstrap, seed)
    found = _blank(question, "kmeans", centers, partition, evidence)
    notes = wording.about_partition(x, centers, partition, best, units.unit)
    notes += wording.about_columns(x, partition, evidence)
    sizes = np.bincount(partition.cells, minlength=question.clusters)
    if not evidence.found or fitted is None or sizes.min() == 0:
        return found, notes
    corrected = correct(x, partition, fitted)
    if corrected is None:
        return found, [*notes, wording.NO_CORRECTION]
    filled = _filled(found, x, corrected)
    if not _resolved(filled):
        return found, [*notes, wording.unresolved(filled)]
    return filled, notes


def _resolved(found: Diagnosis) -> bool:
    """Whether every pair of means is surely apart."""
    return all(d.interval is not None and d.interval[0] > 0 for d in found.distances)


def _blank(
    question: Question, kind: str, centers: FloatArray, partition: Partition, evidence: Evidence
) -> Diagnosis:
    pairs = combinations(range(question.clusters), 2)
    return Diagnosis(
        n=len(question.x),
        dimension=question.x.shape[1],
        clusters=question.clusters,
        kind=kind,
        centers=centers,
        labels=partition.cells,
        evidence=evidence,
        distances=tuple(Distance(pair, _between(centers, pair)) for pair in pairs),
    )


def _between(points: FloatArray, pair: tuple[int, int]) -> float:
    return float(np.linalg.norm(points[pair[0]] - points[pair[1]]))


def _filled(found: Diagnosis, x: FloatArray, corrected: Corrected) -> Diagnosis:
    """With the correction and its intervals."""
    n = len(x)
    se_means = np.sqrt((corrected.of_means**2).sum(axis=0) / n**2 + corrected.integration_error**2)
    se_bias = np.sqrt((corrected.of_bias**2).sum(axis=0) / n**2 + corrected.integration_error**2)
    bias = found.centers - corrected.means
    distances = []
    for i, j in (distance.pair for distance in found.distances):
        directions = [_direction(points[i] - points[j]) for points in (corrected.means, found.centers)]
        of_means = corrected.of_means[:, i] - corrected.of_means[:, j]
        of_bias = corrected.of_bias[:, i] - corrected.of_bias[:, j]
        of_distance = of_means @ directions[0]
        of_excess = (of_means + of_bias) @ directions[1] - of_distance
        numeric = float((corrected.integration_error[[i, j]] ** 2 @ directions[0] ** 2).sum())
        errors = [float(np.sqrt((own**2).sum() / n**2 + numeric)) for own in (of_distance, of_excess)]
        apart = _between(corrected.means, (i, j)) + corrected.second_order[i, j]
        distances.append(_distance((i, j), found.centers, max(float(apart), 0.0), *errors))
    return replace(
        found,
        corrected=corrected.means,
        corrected_se=se_means,
        bias=bias,
        bias_interval=np.stack([bias - Z95 * se_bias, bias + Z95 * se_bias], axis=2),
        integration_error=float(corrected.integration_error.max()),
        distances=tuple(distances),
        method=corrected.method,
        weights=corrected.model.weights,
        variance=corrected.model.variance,
        partition_error=corrected.partition_error,
        least_error=corrected.least_error,
    )


def _direction(gap: FloatArray) -> FloatArray:
    length = float(np.linalg.norm(gap))
    return gap / length if length > 0 else gap


def _distance(
    pair: tuple[int, int], centers: FloatArray, corrected: float, error: float, bias_error: float
) -> Distance:
    apart = _between(centers, pair)
    bias = apart - corrected
    return Distance(
        pair=pair,
        centers=apart,
        corrected=float(corrected),
        standard_error=error,
        interval=(max(corrected - Z95 * error, 0.0), corrected + Z95 * error),
        bias=bias,
        bias_interval=(bias - Z95 * bias_error, bias + Z95 * bias_error),
    )


def _mixture(question: Question, units: Units, bootstrap: int, seed: int) -> tuple[Diagnosis, list[str]]:
    x, model = question.x, question.mixture
    given_fit, kind, regular = continuation.parameters_of(model, x.shape[1])
    start = continuation.Fit(
        given_fit.weights,
        (given_fit.means - units.centre) / units.unit,
        given_fit.covariances / units.unit**2,
    )
    evidence, _ = gather(x, question.clusters, bootstrap, seed)
    _, responsibility = continuation.expect(x, start)
    partition = Partition(start.means, responsibility.argmax(axis=0), np.nan)
    found = _blank(question, "mixture", start.means, partition, evidence)
    if not evidence.found:
        return found, []
    reached = continuation.go_on(x, start, kind, regular / units.unit**2)
    if reached.degenerate:
        return found, [wording.DEGENERATE]
    means = reached.fit.means
    errors = np.sqrt(np.diag(reached.covariance)).reshape(means.shape)
    bias = start.means - means
    short = StoppedShort(
        standard_errors=float(np.nanmax(np.abs(bias) / errors)),
        iterations=reached.iterations,
        log_likelihood_gain=reached.gain,
        converged=reached.converged,
    )
    distances = []
    for pair in (distance.pair for distance in found.distances):
        direction = np.tile(_direction(means[pair[0]] - means[pair[1]]), 2) * np.repeat([1, -1], x.shape[1])
        own = np.concatenate([np.arange(k * x.shape[1], (k + 1) * x.shape[1]) for k in pair])
        error = float(np.sqrt(direction @ reached.covariance[np.ix_(own, own)] @ direction))
        distances.append(_distance(pair, start.means, _between(means, pair), error, 0.0))
    spherical = kind == "common" or (kind == "tied" and x.shape[1] == 1)
    filled = replace(
        found,
        corrected=means,
        corrected_se=errors,
        bias=bias,
        bias_interval=np.stack([bias, bias], axis=2),
        distances=tuple(distances),
        method="continued",
        weights=reached.fit.weights,
        variance=float(reached.fit.covariances[0, 0, 0]) if spherical else None,
        stopped_short=short,
    )
    return filled, []


def _in_units_of_data(found: Diagnosis, units: Units, centers: FloatArray | None) -> Diagnosis:
    """Undo the standardisation; centres that the user gave are returned unchanged."""
    unit = units.unit

    def wide(value: Any) -> Any:
        if value is None:
            return None
        return tuple(end * unit for end in value) if isinstance(value, tuple) else value * unit

    lengths = ("centers", "corrected", "standard_error", "interval", "bias", "bias_interval")
    return replace(
        found,
        centers=units.centre + wide(found.centers) if centers is None else centers,
        corrected=None if found.corrected is None else units.centre + wide(found.corrected),
        corrected_se=wide(found.corrected_se),
        bias=wide(found.bias),
        bias_interval=wide(found.bias_interval),
        integration_error=wide(found.integration_error),
        variance=wide(wide(found.variance)),
        evidence=found.evidence.in_other_units(found.n * found.dimension * np.log(unit)),
        distances=tuple(
            replace(distance, **{name: wide(getattr(distance, name)) for name in lengths})
            for distance in found.distances
        ),
    )


def as_model(found: Diagnosis) -> Spherical | None:
    """The equal-spherical mixture on which a correction rests, in the data's coordinates."""
    if found.corrected is None or found.weights is None or found.variance is None:
        return None
    return Spherical(found.weights, found.corrected, found.variance)
