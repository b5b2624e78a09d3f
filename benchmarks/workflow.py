"""What the workflow adds to the fits: Snakemake's own work, and processes that start, load and write."""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from benchmarks.timing import ONE_THREAD, Measurement, Spent, spent
from kmeans_inconsistency.study import bundles, config, timings
from kmeans_inconsistency.study.design import design

TOP = Path(__file__).parents[1]
LEFT_OUT = (".git", ".venv", ".cache", ".snakemake", "results", "__pycache__")
JOBS = 24  # of one block each, since a study of so few is not bundled
REPLICATES = 20  # in a block, at n = 50, so that its fits take next to nothing


def workflow() -> Iterator[Measurement]:
    """A toy study in a copy of the repository, extended from one run to the next.

    The ratio is CPU time over what a job notes for its fits, which for so few is the loading of kernels.
    That of the whole study is over all its fits, and known where it has run.
    """
    cores = os.cpu_count() or 1
    with TemporaryDirectory() as folder:
        top = Path(folder) / "checkout"
        shutil.copytree(TOP, top, ignore=shutil.ignore_patterns(*LEFT_OUT))
        _run(top, 1, cores)  # compiles
        one = _run(top, 2, cores)
        many = _run(top, 2 + JOBS, cores)
        noted = [json.loads(path.read_text()) for path in (top / timings.FOLDER).rglob("*.json")]
    loading = sum(entry["seconds"] for entries in noted for entry in entries) / len(noted)
    job = Spent((many.cpu - one.cpu) / (JOBS - 1), (many.wall - one.wall) / (JOBS - 1))
    start = Spent(one.cpu - job.cpu, one.wall - job.wall)

    def row(what: str, seconds: float, ratio: float, note: str) -> Measurement:
        return Measurement("workflow", 50, 2.0, what, 1e6 * seconds, ratio, note)

    yield row("loading", loading, 1.0, "of kernels, by the first fits of a job")
    yield row("a job", job.cpu, job.cpu / loading, f"{job.wall:.2f} s of wall clock, on {cores} cores")
    yield row("a run without jobs", start.cpu, start.cpu / loading, f"{start.wall:.1f} s of wall clock")
    study = design(config.load(TOP / "config.yaml", frozen=False))
    fits = timings.taken(study.blocks.values())
    if not math.isnan(fits):
        jobs = len(bundles.bundles(study))
        added = start.cpu + jobs * job.cpu
        note = f"{added / fits:.0%} on top of {fits:.0f} s of fits, by {jobs} jobs"
        yield row("whole study", added, added / fits, note)


def _run(top: Path, jobs: int, cores: int) -> Spent:
    """Extend the study to so many blocks."""
    study = config.read(TOP / "config.yaml")
    toy = study["experiments"]["consistency"] | {"n": [50], "factors": {"delta": [2], "weight": [0.5]}}
    toy |= {
        "replicates": jobs * REPLICATES,
        "block": REPLICATES,
        "methods": {"kmeans": None, "mixture": None},
    }
    written = {"study": study["study"], "experiments": {"consistency": toy}, "claims": {}}
    (top / "toy.yaml").write_text(yaml.safe_dump(written))
    command = [sys.executable, "-m", "snakemake", "--configfile", "toy.yaml", "--cores", str(cores)]
    kernels = {"KMEANS_INCONSISTENCY_CACHE": str(TOP / ".cache" / "kernels")}
    return spent([*command, "estimates"], cwd=top, env=kernels | os.environ | ONE_THREAD)
