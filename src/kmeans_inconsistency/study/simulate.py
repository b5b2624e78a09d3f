"""Simulate: draw a scenario's samples and fit every method to them."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from kmeans_inconsistency.estimators import _method as methods
from kmeans_inconsistency.study import streams
from kmeans_inconsistency.study.design import Group, Scenario

Columns = dict[str, NDArray[np.float64] | NDArray[np.int64]]


def simulate(
    scenario: Scenario,
    seed: int,
    wanted: Mapping[tuple[int, int], Iterable[Group]],
    seconds: dict[Group, float],
) -> dict[Group, Columns]:
    """Fit groups of rows to ranges of replicates.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        Root seed.
    wanted : mapping from (first, last) to groups
        Replicates ``first`` to ``last - 1`` of these groups.
    seconds : dict from Group to float
        Grows by the processor time that each group took. Drawing and sorting count for the first group that
        asks for them.

    Returns
    -------
    dict from Group to columns
        For each group ``replicate``, ``status`` and the method's outputs, in ascending order of replicates.
    """
    parts: dict[Group, list[Columns]] = defaultdict(list)
    for (first, last), groups in sorted(wanted.items()):
        by_size: dict[int, list[Group]] = defaultdict(list)
        for group in groups:
            by_size[group.n].append(group)
        clock = time.process_time()
        for batch in streams.batches(scenario.model, seed, first, last, sorted(by_size)):
            for group in by_size[batch.n]:
                method = methods.load(group.method, dict(group.parameters))
                parameters = method.typed(group.parameters)
                fits = method.fit(batch, **parameters)
                columns: Columns = {name: np.asarray(fits[name], dtype=float) for name in method.outputs}
                status = np.asarray(fits["status"], dtype=np.int64)
                parts[group].append({"replicate": batch.replicates, "status": status, **columns})
                before, clock = clock, time.process_time()
                seconds[group] = seconds.get(group, 0.0) + clock - before
    return {
        group: {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
        for group, pieces in parts.items()
    }
