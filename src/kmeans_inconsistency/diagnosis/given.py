"""What the user hands over: data, and a fitted model or none."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import qr

from ..estimators._validation import real_array
from ..estimators.kmeans import kmeans
from ..estimators.lloyd import lloyd
from . import rule

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST_COLUMNS, MOST_CLUSTERS = 20, 10
_MOST_PASSES = 1000
_WANTED = "Pass a fitted KMeans or GaussianMixture, or centres as an array of shape (K, d)."
_LEAST_SPREAD = 1e-140  # its square, and the square's share of a sum, are normal numbers
_DEPENDENT = 1e-10  # share of a column that others do not give, below which it is rounding


class Question(NamedTuple):
    """Checked data and the model to be diagnosed.

    Attributes
    ----------
    x : ndarray, shape (n, d)
    clusters : int
    centers : ndarray, shape (K, d), or None
        In the model's order; None without a model.
    mixture : object or None
        The model if it is a normal mixture.
    """

    x: FloatArray
    clusters: int
    centers: FloatArray | None
    mixture: Any


def check(data: ArrayLike, model: Any, clusters: int | None) -> Question:
    """Check what was handed over.

    Raises
    ------
    ValueError
        With one line for each problem.
    """
    problems: list[str] = []
    x = _matrix(data, problems)
    centers = _centers(model, problems)
    if clusters is not None and (isinstance(clusters, bool) or not isinstance(clusters, int | np.integer)):
        problems.append(f"clusters must be a whole number, not {clusters!r}.")
        clusters = None
    wanted = int(clusters) if clusters is not None else 2 if centers is None else len(centers)
    if centers is not None and wanted != len(centers):
        problems.append(f"clusters is {wanted}, but the model has {len(centers)}: leave clusters out.")
    if not 2 <= wanted <= MOST_CLUSTERS:
        problems.append(f"There must be 2 to {MOST_CLUSTERS} clusters, not {wanted}.")
    if x is not None:
        if x.shape[1] > MOST_COLUMNS:
            problems.append(
                f"The data have {x.shape[1]} columns, and at most {MOST_COLUMNS} can be "
                "diagnosed: choose some."
            )
        problems += _without_likelihood(x) if len(x) else []
        if len(x) < wanted:
            problems.append(f"There are {len(x)} observations for {wanted} clusters: pass more data.")
        if centers is not None and centers.shape[1] != x.shape[1]:
            problems.append(
                f"The model has {centers.shape[1]} columns and the data {x.shape[1]}: pass the data that it "
                "was fitted to."
            )
    if problems or x is None:
        raise ValueError("\n".join(problems))
    return Question(x, wanted, centers, model if hasattr(model, "means_") else None)


def _matrix(data: ArrayLike, problems: list[str]) -> FloatArray | None:
    try:
        x = real_array(data)
    except ValueError as error:
        problems.append(str(error))
        return None
    x = x[:, np.newaxis] if x.ndim == 1 else x
    if x.ndim != 2 or x.shape[1] < 1:
        problems.append(f"The data must be a matrix of shape (n, d), not of shape {x.shape}.")
        return None
    return np.ascontiguousarray(x)


def _without_likelihood(x: FloatArray) -> list[str]:
    """List what would make the likelihood of a normal model infinite or impossible to compute."""
    d = x.shape[1]
    gaps = x - x.mean(axis=0)
    scale = np.abs(gaps).max(axis=0)
    if 0 < scale.max() < _LEAST_SPREAD:
        return [f"The data vary by {scale.max():.2g}, whose square underflows: rescale them."]
    if d == 1 or d > MOST_COLUMNS:
        return []
    problems = _dependent(x, gaps, scale)
    # a few distinct points never span all directions, whatever the columns are
    return problems if problems and len(np.unique(x, axis=0)) > d else []


def _dependent(x: FloatArray, gaps: FloatArray, scale: FloatArray) -> list[str]:
    """Name the columns that the others determine."""
    constant = x.min(axis=0) == x.max(axis=0)
    if constant.any():
        return [f"Column {c + 1} is constant: leave it out." for c in np.flatnonzero(constant)]
    gaps = (gaps - gaps.mean(axis=0)) / scale  # without the rounding of a mean far from zero
    triangle, order = qr(gaps, mode="r", pivoting=True)
    left = np.abs(np.diag(triangle))
    rounding = 8 * np.finfo(float).eps * float((np.abs(x).max(axis=0) / scale).max())
    lost = order[: len(left)][left < max(_DEPENDENT, rounding) * left[0]]
    return [f"Column {c + 1} is a linear combination of others: leave it out." for c in sorted(lost)]


def _centers(model: Any, problems: list[str]) -> FloatArray | None:
    if model is None:
        return None
    found = getattr(model, "cluster_centers_", getattr(model, "means_", model))
    if found is model and hasattr(model, "fit"):
        problems.append(_without_centers(model))
        return None
    if isinstance(found, str | dict):
        problems.append(f"The model is a {type(model).__name__}. {_WANTED}")
        return None
    try:
        centers = real_array(found)
    except ValueError as error:
        fault = str(error).replace("The data", "The model's centres", 1).partition(":")[0]
        problems.append(f"{fault}. {_WANTED}")
        return None
    if centers.ndim != 2:
        problems.append(f"The model's centres must be a matrix, not of shape {centers.shape}. {_WANTED}")
        return None
    return centers


def _without_centers(model: Any) -> str:
    """Why an object with ``fit`` is no model to diagnose."""
    name = type(model).__name__
    if hasattr(model, "steps"):
        return f"The model is a {name}: pass its last step, and the data as that step was given them."
    if any(entry.endswith("_") and not entry.startswith("_") for entry in vars(model)):
        return f"The model, of class {name}, has no centres. {_WANTED}"
    return f"The model, of class {name}, is not fitted: call its fit(X) first."


class Units(NamedTuple):
    """The location and scale by which the data are standardised: (x - centre) / unit.

    Attributes
    ----------
    centre : ndarray, shape (d,)
    unit : float
        A power of 2, so that dividing by it is exact.
    """

    centre: FloatArray
    unit: float


def standardised(x: FloatArray) -> tuple[FloatArray, Units]:
    """Centre the data and divide them by one unit for all columns; also returns what undoes this."""
    centre = x.mean(axis=0)
    gaps = x - centre
    largest = float(np.abs(gaps).max())
    if largest == 0:
        return gaps, Units(centre, 1.0)
    # relative to the largest, whose square may be no number
    spread = largest * float(np.sqrt(np.square(gaps / largest).mean()))
    unit = float(2.0 ** np.round(np.log2(spread)))
    return gaps / unit, Units(centre, unit)


class Partition(NamedTuple):
    """A fixed point of Lloyd's algorithm on the data: centres, cells of the observations, inertia."""

    centers: FloatArray
    cells: IntArray
    inertia: float


def best_partition(x: FloatArray, clusters: int) -> Partition:
    """The best that is found here: the global optimum for one column."""
    if x.shape[1] == 1:
        return settle(x, kmeans(x[:, 0], clusters).centers[:, np.newaxis])
    return settle(x, lloyd(x, clusters).centers)


def settle(x: FloatArray, centers: FloatArray) -> Partition:
    """Lloyd's algorithm from given centres to its fixed point; a centre without observations stays."""
    origin = x.mean(axis=0)
    points, moved = x - origin, centers - origin
    cells = rule.nearest(points, moved)
    for _ in range(_MOST_PASSES):
        sizes = np.bincount(cells, minlength=len(moved))
        sums = np.stack([np.bincount(cells, column, len(moved)) for column in points.T], axis=1)
        moved = np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], moved)
        before, cells = cells, rule.nearest(points, moved)
        if (before == cells).all():
            break
    return Partition(moved + origin, cells, float(((points - moved[cells]) ** 2).sum()))
