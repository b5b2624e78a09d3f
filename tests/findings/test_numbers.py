"""Named numbers: each is computed a second way, and each of its addresses leads to a cell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from oracles import named

from kmeans_inconsistency.findings import cells, tables


@pytest.fixture(scope="module")
def design(study: Path) -> dict[str, Any]:
    return json.loads((study / "design.json").read_text())


@pytest.fixture(scope="module")
def numbers(study: Path) -> dict[str, dict[str, Any]]:
    return json.loads((study / "numbers.json").read_text())["named"]


def of_the_design(study: Path, design: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The numbers of the study and of the grids."""
    own, everything = design["study"], design["experiments"]
    yield from ((f"study.{name}", own[name]) for name in ("date", "scale", "decisive"))
    yield "study.seed", str(own["seed"])
    samples = {name: e["replicates"] * len(e["scenarios"]) * len(e["n"]) for name, e in everything.items()}
    yield "study.datasets", sum(samples.values())
    yield "study.fits", sum(count * len(everything[name]["fits"]) for name, count in samples.items())
    yield "study.experiments", len(everything)
    rows = [
        pd.read_parquet(path, columns=["status"], partitioning=None)["status"]
        for path in (study / "estimates").rglob("*.parquet")
    ]
    for status in ("merged", "degenerate", "not_converged", "stopped", "failed"):
        yield f"study.{status}", sum(int((column == status).sum()) for column in rows)
    for name, e in everything.items():
        yield f"{name}.replicates", e["replicates"]
        yield from ends(f"{name}.n", e["n"])
        for factor, values in e["factors"].items():
            yield f"{name}.{factor}s", e["factors_text"][factor]
            yield from ends(f"{name}.{factor}", values)
        summary = pd.read_csv(study / "summaries" / f"{name}.csv")
        columns = list(summary.columns)
        for parameter in columns[columns.index("method") + 1 : columns.index("quantity")]:
            given = sorted(set(summary[parameter].dropna()))
            yield from ends(f"{name}.{parameter}", given)


def ends(name: str, values: list[Any]) -> Iterator[tuple[str, Any]]:
    yield from (
        (f"{name}_smallest", values[0]),
        (f"{name}_largest", values[-1]),
        (f"{name}_count", len(values)),
    )


def same(found: Any, expected: Any) -> bool:
    if isinstance(expected, str) and not isinstance(found, str):
        expected = float(expected)
    if isinstance(found, str) and not isinstance(expected, str):
        found = float(found)
    return (
        found == expected
        if isinstance(found, str)
        else found == pytest.approx(expected, rel=1e-11, abs=1e-14)
    )


def test_every_named_number_is_what_a_second_way_gives(study, design, numbers):
    book = cache(named.Book(study))
    expected = {name: (value, error) for family in named.FAMILIES for name, value, error in family(book)}
    expected |= {name: (value, float("nan")) for name, value in of_the_design(study, design)}
    assert set(numbers) == set(expected)
    for name, (value, error) in expected.items():
        assert same(numbers[name]["value"], value), name
        if isfinite(error):
            assert same(numbers[name]["mcse"], error), name
        else:
            assert numbers[name]["mcse"] is None, name


# --- addresses ---------------------------------------------------------------------------------------


def test_every_address_of_a_named_number_leads_somewhere(study, design, numbers):
    @cache
    def table(name: str) -> dict[str, NDArray[Any]]:
        read = pd.read_csv(study / f"{name}.csv", dtype=str, keep_default_na=False)
        return {column: read[column].to_numpy(dtype=object) for column in read}

    def resolved(address: dict[str, Any]) -> list[Any]:
        """What stands at an address: one cell, or a column of the rows that have the keys."""
        assert set(address) == {"table", "keys", "column"}
        match address["table"]:
            case "design":
                entry = design["experiments"] | {"study": design["study"]}
                return [entry[address["keys"]["name"]][address["column"]]]
            case "source":
                module = import_module(f"{tables.__package__}.{address['keys']['module']}")
                return [getattr(module, address["column"])]
        columns = table(address["table"])
        chosen = np.ones(len(columns[address["column"]]), dtype=bool)
        for name, text in address["keys"].items():
            chosen &= columns[name] == text
        return list(columns[address["column"]][chosen])

    picks = 0
    for name, number in numbers.items():
        assert number["from"], name
        content = [resolved(address) for address in number["from"]]
        assert all(content), name
        if len(content) == 1 and number["from"][0]["table"].startswith(("summaries", "limits")):
            picks += mere_pick(name, number["value"], content[0])
    assert picks > 500  # not all are computed: most are cells, and these were compared


COUNTS = (".pairs", ".features", "imbalance.cells", "crossover.cells", "misspecified.cells")


def mere_pick(name: str, value: Any, content: list[str]) -> bool:
    """Whether a number is one cell as it stands; if it is not, one cell makes it or a column is counted."""
    if len(content) == 1 and content[0] == "":
        assert value == "none", name
        return False
    if len(content) == 1 and not name.endswith(("cells", "count", "features", "right")):
        cell = float(content[0])
        # a percentage, an absolute value, the inverse, one minus a weight
        allowed = [cell, 100 * cell, abs(cell), 1 / cell if cell else cell, 1 - cell, 1 + cell**2 / 4]
        assert any(same(value, one) for one in allowed), name
        return same(value, cell)
    assert isinstance(value, int), name
    assert 0 <= value <= len(content), name
    if name.endswith(COUNTS):
        assert value == len(content), name
    return False


def test_arithmetic_keeps_the_addresses():
    row = cells.with_addresses(
        "summaries/toy", [{"experiment": "toy", "n": "9", "quantity": "q", "mean": "2.5"}]
    )
    (mean, n) = tables.value(row[0]["mean"]), tables.count(row[0]["n"])
    here = {
        column: cells.Address("summaries/toy", (("n", "9"), ("quantity", "q")), column) for column in row[0]
    }
    for number, found, columns in (
        (mean, 2.5, ["mean"]),
        (n, 9, ["n"]),
        (100 * mean, 250, ["mean"]),
        (1 - mean, -1.5, ["mean"]),
        (abs(-mean), 2.5, ["mean"]),
        (round(mean / 3, 2), 0.83, ["mean"]),
        (mean**2 / n, 6.25 / 9, ["mean", "n"]),
        (n * mean, 22.5, ["n", "mean"]),
        (2 ** (n - mean), 2**6.5, ["n", "mean"]),
        (n * 0.5, 4.5, ["n"]),
        (sum([n, n]), 18, ["n"]),
        (max([mean, n]), 9, ["n"]),
    ):
        assert number == found
        assert cells.sources_of(number) == tuple(here[column] for column in columns)
    assert cells.sources_of(2.5) == ()
    assert type(n + 1) is cells.Whole


def test_a_column_of_many_rows_has_the_keys_that_all_of_them_have():
    rows = [{"experiment": "toy", "n": n, "method": "kmeans", "quantity": "q", "mean": "1"} for n in "12"]
    found = cells.every(cells.with_addresses("summaries/toy", rows), "mean")
    assert found == (cells.Address("summaries/toy", (("method", "kmeans"), ("quantity", "q")), "mean"),)
