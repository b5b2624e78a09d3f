"""A fit of the mixture takes many times the passes over the data of k-means: by EM, and at the optimum."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Found, Margins, Only, at, cannot, exceeds, of
from kmeans_inconsistency.findings.tables import Row, Tables

MARGINS = ("em", "extrapolated", "exact")
ONLY: Only = {}

_ITERATIVE = {
    "em": ("em", "EM takes many times the passes of Lloyd's algorithm"),
    "extrapolated": (
        "em,acceleration=squarem",
        "extrapolated EM takes many times the passes of Lloyd's algorithm",
    ),
}
_EXACT = "the highest maximum takes many times the passes of exact k-means"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """The algorithms are compared on the largest samples, the optima at every n."""
    for name, (method, statement) in _ITERATIVE.items():
        yield from _compared(tables, tables.sizes[-1], (method, "lloyd"), name, statement, margins)
    for n in tables.sizes:
        yield from _compared(tables, n, ("mixture", "kmeans"), "exact", _EXACT, margins)


def _compared(
    tables: Tables, n: int, methods: tuple[str, str], name: str, statement: str, margins: Margins
) -> Iterator[Check]:
    slow, fast = (tables.at(method, n, "passes") for method in methods)
    if not slow or len(slow) != len(fast):
        yield cannot(name, statement, f"pair at n = {n}", margins[name], 0)
        return
    for one, other in zip(slow, fast, strict=True):
        yield exceeds(name, statement, at(one, "delta", "n"), ratio(one, other), margins[name], 0)


def ratio(one: Row, other: Row) -> Found:
    """Ratio of two means and its standard error (delta method; passes rise together, so an upper bound)."""
    above, below = of(one), of(other)
    shares = above.mcse / above.value, below.mcse / below.value
    quotient = above.value / below.value
    return above._replace(value=quotient, mcse=quotient * math.hypot(*shares))
