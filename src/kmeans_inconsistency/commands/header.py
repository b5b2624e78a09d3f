"""Header: whether the first line of a table names its columns, and which columns the user names."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from .layout import Layout
from .sources import TableError

NUMBER = {
    mark: re.compile(rf"[+-]?([0-9]+({escaped}[0-9]*)?|{escaped}[0-9]+)([eE][+-]?[0-9]+)?")
    for mark, escaped in ((".", r"\."), (",", ","))
}
"""How a number is written with each decimal mark: no digits but 0 to 9, nothing between them."""

MISSING = frozenset(
    [
        "",
        "na",
        "n/a",
        "#n/a",
        "<na>",
        "nan",
        "nat",
        "null",
        "none",
        "nil",
        "missing",
        ".",
        "..",
        "-",
        "--",
        "?",
    ]
)
"""How missing values are written, in lower case."""


def find_header(where: str, layout: Layout, columns: Sequence[str], decimal: str) -> list[str]:
    """Return the first record if it is a header, else nothing.

    It is one if a column is chosen by it, or if names stand over all wanted columns. A mistyped number is no
    name, and a first line that could be both a header and data is refused.

    Raises
    ------
    TableError
        If it could be both, or is neither.
    """
    first, second, width = layout.record(0), layout.record(1), layout.width
    numbers = [str(i) for i in range(1, width + 1)]
    if layout.row_names or any(column in first and column not in numbers for column in columns):
        return first
    named = [_is_name(cell) for cell in first]
    if set(columns) - set(numbers) or (not columns and width > 1):
        return first if any(named) else []  # to be refused: this says which columns there are
    wanted = [int(column) - 1 for column in columns] or [0]
    if all(named[j] for j in wanted):
        return first
    for cell in (first[j] for j in wanted if not named[j]):
        if not NUMBER[decimal].fullmatch(cell) and cell.lower() not in MISSING:
            remedy = (
                "--decimal , reads decimal commas" if "," in cell else f"if it is a name, --column {cell!r}"
            )
            raise TableError([f"{where}: {cell!r} is neither a number nor a name; correct it ({remedy})"])
    if any(name and NUMBER[decimal].fullmatch(below) for name, below in zip(named, second, strict=False)):
        name, other = first[named.index(True)], first[next(j for j in wanted if not named[j])]
        said = f"it has a name, {name!r}, and {other!r} for a wanted column, so it could be a header or data"
        raise TableError([f"{where}: {said}; if a header, --column {other!r}, else correct it"])
    if width > 1 and first == [str(i) for i in range(width)]:
        raise TableError([f"{where}: 0, 1, 2, ... could be a header or data; give the columns names"])
    return []


def choose(where: str, known: Sequence[str], columns: Sequence[str], named: bool = True) -> list[int]:
    """Find the wanted columns among those that there are.

    Raises
    ------
    TableError
        If a name stands twice, a column does not exist, or none of several is chosen.
    """
    twice = [cell for cell in dict.fromkeys(known) if cell and known.count(cell) > 1]
    if twice:
        raise TableError([f"{where}: the column name {cell!r} stands twice; rename one" for cell in twice])
    all_of_them = ", ".join(cell or "(no name)" for cell in known)
    if not columns and len(known) > 1:
        raise TableError(
            [f"{where}: there are {len(known)} columns; choose one with --column: {all_of_them}"]
        )
    problems = []
    for column in dict.fromkeys(columns):
        if column not in known or not column:
            near = difflib.get_close_matches(column, list(filter(None, known)), n=1, cutoff=0.7)
            remedy = f"did you mean {near[0]!r}?" if near and named else f"there are: {all_of_them}"
            remedy += "" if named else " (by number, for there is no header)"
            problems.append(f"{where}: there is no column {column!r}; {remedy}")
        elif columns.count(column) > 1:
            problems.append(f"{where}: the column {column!r} is chosen twice; choose it once")
    if problems:
        raise TableError(problems)
    return [known.index(column) for column in columns] or [0]


def _is_name(cell: str) -> bool:
    """Whether a cell begins with a letter, signs aside, and is no word or slip for a number."""
    begin = next((c for c in cell if c.isalnum()), "")
    slip = re.match(r"[+-]?[OolI][.,][0-9OolI]", cell)
    return begin.isalpha() and not slip and cell.lower().lstrip("+-") not in MISSING | {"inf", "infinity"}
