"""Performance: the measures that summaries have, each one line here, and a column or two of the tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kmeans_inconsistency.findings import measures
from kmeans_inconsistency.findings.measures import NONE, Measure

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Cell:
    """The estimates of one method at one sample size, and what they are compared with.

    Attributes
    ----------
    x : ndarray, shape (R,)
        Finite estimates.
    n : int
        Sample size.
    truth, limit, avar : float
        True value, limit and asymptotic variance; NaN where there is none.
    low, high : ndarray, shape (r,), or None
        Ends of all intervals, NaN where a fit has none; None for a method without intervals.
    """

    x: FloatArray
    n: int
    truth: float
    limit: float
    avar: float
    low: FloatArray | None = None
    high: FloatArray | None = None

    @cached_property
    def mean(self) -> Measure:
        """Mean of the estimates."""
        return measures.mean(self.x)

    @cached_property
    def empirical_se(self) -> Measure:
        """Standard deviation of the estimates."""
        return measures.empirical_se(self.x)

    @property
    def predicted_se(self) -> float:
        """Standard error by the asymptotic variance."""
        return float((self.avar / self.n) ** 0.5)

    @property
    def z_limit(self) -> float:
        """Difference from the limit in Monte Carlo standard errors of the mean."""
        return (self.mean.value - self.limit) / self.mean.mcse if self.mean.mcse > 0 else float("nan")

    def coverage(self, target: float) -> Measure:
        """Share of the intervals that hold a target."""
        if self.low is None or self.high is None:
            return NONE
        return measures.coverage(self.low, self.high, target)

    @property
    def width(self) -> Measure:
        """Mean width of the intervals that exist."""
        if self.low is None or self.high is None:
            return NONE
        lengths = self.high - self.low
        return measures.mean(lengths[np.isfinite(lengths)])


class Pair(NamedTuple):
    """The estimates of a method and of the one that it is compared with, on the same samples, shape (R,).

    ``signed`` is false of errors without a sign, which have no variance that tells.
    """

    one: FloatArray
    other: FloatArray
    truth: float
    signed: bool = True

    @property
    def errors(self) -> tuple[FloatArray, FloatArray]:
        """The errors of both."""
        return self.one - self.truth, self.other - self.truth


class Column(NamedTuple):
    """How a measure is computed, and whether its Monte Carlo error is a column too."""

    of: Callable[[Any], Measure]
    with_error: bool = True


def _exact(of: Callable[[Cell], float]) -> Column:
    """A number that is not estimated, or whose error is that of another column."""
    return Column(lambda cell: Measure(of(cell), float("nan")), with_error=False)


def _quantile(probability: float, *, with_error: bool = False) -> Column:
    return Column(lambda cell: measures.quantile(cell.x, probability), with_error)


#: Of the estimates of a method, :class:`Cell`, in the order of the columns.
MEASURES: Mapping[str, Column] = MappingProxyType(
    {
        "truth": _exact(lambda c: c.truth),
        "limit": _exact(lambda c: c.limit),
        "avar": _exact(lambda c: c.avar),
        "mean": Column(lambda c: c.mean),
        "bias": _exact(lambda c: c.mean.value - c.truth),
        "empse": Column(lambda c: c.empirical_se),
        "mse": Column(lambda c: measures.mean_squared_error(c.x, c.truth)),
        "rmse": Column(lambda c: measures.root_mean_squared_error(c.x, c.truth)),
        "bias_limit": _exact(lambda c: c.mean.value - c.limit),
        "mse_limit": Column(lambda c: measures.mean_squared_error(c.x, c.limit)),
        "rmse_limit": Column(lambda c: measures.root_mean_squared_error(c.x, c.limit)),
        "z_limit": _exact(lambda c: c.z_limit),
        "predicted_se": _exact(lambda c: c.predicted_se),
        "se_ratio": Column(lambda c: measures.ratio(c.empirical_se, c.predicted_se)),
        "median": _quantile(0.5, with_error=True),
        "q05": _quantile(0.05),
        "q25": _quantile(0.25),
        "q75": _quantile(0.75),
        "q95": _quantile(0.95),
        "kolmogorov": Column(lambda c: measures.kolmogorov((c.x - c.limit) / c.predicted_se)),
        "coverage": Column(lambda c: c.coverage(c.truth)),
        "coverage_limit": Column(lambda c: c.coverage(c.limit)),
        "width": Column(lambda c: c.width),
    }
)

#: Of a method beside the experiment's first, :class:`Pair`, in the order of the columns.
PAIRED: Mapping[str, Column] = MappingProxyType(
    {
        "difference": Column(lambda p: measures.mean(p.one - p.other)),
        "rmse_ratio": Column(lambda p: measures.rmse_ratio(*p.errors)),
        "median_ratio": Column(lambda p: measures.median_ratio(*p.errors)),
        "closer": Column(lambda p: measures.closer(*p.errors)),
        "efficiency": Column(lambda p: measures.efficiency(p.one, p.other) if p.signed else NONE),
    }
)


def names(columns: Mapping[str, Column]) -> list[str]:
    """The columns of a table, each error behind its measure."""
    return [
        name
        for measure, column in columns.items()
        for name in ((measure, f"{measure}_mcse") if column.with_error else (measure,))
    ]


def estimated(columns: Mapping[str, Column], of: Cell | Pair) -> dict[str, Measure]:
    """The measures that have a Monte Carlo error."""
    return {name: column.of(of) for name, column in columns.items() if column.with_error}


def row(columns: Mapping[str, Column], of: Cell | Pair) -> dict[str, float]:
    """The values of all columns, by their names."""
    found: dict[str, float] = {}
    for name, column in columns.items():
        found[name], error = column.of(of)
        if column.with_error:
            found[f"{name}_mcse"] = error
    return found
