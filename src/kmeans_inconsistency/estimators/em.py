"""EM of the two-component normal mixture from k-means' split, to a stationary point or stopped before it.

Stopped when the likelihood gains little it is the mixture as practised: what scikit-learn's
``GaussianMixture(2, covariance_type="tied")`` does in one dimension, without the constant that it adds to the
variance. That need not be near a maximum of the likelihood, let alone the highest. mclust stops by the
relative gain and starts at the halves of the sample: see :mod:`._em_by_relative_gain`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms import em as algorithm
from ..algorithms.compiling import read_only
from ..algorithms.relative_em import em_to_relative_gain, halves
from ..algorithms.two_means import two_means
from ._method import Batch, FloatArray, Method, Status, chosen
from ._validation import positive_count, positive_number, sorted_sample
from .mixture import Mixture


class Stop(NamedTuple):
    """When EM stops: at a small gain in the mean log-likelihood, at a small mean score, or many passes.

    Attributes
    ----------
    relative : float
        If not 0, the gain in the log-likelihood l over 1 + abs(l) takes the place of gain and score.
    counted : bool
        Whether ``most`` is wanted, and no failure to converge.
    """

    gain: float = 0.0
    score: float = 0.0
    most: int = 1_000_000
    relative: float = 0.0
    counted: bool = False


STATIONARY = Stop(score=1e-9, most=100_000)

#: Passes that the start takes.
STARTS = {"kmeans": 4, "halves": 2}


def em(
    x: ArrayLike,
    tol: float | None = 1e-3,
    acceleration: str = "none",
    start: str = "kmeans",
    rule: str = "gain",
    steps: int | None = None,
) -> Mixture:
    """Run EM from a split of one sample.

    Parameters
    ----------
    x : array_like, shape (n,)
        The sample, of at least two values.
    tol : float or None
        EM stops when a step raises the mean log-likelihood by less than this; None lets it go on until no
        component of the mean score exceeds 1e-9.
    acceleration : {"none", "squarem"}
        Whether to extrapolate (Varadhan & Roland, 2008).
    start : {"kmeans", "halves"}
        The split whose sizes, means and variance are the start: that of k-means, or at the median.
    rule : {"gain", "relative"}
        Whether ``tol`` is for the gain in the mean log-likelihood, as scikit-learn has it, or for that in the
        log-likelihood l over 1 + abs(l), as mclust has it: there the unit of the data matters. Plain EM alone
        has the second.
    steps : int, optional
        EM ends after so many steps at the latest; with a ``tol`` of None after just so many.

    Returns
    -------
    Mixture
        Its status is ``STOPPED`` if the tolerance ended it.

    Raises
    ------
    ValueError
        If ``tol`` or ``steps`` is not a positive number, a choice is none of its values, extrapolated EM is
        to stop by the relative rule or after some steps, that rule has no ``tol``, the sample is too short,
        or is not a finite real vector.
    """
    chosen("acceleration", acceleration, ("none", "squarem"))
    chosen("start", start, tuple(STARTS))
    chosen("rule", rule, ("gain", "relative"))
    tol = None if tol is None else positive_number("tol", tol, "EM would not stop")
    steps = None if steps is None else positive_count("steps", steps)
    if acceleration != "none" and (rule != "gain" or steps is not None):
        raise ValueError("extrapolated EM has no relative rule and counts no steps: leave out 'acceleration'")
    if rule == "relative" and tol is None:
        raise ValueError("the relative rule needs a tolerance: give 'tol'")
    rows = fit_rows(sorted_sample(x, at_least=2), stop_at(tol, steps, rule), acceleration, start)
    row = {name: values[0] for name, values in rows.items()}
    return Mixture(
        weights=np.array([row["weight"], 1.0 - row["weight"]]),
        means=np.array([row["lower"], row["upper"]]),
        variance=float(row["variance"]),
        objective=float(row["objective"]),
        passes=int(row["passes"]),
        gradient=float(row["gradient"]),
        status=Status(int(row["status"])),
    )


def fit_rows(
    samples: FloatArray, stop: Stop, acceleration: str, start: str = "kmeans"
) -> dict[str, NDArray[Any]]:
    """Fit sorted samples, shape (r, n), as a batch's methods do."""
    splits = (two_means if start == "kmeans" else halves)(read_only(samples))
    fits = np.array(
        [
            _fit_one(x, split, stop, acceleration == "squarem", STARTS[start])
            for x, split in zip(samples, splits, strict=True)
        ]
    ).reshape(len(samples), 8)
    lower, upper, weight, variance, objective, passes, gradient, status = fits.T
    return {
        "distance": upper - lower,
        "lower": lower,
        "upper": upper,
        "weight": weight,
        "variance": variance,
        "objective": objective,
        "passes": passes.astype(np.int64),
        "gradient": gradient,
        "status": status.astype(np.int64),
    }


def _fit_one(
    x: FloatArray, split: FloatArray, stop: Stop, accelerated: bool, passes: int
) -> tuple[float, float, float, float, float, float, float, float]:
    n = len(x)
    size, lower, upper, within = split[:4]
    if lower == upper:
        return lower, upper, np.nan, 0.0, np.inf, passes, 0.0, Status.MERGED
    if within == 0:
        return lower, upper, size / n, 0.0, np.inf, passes, 0.0, Status.DEGENERATE
    middle = 0.5 * (lower + upper)
    # a power of two scales without rounding
    exponent = int(np.frexp(upper - lower)[1])
    scale = 2.0**exponent
    share = size / n
    start = np.array(
        [share, 1 - share, (lower - middle) / scale, (upper - middle) / scale, within / n / scale**2]
    )
    centred = read_only(((x - middle) / scale)[:, np.newaxis])
    # of the mean log-likelihood, in the units of the data
    shift = -exponent * np.log(2.0)
    if stop.relative:
        diagnostics = em_to_relative_gain(centred, start, stop.relative, shift, stop.most)
    else:
        both = algorithm.FREE_WEIGHTS | algorithm.FREE_VARIANCE
        diagnostics = algorithm.em(centred, start, 2, both, accelerated, stop.gain, stop.score, stop.most)
    order = np.argsort(start[2:4])
    lower, upper = middle + scale * start[2:4][order]
    return (
        lower,
        upper,
        start[:2][order][0],
        start[4] * scale**2,
        diagnostics[algorithm.LOG_LIKELIHOOD] - n * exponent * np.log(2.0),
        passes + diagnostics[algorithm.PASSES],
        diagnostics[algorithm.SCORE],
        _status(diagnostics, stop),
    )


def _status(diagnostics: FloatArray, stop: Stop) -> Status:
    if diagnostics[algorithm.SCORE] <= stop.score:
        return Status.CONVERGED
    return Status.STOPPED if diagnostics[algorithm.DONE] or stop.counted else Status.NOT_CONVERGED


def stop_at(tol: float | None, steps: int | None = None, rule: str = "gain") -> Stop:
    """When EM stops with these parameters; after the last step the likelihood is computed once more."""
    if tol is None and steps is None:
        return STATIONARY
    stop = Stop() if steps is None else Stop(most=steps + 1, counted=True)
    return stop._replace(relative=tol or 0.0) if rule == "relative" else stop._replace(gain=tol or 0.0)


def _fit(
    batch: Batch,
    tol: float | None = None,
    acceleration: str = "none",
    start: str = "kmeans",
    steps: int | None = None,
) -> dict[str, NDArray[Any]]:
    return fit_rows(batch.sorted, stop_at(tol, steps), acceleration, start)


METHOD = Method(
    fit=_fit,
    outputs=("distance", "lower", "upper", "weight", "variance", "objective", "passes", "gradient"),
    parameters={
        "acceleration": ("none", "squarem"),
        "start": ("kmeans", "halves"),
        "rule": ("gain", "relative"),
        "tol": "positive",
        "steps": "count",
    },
    optional=("tol", "steps"),
    elsewhere={"rule": "_em_by_relative_gain"},
)
