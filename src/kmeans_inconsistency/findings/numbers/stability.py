"""What the paper quotes of starts: how many succeed, and what they take."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency.findings.claims.kmeans_is_less_stable import KMEANS, MIXTURE
from kmeans_inconsistency.findings.claims.mixture_is_slower import ratio
from kmeans_inconsistency.findings.numbers._quoting import Named, number
from kmeans_inconsistency.findings.tables import Tables, pick, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("stability",)


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """Shares in percent and ratios of passes at the largest n, for the extremes of delta and of K."""
    del study
    own = tables["stability"]
    n = own.sizes[-1]
    cells = pick(own.summary, n=n)
    deltas, counts = (sorted({value(row[name]) for row in cells}) for name in ("delta", "clusters"))
    yield "stability.n", number(n)
    yield "stability.starts", number(value(cells[0]["starts"]))
    yield "stability.dimension", number(value(cells[0]["dimension"]))
    for few, clusters in (("few", counts[0]), ("many", counts[-1])):
        yield f"stability.{few}.clusters", number(clusters)
        for near, delta in (("close", deltas[0]), ("wide", deltas[-1])):
            yield f"stability.{near}.delta", number(delta)
            cell = {
                row["method"] + row["quantity"]: row for row in pick(cells, clusters=clusters, delta=delta)
            }
            for name, method in (("kmeans", KMEANS), ("mixture", MIXTURE)):
                share = cell[method + "share"]
                found = 100 * value(share["mean"]), 100 * value(share["mean_mcse"])
                yield f"stability.{few}.{near}.{name}", number(*found)
            passes = cell[MIXTURE + "passes"], cell[KMEANS + "passes"]
            yield f"stability.{few}.{near}.ratio", number(*ratio(*passes)[:2])
