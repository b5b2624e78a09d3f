"""What the paper quotes of how close k-means' centres come to the means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from kmeans_inconsistency.findings.cells import Address, sources_of
from kmeans_inconsistency.findings.numbers._quoting import Named, number, said
from kmeans_inconsistency.findings.tables import Tables, value
from kmeans_inconsistency.study.design import Study
from kmeans_inconsistency.text import plain

EXPERIMENTS = ("separation",)

_CLOSE = 0.01
_CLOSE_STANDS = Address("source", (("module", "numbers.separation"),), "_CLOSE")


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """For equal and the most unequal weights the first separation from which on all is close."""
    del study
    of = tables["separation"]
    errors: dict[float, dict[float, float]] = defaultdict(dict)
    for centre in ("lower", "upper"):
        for row in of.at("kmeans", of.sizes[-1], centre):
            delta, of_weight = value(row["delta"]), errors[value(row["weight"])]
            error = abs(value(row["bias"])) / delta
            of_weight[delta] = max(error, of_weight.get(delta, 0.0))
    yield "separation.close_percent", number(100 * _CLOSE, of=[_CLOSE_STANDS])
    for name, weight in (("balanced", min(errors)), ("extreme", max(errors))):
        far = [delta for delta, error in errors[weight].items() if error >= _CLOSE]
        close = [delta for delta in errors[weight] if delta > max(far, default=0.0)]
        yield f"separation.{name}.weight", number(round(1 - weight, 10))
        at = sources_of(*errors[weight].values())
        yield f"separation.{name}.far_at", said(plain(max(far)) if far else "none", at)
        yield f"separation.{name}.close_from", said(plain(min(close)) if close else "none", at)
        last = max(far, default=min(errors[weight]))
        yield f"separation.{name}.error_percent", number(100 * errors[weight][last], decimals=1)
