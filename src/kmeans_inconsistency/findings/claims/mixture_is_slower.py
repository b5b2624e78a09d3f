"""A fit of the mixture takes many times the passes over the data of k-means: by EM, and at the optimum."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, cannot, exceeds, where
from kmeans_inconsistency.findings.tables import Row, Tables, value

MARGINS = ("factor",)

_ITERATIVE = {
    "em": "EM takes many times the passes of Lloyd's algorithm",
    "em,acceleration=squarem": "extrapolated EM takes many times the passes of Lloyd's algorithm",
}
_EXACT = "the highest maximum takes many times the passes of exact k-means"


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    """The algorithms are compared on the largest samples, the optima at every n."""
    for method, statement in _ITERATIVE.items():
        yield from _compared(tables, tables.sizes[-1], (method, "lloyd"), statement, margins)
    for n in tables.sizes:
        yield from _compared(tables, n, ("mixture", "kmeans"), _EXACT, margins)


def _compared(
    tables: Tables, n: int, methods: tuple[str, str], statement: str, margins: Mapping[str, float]
) -> Iterator[Check]:
    slow, fast = (tables.at(method, n, "passes") for method in methods)
    if not slow or len(slow) != len(fast):
        yield cannot(statement, f"n = {n}", margins["factor"], 0)
        return
    for one, other in zip(slow, fast, strict=True):
        yield exceeds(statement, where(one, "delta", "n"), *ratio(one, other), margins["factor"], 0)


def ratio(one: Row, other: Row) -> tuple[float, float]:
    """Ratio of two means and its standard error (delta method; passes rise together, so an upper bound)."""
    above, below = value(one["mean"]), value(other["mean"])
    shares = value(one["mean_mcse"]) / above, value(other["mean_mcse"]) / below
    return above / below, above / below * math.hypot(*shares)
