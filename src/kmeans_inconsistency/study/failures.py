"""Failures: every fit that failed or did not converge, with the command that replays it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kmeans_inconsistency.outcome import Status
from kmeans_inconsistency.study import replay, rows
from kmeans_inconsistency.study.design import Study

FAILURES = (Status.FAILED, Status.NOT_CONVERGED)


def lines(study: Study, config: Path) -> Iterator[str]:
    """List the fits of a finished study whose status is one of :data:`FAILURES`.

    Fits of one scenario, sample size and method stand together; the first has its whole command.

    Raises
    ------
    rows.NotDoneError
        If a block is not done.
    """
    fits = failed = 0
    for experiment in study.experiments.values():
        blocks = {block.scenario: block for block in reversed(experiment.blocks)}
        for part in rows.estimates(study, experiment):
            for group, columns in part.columns.items():
                fits += len(columns["status"])
                for status in FAILURES:
                    found = columns["replicate"][columns["status"] == status].tolist()
                    if not found:
                        continue
                    failed += len(found)
                    share = f"{len(found)} of {len(columns['status'])} {status.name.lower()}"
                    yield f"{experiment.name} {part.scenario.key} {group.key}: {share}"
                    first = replay.Row(blocks[part.scenario], group, found[0])
                    yield f"  {replay.command(first, config)}"
                    if found[1:]:
                        yield f"  and replicates {' '.join(map(str, found[1:]))}"
    yield f"{failed or 'none'} of {fits} fits failed or did not converge"
