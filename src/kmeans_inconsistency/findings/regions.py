"""Regions: where a statement holds, as briefly as one factor of the grid can say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kmeans_inconsistency.text import GAP, MINUS, plain


def region(cases: Sequence[tuple[str, bool]]) -> str:
    """Say where a statement holds that does not hold in all cases.

    Parameters
    ----------
    cases : sequence of (str, bool)
        Where it was checked, as in ``delta = 2, n = 100``, and whether it holds there.

    Returns
    -------
    str
        Up to which value of a factor, or from which on, it holds whatever the others are, by the factor of
        which that is true of most cases, and how many cases are left over: ``delta ≥ 2, and 3 more``. Empty
        if it holds in all cases or in none, or if no factor tells.

    Examples
    --------
    >>> region([("delta = 1, n = 50", False), ("delta = 2, n = 50", True), ("delta = 4, n = 50", True)])
    'delta ≥ 2'
    """
    placed = [(_factors(condition), holds) for condition, holds in cases]
    held = sum(bool(holds) for _, holds in placed)
    if held in (0, len(placed)):
        return ""
    told, most = "", 0
    for name in _varied([factors for factors, _ in placed]):
        for sign, order in (("≤", 1), ("≥", -1)):
            first = min(order * factors[name] for factors, holds in placed if not holds)
            inside = [order * factors[name] for factors, _ in placed if order * factors[name] < first]
            if len(inside) > most:
                told, most = f"{name} {sign} {plain(order * max(inside))}", len(inside)
    return f"{told}, and {held - most} more" if told and held > most else told


def _varied(cases: Sequence[Mapping[str, float]]) -> list[str]:
    """The factors that vary in every grid: a grid is the cases that have the same factors."""
    grids: dict[tuple[str, ...], list[Mapping[str, float]]] = {}
    for factors in cases:
        grids.setdefault(tuple(factors), []).append(factors)

    def varies(name: str) -> bool:
        return all(len({factors.get(name) for factors in grid}) > 1 for grid in grids.values())

    return [name for name in cases[0] if varies(name)]


def _factors(condition: str) -> dict[str, float]:
    """The factors of a condition that have a single number as their value."""
    found = {}
    for part in condition.split(", "):
        name, _, spelt = part.partition(" = ")
        try:
            found[name] = float(spelt.replace(GAP, "").replace(MINUS, "-"))
        except ValueError:
            continue
    return found
