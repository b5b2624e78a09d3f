"""Cells: numbers of tables that know where they come from, and pass it on to what is computed from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple


class Address(NamedTuple):
    """Where a number stands.

    Attributes
    ----------
    table : str
        A file of the results without its suffix, ``summaries/consistency_rates``; ``design``, which has a
        row for each experiment and one for the study; or ``source``, a constant of a module of the study.
    keys : tuple of (str, str)
        Columns and what they have in the row. With fewer keys than name one row: every row that has these.
    column : str
    """

    table: str
    keys: tuple[tuple[str, str], ...]
    column: str

    def as_json(self) -> dict[str, Any]:
        """As ``numbers.json`` has it."""
        return {"table": self.table, "keys": dict(self.keys), "column": self.column}


class Cell(str):
    """The text of a cell, with its address."""

    sources: tuple[Address, ...]

    def __new__(cls, text: str, address: Address) -> Cell:
        cell = super().__new__(cls, text)
        cell.sources = (address,)
        return cell


class Whole(int):
    """A whole number with the addresses that it was computed from."""

    sources: tuple[Address, ...]


class Real(float):
    """A number with the addresses that it was computed from."""

    sources: tuple[Address, ...]


def sources_of(*found: object) -> tuple[Address, ...]:
    """The addresses of some numbers or texts, each once."""
    return tuple(dict.fromkeys(source for one in found for source in getattr(one, "sources", ())))


def traced(found: Any, *of: object) -> Any:
    """A number with the addresses of what it was computed from."""
    sources = sources_of(*of)
    if not sources or isinstance(found, bool) or not isinstance(found, int | float):
        return found
    number = Whole(found) if isinstance(found, int) else Real(found)
    number.sources = sources
    return number


def _operator(kind: type[Any], name: str) -> Callable[..., Any]:
    def method(self: Any, *others: Any) -> Any:
        found = getattr(kind, name)(self, *others)
        if found is NotImplemented and kind is int and isinstance(others[0], float):
            found = getattr(float, name)(float(self), *others)
        return traced(found, self, *others)

    return method


for _name in (
    "add",
    "sub",
    "mul",
    "truediv",
    "pow",
    "radd",
    "rsub",
    "rmul",
    "rtruediv",
    "rpow",
    "neg",
    "abs",
    "round",
):
    for _traced, _kind in ((Whole, int), (Real, float)):
        setattr(_traced, f"__{_name}__", _operator(_kind, f"__{_name}__"))


_KEYS_BESIDE = ("against", "about", "from_n")


def with_addresses(table: str, rows: Iterable[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Rows whose cells know their addresses: the keys are the columns up to the quantity.

    An empty one is a key only where the row would not be the only one without it.
    """
    rows = list(rows)
    columns = list(rows[0]) if rows else []
    names = {*columns[1 : columns.index("quantity") + 1], *_KEYS_BESIDE} if rows else set()
    names &= set(columns)
    filled = [tuple(name for name in columns if name in names and row[name]) for row in rows]
    alike = {given: Counter(tuple(row[name] for name in given) for row in rows) for given in set(filled)}
    found = []
    for row, given in zip(rows, filled, strict=True):
        alone = alike[given][tuple(row[name] for name in given)] == 1
        keys = tuple((name, row[name]) for name in (given if alone else columns) if name in names)
        found.append({name: Cell(text, Address(table, keys, name)) for name, text in row.items()})
    return found


def every(rows: Iterable[Mapping[str, Any]], *columns: str) -> tuple[Address, ...]:
    """One address for a column of many rows: the keys are those that all of them have."""
    found = []
    for column in columns:
        addresses = sources_of(*(row[column] for row in rows))
        for table in dict.fromkeys(address.table for address in addresses):
            first, *others = (address for address in addresses if address.table == table)
            common = (pair for pair in first.keys if all(pair in other.keys for other in others))
            found.append(Address(table, tuple(common), column))
    return tuple(found)


def configured(name: str, column: str) -> Address:
    """The address of what the design says of an experiment, or of the ``study``."""
    return Address("design", (("name", name),), column)
