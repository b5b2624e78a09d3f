"""What the paper quotes of the errors of all centres, of three and four components with unequal weights."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency.findings.cells import Address, every
from kmeans_inconsistency.findings.numbers._quoting import Named, measured, nearest, number
from kmeans_inconsistency.findings.tables import Row, Tables, pick, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("three_components", "four_components")


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """The nearest components in the fewest dimensions, and where the mixture is ahead at the largest n."""
    del study
    cells = ahead = 0
    of_all: list[Address] = []
    for name, of in ((name, tables[name]) for name in EXPERIMENTS):
        n = of.sizes[-1]
        pairs = pick(of.contrasts, method="spherical_mixture", against="lloyd", quantity="center_error")
        at_end: list[Row] = pick(pairs, n=n)
        cells += len(at_end)
        of_all += every(at_end, "rmse_ratio")
        ahead += sum(value(row["rmse_ratio"]) < 1 for row in at_end)
        for method in ("lloyd", "spherical_mixture"):
            row = nearest(of.at(method, n, "center_error"), delta=2, dimension=2)
            yield f"{name}.shown.{method}.rmse", measured(row, "rmse")
            if method == "lloyd":
                yield f"{name}.shown.limit", measured(row, "limit")
                yield f"{name}.shown.delta", number(value(row["delta"]))
                yield f"{name}.shown.dimension", number(value(row["dimension"]))
        small = nearest(pick(pairs, n=of.sizes[0]), delta=2, dimension=2)
        yield f"{name}.shown.small_ratio", measured(small, "rmse_ratio")
    yield "centers.cells", number(cells, of=of_all)
    yield "centers.ahead", number(ahead, of=of_all)
