"""Jobs that are forks of one process: what they write, how they end, and what happens without it."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from checkouts import ENVIRONMENT, Checkout, check_out, workflow_module

PREDICT = ["predict", "--config", "toy.yaml", "consistency", "--output"]
CURVE = ["curve", "--config", "toy.yaml"]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="jobs are forks on Linux only")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    found = check_out(tmp_path / "checkout")
    monkeypatch.chdir(found.top)
    (found.top / ".cache").mkdir()
    return found


@pytest.fixture
def forks(checkout: Checkout) -> Iterator[Any]:
    """The process that forks, of the sources of the checkout."""
    found = workflow_module("forks").Forks(wanted=True)
    found.begin(ENVIRONMENT | {"PYTHONPATH": str(checkout.top / "src"), "MPLBACKEND": "Agg"})
    yield found
    found.end()


def start(checkout: Checkout, *words: str) -> subprocess.CompletedProcess[str]:
    """Start a job as the workflow does."""
    command = [sys.executable, "-IS", "workflow/start.py", ".cache/jobs", *words]
    environment = os.environ | {"PYTHONPATH": str(checkout.top / "src")}
    return subprocess.run(
        command, cwd=checkout.top, env=environment, capture_output=True, text=True, check=False
    )


def forked(forks: Any) -> list[psutil.Process]:
    return psutil.Process(forks._process.pid).children()


def test_a_fork_writes_what_a_process_of_its_own_writes(checkout, forks):
    fork = workflow_module("start").fork
    assert [fork(".cache/jobs", [*PREDICT, place]) for place in ("one.csv", "two.csv")] == [0, 0]
    assert checkout.command_of(*PREDICT, "afresh.csv").returncode == 0
    one, two, afresh = ((checkout.top / f"{name}.csv").read_bytes() for name in ("one", "two", "afresh"))
    assert one == two == afresh
    assert forks.seconds() > 0


@pytest.mark.usefixtures("forks")
def test_a_job_that_fails_says_so_in_its_log_and_where_it_was_started_and_others_go_on(checkout):
    wrong = start(checkout, "curve", "too", "much")
    refused = start(checkout, *PREDICT, "x.csv", "--log", "logs/predict.log", "--design", "of another study")
    broken = start(checkout, *CURVE, "nothing", "--output", "x.csv", "--log", "logs/curve.log")
    assert (refused.returncode, broken.returncode, wrong.returncode) == (1, 1, 2)
    assert refused.stderr.endswith("has changed since the run began; nothing is written; run again\n")
    assert (checkout.top / "logs" / "predict.log").read_text() == refused.stderr
    assert broken.stderr.splitlines()[-1] == "KeyError: 'nothing'"
    assert "KeyError: 'nothing'" in (checkout.top / "logs" / "curve.log").read_text()
    assert "--help lists what there is" in wrong.stderr
    assert not (checkout.top / "x.csv").exists()
    assert workflow_module("start").fork(".cache/jobs", [*PREDICT, "x.csv"]) == 0


@pytest.mark.parametrize(
    ("answer", "code"), [(b"", None), (b"afresh", None), (b"begun ", 1), (b"begun 0", 0), (b"begun 75", 75)]
)
def test_a_job_starts_afresh_unless_its_fork_has_begun(tmp_path, answer, code):
    """As where the process that forks is killed with requests that it has not read."""
    path = str(tmp_path / "jobs")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(workflow_module("start").fork, path, ["block"])
            connection, _ = listener.accept()
            with connection:
                _, streams, _, _ = socket.recv_fds(connection, 1 << 10, 2)
                connection.sendall(answer)
            for stream in streams:
                os.close(stream)
            assert asked.result() == code


def test_a_job_whose_request_nobody_has_taken_starts_afresh(tmp_path):
    path = str(tmp_path / "jobs")
    with ThreadPoolExecutor(1) as pool, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        asked = pool.submit(workflow_module("start").fork, path, ["block"])
        while not select.select([listener], [], [], 1.0)[0]:
            pass
        listener.close()
        assert asked.result() is None


def test_a_job_that_is_killed_has_failed(checkout, forks):
    (checkout.top / "claims").mkdir()
    os.mkfifo(checkout.top / "claims" / "fifo")  # at which the job waits
    words = ["verdicts", "--config", "toy.yaml", "--claims", "claims/fifo", "--output", "x.txt"]
    command = [sys.executable, "-IS", "workflow/start.py", ".cache/jobs", *words]
    started = subprocess.Popen(command, cwd=checkout.top)
    while not forked(forks):
        time.sleep(0.01)
    forked(forks)[0].send_signal(signal.SIGKILL)
    assert started.wait() == 1
    assert workflow_module("start").fork(".cache/jobs", [*PREDICT, "x.csv"]) == 0


def test_jobs_start_afresh_once_a_source_has_changed_and_where_nothing_forks(checkout, forks):
    assert start(checkout, *PREDICT, "before.csv").returncode == 0
    (source,) = checkout.top.glob("src/kmeans_inconsistency/findings/predictions.py")
    text = source.read_text()
    assert "def rows(" in text
    source.write_text(text + "\nprint('edited')\n")
    assert workflow_module("start").fork(".cache/jobs", [*PREDICT, "never.csv"]) is None
    assert start(checkout, *PREDICT, "edited.csv").stdout == "edited\n"
    source.write_text(text)  # what it was loaded from, for all that is known
    assert start(checkout, *PREDICT, "again.csv").stdout == ""
    forks.end()
    assert start(checkout, *PREDICT, "without.csv").returncode == 0
    tables = [
        (checkout.top / f"{name}.csv").read_bytes() for name in ("before", "edited", "again", "without")
    ]
    assert len(set(tables)) == 1


@pytest.mark.usefixtures("forks")
def test_a_study_that_has_changed_is_seen_by_the_next_job(checkout):
    assert start(checkout, *PREDICT, "before.csv").returncode == 0
    checkout.configure(delta=(3,))
    assert start(checkout, *PREDICT, "after.csv").returncode == 0
    before, after = ((checkout.top / f"{name}.csv").read_text() for name in ("before", "after"))
    assert before != after


def test_it_ends_with_the_run_once_its_jobs_have_ended(checkout, forks):
    process = forks._process
    assert start(checkout, *PREDICT, "x.csv").returncode == 0
    process.stdin.close()  # as when the run is killed
    assert process.wait() == 0
    assert forks.seconds() == 0


def test_elsewhere_each_job_starts_afresh():
    forks = workflow_module("forks").Forks(wanted=False)
    forks.begin({})
    assert forks.options() == "-m kmeans_inconsistency"
    assert forks.seconds() == 0
    forks.end()
