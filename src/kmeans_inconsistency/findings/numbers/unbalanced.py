"""What the paper quotes of unbalanced components: when the mixture is ahead, and what equal weights do."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency.findings.cells import sources_of
from kmeans_inconsistency.findings.claims.crossover_is_predicted import predicted
from kmeans_inconsistency.findings.claims.unbalanced_crossover_is_predicted import JUDGED
from kmeans_inconsistency.findings.numbers._quoting import Named, nearest, number, said
from kmeans_inconsistency.findings.numbers.crossover import size
from kmeans_inconsistency.findings.tables import Tables, pick, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("unbalanced_crossover",)


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """At the separation nearest to 2, for the larger and the smaller weight of the smaller component."""
    del study
    own = tables["unbalanced_crossover"]
    first, last = own.sizes[0], own.sizes[-1]
    yield "unbalanced.n", number(value(pick(own.contrasts, n=last)[0]["n"]))
    for place, weight in (("mild", 0.3), ("strong", 0.1)):
        for name, quantities in JUDGED.items():
            row = nearest(
                pick(own.contrasts, method="mixture", quantity=name, n=first), weight=weight, delta=2
            )
            expected = predicted(own, row, quantities)
            seen = number(expected, decimals=0) if expected > 0 else said("none", sources_of(expected))
            yield f"unbalanced.{place}.{name}.predicted", seen
            yield f"unbalanced.{place}.{name}.measured", size(row, "rmse")
        yield f"unbalanced.{place}.delta", number(value(row["delta"]))
        yield f"unbalanced.{place}.weight", number(value(row["weight"]))
        equal = pick(own.contrasts, method="mixture,weights=equal", quantity="distance", n=last)
        end = nearest(equal, weight=weight, delta=2)
        ratio = number(value(end["rmse_ratio"]), value(end["rmse_ratio_mcse"]))
        yield f"unbalanced.{place}.equal_ratio", ratio
