"""What the paper quotes of k-means' bias over weights, clusters and dimensions."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency.findings.cells import every
from kmeans_inconsistency.findings.numbers._quoting import Named, nearest, number, row_numbers
from kmeans_inconsistency.findings.tables import Row, Tables, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("imbalance", "clusters", "simplex", "dimension")


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """Cells at the largest n, and how many there are of either sign."""
    del study
    of = tables["imbalance"]
    for method in ("kmeans", "mixture"):
        rows = of.at(method, of.sizes[-1])
        for name, weight in (("balanced", 0.5), ("unbalanced", 0.9), ("extreme", 1.0)):
            row = nearest(rows, delta=2, weight=weight)
            yield f"imbalance.{name}.delta", number(value(row["delta"]))
            yield f"imbalance.{name}.weight", number(_smaller(row))
            yield from row_numbers(f"imbalance.{name}.{method}", row)
        row = nearest(rows, delta=6, weight=1.0)
        yield "imbalance.ignored.delta", number(value(row["delta"]))
        yield "imbalance.ignored.weight", number(_smaller(row))
        yield from row_numbers(f"imbalance.ignored.{method}", row)
    rows = of.at("kmeans", of.sizes[-1])
    yield "imbalance.cells", number(len(rows), of=every(rows, "limit"))
    small = sum(value(row["limit"]) < value(row["truth"]) for row in rows)
    yield "imbalance.cells_too_small", number(small, of=every(rows, "limit", "truth"))
    for experiment, method in (("clusters", "kmeans"), ("simplex", "lloyd")):
        rows = tables[experiment].at(method, tables[experiment].sizes[-1])
        for name, count in (("few", 2), ("many", 5)):
            row = nearest(rows, delta=2, clusters=count)
            yield f"{experiment}.{name}.clusters", number(value(row["clusters"]))
            yield f"{experiment}.{name}.delta", number(value(row["delta"]))
            relative = 100 / value(row["truth"])
            found = relative * value(row["bias"]), relative * value(row["mean_mcse"])
            yield f"{experiment}.{name}.bias_percent", number(*found)
    of = tables["dimension"]
    for method in ("lloyd", "spherical_mixture"):
        row = nearest(of.at(method, of.sizes[0]), delta=2, dimension=20)
        yield "dimension.shown.delta", number(value(row["delta"]))
        yield "dimension.shown.dimension", number(value(row["dimension"]))
        yield from row_numbers(f"dimension.shown.{method}", row)


def _smaller(row: Row) -> float:
    """The weight of the smaller component, which is the upper one."""
    return round(1 - value(row["weight"]), 10)
