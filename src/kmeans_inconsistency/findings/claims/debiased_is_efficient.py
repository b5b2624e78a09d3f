"""Debiased k-means is consistent, as precise as predicted, and after one step as precise as the mixture."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, equals, of
from kmeans_inconsistency.findings.tables import Tables, pick, value

MARGINS = ("truth", "step_truth", "efficiency", "step")
ONLY: Only = {}

_METHODS = {
    "truth": ("debiased", "the mean distance of debiased k-means equals the truth"),
    "step_truth": ("debiased,step=newton", "the mean distance of its one step equals the truth"),
}
_PREDICTED = "the efficiency of debiased k-means against the mixture equals the predicted one"
_STEP = "the efficiency of its one step against the mixture is 1"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """At the largest n, for the versions that take any weights."""
    n = tables.sizes[-1]
    avars = {
        (limit["delta"], limit["weight"], limit["method"]): value(limit["avar"])
        for limit in pick(tables.limits, quantity="distance")
    }
    for name, (method, statement) in _METHODS.items():
        for row in tables.at(method, n):
            found = at(row, "delta", "weight", "n"), of(row)
            yield equals(name, statement, *found, value(row["truth"]), margins[name])
    for row in pick(tables.contrasts, method="debiased", quantity="distance", n=n):
        scenario = row["delta"], row["weight"]
        found = at(row, "delta", "weight", "n"), of(row, "efficiency")
        predicted = avars[*scenario, "mixture"] / avars[*scenario, "debiased"]
        yield equals("efficiency", _PREDICTED, *found, predicted, margins["efficiency"])
    for row in pick(tables.contrasts, method="debiased,step=newton", quantity="distance", n=n):
        found = at(row, "delta", "weight", "n"), of(row, "efficiency")
        yield equals("step", _STEP, *found, 1, margins["step"])
