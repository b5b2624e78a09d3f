"""The real workflow: the same bytes however it is run, and no more work than is new."""

from __future__ import annotations

import re
import shutil

import pytest
import yaml
from checkouts import ENVIRONMENT, QUICK, TOP, Checkout, smallest, toy

from kmeans_inconsistency import figures

# What comes from the estimates, but for the figures.
CONCLUSIONS = ("results/claims.json", "results/numbers.json")
SMALL = {"n": [20], "factors": {"delta": [2], "weight": [0.5]}, "replicates": 3, "block": 3}
BLOCKS = 6  # consistency: two separations of two blocks each; small variance: one of two


def computed(said: str) -> int:
    """How many blocks a run computed, from its progress."""
    lines = [line for line in said.splitlines() if line.startswith("blocks: ")]
    return int(lines[-1].split()[1]) if lines else 0


def assert_the_same(checkout, finished):
    """Compare the results that are there with those of the finished study; return them."""
    there, wanted = checkout.results(), finished.results()
    for name, content in there.items():
        assert content == wanted[name], name
    return there


def test_everything_is_made(finished):
    results = finished.results()
    assert {"numbers.json", "claims.json", "design.json", "verdicts.txt", "manifest.json"} <= set(results)
    assert {
        "figures/consistency.svg",
        "figures/eps_path.pdf",
        "figures/overview_consistency.png",
        "study.html",
    } <= set(results)
    assert sum(name.endswith(".parquet") for name in results) == BLOCKS
    assert not [name for name, content in results.items() if not content]


def test_without_some_of_its_experiments_there_is_no_paper_and_a_line_says_so(checkout):
    entry = toy()
    del entry["experiments"]["small_variance"]
    entry["claims"] = {"C1": entry["claims"]["C1"]}
    checkout.write(entry)
    planned = checkout.run("--dry-run")
    assert planned.returncode == 0
    lines = planned.stderr.splitlines()
    (line,) = [line for line in lines if line.startswith("no paper, which needs the experiments")]
    assert line.endswith("study.html stands in its place")
    assert "set_paper" not in planned.stdout + planned.stderr


def test_the_whole_study_has_every_figure_and_the_paper(study):
    assert (study / "paper.pdf").read_bytes().startswith(b"%PDF")
    assert {path.stem for path in (study / "figures").glob("*.svg")} == set(figures.names())


@pytest.mark.slow
def test_the_workflow_makes_of_the_whole_study_what_one_process_makes(study, checkout):
    checkout.write(smallest())
    done = checkout.run(cores=2)
    assert done.returncode == 0, done.stderr
    there = checkout.results()
    assert set(there) == set(Checkout(study.parent).results())
    for name, content in there.items():
        assert content == (study / name).read_bytes(), name


def test_a_second_run_finds_nothing_to_do(finished):
    (kept,) = (finished.top / ".cache" / "runs").rglob("*.json")
    before = kept.read_bytes()
    again = finished.run()
    assert again.returncode == 0
    assert "Nothing to be done" in again.stderr
    assert kept.read_bytes() == before


def test_extending_every_axis_on_one_core_gives_the_bytes_of_a_fresh_run_on_two(finished, checkout):
    """Sample sizes, separations, values of eps and replicates grow; rows that exist are not made again.

    The short run makes its blocks in bundles, which the long one cuts otherwise.
    """
    checkout.bundle()
    checkout.configure(delta=[2], n=[50], replicates=6, eps=[1])
    short = checkout.run("--", "estimates", cores=1)
    assert (short.returncode, computed(short.stderr)) == (0, 2)
    checkout.configure()
    long = checkout.run("--", *CONCLUSIONS, cores=1)
    assert long.returncode == 0, long.stderr
    assert computed(long.stderr) == BLOCKS
    assert len(assert_the_same(checkout, finished)) > BLOCKS


def test_weights_dimensions_methods_and_experiments_grow(checkout, tmp_path):
    def study(weights, dimensions, methods, others=()):
        entry = QUICK["experiments"]["dimension"] | {"n": [20], "replicates": 3, "block": 3}
        entry |= {"factors": {"delta": [2], "weight": weights, "dimension": dimensions}}
        entry |= {"methods": {name: {"starts": [2]} for name in methods}}
        more = {name: QUICK["experiments"][name] | SMALL for name in others}
        return toy() | {"experiments": {"dimension": entry} | more, "claims": {}}

    long = study([0.5, 0.3], [2, 3], ["lloyd", "spherical_mixture"], ["reliability"])
    fresh = checkout.copy(tmp_path / "fresh")
    fresh.write(long)
    made = fresh.run("--", "estimates")
    assert (made.returncode, computed(made.stderr)) == (0, 5), made.stderr
    checkout.write(study([0.5], [2], ["lloyd"]))
    short = checkout.run("--", "estimates")
    assert (short.returncode, computed(short.stderr)) == (0, 1), short.stderr
    checkout.write(long)
    assert checkout.run("--", "estimates").returncode == 0
    assert checkout.results() == fresh.results()


def test_a_run_for_one_file_computes_what_it_needs_and_no_more(checkout):
    target = "results/summaries/small_variance.csv"
    planned = checkout.run("--dry-run", "--workflow-profile", "none", "--", target)
    assert planned.returncode == 0
    said = planned.stdout + planned.stderr
    assert "estimates/small_variance/" in said
    assert "estimates/consistency/" not in said


def test_how_blocks_are_cut_changes_no_number(finished, checkout):
    checkout.configure(block=5)
    assert checkout.run("--", *CONCLUSIONS).returncode == 0
    shutil.rmtree(checkout.top / "results" / "estimates")
    assert set(CONCLUSIONS) <= {f"results/{name}" for name in assert_the_same(checkout, finished)}


def test_only_what_is_damaged_or_stale_is_made_again(finished, tmp_path):
    """Also when Snakemake has forgotten everything, and when sources are touched but not changed."""
    checkout = finished.copy(tmp_path / "checkout")
    top = checkout.top
    shutil.rmtree(top / ".snakemake")
    for path in (top / "src").rglob("*.py"):
        path.touch()
    untouched = checkout.run("--dry-run", "--", "estimates")
    assert "Nothing to be done" in untouched.stderr + untouched.stdout
    blocks = sorted((top / "results" / "estimates").rglob("*.parquet"))
    flipped = bytearray(blocks[0].read_bytes())
    flipped[len(flipped) // 2] ^= 1
    blocks[0].write_bytes(flipped)
    blocks[1].write_bytes(blocks[1].read_bytes()[:-20])
    blocks[2].write_bytes(b"")
    again = checkout.run("--", *CONCLUSIONS)
    assert (again.returncode, computed(again.stderr)) == (0, 3), again.stderr
    assert checkout.results() == finished.results()


def test_an_edit_of_one_estimator_makes_its_rows_again_and_no_others(finished, tmp_path):
    checkout = finished.copy(tmp_path / "checkout")
    top = checkout.top
    source = top / "src" / "kmeans_inconsistency" / "estimators" / "mixture.py"
    source.write_text(source.read_text() + "\n# edited\n")
    again = checkout.run("--", "estimates")
    # The mixture is in the experiment on consistency alone.
    assert (again.returncode, computed(again.stderr)) == (0, 4), again.stderr


def test_an_unexpected_verdict_fails_after_everything_is_built(finished, tmp_path):
    checkout = finished.copy(tmp_path / "checkout")
    top = checkout.top
    entry = yaml.safe_load((top / "toy.yaml").read_text())
    entry["study"]["expect"] = True
    for statement in entry["claims"]["C1"]["statements"]:
        statement["region"] = "nowhere"
    checkout.write(entry)
    run = checkout.run()
    assert run.returncode != 0
    assert "claim C1: the verdict is" in run.stderr
    assert (top / "results" / "manifest.json").exists()
    assert not (top / "results" / "verdicts.txt").exists()


def test_a_cluster_makes_blocks_and_theory_and_all_else_is_made_where_the_run_was_started():
    rules = "".join(path.read_text() for path in TOP.glob("workflow/rules/*.smk"))
    names = re.findall(r"^rule (\w+):", rules, re.M)
    local = dict(re.findall(r"^rule (\w+):\n(?: .*\n|\n)*?    localrule: (\w+)\n", rules, re.M))
    assert sorted(local) == sorted(names)
    of_cluster = {name for name, value in local.items() if value == "IN_JOB"}
    assert of_cluster == {"block", "predict", "curve", "certify"}
    assert {value for name, value in local.items() if name not in of_cluster} == {"True"}
    # a rule with a group is the cluster's, whatever else it says
    groups = yaml.safe_load((TOP / "profiles/slurm/profile.yaml").read_text())["groups"]
    assert {group.split("=")[0] for group in groups} == of_cluster
    (every,) = re.findall(r"groups: \[(.*?)\]", (TOP / "docs/cluster.md").read_text(), re.S)
    assert sorted(re.findall(r"(\w+)=", every)) == sorted(names)


def test_a_job_of_a_cluster_starts_its_bundles_itself(checkout, finished, tmp_path, monkeypatch):
    """Else each would have a Snakemake of its own, by way of ``srun``."""
    srun = tmp_path / "srun"
    srun.write_text("#!/bin/sh\nexit 1\n")
    srun.chmod(0o755)
    monkeypatch.setitem(ENVIRONMENT, "PATH", f"{tmp_path}:{ENVIRONMENT['PATH']}")
    blocks = [path for path in finished.results() if path.endswith(".parquet")][:2]
    names = [path.removeprefix("estimates/").removesuffix(".parquet") for path in blocks]
    job = ["--mode", "remote", "--executor", "slurm-jobstep", "--jobs", "1", "--allowed-rules", "block"]
    targets = [f"block:block={name}" for name in names]
    run = checkout.run(*job, "--force", "--nolock", "--no-hooks", "--target-jobs", *targets)
    assert run.returncode == 0, run.stderr
    assert list(assert_the_same(checkout, finished)) == blocks


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (
            {"n": [50, "1e3"]},
            "toy.yaml: experiments.consistency.n[1]: '1e3' is text, not a number; write 1000",
        ),
        ({"block": 0}, "toy.yaml: experiments.consistency.block: 0 is too small; write 1 or more"),
    ],
)
def test_a_bad_configuration_is_refused_before_anything_runs(checkout, fault, line):
    checkout.configure(**fault)
    refused = checkout.run()
    assert refused.returncode != 0
    assert line in refused.stderr.splitlines()
    assert "Traceback" not in refused.stderr
    assert not (checkout.top / "results").exists()
