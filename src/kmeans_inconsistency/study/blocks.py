"""Blocks: files of rows, the one authority on whether they are done, and the job that completes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kmeans_inconsistency.estimators import _method as methods
from kmeans_inconsistency.outcome import Status
from kmeans_inconsistency.study import files, provenance
from kmeans_inconsistency.study.design import Block, Group, Values
from kmeans_inconsistency.study.simulate import Columns, simulate

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = 1


@dataclass(frozen=True)
class State:
    """What a block's file has, compared with what is wanted.

    Attributes
    ----------
    verdict : str
        ``"done"``, ``"missing"`` (no file), ``"partial"`` (rows are missing) or ``"stale"`` (rows must be
        made again).
    reasons : tuple of str
        Why it is stale, or which rows are missing: one line each.
    kept : mapping from Group to int
        Groups in the file that still hold, with the replicate up to which they reach.
    unused : tuple of Group
        Groups in the file that still hold but that nobody asks for.
    versions : frozenset of str
        The versions of packages, such as ``numpy 2.4.6``, that made the rows of the file.
    """

    verdict: str
    reasons: tuple[str, ...]
    kept: Mapping[Group, int]
    unused: tuple[Group, ...] = ()
    versions: frozenset[str] = frozenset()

    @property
    def done(self) -> bool:
        """Nothing is to be computed."""
        return self.verdict == "done"


@cache
def _code(method: str, parameters: Values) -> dict[str, str]:
    values = dict(parameters)
    packages = {"numpy", "numba", *methods.load(method, values).packages}
    return {
        "code": provenance.fingerprint(["study.simulate", f"estimators.{methods.module(method, values)}"]),
        "versions": " ".join(f"{name} {_version(name)}" for name in sorted(packages)),
    }


_version = cache(version)


def state(block: Block, path: Path) -> State:
    """Say of a block's file whether it is done, partial or stale, from its own metadata alone.

    The workflow, ``plan`` and ``verify`` all ask here.
    """
    try:
        made = files.read_metadata(path)
    except FileNotFoundError:
        return State("missing", ("there is no file",), {})
    except files.DamagedFileError as error:
        return State("stale", (f"damaged: {error}",), {})
    if made.get("format") != FORMAT or made["cell"] != _cell(block):
        return State("stale", (_difference(made, block),), {})
    kept: dict[Group, int] = {}
    stale: list[str] = []
    for entry in made["groups"]:
        group = Group(entry["n"], entry["method"], tuple(map(tuple, entry["parameters"])))
        fault = _fault(group, entry)
        if fault is None:
            kept[group] = entry["last"]
        elif group in block.groups:
            stale.append(f"{group.key}: {fault}")
    unused = tuple(sorted(set(kept) - set(block.groups)))
    versions = frozenset().union(
        *(_versions(line) for line in {entry["versions"] for entry in made["groups"]})
    )
    if stale:
        return State("stale", tuple(stale), kept, unused, versions)
    found = State("done", (), kept, unused, versions)
    missing = tuple(
        f"{group.key}: replicates {start} to {block.last - 1} are missing"
        for group, start in lacking(block, found)
    )
    return replace(found, verdict="partial", reasons=missing) if missing else found


def _versions(line: str) -> set[str]:
    words = line.split()
    return {f"{name} {number}" for name, number in zip(words[::2], words[1::2], strict=True)}


def lacking(block: Block, now: State) -> list[tuple[Group, int]]:
    """The groups of which rows are to be computed, each with the first replicate that it lacks."""
    starts = ((group, now.kept.get(group, block.first)) for group in block.groups)
    return [(group, start) for group, start in starts if start < block.last]


def complete(block: Block, path: Path) -> dict[Group, tuple[int, float]]:
    """Compute what a block's file lacks, keep what still holds, and replace the file in one step.

    Returns
    -------
    dict from Group to (fits, seconds)
        What was computed, and the processor time that it took.
    """
    before = state(block, path)
    if before.done:
        return {}
    wanted: dict[tuple[int, int], list[Group]] = {}
    for group, start in lacking(block, before):
        wanted.setdefault((start, block.last), []).append(group)
    seconds: dict[Group, float] = {}
    fresh = simulate(block.scenario, block.seed, wanted, seconds)
    old = dict(rows(path, list(before.kept))) if before.kept else {}
    merged = {
        group: _join([part[group] for part in (old, fresh) if group in part])
        for group in sorted({*old, *fresh})
    }
    files.write_parquet(path, _table(merged), _metadata(block, merged))
    return {group: (len(columns["replicate"]), seconds[group]) for group, columns in fresh.items()}


def rows(path: Path, groups: list[Group]) -> Iterator[tuple[Group, Columns]]:
    """Read the rows of some groups, in ascending order of replicates."""
    values: dict[str, Any] = files.read_columns(path)
    statuses = np.array([Status[word.upper()] for word in values["status"].words], dtype=np.int64)
    places = _places(values)
    for group in groups:
        place = places[group.n, group.variant, frozenset(group.numbers)]
        columns: Columns = {
            "replicate": values["replicate"][place],
            "status": statuses[values["status"].codes[place]],
        }
        for name in _outputs(group):
            columns[name] = values[name][place]
        yield group, columns


def _places(values: Mapping[str, Any]) -> dict[tuple[int, str, frozenset[Any]], slice]:
    """Where the rows of each group stand in a file: next to each other, as they were written."""
    method = values["method"]
    numbers = [name for name in values if name.startswith("parameter_")]
    changes = np.zeros(len(values["n"]) - 1, dtype=bool)
    # as integers, for a number that is missing equals itself then
    for column in (values["n"], method.codes, *(values[name].view(np.int64) for name in numbers)):
        changes |= column[1:] != column[:-1]
    ends = [*(np.flatnonzero(changes) + 1).tolist(), len(values["n"])]
    places = {}
    for start, end in zip([0, *ends], ends, strict=False):
        given = ((name.removeprefix("parameter_"), float(values[name][start])) for name in numbers)
        key = frozenset((name, number) for name, number in given if not np.isnan(number))
        places[int(values["n"][start]), method.words[method.codes[start]], key] = slice(start, end)
    return places


def _outputs(group: Group) -> tuple[str, ...]:
    return methods.load(group.method, dict(group.parameters)).outputs


def _join(parts: list[Columns]) -> Columns:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _cell(block: Block) -> dict[str, Any]:
    """What makes a block this block and no other."""
    return {
        "experiment": block.experiment,
        "family": block.scenario.family,
        "factors": [list(pair) for pair in block.scenario.factors],
        "first": block.first,
        "end": block.end,
        "seed": block.seed,
    }


def _difference(made: Mapping[str, Any], block: Block) -> str:
    wanted, there = _cell(block), made.get("cell", {})
    for name, value in wanted.items():
        if there.get(name) != value:
            return f"{name}: the file has {there.get(name)}, the study {value}"
    return f"format: the file has {made.get('format')}, the study {FORMAT}"


def _fault(group: Group, entry: Mapping[str, Any]) -> str | None:
    """Why a group of rows no longer holds."""
    if group.method not in methods.names():
        return "method: there is none of this name"
    kinds = methods.parameters(group.method)
    for name, value in group.parameters:
        if name not in kinds or (isinstance(value, str) and value not in kinds[name]):
            return f"method: {group.method} has no {name}={value}"
    for name, now in _code(group.method, group.parameters).items():
        if entry[name] != now:
            return (
                f"{name}: the source has changed" if name == "code" else f"version: {entry[name]}, now {now}"
            )
    return None


def _metadata(block: Block, merged: Mapping[Group, Columns]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "cell": _cell(block),
        "groups": [
            {
                "n": group.n,
                "method": group.method,
                "parameters": [list(pair) for pair in group.parameters],
                "last": int(columns["replicate"][-1]) + 1,
                **_code(group.method, group.parameters),
            }
            for group, columns in merged.items()
        ],
    }


def _table(merged: Mapping[Group, Columns]) -> pa.Table:
    """Lay the rows out in one order, whatever the order in which they were made."""
    count = [len(columns["replicate"]) for columns in merged.values()]

    def per_group(values: list[float]) -> NDArray[Any]:
        return np.repeat(np.array(values), count)

    def per_row(name: str) -> NDArray[Any]:
        pairs = zip(merged.values(), count, strict=True)
        return np.concatenate([columns.get(name, np.full(k, np.nan)) for columns, k in pairs])

    parameters = sorted({name for group in merged for name, _ in group.numbers})
    outputs = sorted({name for group in merged for name in _outputs(group)})
    table: dict[str, Any] = {
        "n": per_group([group.n for group in merged]),
        "method": files.Words(
            np.repeat(np.arange(len(merged), dtype=np.int32), count), [group.variant for group in merged]
        ),
    }
    for name in parameters:
        table[f"parameter_{name}"] = per_group(
            [float(dict(group.numbers).get(name, np.nan)) for group in merged]
        )
    table["replicate"] = per_row("replicate")
    table |= {name: per_row(name) for name in outputs}
    table["status"] = files.Words(
        per_row("status").astype(np.int32), [status.name.lower() for status in Status]
    )
    return files.arrow_table(table)
