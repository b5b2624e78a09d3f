"""Tables: which columns name a row, and how rows find each other across files."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kmeans_inconsistency.study.design import Experiment, Group, Scenario
from kmeans_inconsistency.study.files import number

Row = dict[str, Any]
Key = tuple[str, ...]


def limit_keys(experiment: Experiment) -> list[str]:
    """Columns that name a row of the limits, which know no sample size."""
    return ["experiment", *experiment.factors, "method", *experiment.parameters, "quantity"]


def summary_keys(experiment: Experiment) -> list[str]:
    """Columns that name a row of the summary."""
    return ["experiment", *experiment.factors, "n", "method", *experiment.parameters, "quantity"]


def names(experiment: Experiment, scenario: Scenario, group: Group, quantity: str) -> Row:
    """The values that name a row."""
    return {
        "experiment": experiment.name,
        **dict(scenario.factors),
        "n": group.n,
        "method": group.method,
        **dict(group.parameters),
        "quantity": quantity,
    }


def key(row: Mapping[str, Any], columns: list[str]) -> Key:
    """The values of some columns as they are spelt in a file."""
    return tuple(number(row.get(name)) for name in columns)


def read(path: Path) -> list[dict[str, str]]:
    """Read a table as text, row by row."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def value(text: str) -> float:
    """A number of a table; NaN where there is none."""
    return float(text) if text else float("nan")
