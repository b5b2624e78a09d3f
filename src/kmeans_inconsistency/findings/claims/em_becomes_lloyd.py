"""EM with the known covariance eps I goes to Lloyd's algorithm, and hardens as predicted."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from math import hypot

from kmeans_inconsistency.findings.claims._check import (
    Check,
    Margins,
    Only,
    at,
    below,
    cannot,
    equals,
    exceeds,
    of,
)
from kmeans_inconsistency.findings.tables import Row, Tables, value

MARGINS = ("gap", "soft", "same", "hardens", "limit")
ONLY: Only = {}

METHOD = "known_covariance"
#: What the smallest eps is held to: quantity, margin and statement.
_HARD = (
    ("gap", "gap", "at the smallest eps EM's means stay near Lloyd's centres in every pass"),
    ("softness", "soft", "at the smallest eps the responsibilities are hard"),
    ("disagreement", "same", "at the smallest eps the likeliest component is the cluster"),
)
_HARDENS = "the responsibilities harden from each eps to the next smaller one"
_PREDICTED = "the mean softness equals the predicted one"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """At the largest n."""
    n = tables.sizes[-1]
    for quantity, name, statement in _HARD:
        rows = tables.at(METHOD, n, quantity)
        smallest = min((value(row["eps"]) for row in rows), default=0.0)
        for row in rows:
            if value(row["eps"]) == smallest:
                yield below(name, statement, at(row, "delta", "eps", "n"), of(row), margins[name], 0)
        if not rows:
            yield cannot(name, statement, "fit", margins[name], 0)
    soft = sorted(tables.at(METHOD, n, "softness"), key=lambda row: value(row["eps"]))
    of_model: dict[tuple[str, ...], list[Row]] = {}
    for row in soft:
        of_model.setdefault(tuple(row[key] for key in ("delta", "clusters", "dimension")), []).append(row)
    for rows in of_model.values():
        for harder, softer in itertools.pairwise(rows):
            place = at(harder, "delta", "n", eps=f"{harder['eps']} to {softer['eps']}")
            more, less = of(softer), of(harder)
            # as if independent, though on the same samples: the error is no smaller
            found = more._replace(value=more.value - less.value, mcse=hypot(more.mcse, less.mcse))
            yield exceeds("hardens", _HARDENS, place, found, 0, margins["hardens"])
    for row in soft:
        place = at(row, "delta", "eps", "n")
        yield equals("limit", _PREDICTED, place, of(row), value(row["limit"]), margins["limit"])
    if not soft:
        yield cannot("limit", _PREDICTED, "eps", margin=margins["limit"])
