"""CPU time of a call, and what is made of it."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple


class Measurement(NamedTuple):
    """One line of the table.

    Attributes
    ----------
    task, n, delta, what
        The comparison, the sample size, the separation, and who is measured.
    microseconds : float
        CPU time of one fit, the median over runs.
    ratio : float
        The same over that of our own fit in the same run, or over what ``note`` says.
    note : str
        What else there is to know, such as a gap in the log-likelihood.
    clusters, dimension : int
        Of the data.
    """

    task: str
    n: int
    delta: float
    what: str
    microseconds: float
    ratio: float
    note: str = ""
    clusters: int = 2
    dimension: int = 1


def cpu(call: Callable[[], object], seconds: float = 0.5, most: int = 25) -> float:
    """Median CPU time of a call in seconds, over at least three calls after one to warm up."""
    call()
    times: list[float] = []
    while len(times) < 3 or (sum(times) < seconds and len(times) < most):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return statistics.median(times)


class Spent(NamedTuple):
    """Seconds of a program and of all processes that it starts."""

    cpu: float
    wall: float


def spent(command: list[str], **options: Any) -> Spent:
    """Run a program to its end, as ``subprocess.run`` does with these options; what it says is not shown."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Spent(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def worker(program: str) -> float:
    """Median CPU time in seconds of a Python process that runs a program, with one thread."""
    command = [sys.executable, "-c", program]
    return statistics.median(spent(command, env=os.environ | ONE_THREAD).cpu for _ in range(5))


ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
