"""How a fit ended, as kernels write it down: they know arrays alone, so that each has the numbers again."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import pytest

from kmeans_inconsistency import algorithms
from kmeans_inconsistency.outcome import Status

MODULES = [import_module(f"{algorithms.__name__}.{m.name}") for m in iter_modules(algorithms.__path__)]
CODES = [(m, name) for m in MODULES for name in Status.__members__ if hasattr(m, name)]


@pytest.mark.parametrize(("module", "name"), CODES, ids=lambda v: getattr(v, "__name__", v))
def test_a_code_of_a_kernel_is_that_of_the_status(module, name):
    assert getattr(module, name) == Status[name]


def test_every_status_that_kernels_give_is_there():
    assert {name for _, name in CODES} == set(Status.__members__)
