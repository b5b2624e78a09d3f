"""Tables: which columns name a row, and how rows find each other across files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kmeans_inconsistency.findings import cells
from kmeans_inconsistency.models import Mixture, Model
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
        "method": group.variant,
        **dict(group.numbers),
        "quantity": quantity,
    }


def truth(model: Model, quantity: str) -> float:
    """What the model has in the place of an estimate; NaN where it has nothing of the name."""
    match quantity:
        case "distance":
            return model.distance
        case "center_error":
            return 0.0
        case "variance" if len(set(model.sds)) == 1:
            return model.sds[0] ** 2
    if isinstance(model, Mixture):
        match quantity:
            case "lower":
                return min(model.means)
            case "upper":
                return max(model.means)
            case "weight" if model.clusters == 2:
                return model.weights[model.means.index(min(model.means))]
    return float("nan")


def key(row: Mapping[str, Any], columns: list[str]) -> Key:
    """The values of some columns as they are spelt in a file."""
    return tuple(number(row.get(name)) for name in columns)


def read(path: Path) -> list[dict[str, str]]:
    """Read a table as text, row by row."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def value(text: str) -> float:
    """A number of a table, which knows its address if the text does; NaN where there is none."""
    found: float = cells.traced(float(text) if text else float("nan"), text)
    return found


def count(text: str) -> int:
    """A whole number of a table, which knows its address if the text does."""
    found: int = cells.traced(int(text), text)
    return found


def pick(rows: Iterable[Row], **wanted: object) -> list[Row]:
    """The rows that have these values, as they are spelt: ``pick(rows, n=100, method="kmeans")``."""
    return [row for row in rows if all(row[key] == number(text) for key, text in wanted.items())]


class Tables(NamedTuple):
    """The tables of one experiment, as text."""

    summary: Sequence[Row]
    rates: Sequence[Row]
    contrasts: Sequence[Row]
    limits: Sequence[Row]

    @property
    def sizes(self) -> list[int]:
        """All sample sizes, ascending."""
        return sorted({count(row["n"]) for row in self.summary})

    def at(self, method: str, n: int, quantity: str = "distance") -> list[Row]:
        """Rows of the summary for one method, quantity and sample size."""
        return pick(self.summary, method=method, n=n, quantity=quantity)

    def slopes(self, method: str, about: str, from_n: float) -> list[Row]:
        """For each scenario the slope of the distance over all sample sizes from ``from_n`` on."""
        wanted = pick(self.rates, method=method, about=about, quantity="distance")
        starts = [int(row["from_n"]) for row in wanted if int(row["from_n"]) >= from_n]
        return [row for row in wanted if starts and int(row["from_n"]) == min(starts)]


def of_experiment(results: Path, name: str) -> Tables:
    """Read the tables of one experiment; their cells know their addresses."""
    places = (f"summaries/{name}{table}" for table in ("", "_rates", "_contrasts"))
    return Tables(
        *(
            cells.with_addresses(place, read(results / f"{place}.csv"))
            for place in (*places, f"limits/{name}")
        )
    )
