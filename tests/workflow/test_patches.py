"""What the workflow changes of Snakemake."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import snakemake.api  # noqa: F401, first: the parts of Snakemake import each other
from checkouts import workflow_module
from snakemake.jobs import Job
from snakemake.persistence import FileBackupMixin
from snakemake.scheduling.job_scheduler import JobScheduler


@pytest.fixture
def patches() -> ModuleType:
    return workflow_module("patches")


@pytest.mark.parametrize(("local", "limit"), [(True, None), (False, "a limit")])
def test_jobs_a_second_have_no_limit_on_one_machine(patches, local, limit):
    """A limiter starts another look for jobs after each look, so that they pile up as jobs end."""
    patches.do_not_limit(SimpleNamespace(local_exec=local))
    scheduler = JobScheduler.__new__(JobScheduler)
    scheduler.job_rate_limiter = "a limit"
    kept = scheduler.job_rate_limiter
    if local:
        del JobScheduler.job_rate_limiter  # for the other tests
    assert kept == limit


def test_a_job_makes_the_files_of_its_bundle_whichever_of_them_is_asked_for(patches):
    rule = SimpleNamespace(
        wildcard_names={"block"},
        get_wildcards=lambda file: {"block": file.removesuffix(".parquet")},
        expand_output=lambda named: ([f"{named['block']}.parquet"], {f"{named['block']}.parquet": "pattern"}),
    )
    patches.bundle(rule, [["a", "c"], ["b"]])
    assert [rule.get_wildcards(f"{name}.parquet")["block"] for name in "abcd"] == ["a", "b", "a", "d"]
    files, patterns = rule.expand_output({"block": "a"})
    assert list(files) == list(patterns) == ["a.parquet", "c.parquet"]
    assert list(rule.expand_output({"block": "b"})[0]) == ["b.parquet"]


class File(str):
    """A file as Snakemake's jobs know it."""

    __slots__ = ()

    async def exists(self) -> bool:
        return Path(self).exists()

    async def remove(self) -> None:
        Path(self).unlink()


def test_what_a_failed_job_has_made_stays_in_the_folder_and_goes_elsewhere(patches, tmp_path, monkeypatch):
    for owner, name in [
        (Job, "cleanup"),
        (FileBackupMixin, "backup_output"),
        (FileBackupMixin, "restore_output"),
    ]:
        monkeypatch.setattr(owner, name, getattr(owner, name))  # so that it is put back
    patches.keep_finished(tmp_path / "kept")
    persistence = FileBackupMixin()
    persistence.path = tmp_path / "snakemake"
    left = {}
    for folder in ("kept", "other"):
        (tmp_path / folder).mkdir()
        old, new = (tmp_path / folder / name for name in ("old", "new"))
        old.write_text("old")
        persistence.backup_output(old)
        old.write_text("longer")
        new.write_text("new")
        restored = {File(old)} if persistence.restore_output(old) else set()
        job = SimpleNamespace(output=[File(old), File(new)], storage_output=[])
        asyncio.run(Job.cleanup(job, restored))
        left[folder] = {path.name: path.read_text() for path in (tmp_path / folder).iterdir()}
    assert left == {"kept": {"old": "longer", "new": "new"}, "other": {"old": "old"}}
