"""What the paper quotes of who is nearer to the truth, and from which sample size on."""

from __future__ import annotations

import math
from collections.abc import Mapping

from kmeans_inconsistency.findings.cells import every, sources_of
from kmeans_inconsistency.findings.claims.crossover_is_predicted import predicted
from kmeans_inconsistency.findings.numbers._quoting import Named, Number, nearest, number, said
from kmeans_inconsistency.findings.tables import Row, Tables, pick, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("crossover",)
_SMALL = 50  # near this sample size the ratio of the errors with equal weights is shown


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """Sample sizes at which the methods change places, close together, in the middle and apart."""
    del study
    own = tables["crossover"]
    n = own.sizes[0]
    starts = {"global": "mixture", "local": "mixture,search=local"}
    rows = {start: pick(own.contrasts, method=m, quantity="distance", n=n) for start, m in starts.items()}
    for place, wish in (("close", 1), ("middle", 2), ("apart", 3)):
        row = nearest(rows["global"], delta=wish)
        expected, found = predicted(own, row), value(row["rmse_crossover"])
        yield f"crossover.{place}.delta", number(value(row["delta"]))
        yield f"crossover.{place}.predicted", number(expected, decimals=0)
        yield f"crossover.{place}.measured", size(row, "rmse")
        yield f"crossover.{place}.median", size(row, "median")
        yield f"crossover.{place}.local", size(nearest(rows["local"], delta=wish), "rmse")
        equal = pick(own.contrasts, method="mixture,weights=equal", quantity="distance")
        yield f"crossover.{place}.equal", size(nearest(equal, delta=wish), "rmse")
        small = nearest(equal, delta=wish, n=_SMALL)
        ratio = number(value(small["rmse_ratio"]), value(small["rmse_ratio_mcse"]))
        yield f"crossover.{place}.equal_ratio", ratio
        seen = math.isfinite(found)
        yield (
            f"crossover.{place}.factor",
            number(found / expected, decimals=1) if seen else said("none", sources_of(found)),
        )
    yield "crossover.n_small", number(value(nearest(own.contrasts, n=_SMALL)["n"]))
    changed = [row for row in rows["global"] if math.isfinite(value(row["rmse_crossover"]))]
    ends = every(rows["global"], "rmse_crossover")
    yield "crossover.cells", number(len(rows["global"]), of=ends)
    yield "crossover.changed", number(len(changed), of=ends)
    pairs = pick(own.contrasts, method="mixture", quantity="distance")
    least = min(pairs, key=lambda row: value(row["closer"]))
    nearer = sum(value(row["closer"]) > 0.5 for row in pairs)
    yield "crossover.pairs", number(len(pairs), of=every(pairs, "closer"))
    yield "crossover.nearer", number(nearer, of=every(pairs, "closer"))
    yield "crossover.least.percent", number(100 * value(least["closer"]), 100 * value(least["closer_mcse"]))
    yield "crossover.least.delta", number(value(least["delta"]))
    yield "crossover.least.n", number(value(least["n"]))


def size(row: Row, loss: str) -> Number:
    """A sample size in whole observations, with its error where it has one."""
    found, mcse = (value(row[f"{loss}_crossover{end}"]) for end in ("", "_mcse"))
    if not math.isfinite(found):
        return said("none", sources_of(found))
    shown = number(found, decimals=0)
    return (
        shown | {"mcse": mcse, "mcse_text": number(mcse, decimals=0)["text"]}
        if math.isfinite(mcse)
        else shown
    )
