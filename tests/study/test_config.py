"""Bad configurations: every problem at once, one line each, with the place and the remedy."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from kmeans_inconsistency.findings import claims
from kmeans_inconsistency.study import checking, config, schema
from kmeans_inconsistency.study.design import design

TOP = Path(__file__).parents[2]
GOOD = config.read(TOP / "config.yaml")
HERE = "experiments.consistency"


def changed(change: Any) -> list[str]:
    mutant = copy.deepcopy(GOOD)
    change(mutant["experiments"]["consistency"], mutant)
    return list(checking.problems_of(mutant, claims.problems))


@pytest.mark.parametrize("name", ["config.yaml", "config/quick.yaml"])
def test_the_configurations_of_the_repository_are_good(name):
    study = design(config.load(TOP / name))
    assert set(study.experiments) == set(GOOD["experiments"])


CASES = {
    "a method of the line for data in space": (
        lambda e, _: e.update(
            model="spherical_pair",
            factors={"delta": [2], "dimension": [2, 5]},
            methods={"mixture": None},
        ),
        f"{HERE}.methods.mixture: it fits one dimension only, and spherical_pair has 5; use ",
    ),
    "a method of pairs for three components": (
        lambda e, _: e.update(
            model="normal_row", factors={"delta": [2], "clusters": [2, 3]}, methods={"mixture": None}
        ),
        f"{HERE}.methods.mixture: it fits two components only, and normal_row has 3",
    ),
    "misspelt key": (
        lambda e, _: e.update(replicate=3),
        f"{HERE}: unknown key 'replicate'; did you mean 'replicates'?",
    ),
    "missing key": (lambda e, _: e.pop("block"), f"{HERE}: the key 'block' is missing; add it"),
    "text for a number": (
        lambda e, _: e["n"].append("1e5"),
        f"{HERE}.n[11]: '1e5' is text, not a number; write 100000",
    ),
    "small text for a number": (
        lambda _, c: c["experiments"]["small_variance"]["methods"]["known_variance"]["eps"].append("1e-3"),
        "experiments.small_variance.methods.known_variance.eps[23]: '1e-3' is text, not a number; "
        "write 0.001",
    ),
    "word for a number": (
        lambda e, _: e["n"].append("many"),
        f"{HERE}.n[11]: 'many' is text, not a number; write a number",
    ),
    "negative": (lambda e, _: e["n"].append(-5), f"{HERE}.n[11]: -5 is too small; write 2 or more"),
    "fraction for a count": (
        lambda e, _: e["n"].append(50.5),
        f"{HERE}.n[11]: 50.5 is of the wrong kind; write a whole number",
    ),
    "truth value": (
        lambda e, _: e["n"].append(True),
        f"{HERE}.n[11]: True is of the wrong kind; write a whole number",
    ),
    "zero": (lambda e, _: e.update(replicates=0), f"{HERE}.replicates: 0 is too small; write 2 or more"),
    "zero separation": (
        lambda e, _: e["factors"]["delta"].append(0),
        f"{HERE}.factors.delta[6]: 0: the means coincide; write a separation above 0",
    ),
    "NaN": (
        lambda e, _: e["factors"]["delta"].append(float("nan")),
        f"{HERE}.factors.delta[6]: nan is not a finite number; write a finite one",
    ),
    "beyond the range": (
        lambda e, _: e["factors"]["delta"].append(1e-300),
        f"{HERE}.factors.delta[6]: 1e-300: out of range; write 0 or a number of size 0.000001 to 1000000",
    ),
    "hardly a component": (
        lambda e, _: e["factors"]["weight"].append(1 - 1e-9),
        f"{HERE}.factors.weight[1]: 0.999999999: a component has weight 1e-09; give each 0.000001 at least",
    ),
    "fraction that is none for a count": (
        lambda e, _: e.update(replicates=2000.0),
        f"{HERE}.replicates: 2000.0 is of the wrong kind; write 2000",
    ),
    "unprintable key": (
        lambda e, _: e.update({"n\n\x1b": 1}),
        f"{HERE}: unknown key 'n\\n\\x1b'; did you mean 'n'?",
    ),
    "infinity": (
        lambda e, _: e["factors"]["delta"].append(float("inf")),
        f"{HERE}.factors.delta[6]: inf is not a finite number; write a finite one",
    ),
    "duplicate": (lambda e, _: e["n"].append(50), f"{HERE}.n: 50 stands twice; keep one"),
    "two spellings": (
        lambda e, _: e["factors"]["delta"].append(2.0),
        f"{HERE}.factors.delta: 2.0 stands twice; keep one",
    ),
    "empty list": (lambda e, _: e.update(n=[]), f"{HERE}.n: the list is empty; give at least one value"),
    "no list": (lambda e, _: e.update(n=50), f"{HERE}.n: 50 is of the wrong kind; write a list in brackets"),
    "unknown method": (
        lambda e, _: e["methods"].update(kmeens=None),
        f"{HERE}.methods.kmeens: unknown method; did you mean 'kmeans'?",
    ),
    "unknown model": (
        lambda e, _: e.update(model="normal_pear"),
        f"{HERE}.model: 'normal_pear' is unknown; did you mean 'normal_pair'?",
    ),
    "unknown factor": (
        lambda e, _: e["factors"].update(weights=[0.5]),
        f"{HERE}.factors: 'weights' is no parameter of normal_pair; did you mean 'weight'?",
    ),
    "missing factor": (
        lambda e, _: e["factors"].pop("delta"),
        f"{HERE}.factors: the factor 'delta' of normal_pair is missing; add a list of values",
    ),
    "unknown quantity": (
        lambda e, _: e.update(quantities=["distanse"]),
        f"{HERE}.quantities[0]: 'distanse' is no output of these methods; did you mean 'distance'?",
    ),
    "parameter of no method": (
        lambda e, _: e["methods"].update(kmeans={"eps": [1]}),
        f"{HERE}.methods.kmeans: 'eps' is no parameter of kmeans; use one of: interval",
    ),
    "parameter of another method": (
        lambda e, _: e["methods"].update(known_covariance={"eps": [1], "starts": [2]}),
        f"{HERE}.methods.known_covariance: 'starts' is no parameter of known_covariance; use one of: eps",
    ),
    "misspelt choice": (
        lambda e, _: e["methods"].update(mixture={"search": ["locl"]}),
        f"{HERE}.methods.mixture.search[0]: 'locl' is unknown; did you mean 'local'?",
    ),
    "a number for a choice": (
        lambda e, _: e["methods"].update(mixture={"search": ["local", 2]}),
        f"{HERE}.methods.mixture.search[1]: '2' is unknown; use one of: global, local",
    ),
    "a truth value for a choice": (
        lambda e, _: e["methods"].update(mixture={"search": [True]}),
        f"{HERE}.methods.mixture.search[0]: True is of the wrong kind; write a number or text",
    ),
    "the same fits in two grids": (
        lambda e, _: e["methods"].update(mixture=[{}, {"search": ["global", "local"]}]),
        f"{HERE}.methods.mixture: mixture stands twice; keep one",
    ),
    "a parameter missing in one of two grids": (
        lambda e, _: e["methods"].update(known_variance=[{"eps": [1]}, {}]),
        f"{HERE}.methods.known_variance[1]: the parameter 'eps' is missing; add a list of values",
    ),
    "a grid that is none": (
        lambda e, _: e["methods"].update(mixture=["local"]),
        f"{HERE}.methods.mixture[0]: 'local' is of the wrong kind; write a mapping",
    ),
    "an output that only another variant has": (
        lambda e, _: e.update(quantities=["gradient"], methods={"mixture": {"interval": ["information"]}}),
        f"{HERE}.quantities[0]: 'gradient' is no output of these methods; use one of: distance",
    ),
    "a variant of the line for more clusters": (
        lambda e, _: e.update(
            model="normal_row",
            factors={"delta": [2], "clusters": [3]},
            quantities=["distance"],
            methods={"kmeans": {"interval": ["naive"]}},
        ),
        f"{HERE}.methods.'kmeans,interval=naive': it fits two components only, and normal_row has 3",
    ),
    "missing parameter": (
        lambda e, _: e["methods"].update(known_variance=None),
        f"{HERE}.methods.known_variance: the parameter 'eps' is missing; add a list of values",
    ),
    "eps of zero": (
        lambda e, _: e["methods"].update(known_variance={"eps": [0]}),
        f"{HERE}.methods.known_variance.eps[0]: 0 is not above zero; write a number above 0",
    ),
    "a weight that is no share": (
        lambda e, _: e["methods"].update(known_variance={"eps": [1], "known_weight": [0.3, 1]}),
        f"{HERE}.methods.known_variance.known_weight[1]: 1 is no share; write a number between 0 and 1",
    ),
    "unknown test": (
        lambda _, c: c["claims"]["C1"]["statements"][0]["tests"][0].update(test="mixture_is_consistant"),
        "claims.C1.statements[0].tests[0].test: 'mixture_is_consistant' is unknown; did you mean 'mixture_is",
    ),
    "missing margin": (
        lambda _, c: c["claims"]["C1"]["statements"][0]["tests"][0]["margins"].pop("slope"),
        "claims.C1.statements[0].tests[0].margins: the margin 'slope' is missing; add it",
    ),
    "unknown experiment of a claim": (
        lambda _, c: c["claims"]["C1"]["statements"][0]["tests"][0].update(experiment="consistence"),
        "claims.C1.statements[0].tests[0].experiment: 'consistence' is unknown; did you mean 'consistency'?",
    ),
    "a claim without a statement": (
        lambda _, c: c["claims"]["C1"].pop("statement"),
        "claims.C1: the key 'statement' is missing; add it",
    ),
    "a statement without a region": (
        lambda _, c: c["claims"]["C1"]["statements"][0].pop("region"),
        "claims.C1.statements[0]: the key 'region' is missing; add it",
    ),
    "no region": (
        lambda _, c: c["claims"]["C1"]["statements"][0].update(region="delta => 2"),
        "claims.C1.statements[0].region: 'delta => 2' is no comparison; write comparisons such as",
    ),
    "an unknown check": (
        lambda _, c: c["claims"]["C1"]["statements"][0]["tests"][0]["asserts"].append("truht"),
        "claims.C1.statements[0].tests[0].asserts[4]: 'truht' is unknown; did you mean 'truth'?",
    ),
    "an asserted margin without a reason": (
        lambda _, c: c["claims"]["C1"]["statements"][0]["tests"][0]["margins"].update(truth=0.01),
        "claims.C1.statements[0].tests[0].margins.truth: it has no reason, and is asserted; write",
    ),
    "a number that a test does not take": (
        lambda _, c: c["claims"]["C1"]["statements"][0]["tests"][0]["only"].update(near=0.1),
        "claims.C1.statements[0].tests[0].only: unknown key 'near'; ",
    ),
    "nothing asserted": (
        lambda _, c: c["claims"]["C1"]["statements"][0]["tests"][0].update(asserts=[]),
        "claims.C1.statements[0].tests: nothing is asserted; name a check after 'asserts'",
    ),
    "a seed that is a word": (
        lambda _, c: c["study"].update(seed="protocols"),
        "study.seed: 'protocols' has not the right form; it must match",
    ),
    "path for a name": (
        lambda _, c: c["study"].update(results="../elsewhere"),
        "study.results: '../elsewhere' has not the right form; it must match",
    ),
    "shell for a name": (
        lambda _, c: c["experiments"].update({"x; rm -rf y": c["experiments"]["consistency"]}),
        "experiments: 'x; rm -rf y' has not the right form; it must match",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_said_in_one_line(case):
    change, line = CASES[case]
    problems = changed(change)
    assert len(problems) == 1, problems
    assert problems[0].startswith(line)
    assert "\n" not in problems[0]


@pytest.mark.parametrize("weight", [0, 1, -0.5, 1.5])
def test_weights_that_cannot_sum_to_one_are_refused(weight):
    problems = changed(lambda e, _: e["factors"]["weight"].append(weight))
    assert len(problems) == 1
    assert problems[0].startswith(f"{HERE}.factors.weight[1]: {weight}: weight must be between 0 and 1")


def test_all_problems_are_said_at_once():
    def change(experiment, whole):
        experiment["n"] = [50, "1e3", -1]
        experiment["metods"] = {}
        whole["study"]["seed"] = -1
        del whole["study"]["date"]

    assert len(changed(change)) == 5


def refused(tmp_path: Path, text: str) -> str:
    path = tmp_path / "c.yaml"
    path.write_text(text)
    with pytest.raises(config.ConfigError) as caught:
        config.load(path)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0].removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "must be a mapping"),
        ("- 1", "must be a mapping"),
        ("a: [1", "line 1, column 6: "),
        ("a: 1\na: 2", "line 2, column 1: the key 'a' stands twice (first in line 1); keep one"),
        ("1: 2", "line 1, column 1: the key '1' is not text"),
        (
            "a: !!python/object/apply:os.getcwd []",
            "line 1, column 4: the tag !!python/object/apply:os.getcwd is not allowed",
        ),
        ("extends: c.yaml", "extends itself"),
        ("extends: 3", "extends: 3 is not the name of a file"),
        ("? [a, b]\n: 1", "line 1, column 3: a key must be text, not a list"),
    ],
)
def test_what_is_no_configuration_is_refused(tmp_path, text, said):
    assert said in refused(tmp_path, text)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(config.ConfigError, match="cannot be read: No such file"):
        config.load(tmp_path / "none.yaml")


def test_an_extension_replaces_lists_and_merges_mappings(tmp_path):
    (tmp_path / "base.yaml").write_text("a: {x: [1, 2], y: 1}\nb: 1")
    (tmp_path / "c.yaml").write_text("extends: base.yaml\na: {x: [3]}")
    assert config.read(tmp_path / "c.yaml") == {"a": {"x": [3], "y": 1}, "b": 1}


@pytest.mark.parametrize("checked", [False, True])
def test_dates_stay_text(tmp_path, checked):
    (tmp_path / "c.yaml").write_text("date: 2026-11-23")
    assert config.read(tmp_path / "c.yaml", checked) == {"date": "2026-11-23"}


@pytest.mark.parametrize("name", ["config.yaml", "config/quick.yaml"])
def test_the_fast_parser_reads_the_same(name):
    path = schema.SCHEMA.parents[2] / name
    assert config.read(path) == config.read(path, checked=True)


def test_the_schema_is_itself_valid():
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(yaml.safe_load(schema.SCHEMA.read_text()))
