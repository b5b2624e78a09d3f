"""EM with the known covariance eps I goes to Lloyd's algorithm, and hardens as predicted."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from math import hypot

from kmeans_inconsistency.findings.claims._check import Check, below, cannot, equals, exceeds, where
from kmeans_inconsistency.findings.tables import Row, Tables, value

MARGINS = ("gap", "soft", "same", "limit", "from_eps", "to_eps")

METHOD = "known_covariance"
#: What the smallest eps is held to: quantity, margin and statement.
_HARD = (
    ("gap", "gap", "at the smallest eps EM's means stay near Lloyd's centres in every pass"),
    ("softness", "soft", "at the smallest eps the responsibilities are hard"),
    ("disagreement", "same", "at the smallest eps the likeliest component is the cluster"),
)
_HARDENS = "the responsibilities harden from each eps to the next smaller one"
_PREDICTED = "the mean softness equals the predicted one"


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    """At the largest n."""
    n = tables.sizes[-1]
    for quantity, margin, statement in _HARD:
        rows = tables.at(METHOD, n, quantity)
        for row in rows:
            if value(row["eps"]) == min(value(other["eps"]) for other in rows):
                yield below(statement, *_found(row), margins[margin], 0)
        if not rows:
            yield cannot(statement, "no such fit")
    soft = sorted(tables.at(METHOD, n, "softness"), key=lambda row: value(row["eps"]))
    of_model: dict[str, list[Row]] = {}
    for row in soft:
        of_model.setdefault(where(row, "delta", "clusters", "dimension"), []).append(row)
    for rows in of_model.values():
        for harder, softer in itertools.pairwise(rows):
            place = f"{where(harder, 'delta')}, eps = {harder['eps']} to {softer['eps']}, n = {n}"
            more = value(softer["mean"]) - value(harder["mean"])
            # as if independent, though on the same samples: the error is no smaller
            yield exceeds(
                _HARDENS, place, more, hypot(value(softer["mean_mcse"]), value(harder["mean_mcse"])), 0, 0
            )
    predicted = [row for row in soft if margins["from_eps"] <= value(row["eps"]) <= margins["to_eps"]]
    for row in predicted:
        limit = value(row["limit"])
        yield equals(_PREDICTED, *_found(row), limit, margins["limit"] * limit)
    if not predicted:
        yield cannot(_PREDICTED, "no such eps")


def _found(row: Row) -> tuple[str, float, float]:
    return where(row, "delta", "eps", "n"), value(row["mean"]), value(row["mean_mcse"])
