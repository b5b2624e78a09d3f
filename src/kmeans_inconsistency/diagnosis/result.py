"""What a diagnosis says, as an object and as plain data."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .evidence import Evidence

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Distance:
    """Between two centres, in the units of the data.

    Attributes
    ----------
    pair : tuple of int
        Their places in the model's order, from 0.
    centers : float
        Between the centres.
    corrected : float or None
        Between the corrected centres; None where no correction is stated.
    standard_error : float or None
        Of ``corrected``.
    interval : tuple of float, or None
        95 % interval of ``corrected``.
    bias : float or None
        ``centers`` less ``corrected``.
    bias_interval : tuple of float, or None
        95 % interval of the bias of the limit.
    """

    pair: tuple[int, int]
    centers: float
    corrected: float | None = None
    standard_error: float | None = None
    interval: tuple[float, float] | None = None
    bias: float | None = None
    bias_interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class StoppedShort:
    """How far a fitted mixture is from the maximum of its likelihood.

    Attributes
    ----------
    standard_errors : float
        The largest distance of a mean's coordinate from where it converges, in its standard errors.
    iterations : int
        Iterations of EM that were added.
    log_likelihood_gain : float
        By going on, for all observations together.
    converged : bool
        Whether the continuation came to its end.
    """

    standard_errors: float
    iterations: int
    log_likelihood_gain: float
    converged: bool


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """How wrong a fit's centres are as estimates of component means.

    All arrays are in the model's own order of clusters, or in ascending order of the first column if there
    was no model. What is not stated is None: see ``plain`` and ``warnings`` for the reason.

    Attributes
    ----------
    n, dimension, clusters : int
    kind : str
        ``"kmeans"``, or ``"mixture"`` for a fitted normal mixture.
    centers : ndarray, shape (K, d)
        As the model has them.
    corrected : ndarray, shape (K, d), or None
        The component means: for k-means those of the equal-spherical mixture that it points back to, for a
        mixture its own where EM converges.
    bias : ndarray, shape (K, d), or None
        ``centers`` less ``corrected``.
    bias_interval : ndarray, shape (K, d, 2), or None
        95 % interval of the bias of the limit of k-means. What a mixture stopped short by is a matter of
        arithmetic: both ends are the bias.
    corrected_se : ndarray, shape (K, d), or None
        Standard errors of ``corrected``, by the delta method.
    integration_error : float
        The part of these that is due to numerical integration, at most, in the units of the data; zero on a
        line.
    distances : tuple of Distance
        For every pair of centres.
    method : str or None
        ``"matched"``, ``"plug-in"`` or ``"continued"``: see :func:`diagnose`.
    labels : ndarray of int, shape (n,)
        The nearest centre of each observation.
    weights : ndarray, shape (K,), or None
    variance : float or None
        Of the mixture on which the correction rests; None if its components have no common variance.
    partition_error : float or None
        Expected share of observations that k-means puts with the wrong component, if that mixture holds.
    least_error : float or None
        The same for the best rule.
    evidence : Evidence
    stopped_short : StoppedShort or None
        For a fitted mixture.
    warnings : tuple of str
        What the user should know before using the numbers; whole sentences.
    plain : str
        The answer in one paragraph.
    """

    n: int
    dimension: int
    clusters: int
    kind: str
    centers: FloatArray
    labels: IntArray
    evidence: Evidence
    distances: tuple[Distance, ...]
    corrected: FloatArray | None = None
    corrected_se: FloatArray | None = None
    bias: FloatArray | None = None
    bias_interval: FloatArray | None = None
    integration_error: float = 0.0
    method: str | None = None
    weights: FloatArray | None = None
    variance: float | None = None
    partition_error: float | None = None
    least_error: float | None = None
    stopped_short: StoppedShort | None = None
    warnings: tuple[str, ...] = field(default=())
    plain: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The same as numbers, text and lists, ready for JSON; the labels are left out."""
        found = {name: _plain(value) for name, value in vars(self).items() if name != "labels"}
        found["evidence"] = _plain(asdict(self.evidence))
        found["evidence"]["contradicted"] = self.evidence.contradicted
        found["distances"] = [_plain(asdict(distance)) for distance in self.distances]
        found["stopped_short"] = None if self.stopped_short is None else _plain(asdict(self.stopped_short))
        return found

    def __str__(self) -> str:
        return self.plain


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value
