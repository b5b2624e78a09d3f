"""The same bits from code compiled for this processor and for a generic one, whatever else is in the batch.

Each program prints a hash of what the kernels return on samples that are drawn without floating-point
functions, so that only the kernels can differ.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import kmeans_inconsistency
from kmeans_inconsistency.algorithms.compiling import read_only
from kmeans_inconsistency.algorithms.known_variance_newton import known_variance_newton
from kmeans_inconsistency.algorithms.mixture_newton import mixture_newton
from kmeans_inconsistency.algorithms.two_means import two_means

PROGRAM = """
import hashlib
import numpy as np
from kmeans_inconsistency.algorithms.compiling import read_only
from kmeans_inconsistency.algorithms.known_variance_newton import known_variance_newton
from kmeans_inconsistency.algorithms.mixture_newton import mixture_newton
from kmeans_inconsistency.algorithms.sorting import sort_rows
from kmeans_inconsistency.algorithms.two_means import two_means
digest = hashlib.sha256()
for n in (9, 100, 5000):
    words = np.random.PCG64(n).random_raw((6, n, 4))
    x = (words.astype(np.float64) * 2.0**-64).sum(axis=2)
    x[1::2, ::2] += 2.0
    sort_rows(x)
    x = read_only(x)
    variances = read_only(np.array([0.05, 0.5]))
    for results in (two_means(x), mixture_newton(x, 1), known_variance_newton(x, variances)):
        digest.update(results.tobytes())
print(digest.hexdigest())
"""

GENERIC = {
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX2 FMA3",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX512F,-FMA",
    "OPENBLAS_CORETYPE": "Prescott",
}


def _digest(environment: dict[str, str]) -> str:
    source = str(Path(kmeans_inconsistency.__file__).parents[1])
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        env=os.environ | {"PYTHONPATH": source} | environment,
        text=True,
        capture_output=True,
        check=True,
    ).stdout


@pytest.mark.slow
def test_processor_does_not_matter() -> None:
    assert _digest(GENERIC) == _digest({})


@pytest.mark.parametrize(
    "fit",
    [
        two_means,
        lambda x: mixture_newton(x, 1),
        lambda x: known_variance_newton(x, read_only(np.array([0.1, 0.9]))),
    ],
)
def test_other_rows_do_not_matter(fit: object) -> None:
    rng = np.random.default_rng(2)
    x = read_only(np.sort(rng.normal(size=(7, 700)) + 2 * (rng.random((7, 700)) < 0.4), axis=1))
    together = fit(x)  # type: ignore[operator]
    for i in (6, 0, 3):
        np.testing.assert_array_equal(fit(x[i : i + 1])[0], together[i])  # type: ignore[operator]
