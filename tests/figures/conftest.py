from pathlib import Path

import pytest
import synthetic


@pytest.fixture(scope="session", params=["full", "toy"])
def results(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder for a large and for the smallest grid."""
    grid = {"full": synthetic.FULL, "toy": synthetic.TOY}[request.param]
    return synthetic.write_results(tmp_path_factory.mktemp(request.param), grid)
