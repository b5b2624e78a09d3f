"""What the paper quotes of the path of the known variance."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency.findings.cells import every
from kmeans_inconsistency.findings.numbers._quoting import Named, number, row_numbers
from kmeans_inconsistency.findings.tables import Tables, count, pick, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("small_variance",)


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """The separation nearest to 2, at the largest n."""
    del study
    of = tables["small_variance"]
    largest = of.sizes[-1]
    end = pick(of.summary, n=largest, quantity="distance")
    delta = min({value(row["delta"]) for row in end}, key=lambda found: abs(found - 2))
    critical = 1 + delta**2 / 4
    rows = {value(r["eps"]): r for r in pick(end, method="known_variance") if value(r["delta"]) == delta}
    yield "path.delta", number(delta)
    yield "path.n", number(largest)
    yield "path.eps_critical", number(critical)
    yield "path.eps_smallest", number(min(rows))
    yield "path.eps_largest", number(max(rows))
    for row in pick(end, method="kmeans"):
        if value(row["delta"]) == delta:
            limit = value(row["limit"])
            yield "path.kmeans_limit", number(limit, decimals=4)
            smallest = rows[min(rows)]
            gap = value(smallest["mean"]) - limit
            yield "path.smallest.gap", number(gap, value(smallest["mean_mcse"]))
    near = min(rows, key=lambda eps: abs(eps - critical))
    yield "path.critical.eps", number(near)
    for name, eps in {"smallest": min(rows), "one": 1.0, "critical": near, "largest": max(rows)}.items():
        if eps in rows:
            yield from row_numbers(f"path.{name}", rows[eps])
            share = 100 * count(rows[eps]["merged"]) / count(rows[eps]["replicates"])
            yield f"path.{name}.merged_percent", number(share, decimals=1)
    apart = [
        row
        for row in pick(end, method="known_variance")
        if value(row["eps"]) < 0.9 * (1 + value(row["delta"]) ** 2 / 4)
    ]
    z = [abs(value(row["z_limit"])) for row in apart]
    yield "path.z_max", number(max(z), decimals=1)
    yield "path.z_count", number(len(z), of=every(apart, "z_limit"))
