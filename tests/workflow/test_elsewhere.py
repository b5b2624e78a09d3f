"""The workflow elsewhere: within another workflow, in a catalogue, on a forge, and as the linter sees it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from checkouts import ENVIRONMENT, TOP, toy

OUTER = """
configfile: "outer.yaml"

rule all:
    input: "counted.txt"

module study:
    snakefile: "{snakefile}"
    config: config["study"]

use rule * from study as study_*

rule count:
    input: "made/summaries/first.csv"
    output: "counted.txt"
    shell: "wc -l < {{input}} > {{output}}"
"""


def snakemake(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "1", *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )


def outer(folder: Path, snakefile: Path, **changes: object) -> Path:
    """Write a small workflow that imports this one and uses a file of it."""
    folder.mkdir()
    experiment = toy(delta=[2], n=[20], replicates=4, block=4)["experiments"]["consistency"]
    del experiment["ademp"]
    study = {"title": "outer", "date": "2000-01-01", "seed": 1, "results": "made"}
    given = {"study": study, "experiments": {"first": experiment}} | changes
    (folder / "outer.yaml").write_text(yaml.safe_dump({"study": given, "other": 1}))
    (folder / "Snakefile").write_text(OUTER.format(snakefile=snakefile))
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("snakefile", ["Snakefile", "workflow/Snakefile"])
def test_another_workflow_imports_this_one_with_its_own_configuration(checkout, tmp_path, snakefile):
    folder = outer(tmp_path / "outer", checkout.top / snakefile)
    done = snakemake(folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "counted.txt").read_text().split() == ["3"]  # two methods and the heading
    assert (folder / "logs" / "made" / "summaries" / "first.log").exists()
    again = snakemake(folder)
    assert "Nothing to be done" in again.stderr
    assert not (checkout.top / "results").exists()


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"experiment": {}}, "the top level: unknown key 'experiment'; did you mean 'experiments'?"),
        ({"study": {"title": "t"}}, "study: the key 'seed' is missing; add it"),
    ],
)
def test_a_bad_configuration_of_a_module_is_said_in_a_line(tmp_path, change, line):
    refused = snakemake(outer(tmp_path / "outer", TOP / "workflow" / "Snakefile", **change), "--dry-run")
    assert refused.returncode != 0
    assert any(said.endswith(line) for said in refused.stderr.splitlines()), refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_linter_says_nothing_that_is_not_answered(checkout):
    shutil.copy(TOP / "protocol.json", checkout.top)  # which gives the study its seed
    said = snakemake(checkout.top, "--lint")
    remarks = set(re.findall(r"^ +\* (.*?):$", said.stdout + said.stderr, re.MULTILINE))
    answers = (TOP / "workflow" / "Snakefile").read_text(encoding="utf-8")
    for remark in remarks:
        first = remark.split(" variable ")[0].removesuffix(".")
        assert f'"{first}' in answers, remark
    assert remarks


def test_every_rule_that_runs_a_command_keeps_a_log_outside_the_results():
    for path in TOP.glob("workflow/rules/*.smk"):
        rules = re.split(r"^rule ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
        for rule in rules:
            assert re.search(r'log:\n +f"\{LOGS\}/', rule), rule
            assert "--log {log:q}" in rule, rule


def test_the_forge_runs_the_gate_and_hooks_come_from_the_environment():
    forge = yaml.safe_load((TOP / ".github/workflows/ci.yml").read_text())
    assert {"run": ".ci/run"} in forge["jobs"]["gate"]["steps"]
    project = (TOP / "pyproject.toml").read_text()
    for version in forge["jobs"]["gate"]["strategy"]["matrix"]["python"]:
        assert tuple(map(int, version.split("."))) >= (3, 11)
    assert 'requires-python = ">=3.11,<3.15"' in project
    hooks = yaml.safe_load((TOP / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"]
    assert {hook["language"] for repo in hooks for hook in repo["hooks"]} == {"system"}


def test_the_folders_of_the_repository_are_no_place_for_results():
    from kmeans_inconsistency.study import checking

    folders = {path.name for path in TOP.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))}
    made = {"results", "build", "dist", "node_modules"}
    assert folders - made <= set(checking.REPOSITORY)
