"""What the paper quotes of components that are not normal with a common variance."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency.findings.cells import Address, every
from kmeans_inconsistency.findings.numbers._quoting import SHOWN, Named, nearest, number, row_numbers
from kmeans_inconsistency.findings.tables import Tables, pick, value
from kmeans_inconsistency.study.design import Study

_FAMILIES = ("t", "laplace", "uniform", "unequal")
EXPERIMENTS = tuple(f"{family}_components" for family in _FAMILIES)


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """A small and a moderate separation at the largest n, and in how many cells k-means errs less."""
    del study
    cells = ahead = 0
    of_all: list[Address] = []
    for family, experiment in zip(_FAMILIES, EXPERIMENTS, strict=True):
        of = tables[experiment]
        contrasts = pick(of.contrasts, method="mixture", against="kmeans", quantity="distance")
        cells += len(contrasts)
        of_all += every(contrasts, "rmse_ratio")
        ahead += sum(value(row["rmse_ratio"]) > 1 for row in contrasts)
        for name, delta in (("near", 1), ("apart", 3)):
            for method in ("kmeans", "mixture"):
                row = nearest(of.at(method, of.sizes[-1]), delta=delta)
                yield f"misspecified.{family}.{name}.delta", number(value(row["delta"]))
                yield from row_numbers(f"misspecified.{family}.{name}.{method}", row, (*SHOWN, "median"))
    yield "misspecified.cells", number(cells, of=of_all)
    yield "misspecified.kmeans_ahead", number(ahead, of=of_all)
    yield "misspecified.n", number(tables[EXPERIMENTS[0]].sizes[-1])
