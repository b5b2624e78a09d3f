"""What a configuration of one's own may leave out, take away, and must not touch."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import yaml

from kmeans_inconsistency.findings import claims
from kmeans_inconsistency.study import checking, config, remarks
from kmeans_inconsistency.study.design import design

TOP = Path(__file__).parents[2]
MAIN = config.read(TOP / "config.yaml")


def written(folder: Path, **entry: object) -> Path:
    path = folder / "own.yaml"
    path.write_text(yaml.safe_dump({"extends": str(TOP / "config.yaml"), **entry}))
    return path


@pytest.mark.parametrize(
    "asked",
    [
        {"only": ["consistency", "coverage"]},
        {"without": sorted(set(MAIN["experiments"]) - {"consistency", "coverage"})},
    ],
)
def test_experiments_are_taken_away_and_claims_that_rest_on_them_are_not_judged(tmp_path, asked):
    study = design(config.load(written(tmp_path, **asked), claims.problems))
    assert set(study.experiments) == {"consistency", "coverage"}
    rest = {
        name
        for name, claim in MAIN["claims"].items()
        if {test["experiment"] for test in claims.tests(claim)} <= set(study.experiments)
    }
    assert set(study.claims) == rest
    assert set(study.unjudged) == set(MAIN["claims"]) - rest
    (line,) = [line for line in remarks.lines(study) if "not judged" in line]
    assert line.endswith(": " + ", ".join(study.unjudged))


FAULTS = {
    "no such experiment": (
        {"only": ["consistensy"]},
        "only[0]: not in what is extended: 'consistensy' is unknown",
    ),
    "both": ({"only": ["bayes"], "without": ["bayes"]}, "only, without: both are given; keep one"),
    "no list": ({"without": "bayes"}, "without: 'bayes' is not a list of experiments"),
    "changed and taken away": (
        {"without": ["bayes"], "experiments": {"bayes": {"replicates": 3}}},
        "experiments.bayes: without takes it away and it is changed here",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_cannot_be_taken_away_is_said_in_a_line(tmp_path, case):
    entry, line = FAULTS[case]
    with pytest.raises(config.ConfigError) as caught:
        config.read(written(tmp_path, **entry))
    assert len(caught.value.problems) == 1
    assert line in caught.value.problems[0]


def test_nothing_is_taken_away_from_nothing(tmp_path):
    (tmp_path / "own.yaml").write_text("only: [a]")
    with pytest.raises(config.ConfigError, match="there is no 'extends'"):
        config.read(tmp_path / "own.yaml")


def test_what_is_left_out_is_said():
    entry = copy.deepcopy(MAIN)
    del entry["claims"], entry["study"]["decisive"], entry["study"]["expect"]
    del entry["experiments"]["bayes"]["ademp"], entry["experiments"]["cost"]["ademp"]["aims"]
    assert list(checking.problems_of(entry, claims.problems)) == []
    said = list(remarks.lines(design(entry)))
    assert said == [
        "no ADEMP lines (aims, data, estimands, methods, performance): bayes",
        "ADEMP lines that are missing: cost: aims",
        "no claims: nothing is concluded",
    ]
    assert list(remarks.lines(design(MAIN))) == []


@pytest.mark.parametrize(
    "results",
    [
        "src",
        "SRC",
        "src/mine",
        "config",
        "results/published",
        "results/published/x",
        "studies/mine",
        "tests",
        "run",
        "results/estimates",
        "results/mine/figures",
        "docs",
    ],
)
def test_results_do_not_go_where_the_repository_or_another_study_is(results):
    entry = copy.deepcopy(MAIN)
    entry["study"]["results"] = results
    (problem,) = checking.problems_of(entry)
    assert problem.startswith(f"study.results: '{results}' ")
    assert problem.endswith("write a folder of its own, such as results/mine")


@pytest.mark.parametrize("results", ["results", "results/quick", "results/mine", "out", "sources/x"])
def test_other_folders_are_good(results):
    entry = copy.deepcopy(MAIN)
    entry["study"]["results"] = results
    assert list(checking.problems_of(entry)) == []
