"""Regions: where a statement is expected to hold and was found to, as briefly as factors can say it."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence

from kmeans_inconsistency.text import plain

Condition = Mapping[str, float | str]
EVERYWHERE, NOWHERE = "everywhere", "nowhere"

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
_COMPARISON = re.compile(r"\s*([a-z_]+)\s*(<=|>=|<|>|=)\s*([a-z_ ]*[a-z_]|-?[0-9]+(?:\.[0-9]+)?)\s*")
FORM = "comparisons such as 'delta >= 2', joined by 'and' and 'or', or 'everywhere' or 'nowhere'"


class RegionError(ValueError):
    """A text that names no region."""


def parse(text: str) -> Callable[[Condition], bool]:
    """Read an expected region.

    Parameters
    ----------
    text : str
        ``everywhere``, ``nowhere``, or comparisons of factors with numbers or words: ``delta >= 2 and
        weight = 0.5 or delta >= 4``. A comparison with a factor that a case does not have excludes nothing.

    Raises
    ------
    RegionError
        If it has another form.

    Examples
    --------
    >>> parse("delta >= 2 and weight = 0.5 or delta >= 4")({"delta": 3, "weight": 0.3})
    False
    """
    if text in (EVERYWHERE, NOWHERE):
        return lambda _: text == EVERYWHERE
    alternatives = [
        [_comparison(part) for part in re.split(r"\band\b", clause)] for clause in re.split(r"\bor\b", text)
    ]
    return lambda condition: any(all(holds(condition) for holds in clause) for clause in alternatives)


def _comparison(text: str) -> Callable[[Condition], bool]:
    found = _COMPARISON.fullmatch(text)
    if not found:
        raise RegionError(f"{text.strip()!r} is no comparison; write {FORM}")
    name, sign, wanted = found.groups()
    if not re.match("[-0-9]", wanted):
        if sign != "=":
            raise RegionError(f"{text.strip()!r} compares a word; write {name} = {wanted}")
        return lambda condition: condition.get(name, wanted) == wanted
    number, compare = float(wanted), _COMPARE[sign]

    def holds(condition: Condition) -> bool:
        value = condition.get(name)
        return not isinstance(value, int | float) or compare(value, number)

    return holds


def shown(text: str) -> str:
    """An expected region as it is printed."""
    return " ".join(text.split()).replace(">=", "≥").replace("<=", "≤")


def region(cases: Sequence[tuple[Condition, bool]]) -> str:
    """Say where a statement holds.

    Parameters
    ----------
    cases : sequence of (mapping, bool)
        Where it was checked, as factors and their values, and whether it holds there.

    Returns
    -------
    str
        ``everywhere`` or ``nowhere``; else up to which value of a factor, or from which on, it holds whatever
        the others are, by the factor of which that is true of most cases, and how many cases are left over:
        ``delta ≥ 2, and 3 more``; or how many of them, if no factor tells.

    Examples
    --------
    >>> region([({"delta": 1}, False), ({"delta": 2}, True), ({"delta": 4}, True)])
    'delta ≥ 2'
    """
    held = sum(bool(holds) for _, holds in cases)
    if held in (0, len(cases)):
        return EVERYWHERE if held else NOWHERE
    placed = [(_numbers(condition), holds) for condition, holds in cases]
    widest, most = "", 0
    for name in _varied([factors for factors, _ in placed]):
        for sign, order in (("≤", 1), ("≥", -1)):
            first = min(order * factors[name] for factors, holds in placed if not holds)
            inside = [order * factors[name] for factors, _ in placed if order * factors[name] < first]
            if len(inside) > most:
                widest, most = f"{name} {sign} {plain(order * max(inside))}", len(inside)
    if not widest:
        return f"{held} of {len(cases)} cases"
    return f"{widest}, and {held - most} more" if held > most else widest


def _varied(cases: Sequence[Mapping[str, float]]) -> list[str]:
    """The factors that vary in every grid: a grid is the cases that have the same factors."""
    grids: dict[tuple[str, ...], list[Mapping[str, float]]] = {}
    for factors in cases:
        grids.setdefault(tuple(factors), []).append(factors)

    def varies(name: str) -> bool:
        return all(len({factors.get(name) for factors in grid}) > 1 for grid in grids.values())

    return [name for name in cases[0] if varies(name)]


def _numbers(condition: Condition) -> dict[str, float]:
    return {name: value for name, value in condition.items() if isinstance(value, int | float)}
