"""Reading: the columns of numbers that a user names, from a table in a text file or a Parquet file.

Nothing is guessed that could change a number: a table that could be read in two ways is refused with the
remedy, and what was decided (the header, lines left out) is said in the notes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import ArrayLike, NDArray

from . import sources
from .header import MISSING, NUMBER, choose, find_header
from .layout import Layout, LayoutError, lay_out, unquoted
from .sources import TableError

__all__ = ["Table", "TableError", "read"]

FloatArray = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST_SHOWN, MOST_WRONG, MOST_CHARACTERS = 12, 6, 60
PIECE = 1 << 16  # cells that are converted at a time, so that they stay in the cache
FILL_IN = "the value is missing; fill it in, or leave such lines out with --drop-missing"


@dataclass(frozen=True)
class Table:
    """Columns of numbers.

    Attributes
    ----------
    names : tuple of str
        The columns' names; their numbers, from 1, if the table has no header.
    numbers : ndarray of float64, shape (n, columns)
        Finite.
    notes : tuple of str
        What the user should know of how the table was read, a line each.
    """

    names: tuple[str, ...]
    numbers: FloatArray
    notes: tuple[str, ...]


def read(path: Path, columns: Sequence[str] = (), decimal: str = ".", drop_missing: bool = False) -> Table:
    """Read columns of numbers from a table.

    Cells are separated by tabs, semicolons, commas, bars or spaces outside quotes. UTF-8 and marked UTF-16
    text, also packed by gzip, bzip2 or xz, and Parquet files are read.

    Parameters
    ----------
    path : Path
        The file; ``-`` is standard input.
    columns : sequence of str
        Names of the columns, or their numbers, from 1, if the table has no header; none are needed for a
        table of one column.
    decimal : str
        The decimal mark of a text: a point or a comma.
    drop_missing : bool
        Whether to leave out the lines in which a value is missing.

    Returns
    -------
    Table

    Raises
    ------
    TableError
        With all problems found: no such file or column, lines of unequal length, values that are missing
        or no numbers.
    """
    name, content = sources.named(path), sources.content(path)
    if content.startswith(sources.PARQUET):
        return _parquet(name, content, columns, drop_missing)
    try:
        layout = lay_out(content, decimal)
    except LayoutError as error:
        raise TableError(
            [f"{name}, line {error.line}: {error}" if error.line else f"{name}: {error}"]
        ) from None
    where = f"{name}, line {layout.lines(layout.begins[:1])[0]}"
    header = find_header(where, layout, columns, decimal)
    known = header or [str(i) for i in range(1, layout.width + 1)]
    chosen = choose(where, known, columns, named=bool(header))
    records = layout.begins[bool(header) :]
    if not len(records):
        raise TableError([f"{name}: there is nothing below the header ({', '.join(header)}); add numbers"])
    notes = [*_left_out(name, layout), f"{where}: {_taken(header)}"]
    found = [_numbers(layout, place, bool(header), decimal) for place in chosen]
    missing = np.any([empty for _, empty, _ in found], axis=0)
    problems = [f"{name}, {problem}" for _, _, wrong in found for problem in wrong]
    if missing.any():
        lines = "line" + _listed(layout.lines(records[missing]))
        if drop_missing:
            notes.append(f"{name}: a value is missing, and all of it is left out: {lines}")
        else:
            problems.append(f"{name}, {lines}: {FILL_IN}")
    return _table(known, chosen, [numbers for numbers, _, _ in found], missing, problems, notes)


def _table(
    known: Sequence[str],
    chosen: Sequence[int],
    columns: list[FloatArray],
    missing: Flags,
    problems: list[str],
    notes: list[str],
) -> Table:
    if problems:
        raise TableError(problems)
    values = np.column_stack(columns)
    return Table(tuple(known[j] for j in chosen), values[~missing] if missing.any() else values, tuple(notes))


def _taken(header: list[str]) -> str:
    shown = ", ".join(cell or "(no name)" for cell in header[:MOST_SHOWN])
    more = ", ..." if len(header) > MOST_SHOWN else ""
    return f"taken for the header: {shown}{more}" if header else "taken for data, not for a header"


def _left_out(name: str, layout: Layout) -> list[str]:
    notes = []
    if layout.skipped:
        notes.append(f"{name}: above the table and left out: line{_listed(layout.skipped)}")
    if layout.blank:
        notes.append(f"{name}: blank and left out: line{_listed(layout.blank)}")
    if layout.row_names:
        notes.append(
            f"{name}: the first cell of each line below the header is taken for the row's name, as R has it"
        )
    return notes


def _listed(numbers: ArrayLike) -> str:
    """Numbers of lines or rows in ranges, behind the singular: ``s 3, 7-9 and 12``; of many the first."""
    given = np.asarray(numbers)
    breaks = np.flatnonzero(np.diff(given) != 1) + 1
    edges = [0, *breaks[:MOST_SHOWN].tolist(), len(given)][: MOST_SHOWN + 1]
    shown = [str(given[a]) if b == a + 1 else f"{given[a]}-{given[b - 1]}" for a, b in pairwise(edges)]
    if edges[-1] < len(given):
        shown.append(f"{len(given) - edges[-1]} more")
    text = ", ".join(shown[:-1]) + f" and {shown[-1]}" if len(shown) > 1 else shown[0]
    return f"{'s' * (len(given) > 1)} {text}"


# --- text --------------------------------------------------------------------------------------------


def _numbers(layout: Layout, place: int, skip: int, decimal: str) -> tuple[FloatArray, Flags, list[str]]:
    """Read a column: its numbers, NaN where there is none; which are missing; what is wrong, without file."""
    begins, ends = (positions[skip:] for positions in layout.column(place))
    values, missing = np.empty(len(begins)), np.zeros(len(begins), dtype=bool)
    wrong: list[int] = []
    for first in range(0, len(begins), PIECE):
        part = slice(first, first + PIECE)
        values[part], missing[part] = _converted(_cells(layout.text, begins[part], ends[part]), decimal)
        wrong += (first + np.flatnonzero(~np.isfinite(values[part]) & ~missing[part])).tolist()
    lines = layout.lines(begins[wrong]) if wrong else []
    problems = []
    for i, line in zip(wrong[:MOST_WRONG], lines, strict=False):
        cell = unquoted(layout.text[begins[i] : ends[i]].decode())
        problems.append(f"line {line}: {_wrong(cell, decimal)}")
        if i == 0 and skip and layout.width == 1 and len(begins) > 1 and len(wrong) == 1:
            problems[-1] += "; if it is the header, delete what stands above it"
    if len(wrong) > MOST_WRONG:
        problems.append(f"line{_listed(lines[MOST_WRONG:])}: no number either")
    return values, missing, problems


def _cells(text: bytes, begins: NDArray[np.integer[Any]], ends: NDArray[np.integer[Any]]) -> pa.Array:
    """Cells of a column as one array of texts: their bytes, one behind the other."""
    low, high = int(begins[0]), int(ends[-1])
    edges = np.zeros(high - low + 1, dtype=np.int8)
    edges[begins - low] += 1
    edges[ends - low] -= 1
    data = np.frombuffer(text, np.uint8, high - low, low)[np.cumsum(edges[:-1], dtype=np.int8).view(bool)]
    offsets = np.append(0, np.cumsum(ends - begins, dtype=np.int64))
    return pa.LargeStringArray.from_buffers(len(begins), pa.py_buffer(offsets), pa.py_buffer(data))


def _converted(cells: pa.Array, decimal: str) -> tuple[FloatArray, Flags]:
    """Numbers, NaN or infinite where a cell has none in double precision; and which cells are missing."""
    if decimal == "." and (plain := _plain(cells)) is not None:
        return plain, np.zeros(len(plain), dtype=bool)
    cells = pc.ascii_trim(cells, characters=' \t"')
    if decimal == "." and (plain := _plain(cells)) is not None:
        return plain, np.zeros(len(plain), dtype=bool)
    number = pc.match_substring_regex(cells, f"^{NUMBER[decimal].pattern}$")
    written = pc.replace_substring(cells.filter(number), decimal, ".")
    converted = pc.cast(written, pa.float64())
    vanished = pc.match_substring_regex(
        written.filter(pc.invert(pc.cast(converted, pa.bool_()))), "^[^eE]*[1-9]"
    )
    values, missing = np.full(len(cells), np.nan), ~_array(number)
    values[~missing] = _array(converted)
    values[np.flatnonzero(values == 0)[_array(vanished)]] = np.inf
    if missing.any():
        words = pc.utf8_lower(cells.filter(pc.invert(number)))
        missing[missing] = _array(pc.is_in(words, value_set=pa.array(sorted(MISSING), words.type)))
    return values, missing


def _array(values: pa.Array) -> NDArray[Any]:
    """Numbers or truth values, none missing, from their buffer: pyarrow imports pandas to make an array."""
    kind: type[np.generic] = np.float64
    if values.type == pa.bool_():
        values, kind = pc.cast(values, pa.uint8()), np.bool_
    return np.frombuffer(values.buffers()[1], kind, len(values)) if len(values) else np.empty(0, kind)


def _plain(cells: pa.Array) -> FloatArray | None:
    """The numbers of cells with nothing to look at twice: no words, none beyond double precision."""
    try:
        converted = pc.cast(cells, pa.float64())
    except pa.ArrowInvalid:
        return None
    values = _array(converted)
    return values if np.isfinite(values).all() and values.all() else None


def _wrong(cell: str, decimal: str) -> str:
    shown = repr(cell if len(cell) <= MOST_CHARACTERS else cell[:MOST_CHARACTERS] + "...")
    if NUMBER[decimal].fullmatch(cell):
        return f"{shown} is beyond double precision; choose other units"
    if re.fullmatch(r"[+-]?inf(inity)?", cell.lower()):
        return f"{shown} is not a finite number; correct the line or remove it"
    other = "." if decimal == "," else ","
    hint = ""
    if re.fullmatch(r"[+-]?\d{1,3}([.,' \u00a0\u202f]\d{3})+([.,]\d*)?", cell):
        hint = f" (marks between thousands must go; the decimal mark is taken to be {decimal!r}"
        hint += f", --decimal {other} changes that)" if cell.count(other) == 1 else ")"
    elif other in cell and not re.search("[^0-9.,+-]", cell):
        hint = f" (the decimal mark is taken to be {decimal!r}; --decimal {other} changes that)"
    return f"{shown} is not a number{hint}; correct the line or remove it"


# --- Parquet -----------------------------------------------------------------------------------------


def _parquet(name: str, content: bytes, columns: Sequence[str], drop_missing: bool) -> Table:
    """Read columns of a Parquet file, in which types and missing values are written down."""
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(pa.BufferReader(content))
        known = list(file.schema_arrow.names)
        chosen = choose(name, known, columns)
        table = file.read(columns=[known[j] for j in chosen])
    except (pa.ArrowException, OSError):
        raise TableError([f"{name}: is damaged or no Parquet file: write it again"]) from None
    found, problems = [], []
    for column in table.columns:
        kind = column.type
        if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
            found.append(pc.cast(column, pa.float64(), safe=False).to_numpy())
        else:
            problems.append(f"{name}: {known[chosen[len(found)]]!r} has values of type {kind}; write numbers")
    if problems:
        raise TableError(problems)
    missing = np.any(np.isnan(found), axis=0)
    infinite = np.flatnonzero(np.any(np.isinf(found), axis=0)) + 1
    notes = []
    if len(infinite):
        problems.append(f"{name}, row{_listed(infinite)}: infinite values; correct them")
    if missing.any():
        rows = "row" + _listed(np.flatnonzero(missing) + 1)
        if drop_missing:
            notes.append(f"{name}: a value is missing, and all of it is left out: {rows}")
        else:
            problems.append(f"{name}, {rows}: {FILL_IN}")
    return _table(known, chosen, found, missing, problems, notes)
