"""What the paper quotes of the critical values, from both sides of each."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency.findings.cells import every
from kmeans_inconsistency.findings.numbers._quoting import Named, measured, nearest, number
from kmeans_inconsistency.findings.tables import Tables, count, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("separation", "anisotropy", "small_variance")

_CUSP = 4.634376
"""Separation from which on the limit of k-means jumps (:func:`..limits.transitions.critical_weight`)."""


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """The cells nearest to separation 6 on both sides, and how many lie on the predicted one."""
    del study
    of = tables["separation"]
    rows = [row for row in of.at("kmeans", of.sizes[-1]) if value(row["delta"]) > _CUSP]
    between = [row for row in rows if value(row["limit"]) > value(row["delta"]) / 2]
    halved = [row for row in rows if row not in between]
    for name, side, weight in (("between", between, 1.0), ("halved", halved, 0.5)):
        row = nearest(side, delta=6, weight=weight)
        yield f"transitions.{name}.delta", number(value(row["delta"]))
        yield f"transitions.{name}.weight", number(round(1 - value(row["weight"]), 10))
        yield f"transitions.{name}.median", measured(row, "median")
    right = sum((value(row["median"]) > value(row["delta"]) / 2) == (row in between) for row in rows)
    yield "transitions.weight.cells", number(len(rows), of=every(rows, "median", "limit"))
    yield "transitions.weight.right", number(right, of=every(rows, "median", "limit"))
    of = tables["anisotropy"]
    rows = of.at("lloyd", of.sizes[-1], "angle")
    right = sum((value(row["median"]) > 45) == (value(row["limit"]) > 45) for row in rows)
    yield "transitions.noise.cells", number(len(rows), of=every(rows, "median", "limit"))
    yield "transitions.noise.right", number(right, of=every(rows, "median", "limit"))
    of = tables["small_variance"]
    rows = of.at("known_variance", of.sizes[-1])
    gaps = {id(row): value(row["eps"]) - 1 - value(row["delta"]) ** 2 / 4 for row in rows}
    away = [row for row in rows if gaps[id(row)] != 0]
    merged = [count(row["merged"]) > count(row["replicates"]) / 2 for row in away]
    right = sum(most == (gaps[id(row)] > 0) for most, row in zip(merged, away, strict=True))
    yield "transitions.eps.cells", number(len(away), of=every(away, "merged", "replicates"))
    yield "transitions.eps.right", number(right, of=every(away, "merged", "replicates"))
