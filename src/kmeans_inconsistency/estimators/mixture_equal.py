"""Maximum likelihood of the two-component normal mixture with weights 1/2 and a common free variance.

It is what k-means implicitly assumes. Its fitted mean is not the sample mean, unlike that of the mixture with
free weights.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms import mixture_newton as newton
from ..algorithms.compiling import read_only
from ..algorithms.equal_weights_newton import fit_equal_weights
from .method import Batch, FloatArray, Method, Status
from .mixture import OUTPUTS, Mixture
from .validation import sorted_sample


def mixture_equal(x: ArrayLike) -> Mixture:
    """Fit two equally likely normal components with a common free variance to one sample.

    Parameters
    ----------
    x : array_like, shape (n,)
        The sample, of at least two values.

    Returns
    -------
    Mixture
        Its gradient is the largest component of the mean score in (centre, half the distance), in units of
        the sample's standard deviation. The components merge, with weights NaN, if no two equally likely ones
        are likelier than one.

    Raises
    ------
    ValueError
        If the sample is too short or is not a finite real vector.

    Examples
    --------
    >>> mixture_equal([0.0, 1.0, 2.0, 10.0, 11.0, 12.0]).means.round(6)
    array([ 1., 11.])
    >>> mixture_equal([-2.0, -0.1, 0.0, 0.1, 2.0]).status.name
    'MERGED'
    """
    row = {name: values[0] for name, values in fit_rows(sorted_sample(x, 2), 1).items()}
    return Mixture(
        weights=np.array([row["weight"], 1.0 - row["weight"]]),
        means=np.array([row["lower"], row["upper"]]),
        variance=float(row["variance"]),
        objective=float(row["objective"]),
        passes=int(row["passes"]),
        gradient=float(row["gradient"]),
        status=Status(int(row["status"])),
    )


def fit_rows(samples: FloatArray, effort: int) -> dict[str, NDArray[Any]]:
    """Fit sorted samples, shape (r, n), as a batch's methods do."""
    fits = fit_equal_weights(read_only(samples), effort)
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


def _fit(batch: Batch) -> dict[str, NDArray[Any]]:
    return fit_rows(batch.sorted, 1)


METHOD = Method(fit=_fit, outputs=OUTPUTS)
