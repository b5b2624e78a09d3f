"""What the paper quotes of components that are not normal with a common variance."""

from __future__ import annotations

import math
from collections.abc import Mapping

from kmeans_inconsistency import text
from kmeans_inconsistency.findings.cells import Address, every
from kmeans_inconsistency.findings.numbers._quoting import SHOWN, Named, nearest, number, row_numbers
from kmeans_inconsistency.findings.tables import Tables, pick, value
from kmeans_inconsistency.study.design import Study

_FAMILIES = ("t", "laplace", "uniform", "unequal")
_MODERATE = tuple(f"{family}_components" for family in _FAMILIES)
_LARGE = tuple(f"{name}_large" for name in _MODERATE)
EXPERIMENTS = (*_MODERATE, *_LARGE)


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """Two separations at the largest n, k-means' lead, how near the limits come, and the way there."""
    del study
    cells = ahead = 0
    of_all: list[Address] = []
    for family, experiment in zip(_FAMILIES, _MODERATE, strict=True):
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
    for family in ("t", "laplace"):
        for name in (f"{family}_components", f"{family}_components_large"):
            for row in pick(tables[name].summary, method="mixture", quantity="distance"):
                place = f"{text.show(value(row['delta']))}.{row['n']}"
                yield from row_numbers(f"misspecified.{family}.at.{place}", row, ("mean",))
    yield "misspecified.cells", number(cells, of=of_all)
    yield "misspecified.kmeans_ahead", number(ahead, of=of_all)
    yield "misspecified.n", number(tables[_MODERATE[0]].sizes[-1])
    yield "misspecified.large.n", number(tables[_LARGE[0]].sizes[-1])
    for method in ("kmeans", "mixture"):
        found = [row for name in _LARGE for row in tables[name].at(method, tables[name].sizes[-1])]
        rows = [row for row in found if math.isfinite(value(row["bias_limit"]))]  # those that have a limit
        off = max(abs(value(row["bias_limit"])) for row in rows)
        yield f"misspecified.large.{method}.off", number(off, decimals=3, of=every(rows, "bias_limit"))
    yield "misspecified.large.cells", number(len(rows), of=every(rows, "bias_limit"))
