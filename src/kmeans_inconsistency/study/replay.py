"""Replay: one fit of the study done again step by step, and compared with its row in the results."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kmeans_inconsistency import traces
from kmeans_inconsistency.estimators import _method as methods
from kmeans_inconsistency.outcome import Status
from kmeans_inconsistency.study import blocks, files, provenance, streams
from kmeans_inconsistency.study.design import Block, Experiment, Group, Scenario, Study
from kmeans_inconsistency.study.wording import did_you_mean

SHOWN = 5  # values of the sample


class UnknownNameError(Exception):
    """What is named is not in the study; the message says what is."""


class Row(NamedTuple):
    """One fit of the study."""

    block: Block
    group: Group
    replicate: int


def find(study: Study, experiment: str, scenario: str, n: str, replicate: str, method: str) -> Row:
    """Find the fit of these names.

    Parameters
    ----------
    study : Study
    experiment, scenario, n, replicate, method : str
        As in ``consistency delta=2,weight=0.5 100 17 known_variance,eps=0.5``.

    Raises
    ------
    UnknownNameError
        If there is none, with the nearest spelling of the first name that is wrong.
    """
    of: Experiment = study.experiments[_known("experiment", experiment, list(study.experiments))]
    scenarios = {s.key: s for s in of.scenarios}
    chosen: Scenario = scenarios[_known("scenario", scenario, list(scenarios))]
    sizes = {str(size): size for size in of.sizes}
    size = sizes[_known("sample size", n, list(sizes))]
    groups = {group.name: group for group in of.groups if group.n == size}
    group = groups[_known("method", method, list(groups))]
    number = int(replicate) if replicate.isascii() and replicate.isdecimal() else -1
    for block in of.blocks:
        if block.scenario == chosen and block.first <= number < block.last:
            return Row(block, group, number)
    raise UnknownNameError(
        f"there is no replicate {replicate!r}; the experiment has replicates 0 to {of.replicates - 1}"
    )


def _known(kind: str, word: str, known: Sequence[str]) -> str:
    if word not in known:
        raise UnknownNameError(f"there is no {kind} {word!r}; {did_you_mean(word, known)}")
    return word


def command(row: Row, config: Path) -> str:
    """What a user types to replay a row."""
    named = [
        row.block.experiment,
        row.block.scenario.key,
        str(row.group.n),
        str(row.replicate),
        row.group.name,
    ]
    return " ".join(
        ["./run replay", *named, *(["--config", str(config)] if str(config) != "config.yaml" else [])]
    )


def replay(study: Study, row: Row) -> tuple[list[str], bool]:
    """Do a fit again step by step, and compare it with its row in the results.

    Returns
    -------
    lines : list of str
        The data, the path, the optimum, and how the row in the results compares.
    agrees : bool
        False if the results have this row with other values.
    """
    block, group = row.block, row.group
    model = block.scenario.model
    (batch,) = streams.batches(model, block.seed, row.replicate, row.replicate + 1, [group.n])
    values = dict(group.parameters)
    method = methods.load(group.method, values)
    parameters = method.typed(group.parameters)
    path: list[str] = []
    used = _algorithms(methods.module(group.method, values))
    with traces.watching(sorted(used & set(traces.names())), path.append):
        followed = _values(group, method.fit(batch, **parameters))
    found = _values(group, method.fit(batch, **parameters))
    comparison, agrees = _compare(study, row, found)
    lines = [
        f"{block.experiment}: {block.scenario.family} with {block.scenario.key}, seed {block.seed}",
        f"n = {group.n}, replicate {row.replicate}, {group.name}",
        "data",
        *_data(batch),
        "path",
        *(path or ["  these algorithms do not record their path"]),
    ]
    if _unequal(followed, found):
        lines.append(f"  the path ends elsewhere than the compiled fit: {_unequal(followed, found)}")
    lines.append("optimum")
    for name, value in found.items():
        shown = Status(int(value)).name.lower() if name == "status" else files.number(float(value))
        lines.append(f"  {name:12} {shown or 'none'}")
    return [*lines, comparison], agrees


def _data(batch: streams.Batch) -> Iterator[str]:
    x = batch.x[0]
    points = x.reshape(batch.n, -1)
    counts = np.bincount(batch.components[0], minlength=batch.clusters)
    yield f"  {batch.n} observations: {' + '.join(map(str, counts))} from the components in their order"
    for c, column in enumerate(points.T):
        low, middle, high = np.quantile(column, [0, 0.5, 1])
        where = f"coordinate {c + 1}: " if batch.dimension > 1 else ""
        spread = f"mean {column.mean():.9g}, standard deviation {column.std():.9g}"
        yield f"  {where}{spread}, smallest {low:.9g}, median {middle:.9g}, largest {high:.9g}"
        yield f"  {where}first values {' '.join(map(repr, column[:SHOWN].tolist()))}"
    yield f"  SHA-256 {hashlib.sha256(np.ascontiguousarray(x, '<f8').tobytes()).hexdigest()}"


def _algorithms(module: str) -> set[str]:
    """The modules of algorithms that a method's module imports, itself or through others."""
    paths = provenance.sources(f"estimators.{module}")
    return {path.stem for path in paths if path.parent.name == "algorithms"}


def _values(group: Group, fits: Any) -> dict[str, NDArray[Any]]:
    """The one row of a fit as it is stored."""
    outputs = methods.load(group.method, dict(group.parameters)).outputs
    row = {name: np.asarray(fits[name], dtype=float)[0] for name in outputs}
    return row | {"status": np.asarray(fits["status"], dtype=np.int64)[0]}


def _unequal(one: Any, other: Any) -> str:
    """The first column in which two rows differ by a bit, with both values; nothing if there is none."""
    for name, value in one.items():
        same = value.tobytes() == other[name].tobytes() or (np.isnan(value) and np.isnan(other[name]))
        if not same:
            return f"{name}: {files.number(float(value))} and {files.number(float(other[name]))}"
    return ""


def _compare(study: Study, row: Row, found: dict[str, Any]) -> tuple[str, bool]:
    """Compare a row with the one in the results: a line, and whether they agree if both exist."""
    path = study.block_file(row.block)
    now = blocks.state(row.block, path)
    if row.replicate >= now.kept.get(row.group, row.block.first):
        own = (r for r in now.reasons if not now.kept or r.startswith(f"{row.group.key}:"))
        return f"the results have no such row: {path}: {next(own, now.reasons[0])}", True
    ((_, columns),) = blocks.rows(path, [row.group])
    place = int(np.flatnonzero(columns["replicate"] == row.replicate)[0])
    stored = {name: columns[name][place] for name in found}
    difference = _unequal(stored, found)
    if difference:
        return f"DIFFERENT: the row in {path} is another: {difference} here", False
    return f"the row in {path} is the same to the bit", True
