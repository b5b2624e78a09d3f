"""Help and remedies name the command by which they were called."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kmeans_inconsistency.commands import calling

TOP = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("/somewhere/kmeans_inconsistency/__main__.py", "python -m kmeans_inconsistency fit"),
        ("/usr/bin/kmeans-inconsistency", "kmeans-inconsistency fit"),
        ("-c", "python -m kmeans_inconsistency fit"),
    ],
)
def test_a_command_is_named_as_it_was_called(monkeypatch, script, said):
    monkeypatch.delenv(calling.VARIABLE, raising=False)
    monkeypatch.setattr(sys, "argv", [script])
    assert calling.called("fit") == said
    monkeypatch.setenv(calling.VARIABLE, "../study/run")
    assert calling.called("fit") == "../study/run fit"


@pytest.mark.parametrize("command", ["fit", "limits", "cite", "plan", "replay", "verify"])
def test_every_help_names_its_command(command):
    for name, own in (({calling.VARIABLE: "./run"}, "./run"), ({}, "python -m kmeans_inconsistency")):
        environment = {k: v for k, v in os.environ.items() if k != calling.VARIABLE} | name
        done = subprocess.run(
            [sys.executable, "-m", "kmeans_inconsistency", command, "--help"],
            env=environment | {"PYTHONPATH": str(TOP / "src")},
            capture_output=True,
            text=True,
            check=True,
            cwd=TOP,
        )
        assert done.stdout.startswith(f"usage: {own} {command}")


def test_run_sets_the_variable():
    assert f'"{calling.VARIABLE}"' in (TOP / "run").read_text()


@pytest.mark.parametrize("cores", ["0", "-1", "2.5", "many", "", "٣"])
def test_cores_that_are_none_are_one_line(cores, capsys):
    from kmeans_inconsistency.__main__ import main

    with pytest.raises(SystemExit) as stop:
        main(["plan", f"--cores={cores}"])
    assert stop.value.code == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.count("\n") == 1
    assert "is not a number of cores" in error
