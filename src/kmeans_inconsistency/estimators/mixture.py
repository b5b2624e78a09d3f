"""Maximum likelihood of the two-component normal mixture with a common free variance."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms import mixture_newton as newton
from ..algorithms.compiling import read_only
from ._method import Batch, FloatArray, Method, Status, chosen
from ._validation import sorted_sample, weighted_sample

OUTPUTS = ("distance", "lower", "upper", "weight", "variance", "objective", "passes", "gradient")
_EFFORT = {"global": 1, "local": newton.FROM_KMEANS}


class Mixture(NamedTuple):
    """Result of the mixture's maximum likelihood.

    Attributes
    ----------
    weights, means : ndarray, shape (2,)
        Weights and means of the components, means ascending. Weights are NaN if the components merge.
    variance : float
        The common variance.
    objective : float
        The log-likelihood; infinite if it is unbounded.
    passes : int
        How often the sample was read.
    gradient : float
        Largest component of the mean score in (logit weight, distance over the sample's standard deviation);
        with equal weights in (centre, half the distance) over the standard deviation.
    status : Status
        ``CONVERGED`` if the gradient is at most 1e-9; ``MERGED`` if no two components (of equal weights, if
        they have to be) are likelier than one; ``DEGENERATE`` if the sample has two distinct values, so that
        the likelihood is unbounded.
    interval : ndarray, shape (2,), or None
        95 % confidence interval of the distance, if it was asked for; NaN if it does not exist.
    """

    weights: NDArray[np.float64]
    means: NDArray[np.float64]
    variance: float
    objective: float
    passes: int
    gradient: float
    status: Status
    interval: NDArray[np.float64] | None = None


def mixture(
    x: ArrayLike,
    weights: str = "free",
    search: str = "global",
    interval: str = "none",
    sample_weight: ArrayLike | None = None,
) -> Mixture:
    """Fit the two-component normal mixture with a common variance to one sample.

    Parameters
    ----------
    x : array_like, shape (n,)
        The sample, of at least two values.
    weights : {"free", "equal"}
        Whether the weights are estimated or held at 1/2.
    search : {"global", "local"}
        Where to look for the maximum: everywhere, or where EM leads from k-means' split, as in practice. EM
        is followed until the likelihood is concave; from there Newton's method goes on to EM's own end.
    interval : {"none", "information"}
        Whether to add the interval of the observed information.
    sample_weight : array_like, shape (n,), optional
        Weights of the observations, such as the counts of a histogram: a whole number is as good as repeating
        the observation, and 0 as leaving it out. The fit depends on ratios of weights alone. Only the global
        maximum with free weights of the components, without an interval, has them.

    Returns
    -------
    Mixture

    Raises
    ------
    ValueError
        If the sample is too short, or is not a finite real vector, or a choice is none of the two, or
        ``sample_weight`` holds no weights, or goes with other choices than the default ones.

    Notes
    -----
    The likelihood often has several local maxima. The fit is the highest of those found from a grid over the
    whole parameter space, see :mod:`kmeans_inconsistency.algorithms.mixture_newton`.

    Examples
    --------
    >>> mixture([0.0, 1.0, 2.0, 10.0, 11.0, 12.0]).means.round(6)
    array([ 1., 11.])
    >>> mixture([-2.0, -0.1, 0.0, 0.1, 2.0], weights="equal").status.name
    'MERGED'
    """
    chosen("weights", weights, ("free", "equal"))
    chosen("search", search, ("global", "local"))
    chosen("interval", interval, ("none", "information"))
    if sample_weight is not None:
        if (weights, search, interval) != ("free", "global", "none"):
            raise ValueError("sample_weight goes with the default choices only: leave the others out.")
        rows = _of_weighted(x, sample_weight)
        sample = np.empty(0)
    else:
        sample = sorted_sample(x, 2)
        rows = fit_rows(sample, search) if weights == "free" else _with_equal_weights(sample, search)
    row = {name: values[0] for name, values in rows.items()}
    return Mixture(
        weights=np.array([row["weight"], 1.0 - row["weight"]]),
        means=np.array([row["lower"], row["upper"]]),
        variance=float(row["variance"]),
        objective=float(row["objective"]),
        passes=int(row["passes"]),
        gradient=float(row["gradient"]),
        status=Status(int(row["status"])),
        interval=None if interval == "none" else _interval(sample, weights, search),
    )


def _of_weighted(x: ArrayLike, sample_weight: ArrayLike) -> dict[str, NDArray[Any]]:
    # by its name, so that fits without weights do not depend on its sources
    fit = import_module("..algorithms.weighted_newton", __package__).weighted_mixture
    return as_rows(fit(*map(read_only, weighted_sample(x, sample_weight, 2)))[np.newaxis])


def _with_equal_weights(sample: FloatArray, search: str) -> dict[str, NDArray[Any]]:
    # by its name, so that fits with free weights do not depend on its sources
    rows: dict[str, NDArray[Any]] = import_module("._mixture_equal", __package__).fit_rows(sample, search)
    return rows


def _interval(sample: FloatArray, weights: str, search: str) -> FloatArray:
    # by its name, so that fits without intervals do not depend on its sources
    helper = {"free": "._mixture_intervals", "equal": "._mixture_equal_intervals"}[weights]
    rows = import_module(helper, __package__).fit_rows(sample, search)
    return np.array([rows["distance_low"][0], rows["distance_high"][0]])


def fit_rows(samples: FloatArray, search: str) -> dict[str, NDArray[Any]]:
    """Fit sorted samples, shape (r, n), as a batch's methods do."""
    return as_rows(newton.mixture_newton(read_only(samples), _EFFORT[search]))


def as_rows(fits: FloatArray) -> dict[str, NDArray[Any]]:
    """Name the columns of a kernel's fits, shape (r, 8)."""
    return {
        "distance": fits[:, newton.UPPER] - fits[:, newton.LOWER],
        "lower": fits[:, newton.LOWER],
        "upper": fits[:, newton.UPPER],
        "weight": fits[:, newton.WEIGHT],
        "variance": fits[:, newton.VARIANCE],
        "objective": fits[:, newton.LOG_LIKELIHOOD],
        "passes": fits[:, newton.PASSES].astype(np.int64),
        "gradient": fits[:, newton.GRADIENT],
        "status": fits[:, newton.OUTCOME].astype(np.int64),
    }


def _fit(batch: Batch, search: str = "global") -> dict[str, NDArray[Any]]:
    return fit_rows(batch.sorted, search)


METHOD = Method(
    fit=_fit,
    outputs=OUTPUTS,
    parameters={
        "weights": ("free", "equal"),
        "search": ("global", "local"),
        "interval": ("none", "information"),
    },
    elsewhere={"weights": "_mixture_equal", "interval": "_mixture_intervals"},
)
