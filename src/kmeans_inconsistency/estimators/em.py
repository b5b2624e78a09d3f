"""EM of the two-component normal mixture from k-means' split, to a stationary point or stopped before it.

Stopped when the likelihood gains little it is the mixture as practised: what scikit-learn's
``GaussianMixture(2, covariance_type="tied")`` does in one dimension, without the constant that it adds to the
variance. That need not be near a maximum of the likelihood, let alone the highest.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms import em as algorithm
from ..algorithms.compiling import read_only
from ..algorithms.two_means import two_means
from ._method import Batch, FloatArray, Method, Status, chosen
from ._validation import positive_number, sorted_sample
from .mixture import Mixture


class Stop(NamedTuple):
    """When EM stops: at a small gain in the mean log-likelihood, at a small mean score, or many passes."""

    gain: float = 0.0
    score: float = 0.0
    most: int = 1_000_000


STATIONARY = Stop(score=1e-9, most=100_000)


def em(x: ArrayLike, tol: float | None = 1e-3, acceleration: str = "none") -> Mixture:
    """Run EM from k-means' split of one sample.

    Parameters
    ----------
    x : array_like, shape (n,)
        The sample, of at least two values.
    tol : float or None
        EM stops when a step raises the mean log-likelihood by less than this; None lets it go on until no
        component of the mean score exceeds 1e-9.
    acceleration : {"none", "squarem"}
        Whether to extrapolate (Varadhan & Roland, 2008).

    Returns
    -------
    Mixture
        Its status is ``STOPPED`` if the tolerance ended it.

    Raises
    ------
    ValueError
        If ``tol`` is not a positive number, ``acceleration`` is neither, the sample is too short, or is not
        a finite real vector.
    """
    chosen("acceleration", acceleration, ("none", "squarem"))
    tol = None if tol is None else positive_number("tol", tol, "EM would not stop")
    rows = fit_rows(sorted_sample(x, at_least=2), _stop(tol), acceleration)
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


def fit_rows(samples: FloatArray, stop: Stop, acceleration: str) -> dict[str, NDArray[Any]]:
    """Fit sorted samples, shape (r, n), as a batch's methods do."""
    splits, accelerated = two_means(read_only(samples)), acceleration == "squarem"
    fits = np.array(
        [_fit_one(x, split, stop, accelerated) for x, split in zip(samples, splits, strict=True)]
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
    x: FloatArray, split: FloatArray, stop: Stop, accelerated: bool
) -> tuple[float, float, float, float, float, float, float, float]:
    n = len(x)
    size, lower, upper, within = split[:4]
    if lower == upper:
        return lower, upper, np.nan, 0.0, np.inf, 4, 0.0, Status.MERGED
    if within == 0:
        return lower, upper, size / n, 0.0, np.inf, 4, 0.0, Status.DEGENERATE
    middle = 0.5 * (lower + upper)
    # a power of two scales without rounding
    exponent = int(np.frexp(upper - lower)[1])
    scale = 2.0**exponent
    share = size / n
    start = np.array(
        [share, 1 - share, (lower - middle) / scale, (upper - middle) / scale, within / n / scale**2]
    )
    both = algorithm.FREE_WEIGHTS | algorithm.FREE_VARIANCE
    centred = read_only(((x - middle) / scale)[:, np.newaxis])
    diagnostics = algorithm.em(centred, start, 2, both, accelerated, *stop)
    order = np.argsort(start[2:4])
    lower, upper = middle + scale * start[2:4][order]
    return (
        lower,
        upper,
        start[:2][order][0],
        start[4] * scale**2,
        diagnostics[algorithm.LOG_LIKELIHOOD] - n * exponent * np.log(2.0),
        4 + diagnostics[algorithm.PASSES],
        diagnostics[algorithm.SCORE],
        _status(diagnostics, stop),
    )


def _status(diagnostics: FloatArray, stop: Stop) -> Status:
    if diagnostics[algorithm.SCORE] <= stop.score:
        return Status.CONVERGED
    return Status.STOPPED if diagnostics[algorithm.DONE] else Status.NOT_CONVERGED


def _stop(tol: float | None) -> Stop:
    return STATIONARY if tol is None else Stop(gain=tol)


def _fit(batch: Batch, tol: float | None = None, acceleration: str = "none") -> dict[str, NDArray[Any]]:
    return fit_rows(batch.sorted, _stop(tol), acceleration)


METHOD = Method(
    fit=_fit,
    outputs=("distance", "lower", "upper", "weight", "variance", "objective", "passes", "gradient"),
    parameters={"acceleration": ("none", "squarem"), "tol": "positive"},
    optional=("tol",),
)
