"""The same bits from code compiled for this processor and for a generic one.

The program prints what every method of ours returns on samples that are drawn without floating-point
functions, so that only the fits can differ.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import kmeans_inconsistency

PROGRAM = """
from types import SimpleNamespace
import numpy as np
from kmeans_inconsistency.algorithms.sampling import sort_rows
from kmeans_inconsistency.estimators._method import load
from variants import variants
for n in (9, 100, 6000):
    words = np.random.PCG64(n).random_raw((4, n, 4))
    x = (words.astype(np.float64) * 2.0**-64).sum(axis=2)
    x[1::2, ::2] += 2.0
    ordered = x.copy()
    sort_rows(ordered)
    truth = SimpleNamespace(weights=(0.5, 0.5), means=(0.5, 2.5), sds=(1.0, 1.0))
    batch = SimpleNamespace(n=n, x=x, sorted=ordered, components=1 * (x > 1.5), truth=truth)
    batch.replicates, batch.clusters, batch.dimension = np.arange(4), 2, 1
    batch.generators = lambda name: [np.random.default_rng(i) for i in range(4)]
    # scikit-learn's compiled code sums in an order that the processor decides: it agrees to a tolerance only
    for name, choices in variants():
        if name == "sklearn_mixture":
            continue
        method = load(name, choices)
        values = {"eps": 0.3, "tol": 1e-4, "starts": 3, "draws": 40}
        numbers = [key for key, kind in method.parameters.items() if isinstance(kind, str)]
        rows = method.fit(batch, **choices, **method.typed((key, values.get(key, 2.0)) for key in numbers))
        print(n, name, choices, *(v.hex() for column in rows.values() for v in column.astype(float)))
"""

GENERIC = {
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX2 FMA3",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX512F,-FMA",
    "OPENBLAS_CORETYPE": "Prescott",
}


def _bits(environment: dict[str, str]) -> str:
    folders = Path(kmeans_inconsistency.__file__).parents[1], Path(__file__).parents[1]
    source = os.pathsep.join(map(str, folders))
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        env=os.environ | {"PYTHONPATH": source} | environment,
        text=True,
        capture_output=True,
        check=True,
    ).stdout


@pytest.mark.slow
def test_processor_does_not_matter() -> None:
    assert _bits(GENERIC) == _bits({})
