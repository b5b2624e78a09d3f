"""The exact split into two clusters: one scan of all cuts, told by the best and those beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..algorithms import two_means as algorithm
from . import Tell


def watched(tell: Tell) -> Mapping[str, Callable[..., Any]]:
    """What takes the place of the algorithm's functions, see :mod:`.`."""
    fit = algorithm.two_means

    def told(samples: Any) -> Any:
        results = fit(samples)
        for x, result in zip(samples, results, strict=True):
            best = int(result[algorithm.SIZE])
            tell(f"  scan of the {x.size - 1} cuts of the sorted sample; the best and those beside it")
            for size in range(max(best - 2, 1), min(best + 3, x.size)):
                beside = np.empty(4)
                algorithm.summarise_split(x, size, beside)
                where = f"after {size} values, between {x[size - 1]:.9g} and {x[size]:.9g}"
                within = f"within-cluster sum of squares {beside[algorithm.WITHIN]:.15g}"
                tell(f"    {'best' if size == best else '':>6}  {where}: {within}")
        return results

    return {"two_means": told}
