"""What the paper quotes of EM with a known covariance beside Lloyd's algorithm."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency.findings.claims.em_becomes_lloyd import METHOD
from kmeans_inconsistency.findings.numbers._quoting import Named, nearest, number
from kmeans_inconsistency.findings.tables import Tables, pick, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("hardening",)

_PERCENT = ("softness", "disagreement")


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """The smallest separation at the largest n: the smallest eps, and those nearest to .1 and to 1."""
    del study
    own = tables["hardening"]
    n = own.sizes[-1]
    cells = pick(own.summary, method=METHOD, n=n)
    delta = min(value(row["delta"]) for row in cells)
    cells = pick(cells, delta=delta)
    yield "hardening.delta", number(delta)
    yield "hardening.n", number(n)
    for name in ("clusters", "dimension"):
        yield f"hardening.{name}", number(value(cells[0][name]))
    for name, wish in (("small", 0), ("middle", 0.1), ("true", 1)):
        eps = value(nearest(cells, eps=wish)["eps"])
        yield f"hardening.{name}.eps", number(eps)
        for row in pick(cells, eps=eps):
            times = 100 if row["quantity"] in _PERCENT else 1
            found = times * value(row["mean"]), times * value(row["mean_mcse"])
            yield f"hardening.{name}.{row['quantity']}", number(*found)
            if row["quantity"] == "softness":
                predicted = value(row["limit"])
                yield f"hardening.{name}.predicted", number(times * predicted, decimals=3)
                percent = 100 / predicted
                ratio = percent * value(row["mean"]), percent * value(row["mean_mcse"])
                yield f"hardening.{name}.of_predicted", number(*ratio)
