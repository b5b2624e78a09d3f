"""What the paper's table quotes of who is nearer to the truth, at each separation."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency import text
from kmeans_inconsistency.findings.numbers._quoting import Named
from kmeans_inconsistency.findings.numbers.crossover import size
from kmeans_inconsistency.findings.tables import Tables, pick, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("crossover",)

_CHANGES = {
    "measured": ("mixture", "rmse"),
    "median": ("mixture", "median"),
    "equal": ("mixture,weights=equal", "rmse"),
}


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """The sample size from which on the mixture is ahead, by two losses, and by one with equal weights."""
    del study
    own = tables["crossover"]
    for name, (method, loss) in _CHANGES.items():
        for row in pick(own.contrasts, method=method, quantity="distance", n=own.sizes[0]):
            yield f"crossover.at.{text.show(value(row['delta']))}.{name}", size(row, loss)
