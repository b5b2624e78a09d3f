"""Rows: the estimates of a finished experiment, scenario by scenario."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmeans_inconsistency.study import blocks
from kmeans_inconsistency.study.design import Experiment, Group, Scenario, Study


class NotDoneError(Exception):
    """Blocks that a summary needs are not done."""


@dataclass(frozen=True)
class Estimates:
    """The rows of one scenario, every replicate in its place.

    Attributes
    ----------
    columns : mapping from Group to columns
        Each column of shape (replicates,).
    """

    scenario: Scenario
    columns: Mapping[Group, Mapping[str, NDArray[Any]]]


def estimates(study: Study, experiment: Experiment) -> Iterator[Estimates]:
    """Read an experiment's rows scenario by scenario.

    Raises
    ------
    NotDoneError
        If a block is not done; the message names it and says why.
    """
    for scenario, parts in itertools.groupby(experiment.blocks, key=lambda block: block.scenario):
        pieces: dict[Group, list[Mapping[str, NDArray[Any]]]] = {group: [] for group in experiment.groups}
        for block in parts:
            path = study.block_file(block)
            now = blocks.state(block, path)
            if not now.done:
                raise NotDoneError(f"{path}: {now.verdict}: {now.reasons[0]}; run the study again")
            for group, columns in blocks.rows(path, list(experiment.groups)):
                count = block.last - block.first
                pieces[group].append({name: values[:count] for name, values in columns.items()})
        yield Estimates(
            scenario,
            {
                group: {name: np.concatenate([part[name] for part in of]) for name in of[0]}
                for group, of in pieces.items()
            },
        )
