"""Path of the fit with known variance: the best pairs of quantiles, then Newton's steps up from each.

All is in the units in which the sample has mean 0 and variance 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..algorithms import known_variance_newton as algorithm
from ..algorithms.trust_region import SCORE, VALUE, climber
from . import Steps, Tell, called, sources


def watched(tell: Tell) -> Mapping[str, Callable[..., Any]]:
    """What takes the place of the algorithm's functions, see :mod:`.`."""
    search, expand = called(algorithm._search), called(algorithm._expand)

    def told_search(
        means: Any, nodes: Any, weights: Any, known: Any, partial: Any, starts: Any, most: int
    ) -> int:
        kept: int = search(means, nodes, weights, known, partial, starts, most)
        tell(f"  pairs of quantiles on {nodes.size} nodes, variance {known[0]:.9g}; hills, the highest first")
        for value, c, g in starts[:kept]:
            tell(f"            {_place(c, g)}, objective {value:.12g}")
        tell("  two more starts: the best split, and a small distance")
        return kept

    def told_climb(data: Any, known: Any, start: Any, *rest: Any) -> tuple[float, float, int]:
        nodes, weights, _ = data
        on = f"on {nodes.size} nodes" if weights.size else "on the sample"
        tell(f"  Newton within a trust region, {on}; points tried, of which those that lose are refused")
        steps = Steps(tell)

        def told_expand(data: Any, known: Any, c: float, g: float, local: Any) -> None:
            expand(data, known, c, g, local)
            steps.step(f"{_place(c, g)}, objective {local[VALUE]:.15g}, score {local[SCORE]:.2e}")

        found: tuple[float, float, int] = climber(told_expand).py_func(data, known, start, *rest)
        steps.end()
        return found

    return {
        **sources(algorithm, "known_variance_newton", "fit_standardised", "_fit"),
        "_search": told_search,
        "_climb": told_climb,
    }


def _place(c: float, g: float) -> str:
    return f"means {c - g:.12f} {c + g:.12f}"
