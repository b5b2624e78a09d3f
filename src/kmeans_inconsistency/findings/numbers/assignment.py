"""What the paper quotes of soft, hard and posterior assignment under one model."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency.findings.claims.soft_or_hard import HARD, POSTERIOR, SOFT
from kmeans_inconsistency.findings.numbers._quoting import Named, measured, nearest, number
from kmeans_inconsistency.findings.tables import Tables, pick, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("assignment",)

_NAMES = {HARD: "hard", POSTERIOR: "posterior"}


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """Brier scores, balanced, at the separation nearest to 2, in the smallest and the largest samples."""
    del study
    of = tables["assignment"]
    for place, n in (("small", of.sizes[0]), ("large", of.sizes[-1])):
        soft = nearest(of.at(SOFT, n, "brier_score"), weight=0.5, delta=2)
        yield f"assignment.{place}.delta", number(value(soft["delta"]))
        yield f"assignment.{place}.n", number(n)
        yield f"assignment.{place}.soft", measured(soft, "mean")
        for method, name in _NAMES.items():
            rows = pick(of.contrasts, method=method, n=n, quantity="brier_score", against=SOFT)
            row = nearest(rows, weight=0.5, delta=2)
            loss = number(value(row["difference"]), value(row["difference_mcse"]))
            yield f"assignment.{place}.{name}", loss
