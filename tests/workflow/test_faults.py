"""Faults injected into the real workflow, started as a user does: one command goes on, and no byte differs.

The moments of kills are random but seeded: a fault strikes when a drawn number of result files has appeared,
and a drawn fraction of a second later. A kill that comes too late is made again, so that no test depends on
the machine's speed; where a test needs a run that is at work, workers wait at a gate until the test opens it.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

BLOCKS = 6
SECONDS = 240  # within which something must happen, on a machine that does much else
ROOT = os.geteuid() == 0
Process = subprocess.Popen[str]


def wait_for(condition: Callable[[], Any]) -> Any:
    """Wait until something is true, and return it."""
    until = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < until, "nothing happened"
        time.sleep(0.01)
    return found


def files(checkout: Any) -> dict[str, bytes]:
    """The files that a reader of the results sees."""
    return {name: content for name, content in checkout.results().items() if not name.endswith(".tmp")}


def workers(process: Process) -> list[psutil.Process]:
    """The Pythons that do the work of a run: forks of one, where there are forks."""

    def works(child: psutil.Process) -> bool:
        try:
            return is_python(child) and (child.cmdline()[3] != "serve" or is_python(child.parent()))
        except psutil.Error:
            return False

    def is_python(child: psutil.Process | None) -> bool:
        return child is not None and child.cmdline()[1:3] == ["-m", "kmeans_inconsistency"]

    try:
        return [child for child in psutil.Process(process.pid).children(recursive=True) if works(child)]
    except psutil.Error:
        return []


def reach_a_moment(draw: random.Random, checkout: Any, process: Process, total: int) -> None:
    """Wait until a drawn number of files, of those that are still to come, has appeared."""
    there = len(files(checkout))
    wanted = there + draw.randrange(max(total - there, 1))
    wait_for(lambda: process.poll() is not None or len(files(checkout)) >= wanted)
    time.sleep(draw.uniform(0, 1))


def kill_main(_: random.Random, process: Process) -> bool:
    """Kill the run itself; its workers live on."""
    process.kill()
    return process.wait() == -signal.SIGKILL


def kill_worker(draw: random.Random, process: Process) -> bool:
    """Kill one of its workers; the others go on to their end."""
    wait_for(lambda: workers(process) or process.poll() is not None)
    for worker in draw.sample(found := workers(process), len(found)):
        with_luck = worker.is_running()
        worker.kill()
        return process.wait() != 0 and with_luck
    return False


def interrupt(_: random.Random, process: Process) -> bool:
    """Press Ctrl-C, which reaches every process of the terminal."""
    os.killpg(process.pid, signal.SIGINT)
    return process.wait() != 0


def strike(
    checkout: Any, finished: Any, target: str, kinds: list[Callable[..., bool]], seed: int
) -> Iterator[str]:
    """Start the run again after each fault, and over from nothing when it gets to its end.

    Whatever has happened, every file that there is must be that of the undisturbed run.
    """
    draw = random.Random(seed)
    expected = expected_of(finished, target)
    for kind in kinds:
        while True:
            process = checkout.start("--", target)
            reach_a_moment(draw, checkout, process, len(expected))
            struck = process.poll() is None and kind(draw, process)
            assert process.wait() != 0 or not struck
            assert_whole(checkout, expected)
            if struck:
                break
            if set(files(checkout)) == set(expected):
                shutil.rmtree(checkout.top / "results")
        yield kind.__name__
    assert_goes_on(checkout, finished, target)


def expected_of(finished: Any, target: str) -> dict[str, bytes]:
    everything = finished.results()
    return {n: c for n, c in everything.items() if target != "estimates" or n.startswith("estimates/")}


def assert_whole(checkout: Any, expected: dict[str, bytes]) -> None:
    for name, content in files(checkout).items():
        assert content == expected[name], name


def assert_goes_on(checkout: Any, finished: Any, target: str = "estimates") -> str:
    """One command leads to the bytes of the undisturbed run, and to nothing else."""
    code, said = checkout.finish("--", target)
    assert code == 0, said
    assert checkout.results() == expected_of(finished, target)
    return said


def test_killed_runs_go_on(checkout, finished):
    checkout.bundle()
    kinds = [kill_worker, kill_main]
    assert len(list(strike(checkout, finished, "estimates", kinds, seed=1))) == len(kinds)


def test_a_killed_process_keeps_the_blocks_that_it_has_finished(checkout, finished):
    checkout.bundle()
    checkout.close_gate(after=1)
    process = checkout.start("--", "estimates")
    wait_for(checkout.is_held)
    for worker in workers(process):
        worker.kill()
    assert process.wait() != 0
    checkout.open_gate()
    kept = files(checkout)
    assert 0 < len(kept) < BLOCKS
    left = BLOCKS - len(kept)
    assert f"blocks: {left} of {left}, all done" in assert_goes_on(checkout, finished)


def test_without_the_process_that_forks_the_jobs_a_run_goes_on(checkout, finished):
    checkout.close_gate()
    process = checkout.start("--", "estimates")
    wait_for(checkout.is_held)
    for worker in workers(process):
        if worker.cmdline()[3] == "serve" and (forking := worker.parent()):
            forking.kill()
    checkout.open_gate()
    assert process.wait() == 0
    assert checkout.results() == expected_of(finished, "estimates")


@pytest.mark.slow
def test_killed_runs_of_the_whole_study_go_on(checkout, finished):
    kinds = [kill_worker, kill_main, interrupt] * 8
    assert len(list(strike(checkout, finished, "all", kinds, seed=2))) == len(kinds)


@pytest.mark.parametrize("first", ["./run", pytest.param("snakemake", marks=pytest.mark.slow)])
def test_a_second_run_is_refused_in_a_line_and_an_interrupted_one_goes_on(checkout, finished, first):
    checkout.close_gate()
    process = checkout.start("--", "estimates", plain=first == "snakemake")
    wait_for(checkout.is_held)
    said = checkout.top / "said"
    said.rename(said.with_name("said-by-the-first"))
    for plain in (False, True):
        code, told = checkout.finish("--", "estimates", plain=plain)
        assert code == 75
        assert told.splitlines()[-1] == (
            "another run is at work in this folder; wait for it to end, then run again"
        )
        assert "Traceback" not in told
    os.killpg(process.pid, signal.SIGINT)
    checkout.open_gate()
    assert process.wait() != 0
    assert "Traceback" not in (checkout.top / "said-by-the-first").read_text()
    assert_goes_on(checkout, finished)


@pytest.mark.slow
def test_an_edit_in_mid_run_leaves_no_row_of_mixed_origin(checkout, finished):
    """Workers that have begun write nothing; the next run makes all rows of the edited source again."""
    source = checkout.top / "src" / "kmeans_inconsistency" / "estimators" / "mixture.py"
    original = source.read_text()
    checkout.close_gate(after=1)
    process = checkout.start("--", "estimates")
    wait_for(checkout.is_held)
    source.write_text(original + "\n# edited\n")
    checkout.open_gate()
    assert process.wait() != 0
    code, said = checkout.finish("--", "estimates")
    assert code == 0, said
    assert "Nothing to be done" in checkout.finish("--", "estimates")[1]
    stale = checkout.command("verify").stdout
    assert "stale" not in stale
    source.write_text(original)
    assert_goes_on(checkout, finished)


@pytest.mark.slow
def test_with_snakemakes_memory_gone_nothing_is_lost(finished, tmp_path):
    checkout = finished.copy(tmp_path / "checkout")
    shutil.rmtree(checkout.top / ".snakemake")
    blocks = sorted((checkout.top / "results" / "estimates").rglob("*.parquet"))
    blocks[0].write_bytes(blocks[0].read_bytes()[:-100])
    blocks[1].write_bytes(b"")
    said = assert_goes_on(checkout, finished, "all")
    assert "blocks: 2 of 2" in said


def mount(folder: Path, *options: str) -> None:
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", *options, str(folder)], check=True, capture_output=True)


@pytest.fixture
def mounted(checkout: Any) -> Iterator[Callable[..., Path]]:
    """Mount something on the results folder, for as long as the test runs."""
    folder = checkout.top / "results"

    def do(*options: str) -> Path:
        try:
            mount(folder, *options)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("this user cannot mount a file system")
        return folder

    yield do
    while folder.is_mount() and subprocess.run(["umount", str(folder)], check=False).returncode == 0:
        pass


@pytest.mark.slow
def test_a_full_disk_is_said_in_a_line(checkout, finished, mounted):
    mounted("-t", "tmpfs", "-o", "size=64k", "tmpfs")
    code, said = checkout.finish("--", "all")
    assert code != 0
    assert "No space left on device; nothing is lost: remove the cause and run again" in said
    assert "Traceback" not in said
    assert_whole(checkout, finished.results())
    mounted("-o", "remount,size=64m")
    assert_goes_on(checkout, finished, "all")


@pytest.mark.slow
def test_a_read_only_results_folder_is_said_in_a_line(checkout, finished, mounted):
    folder = checkout.top / "results"
    if ROOT:
        mounted("-t", "tmpfs", "-o", "ro", "tmpfs")
    else:
        folder.mkdir()
        folder.chmod(0o500)
    code, said = checkout.finish("--", "estimates")
    assert code != 0
    assert "results: cannot be written; remove the cause and run again" in said
    assert "Traceback" not in said
    if ROOT:
        mounted("-o", "remount,rw")
    else:
        folder.chmod(0o700)
    assert_goes_on(checkout, finished)
