"""Options and helpers of all tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from _pytest.nodeid import coerce_node_id
from checkouts import Checkout, made_once, smallest

from kmeans_inconsistency.algorithms import compiling

#: Fixtures that take long and are made once.
SHARED = {"study", "finished"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the slow checks too")


def pytest_configure(config: pytest.Config) -> None:
    """Compile all kernels before tests that run side by side would each do it, with two processes."""
    if not hasattr(config, "workerinput"):
        program = f"from {compiling.__name__} import load_all, warm; load_all(); warm()"
        with subprocess.Popen([sys.executable, "-c", program]):
            compiling.load_all()
            compiling.warm()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what is slow; keep together, for processes that share the tests, what shares a fixture."""
    for item in items:
        shared = SHARED.intersection(getattr(item, "fixturenames", ()))
        if hasattr(config, "workerinput"):
            # the scheduler reads the group off the name, where its own mark no longer gets with pytest 9.2
            item._id = coerce_node_id(f"{item.nodeid}@{max(shared) if shared else item.path.name}")
    # the longest first
    items.sort(key=lambda item: not SHARED.intersection(getattr(item, "fixturenames", ())))
    if not config.getoption("--slow"):
        skip = pytest.mark.skip(reason="slow; run with --slow")
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of the whole study on its smallest grid, paper included. Tests leave them as they are."""

    def make(checkout: Checkout) -> None:
        checkout.write(smallest())
        checkout.run_in_one_process()

    return made_once(tmp_path_factory.getbasetemp(), "study", make).top / "results"
