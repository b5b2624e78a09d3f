"""CPU times of the algorithms whose passes the experiment ``cost`` counts, for a table of the paper.

They depend on the machine: so they are measured apart, and kept with the text and not with the results.
"""

from __future__ import annotations

import csv
import platform
import statistics
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kmeans_inconsistency.algorithms.sampling import sort_rows
from kmeans_inconsistency.estimators import _method as methods
from kmeans_inconsistency.study import config
from kmeans_inconsistency.study.design import Experiment, design, variant
from kmeans_inconsistency.study.streams import Batch, batches

TOP = Path(__file__).parents[1]
FILE = TOP / "paper" / "times.csv"
SIZES = (1000, 10_000, 100_000, 1_000_000)
RUNS = 5
TOGETHER = 20_000  # numbers in the samples that are fitted in one call, so that it is more than its overhead
LONGEST = 10.0  # seconds; a fit that promises to take longer is left out
ENOUGH = 0.02  # seconds; shorter fits are repeated for so long

Passes = NDArray[np.float64]


class Time(NamedTuple):
    """One row of the paper's times.

    Attributes
    ----------
    n : int
    delta : float
    algorithm : str
        A method of the experiment, ``sort``, or a peer.
    microseconds, low, high : float
        CPU time of one fit: median, least and most over runs, each on samples of its own.
    passes : float or None
        Passes over the data, the mean in the run of median time; None where nobody counts them.
    runs : int
    processor, numba, scikit_learn : str
        Model of the processor and versions of packages.
    """

    n: int
    delta: float
    algorithm: str
    microseconds: float
    low: float
    high: float
    passes: float | None
    runs: int
    processor: str
    numba: str
    scikit_learn: str


def times(experiment: Experiment, sizes: tuple[int, ...]) -> Iterator[Time]:
    """Time each algorithm on the samples of the experiment, which its streams extend to larger ones."""
    machine = processor(), version("numba"), version("scikit-learn")
    for scenario in experiment.scenarios:
        delta = float(dict(scenario.factors)["delta"])
        last: dict[str, float] = {}
        for smaller, n in pairwise((sizes[0], *sizes)):
            r = max(1, TOGETHER // n)
            runs = [
                next(batches(scenario.model, experiment.seed, i * r, (i + 1) * r, [n])) for i in range(RUNS)
            ]
            for name, fit in _algorithms(experiment).items():
                if last.get(name, 0.0) * n / smaller > LONGEST:
                    continue
                if name not in last:  # the first call compiles, or fills caches
                    _timed(fit, runs[0])
                taken = sorted(_timed(fit, batch) for batch in runs)
                last[name], passes = taken[RUNS // 2]
                spent = (round(1e6 * taken[i][0], 1) for i in (RUNS // 2, 0, -1))
                counted = None if np.isnan(passes) else round(passes, 1)
                yield Time(n, delta, name, *spent, counted, RUNS, *machine)


def _timed(fit: Callable[[Batch], Passes], batch: Batch) -> tuple[float, float]:
    """CPU seconds and passes of one fit, means over those of a batch."""
    assert batch.x.shape == batch.sorted.shape  # noqa: S101, both made before the clock starts
    taken: list[float] = []
    while sum(taken) < ENOUGH:
        start = time.process_time()
        passes = fit(batch)
        taken.append(time.process_time() - start)
    return statistics.median(taken) / len(passes), float(passes.mean())


def _algorithms(experiment: Experiment) -> dict[str, Callable[[Batch], Passes]]:
    """What is timed, by name: functions that fit samples of a batch and return the passes of each fit."""
    from sklearn.cluster import KMeans
    from sklearn.mixture import GaussianMixture

    own = {variant(*fit): partial(_method, fit[0], dict(fit[1])) for fit in experiment.methods}
    peers = {
        "sklearn_kmeans_1": KMeans(2, n_init=1, random_state=1),
        "sklearn_kmeans_10": KMeans(2, n_init=10, random_state=1),
        "sklearn_mixture": GaussianMixture(2, covariance_type="tied", random_state=1),
    }
    return {"sort": _sort} | own | {name: partial(_peer, peer) for name, peer in peers.items()}


def _sort(batch: Batch) -> Passes:
    sort_rows(batch.x.copy())
    return np.full(len(batch.x), np.nan)


def _method(name: str, parameters: dict[str, Any], batch: Batch) -> Passes:
    method = methods.load(name, parameters)
    return np.asarray(method.fit(batch, **method.typed(parameters.items()))["passes"], dtype=float)


def _peer(peer: Any, batch: Batch) -> Passes:
    """Fit the first sample alone: a peer takes one at a time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged
        peer.fit(batch.x[0][:, np.newaxis])
    return np.full(1, np.nan)


def processor() -> str:
    """The model of the processor, where the system tells it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def write(rows: Iterable[Time], path: Path = FILE) -> None:
    """Write the file that the paper reads."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Time._fields)
        writer.writerows(rows)


def experiment() -> Experiment:
    """The experiment whose passes the paper prints beside the times."""
    return design(config.load(TOP / "config.yaml")).experiments["cost"]
