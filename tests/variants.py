"""Every variant of every estimator: what a test of them all goes through."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from kmeans_inconsistency.estimators import _method as methods


def variants() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each method with each combination of its choices that it takes, defaults left out."""
    for name in methods.names():
        choices = {key: kind for key, kind in methods.parameters(name).items() if isinstance(kind, tuple)}
        for values in itertools.product(*choices.values()):
            given = {key: v for (key, kind), v in zip(choices.items(), values, strict=True) if v != kind[0]}
            if set(given) <= set(methods.load(name, given).parameters):
                yield name, given
