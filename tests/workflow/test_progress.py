"""What a run says of the time that is left."""

from __future__ import annotations

import re
import time
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import snakemake.api  # noqa: F401, first: the parts of Snakemake import each other
from checkouts import workflow_module
from snakemake_interface_logger_plugins.common import LogEvent

CORES = 2
EXPECTED = {"a": 10.0, "b": 50.0, "c": 300.0, "d": 240.0}  # processor seconds of the blocks' files
BUNDLES = [["a", "b"], ["c"], ["d"]]
OTHERS = 30
PER_OTHER = 4.0


@pytest.fixture
def progress() -> ModuleType:
    return workflow_module("progress")


def run(
    progress: ModuleType, monkeypatch: pytest.MonkeyPatch, scale: float, local: bool = True
) -> list[tuple[float, str]]:
    """A run on a machine ``scale`` times as slow as expected: what it says, with the time that is left."""
    clock = [0.0]
    said: list[tuple[float, str]] = []
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0 + clock[0])
    monkeypatch.setattr("builtins.print", lambda line, **_: said.append((clock[0], line)))
    jobs = [SimpleNamespace(rule=SimpleNamespace(name="block"), output=files) for files in BUNDLES]
    jobs += [SimpleNamespace(rule=SimpleNamespace(name="other"), output=[f"{i}"]) for i in range(OTHERS)]
    dag = SimpleNamespace(needrun_jobs=lambda: jobs, jobid=jobs.index)
    workflow = SimpleNamespace(dag=dag, cores=CORES, local_exec=local)
    shown = progress._Progress(workflow, "block", EXPECTED, 1.0, PER_OTHER)

    def tell(event: LogEvent, **more: Any) -> None:
        shown.emit(SimpleNamespace(event=event, **more))

    tell(LogEvent.RUN_INFO)
    free = [0.0] * CORES
    ends = []
    for number, job in enumerate(jobs):
        core = free.index(min(free))
        takes = sum(EXPECTED[file] for file in job.output) + 1 if number < len(BUNDLES) else PER_OTHER
        ends.append((free[core] + scale * takes, free[core], number))
        free[core] += scale * takes
    events = [(start, 0, number) for _, start, number in ends] + [(end, 1, number) for end, _, number in ends]
    for when, ended, number in sorted(events, key=lambda e: (e[0], -e[1])):
        clock[0] = when
        if ended:
            tell(LogEvent.JOB_FINISHED, job_id=number)
        else:
            tell(LogEvent.JOB_INFO, jobid=number)
    return [(max(free) - when, line) for when, line in said]


@pytest.mark.parametrize("scale", [0.4, 1.0, 2.5])
def test_the_time_that_is_left_is_within_a_third(progress, monkeypatch, scale):
    checked = 0
    for left, line in run(progress, monkeypatch, scale):
        if found := re.search(r"about (\d+) (s|min) left", line):
            estimate = float(found[1]) * (60 if found[2] == "min" else 1)
            assert abs(estimate - left) <= left / 3 + 20, line
            checked += 1
    assert checked >= 3


def test_files_and_then_other_jobs_are_counted_to_the_last(progress, monkeypatch):
    lines = [line for _, line in run(progress, monkeypatch, 1.0)]
    blocks = [line for line in lines if line.startswith("blocks: ")]
    assert [line.partition(",")[0] for line in blocks] == [f"blocks: {k} of 4" for k in (2, 3, 4)]
    assert blocks[-1].endswith(", all done")
    assert lines[-1] == f"then: {OTHERS} of {OTHERS} jobs, all done"


def test_on_a_cluster_jobs_are_counted_and_no_time_is_guessed(progress, monkeypatch):
    said = [line for _, line in run(progress, monkeypatch, 1.0, local=False)]
    assert said[0] == "blocks: 2 of 4, 32 jobs left"
    assert said[-1] == f"then: {OTHERS} of {OTHERS} jobs, all done"
    assert not any("about" in line for line in said)
