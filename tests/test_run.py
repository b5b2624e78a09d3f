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
    python = fresh / "broken" / "python"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    (fresh / "broken" / "sitecustomize.py").write_text(f"import sys; sys.executable = {str(python)!r}")
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


def test_a_configuration_that_is_not_named_is_said(fresh):
    script = runpy.run_path(str(fresh / "run"))
    with pytest.raises(SystemExit) as stop:
        script["require_configurations"](["-n", "--configfile"])
    assert stop.value.code == 2


@pytest.mark.parametrize(
    "words", [["--cores", "0"], ["--cores=0"], ["-c0"], ["-c", "-1"], ["-n", "-j", "0"], ["--jobs=-2"]]
)
def test_no_core_is_said_in_a_line(made, words):
    """Snakemake would wait for ever."""
    code, lines = said(made, "quick", "--", *words)
    assert code == 2
    assert len(lines) == 1
    assert lines[0].endswith("is not a number of cores; write 1 or more, or all")


@pytest.mark.parametrize(
    "words", [["--cores", "1"], ["-c4"], ["-c", "all"], ["-j", "2"], ["--rerun-incomplete"]]
)
def test_cores_are_handed_on(made, words):
    code, lines = said(made, "quick", "--", *words)
    assert code == 0
    assert lines[-1].endswith(" ".join(words))


@pytest.fixture
def made(fresh: Path) -> Path:
    """A checkout whose environment is a program that prints its surroundings and its arguments."""
    top = fresh / "my stüdy"
    (top / ".venv" / "bin").mkdir(parents=True)
    for name in ("run", "requirements.lock"):
        shutil.copy(fresh / name, top / name)
    python = top / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\n[ "$1" = -c ] && exit\nenv >&2\necho "arguments=$*" >&2\n')
    python.chmod(0o755)
    script = runpy.run_path(str(top / "run"))
    (top / ".venv" / "made-from").write_text(script["environment_wanted"]())
    return top


@pytest.mark.parametrize("command", ["fit", "check", "quick"])
def test_nothing_of_the_callers_python_gets_in(made, command):
    words = {"PYTHONPATH": "/elsewhere", "PYTHONHOME": "", "PYTHONSTARTUP": "/elsewhere/start.py"}
    code, lines = said(made, command, **words)
    assert code == 0
    given = dict(line.split("=", 1) for line in lines if "=" in line)
    assert not set(words) & set(given)
    assert given["PYTHONSAFEPATH"] == given["PYTHONNOUSERSITE"] == "1"


def test_a_checkout_that_is_reached_by_a_link_is_the_same_place(made, tmp_path):
    (tmp_path / "link").symlink_to(made)
    code, lines = said(tmp_path / "link", "check")
    assert code == 0
    assert "making the environment" not in "\n".join(lines)


def test_a_home_that_cannot_be_written_is_replaced(made, tmp_path):
    code, lines = said(made, "check", HOME=str(tmp_path / "nowhere"))
    assert code == 0
    assert f"HOME={made / '.cache' / 'home'}" in lines


@pytest.mark.parametrize("kind", ["dangling", "foreign"])
def test_the_environment_of_another_place_is_replaced_and_left_as_it_is(made, tmp_path, kind):
    """The stand-in for Python makes nothing, so that it ends with the line of an environment not made."""
    other = tmp_path / "other"
    shutil.move(made / ".venv", other)
    if kind == "foreign":
        (other / "made-from").write_text("another place")
    else:
        (other / "bin" / "python").unlink()
    (made / ".venv").symlink_to(other)
    failing = made / "failing"
    failing.write_text('#!/bin/sh\n[ "$1" = -c ]\n')
    failing.chmod(0o755)
    (made / "sitecustomize.py").write_text(f"import sys; sys.executable = {str(failing)!r}")
    code, lines = said(made, "check", PYTHONPATH=str(made))
    assert code == 1
    assert lines[-1].startswith("the environment could not be made")
    assert (other / "made-from").exists()
    assert not (made / ".venv").is_symlink()


def test_a_file_in_the_place_of_the_environment_is_said_in_a_line(fresh):
    (fresh / ".venv").write_text("")
    code, lines = said(fresh, "check")
    assert code == 1
    assert lines[-1].startswith(".venv is a file")
