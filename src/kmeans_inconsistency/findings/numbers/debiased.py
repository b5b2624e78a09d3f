"""What the paper quotes of debiased k-means: its efficiency, and where it fails."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency.findings.numbers._quoting import Named, nearest, number
from kmeans_inconsistency.findings.tables import Tables, count, pick, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("debiased",)

_METHODS = {
    "plain": "debiased",
    "step": "debiased,step=newton",
    "fixed": "debiased,weights=equal",
    "moments": "moments",
}
"""Corrected for any weights, followed by one Newton step, corrected for equal weights; by moments."""


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """Efficiency at the largest n, near separation 2; failed and merged fits at the smallest n, near 1."""
    del study
    own = tables["debiased"]
    small, large = own.sizes[0], own.sizes[-1]
    yield "debiased.n", number(large)
    yield "debiased.n_small", number(small)
    for shape, weight in (("balanced", 0.5), ("unbalanced", 0.3)):
        for name, method in _METHODS.items():
            rows = pick(own.contrasts, method=method, quantity="distance", n=large)
            row = nearest(rows, delta=2, weight=weight)
            efficiency = value(row["efficiency"]), value(row["efficiency_mcse"])
            yield f"debiased.{shape}.delta", number(value(row["delta"]))
            yield f"debiased.{shape}.weight", number(value(row["weight"]))
            yield f"debiased.{shape}.{name}", number(*efficiency)
        avar = {
            method: value(nearest(own.at(method, large), delta=2, weight=weight)["avar"])
            for method in ("mixture", "debiased", "moments")
        }
        yield f"debiased.{shape}.predicted", number(avar["mixture"] / avar["debiased"], decimals=3)
        yield f"debiased.{shape}.moments.predicted", number(avar["mixture"] / avar["moments"], decimals=3)
        for size, n in (("small", small), ("large", large)):
            for name, method, status in (
                ("failed", "debiased", "failed"),
                ("merged", "debiased,weights=equal", "merged"),
                ("moments.failed", "moments", "failed"),
            ):
                row = nearest(own.at(method, n), delta=1, weight=weight)
                share = count(row[status]) / count(row["replicates"])
                yield f"debiased.{shape}.close_delta", number(value(row["delta"]))
                yield f"debiased.{shape}.{size}.{name}_percent", number(100 * share, decimals=1)
