"""What the paper quotes of passes over the data."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency.findings.claims.mixture_is_slower import RELATIVE, is_stopped, ratio
from kmeans_inconsistency.findings.numbers._quoting import Named, measured, number
from kmeans_inconsistency.findings.tables import Tables, count, pick, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("cost",)

_METHODS = {
    "kmeans": "kmeans",
    "lloyd": "lloyd",
    "mixture": "mixture",
    "em": "em",
    "squarem": "em,acceleration=squarem",
}


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """Passes at the largest n for the closest and the widest components, and extremes over all cells."""
    del study
    own = tables["cost"]
    n = own.sizes[-1]
    yield "cost.n", number(n)
    passes = {
        name: [row for row in own.at(method, n, "passes") if not is_stopped(row)]
        for name, method in _METHODS.items()
    }
    passes["gain"] = [row for row in own.at("em", n, "passes") if is_stopped(row)]
    passes["relative"] = own.at(RELATIVE, n, "passes")
    for name, place in (("closest", 0), ("widest", -1)):
        found = {
            method: sorted(rows, key=lambda row: value(row["delta"]))[place]
            for method, rows in passes.items()
        }
        yield f"cost.{name}.delta", number(value(found["lloyd"]["delta"]))
        for method, row in found.items():
            yield f"cost.{name}.{method}", measured(row, "mean")
        yield f"cost.{name}.ratio", number(*ratio(found["em"], found["lloyd"])[:2])
        for rule in ("gain", "relative"):
            yield f"cost.{name}.{rule}.ratio", number(*ratio(found[rule], found["lloyd"])[:2])
    for method in ("kmeans", "mixture"):
        rows = pick(own.summary, method=method, quantity="passes")
        yield f"cost.{method}.most", number(max(value(row["mean"]) for row in rows), decimals=1)
    fits = [row for row in own.at("em", own.sizes[0], "passes") if not is_stopped(row)]
    yield "cost.n_small", number(own.sizes[0])
    yield "cost.unfinished", number(sum(count(row["not_converged"]) for row in fits))
    yield "cost.fits", number(sum(count(row["replicates"]) for row in fits))
