"""Peers in R, each timed inside R; where R or one of its packages is not there, a line says so."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import Measurement

#: Reads the sample, times an expression like ``timing.cpu`` does, and prints the seconds and a value.
PROGRAM = """
x <- matrix(readBin({file}, "double", {size}), ncol = {dimension})
{before}
invisible({call})
taken <- c()
while (length(taken) < 3 || (sum(taken) < 0.5 && length(taken) < 25)) {{
  repeats <- if (length(taken) > 0 && taken[1] < 0.02) 20 else 1
  clock <- proc.time()
  for (i in seq_len(repeats)) fit <- {call}
  taken <- c(taken, sum((proc.time() - clock)[c("user.self", "sys.self")]) / repeats)
}}
cat(sprintf("%.17g %.17g", median(taken), {value}))
"""

MCLUST = """
suppressPackageStartupMessages(library(mclust))
start <- unmap(kmeans(x, {clusters}, nstart = 10)$cluster)
"""


def kmeans(x: NDArray[np.float64], delta: float, ours: float, best: float) -> Iterator[Measurement]:
    """R's two programs for k-means on the line."""
    programs = {
        "R kmeans, 10 starts": ("", "kmeans(x, 2, nstart = 10, iter.max = 1000)"),
        "R Ckmeans.1d.dp": ("library(Ckmeans.1d.dp)", "Ckmeans.1d.dp(x[, 1], 2)"),
    }
    for what, (before, call) in programs.items():
        found = _run(x[:, None], before, call, "fit$tot.withinss")
        note = f"inertia {found[1] / best - 1:+.0e}" if found else ""
        yield _measured("2-means in R", len(x), delta, what, found, ours, note)


def mclust(
    x: NDArray[np.float64], model: str, delta: float, ours: float, best: float, clusters: int = 2
) -> Iterator[Measurement]:
    """EM of mclust from the best of ten k-means, to its own tolerance and to one that ends at the optimum."""
    n, d = x.shape
    for tolerance in ("emControl()$tol[1]", "1e-14"):
        control = f"emControl(tol = c({tolerance}, {tolerance}), itmax = c(1e6, 1e6))"
        call = f'me(data = x, modelName = "{model}", z = start, control = {control})'
        found = _run(x, MCLUST.format(clusters=clusters), call, "fit$loglik")
        what = f"mclust {model} {'default' if 'em' in tolerance else tolerance}"
        note = f"log-likelihood left {best - found[1]:.0e}" if found else ""
        task = "mixture in R" if d == 1 else "spherical in R"
        yield _measured(task, n, delta, what, found, ours, note, clusters, d)


def _measured(
    task: str,
    n: int,
    delta: float,
    what: str,
    found: tuple[float, float] | None,
    ours: float,
    note: str,
    clusters: int = 2,
    dimension: int = 1,
) -> Measurement:
    if found is None:
        missing = float("nan")
        return Measurement(task, n, delta, what, missing, missing, "not there", clusters, dimension)
    return Measurement(task, n, delta, what, 1e6 * found[0], found[0] / ours, note, clusters, dimension)


def _run(x: NDArray[np.float64], before: str, call: str, value: str) -> tuple[float, float] | None:
    """Seconds of a call in R and a value of its result; None without R or without the package."""
    program = shutil.which("Rscript")
    if program is None:
        return None
    with TemporaryDirectory() as folder:
        data, source = Path(folder) / "x", Path(folder) / "program.R"
        data.write_bytes(np.asfortranarray(x).tobytes(order="F"))
        given: dict[str, Any] = {"size": x.size, "dimension": x.shape[1], "before": before}
        text = PROGRAM.format(file=json.dumps(str(data)), call=call, value=value, **given)
        source.write_text(text, encoding="utf-8")
        done = subprocess.run([program, str(source)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return None
    seconds, found = map(float, done.stdout.split())
    return seconds, found
