"""Debiased k-means has the smaller error than the method of moments and than one EM step from k-means."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, cannot, exceeds, of
from kmeans_inconsistency.findings.tables import Tables, pick

MARGINS = ("moments", "one_step")
ONLY: Only = {}

_RIVALS = {
    "moments": ("moments", "the method of moments has a larger error than debiased k-means"),
    "one_step": ("em", "one step of EM from k-means has a larger error than debiased k-means"),
}


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """Ratios of root mean squared errors at the largest n, on the samples where both have an estimate."""
    wanted = {"against": "debiased", "quantity": "distance", "n": tables.sizes[-1]}
    for name, (method, statement) in _RIVALS.items():
        rows = pick(tables.contrasts, method=method, **wanted)
        for row in rows:
            found = at(row, "delta", "weight", "n"), of(row, "rmse_ratio")
            yield exceeds(name, statement, *found, 1, margins[name])
        if not rows:
            yield cannot(name, statement, "pair of methods", 1, margins[name])
