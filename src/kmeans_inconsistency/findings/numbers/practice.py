"""What the paper quotes of EM as practised."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency.findings.cells import sources_of
from kmeans_inconsistency.findings.claims.em_as_practised import RELATIVE
from kmeans_inconsistency.findings.numbers._quoting import Named, measured, number, said
from kmeans_inconsistency.findings.tables import Tables, count, pick, value
from kmeans_inconsistency.study.design import Study
from kmeans_inconsistency.text import plain

EXPERIMENTS = ("practice",)


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """Bias at the largest n for the closest and the widest components, at each end of the tolerances."""
    del study
    own = tables["practice"]
    n = own.sizes[-1]
    rows = sorted(own.at("sklearn_mixture", n), key=lambda row: value(row["delta"]))
    deltas, tolerances = (sorted({value(row[name]) for row in rows}) for name in ("delta", "tol"))
    yield "practice.n", number(n)
    for name, tol in (("tight", tolerances[0]), ("default", tolerances[-1])):
        yield f"practice.{name}.tol", said(plain(tol), sources_of(tol))
        fits = pick(own.summary, method="sklearn_mixture", tol=tol, n=n, quantity="distance")
        yield f"practice.{name}.fits", number(sum(count(row["replicates"]) for row in fits))
        yield f"practice.{name}.unfinished", number(sum(count(row["not_converged"]) for row in fits))
    rule = own.at(RELATIVE, n)[0]
    yield "practice.relative.tol", said(plain(value(rule["tol"])), sources_of(value(rule["tol"])))
    for place, delta in (("closest", deltas[0]), ("widest", deltas[-1])):
        yield f"practice.{place}.delta", number(delta)
        for row in pick(rows, delta=delta):
            name = "default" if value(row["tol"]) == tolerances[-1] else "tight"
            yield f"practice.{place}.{name}", measured(row, "bias")
            predicted = value(row["limit"]) - value(row["truth"])
            yield f"practice.{place}.{name}.predicted", number(predicted, decimals=4)
        for row in pick(own.at(RELATIVE, n), delta=delta):
            yield f"practice.{place}.relative", measured(row, "bias")
            predicted = value(row["limit"]) - value(row["truth"])
            yield f"practice.{place}.relative.predicted", number(predicted, decimals=4)
        for row in pick(own.at("mixture", n), delta=delta):
            yield f"practice.{place}.mixture", measured(row, "bias")
