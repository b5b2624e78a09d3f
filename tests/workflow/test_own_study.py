"""docs/own-study.md, followed to the letter, and what it promises."""

from __future__ import annotations

import csv
import html
import re
import subprocess
from urllib.parse import unquote

import pytest
import yaml
from checkouts import ENVIRONMENT, TOP, Checkout

TEXT = (TOP / "docs" / "own-study.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def follow(checkout: Checkout) -> list[tuple[str, subprocess.CompletedProcess[str]]]:
    """Write each file and run each command in the order of the page."""
    said = []
    for kind, block in BLOCKS:
        if kind == "sh":
            for line in block.splitlines():
                done = subprocess.run(
                    ["bash", "-c", line],
                    cwd=checkout.top,
                    env=ENVIRONMENT,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                assert done.returncode == 0, (line, done.stdout, done.stderr)
                said.append((line, done))
        else:
            path = checkout.top / re.match(r"# (\S+)\n", block)[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block, encoding="utf-8")
    return said


def cells(page: str, folder) -> int:
    """Follow every link from a number to its cell and compare; return how many there are."""
    links = re.findall(r'<a href="([^"#]+)#cell=(\d+),(\d+)" title="([^"]*)">([^<]*)</a>', page)
    for path, row, column, title, text in links:
        with (folder / unquote(path)).open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        value = rows[int(row) - 1][int(column) - 1]
        assert title == f"{path}, row {row}, column {rows[0][int(column) - 1]}"
        shown = html.unescape(text).split(" (")[0].replace("\u2212", "-").replace("\u2009", "")
        digits = len(shown.partition(".")[2])
        assert float(shown) == pytest.approx(float(value), abs=0.5000001 * 10**-digits)
    return len(links)


@pytest.mark.slow
def test_the_page_is_right_to_the_letter(checkout):
    checkout._link(checkout.top / ".venv")
    untouched = {path: path.read_bytes() for path in (checkout.top / "src").rglob("*.py")}
    said = dict(follow(checkout))
    results = checkout.top / "results" / "mine"
    page = (results / "study.html").read_text(encoding="utf-8")
    # eighteen rows: used, truth, mean, bias and two errors of each, and the limits of two of three methods
    assert cells(page, results) == 18 * 6 + 12
    assert {"no claims: nothing is concluded", "There are none."} <= set(re.findall(r"[^<>]+", page))
    for path in re.findall(r'(?:href|src)="([^"#]+)"', page):
        assert (results / path).exists(), path
    assert (results / "figures" / "quartiles.svg").exists()
    assert "figures/quartiles.svg" in page

    first = said["./run --config studies/mine/config.yaml plan"].stdout
    assert "new: delta=1,weight=0.5; delta=2,weight=0.5; n = 50, 200, 1000; kmeans; mixture; 200 rep" in first
    second = said["./run --config studies/mine/more.yaml plan"].stdout
    assert "new methods: quartiles" in second
    assert f"to compute: {2 * 3 * 200:,} fits in 2 blocks" in second
    part = said["./run --config studies/part/config.yaml check"].stdout
    assert "claims that are not judged, for an experiment is taken away: " in part
    assert {path: path.read_bytes() for path in (checkout.top / "src").rglob("*.py")} == untouched


def new(checkout: Checkout) -> dict:
    """The configuration that ``new`` writes."""
    made = checkout.command_of("new", "mine")
    assert made.returncode == 0, made.stderr
    return yaml.safe_load((checkout.top / "studies" / "mine" / "config.yaml").read_text())


def test_new_writes_a_small_study_once(checkout):
    entry = new(checkout)
    (experiment,) = entry["experiments"].values()
    assert (len(experiment["factors"]["delta"]), len(experiment["n"]), experiment["replicates"]) == (
        2,
        3,
        200,
    )
    assert entry["study"]["results"] == "results/mine"
    again = checkout.command_of("new", "mine")
    assert (again.returncode, again.stdout) == (1, "")
    assert "is there already" in again.stderr
    for name in ("", "../out", "A", "a b"):
        refused = checkout.command_of("new", name)
        assert refused.returncode == 1
        assert len(refused.stderr.splitlines()) == 1


FAULTS = {
    "no folders": ({}, "code: there is no folder estimators, limits or figures in it"),
    "a name that the package has": (
        {"estimators/kmeans.py": "METHOD = 1\n"},
        "code: estimators/kmeans.py: the package has a module of this name",
    ),
    "no METHOD": ({"estimators/mine.py": "x = 1\n"}, "code: estimators/mine.py: it has no METHOD"),
    "not Python": ({"estimators/mine.py": "x = (\n"}, "code: estimators/mine.py: line 1: "),
    "an error": (
        {"estimators/mine.py": "METHOD = nothing\n"},
        "code: estimators/mine.py: it cannot be imported: NameError: name 'nothing' is not defined",
    ),
    "no INPUTS": ({"figures/mine.py": '"""T."""\nCAPTION = ""\n'}, "code: figures/mine.py: it has no INPUTS"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_code_that_cannot_be_used_is_said_in_a_line(checkout, case):
    files, line = FAULTS[case]
    folder = checkout.top / "own"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).parent.mkdir()
        (folder / name).write_text(text)
    entry = yaml.safe_load((checkout.top / "toy.yaml").read_text()) | {"code": "own"}
    checkout.write(entry)
    refused = checkout.command("check")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert [said for said in refused.stderr.splitlines() if line in said]
    assert "Traceback" not in refused.stderr
