"""A kernel and all that it calls become machine code at once, and nothing else does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from kmeans_inconsistency.algorithms import compiling, linking

PROGRAM = """
import numba, numpy as np
from kmeans_inconsistency.algorithms import moments, two_means
from kmeans_inconsistency.algorithms.compiling import read_only
x = read_only(np.array([[0.0, 1.0, 5.0, 7.0]]))
print(*two_means.two_means(x)[0])  # compiled, with its helpers as its parts
found = np.zeros(5)
print(two_means.fit_two_means(x[0], found), *found[:4])  # a helper by itself, for the same types
@numba.njit
def assign(source, n):  # what is no kernel of ours, with helpers of numba that our parts have too
    target, other = np.zeros(n), np.empty((n, 2))
    target[:3] = source
    other[:] = 1.0
    return target.sum() + other.sum() + min(n, 3) + max(1.0, source[0])
print(assign(np.ones(3), 5))
try:
    assign(np.ones(4), 5)
except ValueError as error:
    print(error)
"""

PRINTED = """2.0 0.5 6.0 2.5 1.0
True 2.0 0.5 6.0 2.5
17.0
cannot assign slice of shape (3,) from input of shape (4,)
"""


def _run(cache: Path, before: str = "") -> str:
    environment = os.environ | {
        compiling.CACHE_VARIABLE: str(cache),
        "PYTHONPATH": str(Path(compiling.__file__).parents[2]),
    }
    program = [sys.executable, "-c", before + PROGRAM]
    return subprocess.run(program, env=environment, text=True, capture_output=True, check=True).stdout


def test_the_locked_numba_has_all_that_is_used() -> None:
    """Another numba may lack some of it, and compiles in its own way; this one would take twice the time."""
    missing = [name for owner, name in linking.USED if not hasattr(owner, name)]
    assert not missing, f"numba {numba.__version__} has no {missing}"


def test_kernels_their_helpers_and_foreign_functions_work_in_one_process(tmp_path: Path) -> None:
    assert _run(tmp_path) == PRINTED
    assert _run(tmp_path) == PRINTED  # from the cache


def test_a_numba_with_other_insides_compiles_in_its_own_way(tmp_path: Path) -> None:
    other = "from kmeans_inconsistency.algorithms import linking\nlinking.SUPPORTED = False\n"
    assert _run(tmp_path, other) == PRINTED


def test_an_error_leaves_numba_as_it_was() -> None:
    @compiling.kernel
    def helper(x):  # type: ignore[no-untyped-def]
        return x.nothing

    before = [getattr(owner, name) for owner, name in linking.USED]
    entry = linking.Entry(lambda x: helper(x), targetoptions={"nopython": True})
    with pytest.raises(numba.TypingError):
        entry.compile((numba.float64,))
    assert [getattr(owner, name) for owner, name in linking.USED] == before
