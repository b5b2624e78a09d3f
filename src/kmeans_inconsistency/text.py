"""Text: how numbers are written in the paper, in captions and in tables."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal

MINUS = "\N{MINUS SIGN}"
GAP = "\N{THIN SPACE}"
NOTHING = "\N{EM DASH}"


def plain(number: float, decimals: int | None = None) -> str:
    """Write a number: as short as it can be, or with a fixed number of decimals.

    Thousands are set apart from 10,000 on; a minus is a minus sign; what is not finite is a dash.
    """
    if not math.isfinite(number):
        return NOTHING
    if decimals is None:
        text = format(Decimal(repr(float(number))), "f")
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{number:.{decimals}f}"
    negative = text.startswith("-") and any(c in "123456789" for c in text)
    whole, point, fraction = text.lstrip("-").partition(".")
    if len(whole) > 4:
        head = len(whole) % 3
        groups = ([whole[:head]] if head else []) + [whole[i : i + 3] for i in range(head, len(whole), 3)]
        whole = GAP.join(groups)
    return (MINUS if negative else "") + whole + point + fraction


def show(value: float | str) -> str:
    """Write a value of a grid, which may be a word."""
    return value if isinstance(value, str) else plain(value)


def with_error(number: float, mcse: float) -> tuple[str, str]:
    """Write an estimate to the second significant digit of its Monte Carlo standard error, and the error."""
    if not (math.isfinite(mcse) and mcse > 0):
        return plain(number, 4), NOTHING if not math.isfinite(mcse) else "0"
    decimals = min(max(1 - math.floor(math.log10(mcse)), 0), 8)
    return plain(number, decimals), plain(mcse, decimals)


def listing(values: Iterable[float | str]) -> str:
    """Write values as a sentence would list them: all of a few, the ends of many.

    Examples
    --------
    >>> listing([0.5, 1, 2])
    '0.5, 1 and 2'
    """
    items = [show(value) for value in values]
    if len(items) > 6:
        items = [*items[:3], "…", items[-1]]
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]
