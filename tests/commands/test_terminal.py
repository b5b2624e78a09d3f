"""What a terminal that cannot show everything gets, and a reader who leaves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kmeans_inconsistency.commands import terminal

TOP = Path(__file__).parents[2]
PUBLISHED = str(TOP / "results" / "published")
CLEAR = dict.fromkeys(("LC_ALL", "LC_CTYPE", "LANG", "PYTHONUTF8", "PYTHONIOENCODING"), "")


def run(arguments: list[str], **environment: str) -> subprocess.CompletedProcess[bytes]:
    own = {name: value for name, value in (os.environ | CLEAR | environment).items() if value}
    command = [sys.executable, "-m", "kmeans_inconsistency", *arguments]
    return subprocess.run(
        command, env=own | {"PYTHONPATH": str(TOP / "src")}, capture_output=True, check=False, cwd=TOP
    )


@pytest.mark.parametrize(
    "environment",
    [
        {"LANG": "C"},
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX"},
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=str,
)
def test_text_is_spelt_in_what_the_terminal_has(environment):
    done = run(["cite", "rmse", "--results", PUBLISHED], **environment)
    assert (done.returncode, done.stderr) == (0, b"")
    done.stdout.decode("ascii")
    assert b"?" not in done.stdout


def test_a_utf8_terminal_gets_the_text_as_it_is():
    whole = run(["cite", "rmse", "--results", PUBLISHED], LANG="C.UTF-8").stdout.decode()
    plain = run(["cite", "rmse", "--results", PUBLISHED], LANG="C").stdout.decode()
    assert "".join(c if c.isascii() else terminal.plain(c) for c in whole) == plain


def test_problems_are_shown_on_any_terminal(tmp_path):
    path = tmp_path / "größe.csv"
    path.write_text("größe,größe\n1,2\n", encoding="utf-8")
    done = run(["fit", str(path)], LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 2
    assert done.stderr.isascii()
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("character", "spelt"),
    [("−", "-"), ("δ", "delta"), ("Σ", "Sigma"), ("ώ", "omega"), ("é", "e"), ("\u2009", " "), ("½", "12")],
)
def test_a_character_is_spelt_by_its_meaning(character, spelt):
    assert terminal.plain(character).replace("/", "").replace("\u2044", "") == spelt


@pytest.mark.parametrize(
    "words", [["cite", "--results", PUBLISHED], ["limits", "--help"], ["--help"]], ids=str
)
def test_a_reader_who_leaves_is_no_error(words):
    """The pipe is closed before anything is written; the exit code is that of ``cat`` in the same place."""
    command = [sys.executable, "-m", "kmeans_inconsistency", *words]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        command,
        stdout=writing,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(TOP / "src")},
        check=False,
        cwd=TOP,
    )
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode == -13
