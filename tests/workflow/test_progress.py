"""What the workflow changes of Snakemake."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
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
def test_jobs_a_second_have_no_limit_on_one_machine(progress, local, limit, monkeypatch):
    """A limiter starts another look for jobs after each look, so that they pile up as jobs end."""
    monkeypatch.setattr(JobScheduler, "job_rate_limiter", None, raising=False)
    monkeypatch.delattr(JobScheduler, "job_rate_limiter")
    progress.do_not_limit(SimpleNamespace(local_exec=local))
    scheduler = JobScheduler.__new__(JobScheduler)
    scheduler.job_rate_limiter = "a limit"
    assert scheduler.job_rate_limiter == limit
    if local:
        del JobScheduler.job_rate_limiter
