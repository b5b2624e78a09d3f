"""Plan: what a run would compute, before anything runs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kmeans_inconsistency.study import blocks
from kmeans_inconsistency.study.blocks import State
from kmeans_inconsistency.study.design import Block, Study
from kmeans_inconsistency.study.timings import START, Costs

SHOWN = 3  # reasons shown for each experiment


def unused_files(study: Study) -> list[Path]:
    """Files among the estimates that no block of the study names."""
    wanted = {study.block_file(block) for block in study.blocks.values()}
    found = (path for path in (study.results / "estimates").rglob("*") if path.is_file())
    return sorted(path for path in found if path not in wanted)


def lines(study: Study, cores: int) -> Iterator[str]:
    """Say for each experiment what is done, new and stale, then the work in all."""
    costs = Costs()
    fits, jobs, seconds = 0, 0, 0.0
    per_row = _bytes_per_row(study)
    for name, experiment in study.experiments.items():
        states = {b: blocks.state(b, study.block_file(b)) for b in experiment.blocks}
        counts = Counter(state.verdict for state in states.values())
        told = ", ".join(f"{counts[v]} {v}" for v in ("done", "partial", "missing", "stale") if counts[v])
        yield f"{name}: {len(states)} blocks: {told}"
        yield from _reasons(states)
        for block, state in states.items():
            work = [(group, block.last - start) for group, start in blocks.lacking(block, state)]
            jobs += bool(work)
            fits += sum(int(count) for _, count in work)
            seconds += math.fsum(count * costs.of(group.variant, group.n) for group, count in work)
    for path in unused_files(study):
        yield f"unused file: {path}"
    yield f"to compute: {_thousands(fits)} fits in {jobs} blocks"
    if fits:
        yield f"time: {_time(seconds + START * jobs, cores)}"
        yield f"disk: about {fits * per_row / 1e6:.1f} MB"


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


def _bytes_per_row(study: Study) -> float:
    """Bytes a row, from the files that are there; 60 before there is any."""
    size = rows = 0
    for block in study.blocks.values():
        path = study.block_file(block)
        state = blocks.state(block, path)
        if state.done:
            size += path.stat().st_size
            rows += len(block.groups) * (block.last - block.first)
    return size / rows if rows else 60.0


def _time(seconds: float, cores: int) -> str:
    if math.isnan(seconds):
        return "not known before every method has run here once"
    wall = seconds / cores
    spelt = (
        f"{wall:.0f} s" if wall < 90 else f"{wall / 60:.0f} min" if wall < 5400 else f"{wall / 3600:.1f} h"
    )
    return f"about {spelt} on {cores} core{'s' * (cores > 1)}, from what fits took here before"


def _thousands(count: int) -> str:
    return f"{count:,}"
