"""What the paper quotes of the experiment on consistency, and its headline."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from kmeans_inconsistency.asymptotics import balance
from kmeans_inconsistency.findings.cells import configured, every
from kmeans_inconsistency.findings.numbers._quoting import Named, number, row_numbers
from kmeans_inconsistency.findings.tables import Row, Tables, pick, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("consistency",)
METHODS = {"kmeans": "kmeans", "mixture": "mixture", "mixture,weights=equal": "equal"}


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """The separation nearest to 2 is the headline's; the least and the largest have names, too."""
    experiment, of = study.experiments["consistency"], tables["consistency"]
    largest, smallest = of.sizes[-1], of.sizes[0]
    end = pick(of.summary, n=largest, quantity="distance")
    deltas = sorted({value(row["delta"]) for row in end})
    chosen = {
        "headline": min(deltas, key=lambda delta: abs(delta - 2)),
        "consistency.lowest": deltas[0],
        "consistency.highest": deltas[-1],
    }
    for name, delta in chosen.items():
        yield f"{name}.delta", number(delta)
        for row in end:
            if value(row["delta"]) == delta:
                yield from row_numbers(f"{name}.{METHODS[row['method']]}", row)
                yield from _limit_bias(f"{name}.{METHODS[row['method']]}", row)
    delta = chosen["headline"]
    yield "headline.truth", number(delta)
    yield "headline.n", number(largest)
    yield "headline.replicates", number(experiment.replicates, of=[configured("consistency", "replicates")])
    for row in pick(of.summary, n=smallest, quantity="distance"):
        if value(row["delta"]) == delta:
            yield from row_numbers(f"headline.{METHODS[row['method']]}.smallest_n", row, ("rmse", "bias"))
    for row in pick(of.contrasts, n=largest, quantity="distance", method="mixture"):
        if value(row["delta"]) == delta:
            quotient, error = value(row["rmse_ratio"]), value(row["rmse_ratio_mcse"])
            yield "headline.rmse_ratio", number(1 / quotient, error / quotient**2)
    avar = {r["method"]: r for r in of.limits if value(r["delta"]) == delta and r["quantity"] == "distance"}
    if {"kmeans", "mixture"} <= set(avar):
        kmeans, mixture = (value(avar[method]["avar"]) for method in ("kmeans", "mixture"))
        yield "headline.avar.kmeans", number(kmeans, decimals=3)
        yield "headline.avar.mixture", number(mixture, decimals=3)
        bias = value(avar["kmeans"]["limit"]) - delta
        yield "headline.crossover", number(balance(mixture - kmeans, bias**2), decimals=0)
    yield from _slopes(of.rates, delta, experiment.sizes[(len(experiment.sizes) - 1) // 2])
    for method, least in (("kmeans", 0.0), ("mixture", 1.5)):
        rows = [row for row in pick(end, method=method) if value(row["delta"]) >= least]
        z = [abs(value(row["z_limit"])) for row in rows]
        yield f"consistency.{method}.z_max", number(max(z, default=math.nan), decimals=1)
        yield f"consistency.{method}.z_count", number(len(z), of=every(rows, "z_limit"))


def _limit_bias(name: str, row: Row) -> Named:
    limit, truth, spread, avar = (value(row[key]) for key in ("limit", "truth", "empse", "avar"))
    if math.isfinite(limit):
        yield f"{name}.limit_bias", number(limit - truth, decimals=4)
        yield f"{name}.limit_bias_percent", number(100 * (limit / truth - 1), decimals=1)
        yield f"{name}.bias_in_se", number((limit - truth) / spread, decimals=0)
    if limit != truth:
        # where the asymptotic standard error falls below the bias
        yield f"{name}.bias_leads_from", number(avar / (limit - truth) ** 2, decimals=0)


def _slopes(rates: Iterable[Row], delta: float, from_n: int) -> Named:
    wanted = {
        ("kmeans", "truth"): "kmeans.truth",
        ("kmeans", "limit"): "kmeans.limit",
        ("mixture", "truth"): "mixture",
    }
    for row in pick(rates, from_n=from_n, quantity="distance"):
        name = wanted.get((row["method"], row["about"]))
        if name and value(row["delta"]) == delta:
            yield f"headline.slope.{name}", number(value(row["slope"]), value(row["slope_mcse"]))
