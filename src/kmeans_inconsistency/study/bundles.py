"""Bundles: the blocks of an experiment that one process makes, one after another.

A process that starts afresh, as on a cluster, takes about a second before its first fit, and half a second
more to load the kernels.
"""

from __future__ import annotations

from kmeans_inconsistency.study.design import Block, Study

MOST = 6
"""Blocks of a bundle, at most: on average a minute of fits in the study of the paper."""

FEWEST = 32
"""Bundles that a study is not cut below: two for each of sixteen cores."""


def bundles(study: Study) -> list[list[Block]]:
    """Cut each experiment into bundles that are as large as they may be, and as even.

    Scenarios that stand together cost alike, so that a bundle takes blocks from all over an experiment. What
    a bundle has depends on the design alone, since processes of one run must agree on it.
    """
    size = min(MOST, max(1, len(study.blocks) // FEWEST))
    found: list[list[Block]] = []
    for experiment in study.experiments.values():
        count = -(-len(experiment.blocks) // size)
        found += [experiment.blocks[start::count] for start in range(count)]
    return found
