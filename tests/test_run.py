"""What `run` says where it cannot go on: one line each."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A checkout in which no environment has been made."""
    for name in ("run", "requirements.lock"):
        shutil.copy(TOP / name, tmp_path / name)
    return tmp_path


def said(top: Path, *arguments: str, **environment: str) -> tuple[int, list[str]]:
    command = [sys.executable, "-W", "ignore", str(top / "run"), *arguments]
    run = subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=60
    )
    return run.returncode, run.stderr.splitlines()


def test_a_python_without_venv_is_said_in_a_line(fresh):
    (fresh / "broken").mkdir()
    (fresh / "broken" / "ensurepip.py").write_text("raise ImportError")
    code, lines = said(fresh, "check", PYTHONPATH=str(fresh / "broken"))
    assert code == 1
    assert len(lines) == 1
    assert "has no venv module; install it" in lines[0]
    assert not (fresh / ".venv").exists()


def test_an_unsupported_python_is_said_in_a_line(fresh):
    (fresh / "sitecustomize.py").write_text("import sys; sys.version_info = (3, 9, 1, 'final', 0)")
    code, lines = said(fresh, PYTHONPATH=str(fresh), PATH=str(fresh))
    assert code == 1
    assert lines == ["Python 3.11 to 3.14 is needed and this is 3.9; install one of them and run again"]


@pytest.mark.parametrize("words", [["quik"], ["quick", "more"], ["report", "more"]])
def test_an_unknown_command_is_said_in_a_line(fresh, words):
    code, lines = said(fresh, *words)
    assert code == 2
    assert lines == [f"unknown: {' '.join(words)}; {fresh / 'run'} --help lists what there is"]


def test_a_report_without_a_study_is_refused_in_a_line(fresh):
    code, lines = said(fresh, "report")
    assert code == 1
    assert lines == ["there is no finished study in results; make one with ./run, then its report"]
    assert not (fresh / ".venv").exists()


def test_a_configuration_that_is_not_there_is_said_in_a_line(fresh):
    (fresh / "there.yaml").write_text("")
    script = runpy.run_path(str(fresh / "run"))
    script["require_configurations"].__globals__["TOP"] = str(fresh)
    for words in (["--configfile", "there.yaml"], ["--configfile=there.yaml"], ["--cores", "1"]):
        script["require_configurations"](words)
    for words in (["--configfile", "none.yaml", "-n"], ["--configfile=none.yaml"]):
        with pytest.raises(SystemExit) as stop:
            script["require_configurations"](words)
        assert stop.value.code == 2
