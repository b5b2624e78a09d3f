"""Digits: how many of a number are shown to a reader, so that what differs is seen to differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

__all__ = ["apart", "down_to", "to_error"]

USUAL = 6


def to_error(value: float, error: float | None) -> str:
    """Write an estimate to the second significant digit of its standard error, and that in brackets.

    Without a positive error there are six digits and no brackets.

    Examples
    --------
    >>> to_error(1700000001.52, 0.713)
    '1700000001.52 (0.71)'
    >>> to_error(4.15, 0.07)
    '4.150 (0.070)'
    >>> to_error(2.3333, None)
    '2.3333'
    """
    if error is None or not (math.isfinite(error) and error > 0):
        return f"{value:.{USUAL}g}"
    return f"{down_to(value, error)} ({down_to(error, error)})"


def down_to(value: float, error: float) -> str:
    """Write a number, such as an end of an interval, to the second significant digit of a standard error.

    Examples
    --------
    >>> down_to(1700000000.1234, 0.713)
    '1700000000.12'
    """
    return f"{value:#.{_down_to(value, _place(error) - 1, 1)}g}".rstrip(".").replace(".e", "e")


def apart(values: Sequence[float | None], scale: float = 0.0) -> list[str]:
    """Write numbers of one kind with six digits, or as many as show four of their smallest difference.

    ``scale`` is another difference that is to be seen, such as the standard deviation of what lies there.

    Examples
    --------
    >>> apart([-1.0, 1.0])
    ['-1', '1']
    >>> apart([1700000001.5, 1700000011.75, None])
    ['1700000001.5', '1700000011.75', 'none']
    >>> apart([1700000006.625], scale=1.3)
    ['1700000006.625']
    """
    known = sorted(value for value in values if value is not None and math.isfinite(value))
    gaps = [gap for gap in [scale, *(b - a for a, b in pairwise(known))] if 0 < gap < math.inf]
    last = _place(min(gaps)) - 3 if gaps else 400
    return ["none" if v is None else f"{v:.{_down_to(v, last, USUAL)}g}" for v in values]


def _place(value: float) -> int:
    """The power of ten of the first digit."""
    return math.floor(math.log10(abs(value)))


def _down_to(value: float, place: int, least: int) -> int:
    """How many significant digits a number has down to a power of ten; a double has 17 at most."""
    if value == 0 or not math.isfinite(value):
        return least
    return min(max(_place(value) - place + 1, least), 17)
