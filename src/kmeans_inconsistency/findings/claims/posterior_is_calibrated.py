"""The sampler's posterior is the posterior: ranks of the truth among its draws are uniform."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import sqrt

from kmeans_inconsistency.findings.claims._check import Check, equals, where
from kmeans_inconsistency.findings.tables import Tables, pick, value

MARGINS = ("mean", "spread")


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    for row in pick(tables.summary, method="posterior_calibration"):
        place = f"{row['quantity'].replace('_', ' of the ')}, {where(row, 'n')}"
        yield equals(
            "the mean rank of the truth among draws from the posterior is one half",
            place,
            value(row["mean"]),
            value(row["mean_mcse"]),
            0.5,
            margins["mean"],
        )
        yield equals(
            "the standard deviation of the rank is that of a uniform number",
            place,
            value(row["empse"]),
            value(row["empse_mcse"]),
            1 / sqrt(12),
            margins["spread"],
        )
