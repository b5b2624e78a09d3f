"""What the paper quotes of other corrections of k-means beside ours."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency.findings.numbers._quoting import Named, nearest, number
from kmeans_inconsistency.findings.tables import Tables, pick, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("corrections",)

_RIVALS = {"moments": "moments", "one_step": "em"}


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """Errors over that of debiased k-means at the largest n, near separations 1 and 2 and the largest."""
    del study
    own = tables["corrections"]
    n = own.sizes[-1]
    yield "corrections.n", number(n)
    for shape, weight in (("balanced", 0.5), ("unbalanced", 0.3)):
        for place, delta in (("close", 1), ("near", 2), ("apart", 3)):
            for name, method in _RIVALS.items():
                rows = pick(own.contrasts, method=method, quantity="distance", n=n, against="debiased")
                row = nearest(rows, delta=delta, weight=weight)
                ratio = value(row["rmse_ratio"]), value(row["rmse_ratio_mcse"])
                yield f"corrections.{shape}.{place}.delta", number(value(row["delta"]))
                yield f"corrections.{shape}.weight", number(value(row["weight"]))
                yield f"corrections.{shape}.{place}.{name}", number(*ratio)
