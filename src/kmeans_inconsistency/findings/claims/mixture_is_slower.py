"""A fit of the mixture takes many times the passes over the data of k-means: by EM, and at the optimum."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Found, Margins, Only, at, cannot, exceeds, of
from kmeans_inconsistency.findings.tables import Row, Tables

MARGINS = ("users", "em", "extrapolated", "exact")
ONLY: Only = {}

RELATIVE = "em,start=halves,rule=relative"
"""EM as mclust stops it."""

SEARCHED = 30_000
"""Weighted nodes that the search for the highest maximum reads, in its grid and in the climbs from there, at
most: twice what was counted at n = 1000."""

_ITERATIVE = {
    "em": ("em", "EM takes many times the passes of Lloyd's algorithm"),
    "extrapolated": (
        "em,acceleration=squarem",
        "extrapolated EM takes many times the passes of Lloyd's algorithm",
    ),
}
_USERS = "EM stopped by a customary tolerance takes many times the passes of Lloyd's algorithm"
_EXACT = "the highest maximum takes many times the passes of exact k-means"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """The algorithms are compared on the largest samples, the optima at every n."""
    n = tables.sizes[-1]
    lloyd = tables.at("lloyd", n, "passes")
    stopped = [row for row in tables.at("em", n, "passes") if is_stopped(row)]
    for rows in filter(None, (stopped, tables.at(RELATIVE, n, "passes"))):
        yield from _compared(rows, lloyd, "users", _USERS, margins, n)
    if not stopped and not tables.at(RELATIVE, n, "passes"):
        yield cannot("users", _USERS, "tolerance", margins["users"], 0)
    for name, (method, statement) in _ITERATIVE.items():
        rows = [row for row in tables.at(method, n, "passes") if not is_stopped(row)]
        yield from _compared(rows, lloyd, name, statement, margins, n)
    for n in tables.sizes:
        mixture, kmeans = (tables.at(method, n, "passes") for method in ("mixture", "kmeans"))
        before = sorting(n) + SEARCHED / n, float(sorting(n))
        yield from _compared(mixture, kmeans, "exact", _EXACT, margins, n, before)


def is_stopped(row: Row) -> bool:
    """Whether a tolerance ended the fit."""
    return bool(row.get("tol"))


def sorting(n: int) -> int:
    """Passes over the data that it takes to sort them by merging."""
    return (n - 1).bit_length()


def _compared(
    slow: list[Row],
    fast: list[Row],
    name: str,
    statement: str,
    margins: Margins,
    n: int,
    before: tuple[float, float] = (0.0, 0.0),
) -> Iterator[Check]:
    if not slow or len(slow) != len(fast):
        yield cannot(name, statement, f"pair at n = {n}", margins[name], 0)
        return
    for one, other in zip(slow, fast, strict=True):
        found = ratio(one, other, before)
        yield exceeds(name, statement, at(one, "delta", "tol", "n"), found, margins[name], 0)


def ratio(one: Row, other: Row, before: tuple[float, float] = (0.0, 0.0)) -> Found:
    """Ratio of two means and its standard error (delta method; passes rise together, so an upper bound).

    ``before`` are passes that either takes beside those that were counted.
    """
    above, below = of(one), of(other)
    most, least = above.value + before[0], below.value + before[1]
    quotient = most / least
    return above._replace(value=quotient, mcse=quotient * math.hypot(above.mcse / most, below.mcse / least))
