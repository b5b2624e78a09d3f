"""Options and helpers of all tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from checkouts import check_out, smallest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the slow checks too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--slow"):
        skip = pytest.mark.skip(reason="slow; run with --slow")
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of the whole study on its smallest grid, paper included. Tests leave them as they are."""
    checkout = check_out(tmp_path_factory.mktemp("study") / "checkout")
    checkout.write(smallest())
    done = checkout.run(cores=2)
    assert done.returncode == 0, done.stderr
    return checkout.top / "results"
