"""Plan: what a run would compute, before anything runs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from kmeans_inconsistency.study import blocks
from kmeans_inconsistency.study.blocks import State
from kmeans_inconsistency.study.bundles import bundles
from kmeans_inconsistency.study.design import Block, Experiment, Group, Study
from kmeans_inconsistency.study.timings import START, Costs

SHOWN = 3  # reasons shown for each experiment
NAMED = 8  # new scenarios, sizes or methods named for each


def unused_files(study: Study) -> list[Path]:
    """Files among the estimates that no block of the study names."""
    wanted = {study.block_file(block) for block in study.blocks.values()}
    found = (path for path in (study.results / "estimates").rglob("*") if path.is_file())
    return sorted(path for path in found if path not in wanted)


def lines(study: Study, cores: int) -> Iterator[str]:
    """Say for each experiment what is done, new and stale, then the work in all."""
    every = {block: blocks.state(block, study.block_file(block)) for block in study.blocks.values()}
    costs = Costs()
    fits, seconds = 0, 0.0
    busy: set[Block] = set()
    unknown: set[str] = set()
    for name, experiment in study.experiments.items():
        states = {block: every[block] for block in experiment.blocks}
        counts = Counter(state.verdict for state in states.values())
        counted = ", ".join(f"{counts[v]} {v}" for v in ("done", "partial", "missing", "stale") if counts[v])
        yield f"{name}: {len(states)} blocks: {counted}"
        yield from (f"  {line}" for line in _news(experiment, states))
        yield from _reasons(states)
        for block, state in states.items():
            work = [(group, block.last - start) for group, start in blocks.lacking(block, state)]
            busy |= {block} if work else set()
            fits += sum(int(count) for _, count in work)
            known, foreign = _expected(work, costs)
            seconds += known
            unknown |= foreign
    for path in unused_files(study):
        yield f"unused file: {path}"
    yield f"to compute: {_thousands(fits)} fits in {len(busy)} blocks"
    if fits:
        starts = sum(int(not busy.isdisjoint(bundle)) for bundle in bundles(study))
        yield f"time: {_time(seconds, starts, cores, costs.borrowed, bool(unknown))}"
        if seconds and unknown:
            yield (
                "not counted, for they have run neither here nor for the published results: "
                f"{', '.join(sorted(unknown))}"
            )
        yield f"disk: about {fits * _bytes_per_row(study, every) / 1e6:.1f} MB"


def _expected(work: Iterable[tuple[Group, int]], costs: Costs) -> tuple[float, set[str]]:
    """Processor seconds of so many fits of each group, and the variants of which no cost is known."""
    seconds, unknown = 0.0, set()
    for group, count in work:
        cost = costs.of(group.variant, group.n)
        if math.isnan(cost):
            unknown.add(group.variant)
        else:
            seconds += count * cost
    return seconds, unknown


def expected(states: Mapping[Block, State]) -> dict[Block, float]:
    """Processor seconds that each block which is not done is expected to take; of what is unknown, none."""
    unfinished = {block: state for block, state in states.items() if not state.done}
    if not unfinished:  # a start with nothing to do reads no timings
        return {}
    costs = Costs()
    return {
        block: _expected(
            [(group, block.last - start) for group, start in blocks.lacking(block, state)], costs
        )[0]
        for block, state in unfinished.items()
    }


def news(study: Study, states: Mapping[Block, State]) -> Iterator[str]:
    """Say for each experiment what it has that no result has yet: scenarios, sizes, methods, replicates.

    Of a study of many experiments that begins, one line says so.
    """
    count = len(study.experiments)
    if count > 1 and all(state.verdict == "missing" for state in states.values()):
        yield f"all is new: {len(states)} blocks of {count} experiments; plan lists them"
        return
    for name, experiment in study.experiments.items():
        for line in _news(experiment, {block: states[block] for block in experiment.blocks}):
            yield f"{name}: {line}"


def _news(experiment: Experiment, states: Mapping[Block, State]) -> Iterator[str]:
    old = {block.scenario for block, state in states.items() if state.verdict != "missing"}
    scenarios = [scenario for scenario in experiment.scenarios if scenario not in old]
    sizes, methods = list(experiment.sizes), _fits(experiment.groups)
    if not old:
        yield (
            f"new: {_some([s.key for s in scenarios], '; ')}; n = {_some(sizes)}; {_some(methods, '; ')}; "
            f"{_thousands(experiment.replicates)} replicates"
        )
        return
    if scenarios:
        yield f"new scenarios: {_some([s.key for s in scenarios], '; ')}"
    # stale rows are not new: they exist, and are made again
    sound = {block: state for block, state in states.items() if state.verdict in ("done", "partial")}
    kept = {group for state in sound.values() for group in state.kept}
    if not sound:
        return
    added = [n for n in sizes if n not in {group.n for group in kept}]
    if added:
        yield f"new sample sizes: {_some(added)}"
    fresh = [method for method in methods if method not in _fits(kept)]
    if fresh:
        yield f"new methods: {_some(fresh, '; ')}"
    longer = any(
        start > block.first for block, state in sound.items() for _, start in blocks.lacking(block, state)
    ) or any(block.scenario in old and state.verdict == "missing" for block, state in states.items())
    if longer:
        yield f"more replicates: up to {_thousands(experiment.replicates)}"


def _fits(groups: Iterable[Group]) -> list[str]:
    return list(dict.fromkeys(group.name for group in groups))


def _some(values: Sequence[object], separator: str = ", ") -> str:
    """The first values of many, and how many more there are."""
    rest = len(values) - NAMED
    shown = separator.join(map(str, values[:NAMED]))
    return f"{shown} and {rest} more" if rest > 0 else shown


def _reasons(states: dict[Block, State]) -> Iterator[str]:
    """The first few reasons, each with the number of blocks that it holds for, and what is unused."""
    why = Counter(
        f"  {state.verdict}: {reason}"
        for state in states.values()
        if state.verdict in ("partial", "stale")
        for reason in state.reasons
    )
    for reason, count in why.most_common(SHOWN):
        yield f"{reason} (in {count} block{'s' * (count > 1)})"
    if len(why) > SHOWN:
        yield f"  and {len(why) - SHOWN} more groups of rows"
    unused = sorted({group for state in states.values() for group in state.unused})
    if unused:
        named = ", ".join(group.key for group in unused[:SHOWN])
        yield f"  unused rows, kept and ignored: {named}{', …' * (len(unused) > SHOWN)}"


def _bytes_per_row(study: Study, states: Mapping[Block, State]) -> float:
    """Bytes a row, from the files that are there; 60 before there is any."""
    size = rows = 0
    for block, state in states.items():
        if state.done:
            size += study.block_file(block).stat().st_size
            rows += len(block.groups) * (block.last - block.first)
    return size / rows if rows else 60.0


def _time(seconds: float, starts: int, cores: int, borrowed: bool, partly: bool) -> str:
    """Say how long fits of so many processor seconds in so many processes take, if enough is known."""
    if not seconds:
        return "no estimate: what is to be computed has run neither here nor for the published results"
    wall = (seconds + START * starts) / cores
    spelt = (
        f"{wall:.0f} s" if wall < 90 else f"{wall / 60:.0f} min" if wall < 5400 else f"{wall / 3600:.1f} h"
    )
    source = (
        "from what fits took for the published results and a calibration of this machine"
        if borrowed
        else "from what fits took here before"
    )
    return f"{'more than' if partly else 'about'} {spelt} on {cores} core{'s' * (cores > 1)}, {source}"


def _thousands(count: int) -> str:
    return f"{count:,}"
