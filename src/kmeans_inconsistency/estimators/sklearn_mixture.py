"""The two-component normal mixture of scikit-learn itself, at its defaults but for the tolerance.

``GaussianMixture(2, covariance_type="tied")``: EM from one run of k-means, at most 100 passes, 1e-6 added to
the variance. Its numbers agree across machines to rounding, not to the bit: they rest on compiled code that
chooses its instructions by the processor. scikit-learn is imported only when a sample is fitted.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._method import Batch, FloatArray, Method, Status

OUTPUTS = ("distance", "lower", "upper", "weight", "variance", "objective", "passes")


def fit_rows(
    samples: FloatArray, generators: list[np.random.Generator], tol: float
) -> dict[str, NDArray[Any]]:
    """Fit each sample, shape (r, n), with the seed that its own generator gives.

    Parameters
    ----------
    samples : ndarray, shape (r, n)
    generators : list of Generator
        One for each sample.
    tol : float
        EM stops when a pass raises the mean log-likelihood by less than this.

    Returns
    -------
    dict from str to ndarray, shape (r,)
        ``passes`` are those of EM, without those of k-means. ``status`` is ``STOPPED`` if the tolerance ended
        the fit, ``NOT_CONVERGED`` if the number of passes did, ``FAILED`` if scikit-learn refuses the sample.
    """
    from threadpoolctl import threadpool_limits

    rows = np.full((len(samples), len(OUTPUTS) + 1), np.nan)
    # the number of threads decides the order of sums, and a job of the study has one core
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for row, x, rng in zip(rows, samples, generators, strict=True):
            row[:] = _fit_one(x, int(rng.integers(2**31)), tol)
    columns: dict[str, NDArray[Any]] = dict(zip(OUTPUTS, rows.T, strict=False))
    return columns | {"status": rows[:, -1].astype(np.int64)}


def _fit_one(x: FloatArray, seed: int, tol: float) -> list[float]:
    from sklearn.mixture import GaussianMixture

    model = GaussianMixture(2, covariance_type="tied", tol=tol, random_state=seed)
    column = x[:, np.newaxis]
    try:
        model.fit(column)
        objective = len(x) * float(model.score(column))
    except ValueError:
        return [np.nan] * len(OUTPUTS) + [Status.FAILED]
    means = model.means_[:, 0]
    low = int(np.argmin(means))
    lower, upper = float(means[low]), float(means[1 - low])
    status = Status.STOPPED if model.converged_ else Status.NOT_CONVERGED
    found = [upper - lower, lower, upper, float(model.weights_[low]), float(model.covariances_[0, 0])]
    return [*found, objective, float(model.n_iter_), status]


def _fit(batch: Batch, tol: float) -> dict[str, NDArray[Any]]:
    return fit_rows(batch.x, batch.generators("sklearn_mixture"), tol)


METHOD = Method(fit=_fit, outputs=OUTPUTS, parameters={"tol": "positive"}, packages=("scikit-learn", "scipy"))
