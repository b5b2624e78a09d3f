"""Quoting: a number as it is printed, with its Monte Carlo error."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from kmeans_inconsistency import text
from kmeans_inconsistency.findings.cells import Address, sources_of
from kmeans_inconsistency.findings.summaries import COUNTS
from kmeans_inconsistency.findings.tables import Row, count, value

Number = dict[str, Any]
Named = Iterator[tuple[str, Number]]

FOUR_DECIMALS = {"limit", "truth", "predicted_se"}
SHOWN = ("mean", "bias", "empse", "predicted_se", "se_ratio", "rmse", "limit", "q05", "q95")


def nearest(rows: Iterable[Row], **wanted: float) -> Row:
    """The row of the grid that is nearest to some values, the first that is named counting most."""
    return min(rows, key=lambda row: [abs(value(row[name]) - wish) for name, wish in wanted.items()])


def number(
    found: float, mcse: float = math.nan, decimals: int | None = None, of: Iterable[Address] = ()
) -> Number:
    """A number with its error, both as text, and the addresses that it knows or that it is given."""
    origin = {"from": [address.as_json() for address in (*sources_of(found), *of)]}
    if math.isfinite(mcse):
        shown, error = text.with_error(found, mcse)
        return {"value": found, "mcse": mcse, "text": shown, "mcse_text": error} | origin
    return {"value": found, "mcse": None, "text": text.plain(found, decimals)} | origin


def said(words: str, of: Iterable[Address]) -> Number:
    """Text that is quoted like a number."""
    return {"value": words, "mcse": None, "text": words, "from": [address.as_json() for address in of]}


def measured(row: Row, name: str) -> Number:
    """One measure of a row, with its error if it has one."""
    if name in COUNTS:
        return number(count(row[name]))
    error = value(row.get(f"{'mean' if name.startswith('bias') else name}_mcse", ""))
    return number(value(row[name]), error, 4 if name in FOUR_DECIMALS else 3)


def row_numbers(name: str, row: Row, measures: Iterable[str] = SHOWN) -> Named:
    """Some measures of a row of a summary, those that exist: ``NAME.mean``, ``NAME.bias`` and so on."""
    for measure in measures:
        if math.isfinite(value(row[measure])):
            yield f"{name}.{measure}", measured(row, measure)
