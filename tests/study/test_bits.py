"""The same rows and the same summaries from code for this processor and for a generic one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import kmeans_inconsistency

PROGRAM = """
import csv, hashlib, pathlib, sys
from kmeans_inconsistency.study import blocks, config, files
from kmeans_inconsistency.findings import predictions
from kmeans_inconsistency.findings import summaries
from kmeans_inconsistency.findings import tables
from kmeans_inconsistency.study.design import design

top, results = map(pathlib.Path, sys.argv[1:])
entry = config.read(top / "config" / "quick.yaml")
entry["study"] |= {"results": str(results), "seed": 19780801}
small = {"n": [50, 300], "replicates": 40, "block": 40}
small["factors"] = {"delta": [0.5, 2]}
small["methods"] = {"kmeans": None, "mixture": None}
entry["experiments"] = {"toy": entry["experiments"]["consistency"] | small}
entry["claims"] = {}
study = design(entry)
experiment = study.experiments["toy"]
limits = results / "limits.csv"
files.write_csv(limits, [*tables.limit_keys(experiment), "limit", "avar"], [])
digest = hashlib.sha256()
for block in experiment.blocks:
    blocks.complete(block, study.block_file(block))
    digest.update(study.block_file(block).read_bytes())
for rows in summaries.summarise(study, experiment, limits):
    digest.update(repr(rows).encode())
print(digest.hexdigest())
"""

GENERIC = {
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX2 FMA3",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX512F,-FMA",
    "OPENBLAS_CORETYPE": "Prescott",
}


def digest(results: Path, environment: dict[str, str]) -> str:
    source = Path(kmeans_inconsistency.__file__).parents[1]
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, str(source.parent), str(results)],
        env=os.environ | {"PYTHONPATH": str(source)} | environment,
        text=True,
        capture_output=True,
        check=True,
    ).stdout


def test_the_processor_changes_no_bit(tmp_path):
    assert digest(tmp_path / "host", {}) == digest(tmp_path / "generic", GENERIC)
