"""Layout: where the cells of a text table begin and end, found on all of its bytes at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.integer[Any]]
Codes = NDArray[np.uint8]

NEWLINE, QUOTE, SPACE, TAB = b'\n" \t'
PIECE = 1 << 16  # bytes examined at a time, so that they stay in the cache

SEPARATORS = {"tab": "\t", "semicolon": ";", "comma": ",", "bar": "|", "space": " "}
"""Those that are tried, in this order: a later one stands within cells more often."""

THOUSANDS = {
    ",": rb"[-+]?([0-9]+, *[0-9]+|[0-9]{1,3}(,[0-9]{3})+\.[0-9]*)",
    " ": rb"[-+]?[0-9]{1,3}( [0-9]{3})+([.,][0-9]*)?",
}
"""Lines that could be one number, with decimal commas or marks between thousands."""

EMPTY = "the file is empty; it needs a column of numbers"


class LayoutError(Exception):
    """What keeps a text from being a table, and in which line; 0 if it is the whole."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line


@dataclass(frozen=True)
class Layout:
    """The cells of a table.

    Attributes
    ----------
    text : bytes
    begins, ends : ndarray of int, shape (records,)
        Where each record stands in the text.
    separators : ndarray of int, shape (records, width - 1)
        Where they stand in the text.
    newlines : ndarray of int
        All newlines, those within quotes too.
    row_names : bool
        Whether the first record has one cell less, as R writes a header over row names; its first cell
        is empty here.
    skipped : tuple of int
        The lines above the table that are no part of it.
    blank : tuple of int
        The blank lines within it.
    """

    text: bytes
    begins: Positions
    ends: Positions
    separators: Positions
    newlines: Positions
    row_names: bool
    skipped: tuple[int, ...]
    blank: tuple[int, ...]

    @property
    def width(self) -> int:
        return int(self.separators.shape[1]) + 1

    def column(self, index: int) -> tuple[Positions, Positions]:
        """Where the cells of a column begin and end, their quotes and spaces included."""
        begins = self.begins if index == 0 else self.separators[:, index - 1] + 1
        ends = self.ends if index == self.width - 1 else self.separators[:, index]
        return begins, np.maximum(begins, ends)

    def lines(self, positions: Positions) -> list[int]:
        """The numbers of the lines, counted as an editor does, in which positions stand."""
        found: list[int] = (np.searchsorted(self.newlines, positions) + 1).tolist()
        return found

    def record(self, index: int) -> list[str]:
        """The cells of a record as they read, without their quotes; none if there is no such record."""
        if index >= len(self.begins):
            return []
        places = [(begins[index], ends[index]) for begins, ends in map(self.column, range(self.width))]
        return [unquoted(self.text[begin:end].decode()) for begin, end in places]


def unquoted(cell: str) -> str:
    cell = cell.strip()
    return cell[1:-1].replace('""', '"').strip() if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


def lay_out(text: bytes, decimal: str) -> Layout:
    """Find the records, the separator and the cells of a table; separators within quotes are not counted.

    Parameters
    ----------
    text : bytes
        UTF-8, lines ended by newlines.
    decimal : str
        The decimal mark: a comma separates cells beside decimal commas only where those stand in quotes.

    Raises
    ------
    LayoutError
        If quotes do not match, or the records have unequal numbers of cells.
    """
    if not text:
        raise LayoutError(0, EMPTY)
    codes = np.frombuffer(text, dtype=np.uint8)
    quotes = _Quotes(codes) if QUOTE in text else None
    newlines = _places(codes, NEWLINE)
    ends = newlines if quotes is None else newlines[~quotes.inside[newlines]]
    if not len(ends) or ends[-1] != len(text) - 1:
        ends = np.append(ends, ends.dtype.type(len(text)))
    begins = np.zeros_like(ends)
    begins[1:] = ends[:-1] + 1
    if quotes is not None and quotes.inside[-1]:
        quotes.check(newlines, "\n,;|\t ")
    blank = _blank(text, codes, begins, ends)
    total, every = len(begins), begins
    if blank.any():
        begins, ends = begins[~blank], ends[~blank]
    first, named = _first(text, begins, ends)
    if first == len(begins):
        raise LayoutError(0, EMPTY)
    skipped = np.searchsorted(newlines, begins[:first]) + 1
    begins, ends = begins[first:], ends[first:]
    within = every[blank & (every > begins[0]) & (every < begins[-1])]

    def layout(places: Positions, row_names: bool = False) -> Layout:
        if row_names:
            places = np.append(begins[:1] - 1, places)
        separators = places.reshape(len(begins), len(places) // len(begins))
        gaps = tuple((np.searchsorted(newlines, within) + 1).tolist())
        return Layout(text, begins, ends, separators, newlines, row_names, tuple(skipped.tolist()), gaps)

    ragged: dict[str, NDArray[np.int64]] = {}
    for name, mark in [(named, named)] if named else _tried(text, decimal):
        if ord(mark) not in text:
            continue
        places = _separators(codes, ord(mark), begins, ends, quotes, whole=len(begins) == total)
        if not len(places):
            continue
        row_names = False
        if not _equal(places, begins, ends):
            counts = np.searchsorted(places, ends) - np.searchsorted(places, begins)
            row_names = _has_row_names(text, codes, begins, places, counts, mark)
            if not row_names:
                if counts[1:].any():  # else it stands in the header alone, in a name
                    ragged[name] = counts
                continue
        if quotes is not None:
            quotes.check(newlines, "\n " + mark)
        return layout(places, row_names)
    if ragged:
        name = max(ragged, key=lambda name: np.count_nonzero(ragged[name]))
        above = _above(text, ragged[name], begins, ends, SEPARATORS.get(name, name))
        raise _unequal(ragged[name] + 1, begins, newlines, name, above)
    if quotes is not None:
        quotes.check(newlines, "\n ")
    return layout(np.empty(0, np.int64))


def _tried(text: bytes, decimal: str) -> list[tuple[str, str]]:
    quoted = decimal == "," and re.search(rb'" *[-+]?\d*,\d+ *"', text)
    return [(name, mark) for name, mark in SEPARATORS.items() if mark != decimal or quoted]


def _blank(text: bytes, codes: Codes, begins: Positions, ends: Positions) -> NDArray[np.bool_]:
    if SPACE in text or TAB in text:
        return np.asarray(~np.logical_or.reduceat(codes > SPACE, begins), dtype=np.bool_)
    return np.equal(begins, ends, dtype=np.bool_)


def _first(text: bytes, begins: Positions, ends: Positions) -> tuple[int, str]:
    """The first record after the comments at the top, and the separator if a line names it."""
    for i in range(len(begins)):
        line = text[begins[i] : ends[i]].decode()
        named = re.fullmatch(r'\s*"?sep=([^\w\s]|\t| )"?\s*', line) if i == 0 else None
        if named:
            return 1, named[1]
        if not line.startswith("#"):
            return i, ""
    return len(begins), ""


def _separators(
    codes: Codes, mark: int, begins: Positions, ends: Positions, quotes: _Quotes | None, whole: bool
) -> Positions:
    """Where separators stand outside quotes: each, but of a run of spaces within a record the last.

    ``whole`` says that no line of the text was left out.
    """
    inside = None if quotes is None else quotes.inside
    if mark != SPACE:
        places = _places(codes, mark, inside)
        if whole:
            return places
    else:
        marks = codes == SPACE
        if inside is not None:
            np.greater(marks, inside, out=marks)  # and not inside
        edges = marks.copy()
        np.greater(marks[1:], marks[:-1], out=edges[1:])
        runs = np.flatnonzero(edges)
        edges[-1] = marks[-1]
        np.greater(marks[:-1], marks[1:], out=edges[:-1])
        places = np.flatnonzero(edges)
        del marks, edges
    record = np.searchsorted(begins, places, side="right") - 1
    within = (record >= 0) & (places < ends[record])
    if mark == SPACE:
        within &= (runs > begins[record]) & (places + 1 < ends[record])
    return places[within]


def _equal(places: Positions, begins: Positions, ends: Positions) -> bool:
    """Whether every record has the same number of separators."""
    each = len(places) // len(begins)
    if each * len(begins) != len(places):
        return False
    return bool((places[::each] >= begins).all() and (places[each - 1 :: each] < ends).all())


def _places(codes: Codes, mark: int, inside: NDArray[np.bool_] | None = None) -> Positions:
    """Where a character stands, outside quotes if it is said what is inside; in the smallest type."""
    kind = np.int32 if len(codes) < 2**31 - 1 else np.int64
    found = [np.empty(0, kind)]
    for first in range(0, len(codes), 1 << 20):
        part = slice(first, first + (1 << 20))
        marks = codes[part] == mark
        if inside is not None:
            np.greater(marks, inside[part], out=marks)  # and not inside
        found.append((first + np.flatnonzero(marks)).astype(kind))
    return np.concatenate(found)


class _Quotes:
    """Which bytes of a text stand within quotes."""

    def __init__(self, codes: Codes) -> None:
        self.codes = codes
        quotes = (codes == QUOTE).view(np.uint8)
        self.inside: NDArray[np.bool_] = np.bitwise_xor.accumulate(quotes, out=quotes).view(np.bool_)

    def _at_edges(self, places: Positions, may: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether each opening and closing quote stands at the edge of a cell."""
        good = np.empty(len(places), dtype=bool)
        opening, closing = places[::2], places[1::2]
        good[::2] = may[self.codes[opening - 1]] | (opening == 0)
        last = len(self.codes) - 1
        good[1::2] = may[self.codes[np.minimum(closing + 1, last)]] | (closing == last)
        return good

    def check(self, newlines: Positions, around: str) -> None:
        """Refuse quotes that do not enclose whole cells: what follows would be put into wrong cells."""
        places = _places(self.codes, QUOTE)
        may = np.zeros(256, dtype=bool)
        may[[*around.encode(), QUOTE]] = True
        wrong = np.empty(0, np.int64)
        for first in range(
            0, len(places), PIECE
        ):  # an even number, so that each begins with an opening quote
            wrong = first + np.flatnonzero(~self._at_edges(places[first : first + PIECE], may))
            if len(wrong):
                break
        if not len(wrong) and len(places) % 2 == 0:
            return
        at = wrong[0] if len(wrong) else len(places) - 1
        opened, line = (np.searchsorted(newlines, places[[at - at % 2, at]]) + 1).tolist()
        if not len(wrong) or opened != line:
            raise LayoutError(opened, "a quote is opened and not closed; close it or remove it")
        raise LayoutError(
            line, "a quote stands within a cell; put the whole cell in quotes and that quote twice"
        )


def _has_row_names(
    text: bytes, codes: Codes, begins: Positions, places: Positions, counts: NDArray[np.int64], mark: str
) -> bool:
    """Whether each record has one cell more than the first, and these first cells are names of rows.

    R writes no header for them. They are taken for names if all stand in quotes, or run 1, 2, 3, ...
    """
    if len(counts) < 2 or not (counts[1:] == counts[0] + 1).all():
        return False
    firsts = places[np.searchsorted(places, begins[1:])]
    if (codes[begins[1:]] == QUOTE).all() and (codes[firsts - 1] == QUOTE).all():
        return True
    if not _run(text, codes, begins[1:], firsts):
        return False
    if counts[0] > 0 or mark not in THOUSANDS:
        return True
    # 1,234 and 2,345 could be numbers with a comma, and 1 234 one with a space between thousands
    could_be = re.compile(THOUSANDS[mark])
    return any(  # the last line may lack its newline
        could_be.fullmatch(text[begin : text.find(b"\n", begin) % (len(text) + 1)].strip()) is None
        for begin in map(int, begins[1:])
    )


def _run(text: bytes, codes: Codes, begins: Positions, ends: Positions) -> bool:
    """Whether cells run 1, 2, 3, ..., perhaps among spaces."""
    digits, first = 1, 1
    while first <= len(begins):
        part = slice(first - 1, 10 * first - 1)  # the numbers with so many digits
        begin, number = begins[part], np.arange(first, min(10 * first, len(begins) + 1))
        right = ends[part] - begin == digits
        for i in np.flatnonzero(~right).tolist():
            if text[begin[i] : ends[part][i]].strip() != b"%d" % (first + i):
                return False
        for place in range(digits):
            shown = codes[np.minimum(begin + place, len(codes) - 1)] - ord("0")
            if not (shown == number // 10 ** (digits - 1 - place) % 10)[right].all():
                return False
        digits, first = digits + 1, 10 * first
    return True


def _above(text: bytes, separators: NDArray[np.int64], begins: Positions, ends: Positions, mark: str) -> int:
    """Number of records that may stand above a table: all have fewer cells than those that follow.

    One alone may as well be a header over numbers with commas, if none of words follows it.
    """
    first = int(np.flatnonzero(separators != separators[-1])[-1]) + 1
    if first >= len(begins) - 1 or (separators[:first] >= separators[-1]).any():
        return 0
    cells = text[begins[first] : ends[first]].decode().split(mark)
    words = not any(re.match(r'\s*"?[-+.]?\d', cell) for cell in cells)
    return first if words or first > 1 else 0


def _unequal(
    cells: NDArray[np.int64], begins: Positions, newlines: Positions, name: str, above: int
) -> LayoutError:
    others = np.flatnonzero(cells != cells[0])
    places = [begins[i] for i in (others[0], 0, above)]
    line, first, table = (int(np.searchsorted(newlines, place)) + 1 for place in places)
    problem = f"{_cells(cells[others[0]])} (the separator is the {name}), but line {first} has {cells[0]}"
    if len(others) > 1:
        problem += f"; {len(others)} lines differ from it"
    if above:
        lines = f"lines {first} to {table - 1}" if table - 1 > first else f"line {first}"
        return LayoutError(line, f"{problem}; if the table begins in line {table}, delete {lines}")
    remedy = "; give every line as many, and quote cells that contain the separator"
    if name == "comma":
        remedy += "; decimal commas are read with --decimal , and commas between thousands must go"
    return LayoutError(line, problem + remedy)


def _cells(number: int) -> str:
    return f"{number} cell" + ("" if number == 1 else "s")
