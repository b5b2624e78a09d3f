"""Checks: single comparisons of an estimate with a target, by a margin and the Monte Carlo error."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kmeans_inconsistency.findings import intervals, measures
from kmeans_inconsistency.findings.tables import Row, Tables, value

HOLDS, FAILS, UNDECIDED = "holds", "fails", "undecided"
Place = dict[str, float | str]


class Found(NamedTuple):
    """What was estimated.

    Attributes
    ----------
    value, mcse : float
    replicates : int, optional
        That the error was estimated from; without them it is taken as known.
    counted : int, optional
        Replicates in which something happened, if the estimate is their share.
    """

    value: float
    mcse: float = 0.0
    replicates: int | None = None
    counted: int | None = None

    def ends(self, decisive: float) -> tuple[float, float]:
        """The interval that decides; see :mod:`..intervals`."""
        if self.counted is not None and self.replicates:
            return intervals.binomial(self.counted, self.replicates, decisive)
        reach = intervals.multiple(decisive, self.replicates) * self.mcse if self.mcse else self.mcse
        return self.value - reach, self.value + reach


@dataclass(frozen=True)
class Check:
    """One comparison that a statement rests on.

    Attributes
    ----------
    name : str
        Of the margin that it is decided by.
    statement : str
        What holds if the check does.
    condition : mapping
        Where it was made: names of factors and their values.
    low, high : float
        The check holds where the estimand lies between them.
    """

    name: str
    statement: str
    condition: Mapping[str, float | str]
    found: Found
    low: float
    high: float
    target: float
    margin: float

    def verdict(self, decisive: float) -> str:
        """Hold if the whole interval is within the bounds, fail if it is outside, else decide nothing."""
        low, high = self.found.ends(decisive)
        if not (math.isfinite(self.found.value) and math.isfinite(low) and math.isfinite(high)):
            return UNDECIDED
        if self.low < low and high < self.high:
            return HOLDS
        if high <= self.low or low >= self.high:
            return FAILS
        return UNDECIDED


def equals(name: str, statement: str, place: Place, found: Found, target: float, margin: float) -> Check:
    """The estimand equals the target to within the margin."""
    return Check(name, statement, place, found, target - margin, target + margin, target, margin)


def exceeds(name: str, statement: str, place: Place, found: Found, target: float, margin: float) -> Check:
    """The estimand exceeds the target by at least the margin."""
    return Check(name, statement, place, found, target + margin, math.inf, target, margin)


def below(name: str, statement: str, place: Place, found: Found, target: float, margin: float) -> Check:
    """The estimand is below the target by at least the margin."""
    return Check(name, statement, place, found, -math.inf, target - margin, target, margin)


MISSING = "missing"


def cannot(
    name: str, statement: str, missing: str, target: float = math.nan, margin: float = math.nan
) -> Check:
    """A check that the results do not allow: it is undecided, not left out."""
    return equals(name, statement, {MISSING: missing}, Found(math.nan, math.nan), target, margin)


def at(row: Row, *names: str, **further: float | str) -> Place:
    """Where a check was made: those columns of a row that are filled, and what else tells cases apart."""
    return {name: float(value(row[name])) for name in names if row.get(name)} | further


def of(row: Row, column: str = "mean", scale: float = 1.0) -> Found:
    """An estimate of a table with its error, both divided by ``scale``."""
    used = row.get("used")
    return Found(
        value(row[column]) / scale, value(row[f"{column}_mcse"]) / scale, int(used) if used else None
    )


def variance_ratio(row: Row) -> Found:
    """Ratio of the variance to the predicted one, from that of the standard errors by the delta method."""
    ratio = of(row, "se_ratio")
    return ratio._replace(value=ratio.value**2, mcse=2 * ratio.value * ratio.mcse)


def share(row: Row, status: str) -> Found:
    """Share of the fits with a status."""
    if not row.get(status):
        return Found(math.nan, math.nan)
    count, total = int(row[status]), int(row["replicates"])
    return Found(*measures.share(count, total), total, count)


def covered(row: Row, column: str) -> Found:
    """Share of the intervals that cover, by the count of them."""
    total = row.get("replicates")
    found = of(row, column)
    if not total or not math.isfinite(found.value):
        return found
    return found._replace(replicates=int(total), counted=round(found.value * int(total)))


def slopes(
    tables: Tables, method: str, about: str, statement: str, margins: Mapping[str, float]
) -> Iterator[Check]:
    """Check that log RMSE of the distance falls with slope -1/2 in log n.

    The margin is ``slope``; ``slope_from_n`` and, where given, ``slope_from_delta`` say where it is checked.
    """
    from_n = margins["slope_from_n"]
    rows = tables.slopes(method, about, from_n)
    if not rows:
        yield cannot("slope", statement, f"two n from {from_n:g} on", -0.5, margins["slope"])
    for row in rows:
        if value(row.get("delta", "")) >= margins.get("slope_from_delta", 0):
            sizes = f"{row['from_n']} to {row['to_n']}"
            yield equals(
                "slope", statement, at(row, "delta", n=sizes), of(row, "slope"), -0.5, margins["slope"]
            )


Only = Mapping[str, str]
Margins = Mapping[str, Any]
