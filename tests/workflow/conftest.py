"""The real workflow on a toy study, each run in a copy of the repository's files."""

from __future__ import annotations

from pathlib import Path

import pytest
from checkouts import Checkout, check_out, made_once


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh copy."""
    return check_out(tmp_path / "checkout")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """The toy study, finished on two cores. Tests leave it as they find it."""

    def make(checkout: Checkout) -> None:
        done = checkout.run(cores=2)
        assert done.returncode == 0, done.stderr

    return made_once(tmp_path_factory.getbasetemp(), "finished", make)
