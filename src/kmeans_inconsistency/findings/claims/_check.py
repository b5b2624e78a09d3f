"""Checks: single comparisons of an estimate with a target, by a margin and the Monte Carlo error."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kmeans_inconsistency.findings import measures
from kmeans_inconsistency.findings.tables import Row, Tables, value
from kmeans_inconsistency.text import plain

HOLDS, FAILS, UNDECIDED = "holds", "fails", "undecided"


@dataclass(frozen=True)
class Check:
    """One comparison that a claim rests on.

    Attributes
    ----------
    statement : str
        What holds if the check does.
    condition : str
        Where it was made.
    low, high : float
        The check holds where the estimand lies between them.
    """

    statement: str
    condition: str
    estimate: float
    mcse: float
    low: float
    high: float
    target: float
    margin: float

    def verdict(self, decisive: float) -> str:
        """Hold the interval of ``decisive`` standard errors against the margin."""
        reach = decisive * self.mcse
        if not math.isfinite(self.estimate) or not math.isfinite(reach):
            return UNDECIDED
        if self.low < self.estimate - reach and self.estimate + reach < self.high:
            return HOLDS
        if self.estimate + reach <= self.low or self.estimate - reach >= self.high:
            return FAILS
        return UNDECIDED


def equals(
    statement: str, condition: str, estimate: float, mcse: float, target: float, margin: float
) -> Check:
    """The estimand equals the target to within the margin."""
    return Check(statement, condition, estimate, mcse, target - margin, target + margin, target, margin)


def exceeds(
    statement: str, condition: str, estimate: float, mcse: float, target: float, margin: float
) -> Check:
    """The estimand exceeds the target by at least the margin."""
    return Check(statement, condition, estimate, mcse, target + margin, math.inf, target, margin)


def below(
    statement: str, condition: str, estimate: float, mcse: float, target: float, margin: float
) -> Check:
    """The estimand is below the target by at least the margin."""
    return Check(statement, condition, estimate, mcse, -math.inf, target - margin, target, margin)


def cannot(statement: str, condition: str, target: float = math.nan, margin: float = math.nan) -> Check:
    """A check that the results do not allow: it is undecided, not left out."""
    return equals(statement, condition, math.nan, math.nan, target, margin)


def where(row: Row, *names: str) -> str:
    """Say where a check was made: ``delta = 2, n = 100``, from those columns of a row that are filled."""
    return ", ".join(f"{name} = {plain(value(row[name]))}" for name in names if row.get(name))


def slopes(
    tables: Tables, method: str, about: str, statement: str, margins: Mapping[str, float]
) -> Iterator[Check]:
    """Check that log RMSE falls with slope -1/2 in log n.

    The margins are ``slope``, ``slope_from_n`` and, where given, ``slope_from_delta``.
    """
    from_n = margins["slope_from_n"]
    rows = tables.slopes(method, about, from_n)
    if not rows:
        yield cannot(statement, f"fewer than two n from {plain(from_n)} on", -0.5, margins["slope"])
    for row in rows:
        if value(row.get("delta", "")) >= margins.get("slope_from_delta", 0):
            sizes = f"n = {plain(value(row['from_n']))} to {plain(value(row['to_n']))}"
            found = value(row["slope"]), value(row["slope_mcse"])
            yield equals(statement, f"{where(row, 'delta')}, {sizes}", *found, -0.5, margins["slope"])


def share(row: Row, status: str) -> measures.Measure:
    """Share of the fits with a status."""
    return measures.share(int(row[status]), int(row["replicates"]))
