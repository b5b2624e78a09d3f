"""What the paper's table quotes of who is nearer to the truth, at each separation."""

from __future__ import annotations

import math
from collections.abc import Mapping

from kmeans_inconsistency import text
from kmeans_inconsistency.findings.cells import sources_of
from kmeans_inconsistency.findings.numbers._quoting import Named, number, said
from kmeans_inconsistency.findings.tables import Tables, pick, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("crossover",)

_LOSSES = {"measured": "rmse", "median": "median"}


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """The sample size from which on the mixture is ahead, by mean squared and by median error."""
    del study
    own = tables["crossover"]
    for row in pick(own.contrasts, method="mixture", quantity="distance", n=own.sizes[0]):
        for name, loss in _LOSSES.items():
            found, mcse = (value(row[f"{loss}_crossover{end}"]) for end in ("", "_mcse"))
            key = f"crossover.at.{text.show(value(row['delta']))}.{name}"
            if not math.isfinite(found):
                yield key, said("none", sources_of(found))
                continue
            told = number(found, decimals=0)
            error = {"mcse": mcse, "mcse_text": number(mcse, decimals=0)["text"]}
            yield key, told | error if math.isfinite(mcse) else told
