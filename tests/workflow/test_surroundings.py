"""The study in awkward surroundings: names of folders, the caller's Python, no home, plain ASCII."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from checkouts import ENVIRONMENT, Checkout, check_out


@pytest.fixture
def awkward(tmp_path: Path) -> Checkout:
    """A checkout without git below a name with a space and an accent."""
    (tmp_path / "my stüdy").mkdir()
    checkout = check_out(tmp_path / "my stüdy" / "it's here")
    checkout.configure(delta=[2], n=[50], replicates=4, block=4)
    checkout._link(checkout.top / ".venv")
    return checkout


def surroundings(folder: Path) -> dict[str, str]:
    """No home, no language, and packages and modules in the way that must not be loaded."""
    for name in ("numpy", "csv", "yaml"):
        (folder / f"{name}.py").write_text(f"raise ImportError('the wrong {name}')\n")
    environment = ENVIRONMENT | {"PYTHONPATH": str(folder), "LC_ALL": "C", "LANG": "C"}
    environment |= {"HOME": str(folder / "nowhere")}
    return environment


def said(command: list[str], cwd: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("words", [["check"], ["plan"], ["verify"]])
def test_commands_on_the_study_work_from_anywhere(
    awkward: Checkout, tmp_path: Path, words: list[str]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = surroundings(elsewhere)
    # the script itself runs in the caller's Python; a module in the way of that one is the caller's own
    configuration = os.path.relpath(awkward.top / "toy.yaml", elsewhere)
    command = [sys.executable, str(awkward.top / "run"), *words, "--config", configuration]
    done = said(command, elsewhere, environment)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_of_ones_own_is_read_from_where_one_is(awkward: Checkout, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = surroundings(elsewhere)
    (elsewhere / "own data.csv").write_text("x\n" + "\n".join(str(k % 7 + 10 * (k % 2)) for k in range(40)))
    done = said([sys.executable, str(awkward.top / "run"), "fit", "own data.csv"], elsewhere, environment)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("plain", [False, True])
def test_the_workflow_runs_and_finds_itself_done(awkward: Checkout, tmp_path: Path, plain: bool) -> None:
    """The second time, without the surroundings, nothing is made again."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    start = [sys.executable, "-P", "-m", "snakemake"] if plain else [sys.executable, "run", "--"]
    command = [*start, "--configfile", "toy.yaml", "--cores", "2", "estimates"]
    environment = surroundings(elsewhere)
    if plain:  # Snakemake has been loaded by then: only jobs and the study's own imports are ours to guard
        del environment["PYTHONPATH"], environment["HOME"]
    first = said(command, awkward.top, environment)
    assert first.returncode == 0, first.stdout + first.stderr
    made = {path: path.stat().st_mtime_ns for path in awkward.top.glob("results/**/*.parquet")}
    assert made
    second = said(command, awkward.top, dict(ENVIRONMENT))
    assert second.returncode == 0, second.stderr
    assert made == {path: path.stat().st_mtime_ns for path in awkward.top.glob("results/**/*.parquet")}
