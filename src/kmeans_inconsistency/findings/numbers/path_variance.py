"""What the paper quotes of the variance along the path: what the right one buys."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency.findings.numbers._quoting import Named, nearest, number
from kmeans_inconsistency.findings.tables import Tables, pick, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("path_variance",)


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """Variance of the mixture over that of the fit with the true variance, balanced, at two separations."""
    del study
    own = tables["path_variance"]
    n = own.sizes[-1]
    fits = pick(own.contrasts, method="known_variance", quantity="distance", n=n)
    yield "path_variance.n", number(n)
    for place, wish in (("near", 2), ("apart", 3)):
        row = nearest(fits, weight=0.5, eps=1, delta=wish)
        same = {"weight": value(row["weight"]), "delta": value(row["delta"])}
        known = nearest(own.at("known_variance", n), eps=value(row["eps"]), **same)
        free = nearest(own.at("mixture", n), **same)
        ratio = value(free["avar"]) / value(known["avar"])
        gain = value(row["efficiency"]), value(row["efficiency_mcse"])
        yield f"path_variance.{place}.delta", number(same["delta"])
        yield f"path_variance.{place}.eps", number(value(row["eps"]))
        yield f"path_variance.{place}.gain", number(*gain)
        yield f"path_variance.{place}.predicted", number(ratio, decimals=3)
