"""Certificates of the study: the enclosures beside each table of limits, and all of them in one table."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kmeans_inconsistency.limits.certificates import scope
from kmeans_inconsistency.models import Mixture
from kmeans_inconsistency.study.design import Study, numbers, variant
from kmeans_inconsistency.study.files import number


def parts(study: Study) -> list[str]:
    """Tables of limits that have certificates, by their path below the folder of the limits."""
    experiments = [
        name
        for name, experiment in study.experiments.items()
        if any(
            scope.theory_of(method, dict(values), s.model)
            for s in experiment.scenarios
            for method, values in experiment.methods
        )
    ]
    return [*experiments, *(f"curves/{name}" for name in scope.CURVES)]


def rows(study: Study, part: str, limits: Path) -> Iterator[dict[str, Any]]:
    """Certify one table of limits, of which it takes what there is to certify, and no value."""
    # here, since the workflow asks for the parts and needs no ball arithmetic
    from kmeans_inconsistency.limits.certificates import table

    with limits.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    folder, _, curve = part.rpartition("/")
    if folder:
        points = [{k: float(v or "nan") for k, v in row.items()} for row in found]
        yield from table.curve_rows(curve, points, study.every or table.EVERY)
        return
    experiment = study.experiments[part]
    for scenario in experiment.scenarios:
        for method, values in experiment.methods:
            model = scenario.model
            if isinstance(model, Mixture) and scope.theory_of(method, dict(values), model):
                named = {
                    **dict(scenario.factors),
                    "method": variant(method, values),
                    **dict(numbers(values)),
                }
                quantities = [
                    (row["quantity"], row["limit"] != "", row["avar"] != "")
                    for row in found
                    if all(row[key] == number(value) for key, value in named.items())
                ]
                yield from table.rows(part, scenario.key, model, method, dict(values), quantities)


def gathered(paths: list[Path]) -> Iterator[dict[str, Any]]:
    """All rows of all parts, in order."""
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
