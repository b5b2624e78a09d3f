"""plan, verify, replay, publish and the report on a finished toy study."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from kmeans_inconsistency.publication import citation


def test_a_row_is_replayed_from_its_name_and_a_wrong_name_is_said_in_a_line(finished):
    named = ["small_variance", "delta=2,weight=0.5", "200", "11", "known_variance,eps=0.5"]
    said = finished.command("replay", *named)
    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines()[-1].endswith("0000008-0000015.parquet is the same to the bit")
    wrong = finished.command("replay", *named[:-1], "known_variance,eps=0.6")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr == (
        "there is no method 'known_variance,eps=0.6'; did you mean 'known_variance,eps=0.5'?\n"
    )


@pytest.fixture(scope="module")
def report(finished, tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("report") / "report.html"
    made = finished.run("--report", str(path))
    assert made.returncode == 0, made.stderr
    return path.read_text()


def test_the_report_holds_the_list_of_failures(finished, report):
    listed = (finished.top / "results" / "failures.txt").read_text()
    assert listed.splitlines()[-1].endswith(f"of {12 * (2 * 2 * 3 + 2 * 4)} fits failed or did not converge")
    assert "failures.txt" in report
    assert "did not converge, with the command that does it again" in report
    assert listed.splitlines()[-1] in report


def test_the_report_has_every_figure_with_its_own_caption_and_asks_for_nothing(finished, report):
    records = citation.records(finished.top / "results")
    assert {"consistency", "eps_path"} <= set(records)
    for record in records.values():
        assert record["identifier"] in report
        assert record["version"] in report
    for name in ("consistency", "small_variance"):
        assert "Performance measures of the experiment" in report
        assert f"summary of {name}" in report
    # what a browser would fetch by itself
    assert not re.findall(r"<(?:script|img|iframe)[^>]+src=.https?:|<link[^>]+href=.https?:|@import", report)


@pytest.fixture
def copy(finished, tmp_path):
    return finished.copy(tmp_path / "checkout")


def test_a_finished_study_has_nothing_to_compute_and_no_fault(finished):
    planned = finished.command("plan")
    assert planned.returncode == 0, planned.stderr
    assert "consistency: 4 blocks: 4 done" in planned.stdout
    assert "to compute: 0 fits in 0 blocks" in planned.stdout
    verified = finished.command("verify")
    assert (verified.returncode, verified.stdout.strip()) == (0, "every file is what it should be")


def test_plan_says_what_a_longer_grid_adds_and_what_a_shorter_one_leaves(copy):
    copy.configure(n=[50, 200, 300], delta=[1, 2, 3])
    longer = copy.command("plan").stdout
    # 12 replicates of three methods: at two old separations one new n, at one new separation three
    assert "consistency: 6 blocks: 4 partial, 2 missing" in longer
    assert f"to compute: {12 * 3 * (2 + 3)} fits in 6 blocks" in longer
    assert "n=300/kmeans: replicates" in longer
    copy.configure(n=[50], delta=[2])
    shorter = copy.command("plan").stdout
    assert "consistency: 2 blocks: 2 done" in shorter
    assert "unused rows, kept and ignored: n=200/kmeans, n=200/mixture" in shorter
    assert shorter.count("unused file: results/estimates/consistency/delta=1/weight=0.5/") == 2
    assert "to compute: 0 fits in 0 blocks" in shorter


def test_verify_names_every_fault_in_a_line_and_fix_lets_the_next_run_mend_it(finished, copy):
    results = copy.top / "results"
    blocks = sorted((results / "estimates" / "consistency").rglob("*.parquet"))
    blocks[0].write_bytes(blocks[0].read_bytes()[:-1])
    blocks[1].write_bytes(b"")
    (results / "estimates" / "consistency" / "stray.parquet").write_bytes(blocks[2].read_bytes())
    (results / "summaries" / "consistency.csv").write_text("edited")
    (results / "figures" / "rmse.svg").unlink()
    said = copy.command("verify")
    assert said.returncode == 1
    kinds = sorted(line.split(":")[0] for line in said.stdout.splitlines()[:-1])
    assert kinds == ["damaged", "damaged", "edited", "foreign", "missing"]
    assert copy.command("verify", "--fix").returncode == 0
    assert copy.run().returncode == 0
    assert copy.results() == finished.results()


def test_a_foreign_block_is_told_by_what_it_says_of_itself(copy):
    blocks = sorted((copy.top / "results" / "estimates" / "consistency").rglob("*.parquet"))
    blocks[0].write_bytes(blocks[-1].read_bytes())
    said = copy.command("verify").stdout
    assert "stale: results/estimates/consistency/delta=1" in said
    assert "factors: the file has" in said


README = "".join(f"<!-- {part}:begin -->\n<!-- {part}:end -->\n" for part in ("numbers", "costs", "figures"))


@pytest.fixture
def main(copy):
    """A checkout of which the toy study is the main one, with something published before."""
    shutil.copy(copy.top / "toy.yaml", copy.top / "config.yaml")
    (copy.top / "README.md").write_text(README)
    (copy.top / "results" / "published").mkdir()
    (copy.top / "results" / "published" / "old").write_text("old")
    return copy


def publish(checkout, name="config.yaml"):
    command = [sys.executable, "-m", "kmeans_inconsistency", "publish", "--config", name]
    environment = os.environ | {"PYTHONPATH": str(checkout.top / "src")}
    return subprocess.run(
        command, cwd=checkout.top, env=environment, capture_output=True, text=True, check=False
    )


def no_figures(checkout):
    """Results that are finished but have not what the README quotes."""
    numbers = checkout.top / "results" / "numbers.json"
    numbers.write_text(numbers.read_text().replace("headline.", "other."))


REFUSED = {
    "a study of one's own": (lambda _: None, "toy.yaml", "toy.yaml is not the main study"),
    "another folder": (
        lambda c: edit(c, lambda entry: entry["study"].update(results="results/other")),
        "config.yaml",
        "results/other is not results",
    ),
    "not finished": (
        lambda c: (c.top / "results" / "verdicts.txt").unlink(),
        "config.yaml",
        "results has no finished study",
    ),
    "another configuration": (
        lambda c: edit(c, lambda entry: entry["study"].update(seed=1)),
        "config.yaml",
        "results was made from another configuration",
    ),
    "without what the README quotes": (no_figures, "config.yaml", "the README cannot be written"),
    "without the place for a section": (
        lambda c: (c.top / "README.md").write_text(README.replace("costs", "cost")),
        "config.yaml",
        "the README cannot be written",
    ),
}


def edit(checkout, change):
    path = checkout.top / "config.yaml"
    entry = yaml.safe_load(path.read_text())
    change(entry)
    path.write_text(yaml.safe_dump(entry))


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_the_finished_main_study_is_not_published_and_nothing_is_touched(main, case):
    change, name, said = REFUSED[case]
    change(main)
    before, readme = main.results(), (main.top / "README.md").read_text()
    refused = publish(main, name)
    assert refused.returncode != 0
    assert said in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert (main.results(), (main.top / "README.md").read_text()) == (before, readme)


def test_publishing_that_fails_halfway_leaves_what_was_published(main, monkeypatch):
    """The second of the two renames fails, as on a full or read-only file system."""
    from kmeans_inconsistency.publication import publish as publishing

    published, new = main.top / "results" / "published", main.top / "results" / ".new"
    new.mkdir()
    rename = Path.rename

    def failing(self, target):
        if self == new:
            raise OSError
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError):  # noqa: PT011
        publishing._swap(new, published)
    assert [path.name for path in published.iterdir()] == ["old"]


def test_what_is_published_is_compared_number_by_number(main):
    copy = main
    published = publish(main)
    assert published.returncode == 0, published.stderr
    assert not (copy.top / "results" / "published" / "old").exists()
    assert not list((copy.top / "results").glob(".publishing*"))
    assert "mean is" in (copy.top / "README.md").read_text()
    folder = copy.top / "results" / "published"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert {"commit", "versions", "machine", "cost", "files"} <= set(manifest)
    # the fits are a part of what the run took
    assert manifest["cost"]["processor_seconds"] > manifest["cost"]["seconds"] > 0
    assert not list(folder.rglob("*.parquet"))
    same = copy.command("verify")
    assert same.returncode == 0
    assert "identical: numbers.json" in same.stdout
    assert "different" not in same.stdout

    numbers = json.loads((folder / "numbers.json").read_text())
    entry = numbers["named"]["headline.kmeans.mean"]
    entry["value"] *= 1 + 1e-12
    (folder / "numbers.json").write_text(json.dumps(numbers))
    limits = (folder / "limits" / "consistency.csv").read_text()
    (folder / "limits" / "consistency.csv").write_text(limits.replace("distance,2.33", "distance,2.34"))
    said = copy.command("verify").stdout
    assert "equal to 1e-09: numbers.json" in said
    assert "different: limits/consistency.csv: row" in said
