"""Timings: what fits and runs took on this machine, kept apart from the results.

The estimates of ``plan`` are made from what fits took; ``publish`` tells what the runs did.
"""

from __future__ import annotations

import contextlib
import json
import math
import resource
import time
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from kmeans_inconsistency.study import files
from kmeans_inconsistency.study.design import Block, Group

FOLDER = Path(".cache") / "timings"
RUNS = Path(".cache") / "runs"
PUBLISHED = Path("results") / "published" / "manifest.json"

START = 0.8  #: processor seconds of a process beside its fits, as ``./run bench workflow`` measures them
OTHER = 3.0  #: those of a job that makes no block, on average over the study of the paper


def remember(block: str, computed: Mapping[Group, tuple[int, float]]) -> None:
    """Keep what a block took: for each group the fits and processor seconds, beside those of other groups.

    Nothing depends on it, so a disk that is full or read-only is no reason to fail.
    """
    if computed:
        path = FOLDER / f"{block}.json"
        now = {group.key for group in computed}
        # which group an entry without a name was of, from an earlier version, is not known
        before = [entry for entry in _read(path) if entry.get("group", min(now)) not in now]
        taken = [
            {
                "group": group.key,
                "method": group.variant,
                "n": group.n,
                "fits": fits,
                "seconds": round(seconds, 6),
            }
            for group, (fits, seconds) in computed.items()
        ]
        with contextlib.suppress(OSError):
            files.write_json(path, [*before, *taken])


def taken(blocks: Iterable[Block]) -> float:
    """Processor seconds of the fits of blocks; NaN unless each group's were computed here, and at once."""
    seconds = 0.0
    for block in blocks:
        asked: set[Any] = {group.key for group in block.groups} | {None}  # an earlier version gave no names
        entries = [entry for entry in _read(FOLDER / f"{block.name}.json") if entry.get("group") in asked]
        complete = sum(int(entry["fits"]) for entry in entries) == fits_of(block)
        seconds += math.fsum(entry["seconds"] for entry in entries) if complete else math.nan
    return seconds


def fits_of(block: Block) -> int:
    """How many fits a block asks for."""
    return len(block.groups) * (block.last - block.first)


def _read(path: Path) -> list[dict[str, Any]]:
    """The timings of one file; none if it is missing or damaged."""
    try:
        entries: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return entries


class Run:
    """Keeps what a run of the workflow takes, beside the runs that it goes on from.

    Parameters
    ----------
    results : Path
        Folder of the results.
    afresh : bool
        Whether it begins with no rows that hold, so that what earlier runs took is not in the results.
    """

    def __init__(self, results: Path, afresh: bool) -> None:
        self._path = _runs(results)
        self._before = [] if afresh else _read(self._path)

    def note(self, local: bool = True, further: float = 0.0) -> None:
        """Keep what has been taken so far: called after each job, since a run may be killed.

        Parameters
        ----------
        local
            Whether the jobs are processes of this machine; what others took is not known.
        further
            Processor seconds of children that have not ended.
        """
        seconds = round(_taken_so_far() + further, 3) if local else None
        # as for the timings of blocks, nothing depends on it
        with contextlib.suppress(OSError):
            files.write_json(self._path, [*self._before, {"processor_seconds": seconds}])


def _runs(results: Path) -> Path:
    return RUNS / f"{results.as_posix()}.json"


def _taken_so_far() -> float:
    """Processor seconds of this process and of all of its children that have ended, and theirs."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return math.fsum(of.ru_utime + of.ru_stime for of in spent)


def of_runs(results: Path) -> float:
    """Processor seconds of all runs since the first that found no rows; NaN if that is not known."""
    runs = [entry["processor_seconds"] for entry in _read(_runs(results))]
    return math.fsum(runs) if runs and None not in runs else math.nan


def calibrate(seconds: float = 2.0) -> float:
    """Measure this machine: processor seconds that a fixed piece of work takes, the fastest within a time.

    It needs no compiled kernel, so that it is over in two seconds on a machine that has run nothing yet.
    """
    x = np.linspace(-4.0, 4.0, 50_000)
    shuffled = x[np.argsort(np.sin(np.arange(len(x)) * 12.9898))]
    best, end = math.inf, time.process_time() + seconds
    while (start := time.process_time()) < end:
        sample = np.sort(shuffled)
        weights = 1 / (1 + np.exp(-2 * sample))
        np.cumsum(weights * sample)
        best = min(best, time.process_time() - start)
    return best


def table() -> dict[str, Any]:
    """What fits took here, and what the machine is like, for estimates on other machines."""
    mean = Costs(None).mean
    return {"calibration": calibrate(), "fits": [[*key, mean[key]] for key in sorted(mean)]}


class Costs:
    """Processor seconds for one fit, learned from past runs, here or elsewhere.

    Parameters
    ----------
    published : Path or None
        A manifest with :func:`table` under ``timings``: what fits took on the machine of the published
        results. It is asked for what has never run here, in proportion to the calibrations of both machines.
    """

    def __init__(self, published: Path | None = PUBLISHED) -> None:
        totals: dict[tuple[str, int], list[float]] = {}
        for path in sorted(FOLDER.rglob("*.json")):
            for entry in _read(path):
                total = totals.setdefault((entry["method"], entry["n"]), [0.0, 0.0])
                total[0] += entry["fits"]
                total[1] += entry["seconds"]
        self.mean = {key: seconds / fits for key, (fits, seconds) in totals.items()}
        self.borrowed = False
        self._published = published

    @cached_property
    def _elsewhere(self) -> dict[tuple[str, int], float]:
        try:
            known = (
                json.loads(self._published.read_text(encoding="utf-8"))["timings"] if self._published else {}
            )
        except (OSError, ValueError, KeyError):
            return {}
        if not known.get("fits"):
            return {}
        scale = calibrate() / known["calibration"]
        return {(method, n): scale * seconds for method, n, seconds in known["fits"]}

    def of(self, method: str, n: int) -> float:
        """Estimate one fit; NaN for a method that has run neither here nor for the published results.

        A sample size that has not been met costs what the nearest one did, in proportion to n. No size costs
        more than a larger one: the first fits of a block, of the smallest size, bear the loading of the code.
        """
        known = {size: cost for (name, size), cost in self.mean.items() if name == method}
        if not known:
            known = {size: cost for (name, size), cost in self._elsewhere.items() if name == method}
            self.borrowed |= bool(known)
        if not known:
            return math.nan
        nearest = min(known, key=lambda size: abs(math.log(size / n)))
        cost = min(known[size] for size in known if size >= nearest)
        return cost * max(n / nearest, 0.2)
