"""What the workflow changes of Snakemake."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import snakemake.api  # noqa: F401, first: the parts of Snakemake import each other
from snakemake.scheduling.job_scheduler import JobScheduler

SOURCE = Path(__file__).parents[2] / "workflow" / "progress.py"


@pytest.fixture
def progress() -> ModuleType:
    specification = importlib.util.spec_from_file_location("progress", SOURCE)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("local", "limit"), [(True, None), (False, "a limit")])
def test_jobs_a_second_have_no_limit_on_one_machine(progress, local, limit):
    """A limiter starts another look for jobs after each look, so that they pile up as jobs end."""
    progress.do_not_limit(SimpleNamespace(local_exec=local))
    scheduler = JobScheduler.__new__(JobScheduler)
    scheduler.job_rate_limiter = "a limit"
    kept = scheduler.job_rate_limiter
    if local:
        del JobScheduler.job_rate_limiter  # for the other tests
    assert kept == limit
