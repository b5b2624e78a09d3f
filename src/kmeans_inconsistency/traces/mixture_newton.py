"""Path of the mixture's maximum likelihood: the grid's hills, then Newton's steps up each of them.

All is in the units in which the sample has mean 0 and variance 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..algorithms import mixture_newton as algorithm
from ..algorithms.trust_region import SCORE, VALUE, climber
from . import Steps, Tell, called, sources


def watched(tell: Tell) -> Mapping[str, Callable[..., Any]]:
    """What takes the place of the algorithm's functions, see :mod:`.`."""
    search, separated = called(algorithm._search), called(algorithm._separated)

    def told_search(nodes: Any, weights: Any, edge: float, effort: int, partial: Any, starts: Any) -> int:
        found: int = search(nodes, weights, edge, effort, partial, starts)
        tell(f"  grid of weights and distances on {nodes.size} nodes; hills, the highest first")
        for value, t, h in starts[:found]:
            tell(f"            {_place(t, h)}, mean log-likelihood {value:.12g}")
        return found

    def told_climb(data: Any, parameter: float, start: Any, *rest: Any) -> tuple[float, float, int]:
        nodes, weights, _ = data
        on = f"on {nodes.size} nodes" if weights.size else "on the sample"
        tell(f"  Newton within a trust region, {on}; points tried, of which those that lose are refused")
        steps = Steps(tell)

        def told_expand(data: Any, parameter: float, t: float, h: float, local: Any) -> None:
            algorithm.expand(data, parameter, t, h, local)
            steps.step(f"{_place(t, h)}, mean log-likelihood {local[VALUE]:.15g}, score {local[SCORE]:.2e}")

        found: tuple[float, float, int] = climber(told_expand).py_func(data, parameter, start, *rest)
        steps.end()
        return found

    def told_separated(x: Any, result: Any) -> float:
        value: float = separated(x, result)
        if np.isfinite(value):
            tell(f"  no observation is in doubt: k-means' clusters, log-likelihood {value:.15g}")
        return value

    return {
        **sources(algorithm, "mixture_newton", "_fit"),
        "_search": told_search,
        "_climb": told_climb,
        "_separated": told_separated,
    }


def _place(t: float, h: float) -> str:
    return f"lower weight {1.0 / (1.0 + np.exp(t)):.9f}, distance {algorithm._distance(t, h):.12f}"
