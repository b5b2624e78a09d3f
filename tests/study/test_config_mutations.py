"""Mutations of the real configuration: each is refused in clear lines or lays out a safe study.

The draws are derandomised: every run of the suite tries the same mutants.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmeans_inconsistency.findings import claims
from kmeans_inconsistency.study import checking, config
from kmeans_inconsistency.study.design import design

TOP = Path(__file__).parents[2]
TEXT = (TOP / "config.yaml").read_bytes()
GOOD = config.read(TOP / "config.yaml")
SAFE = re.compile(r"[a-z][a-z0-9_]*(/[a-z]+=[0-9][0-9.e+-]*)+/[0-9]+-[0-9]+")
MOST = settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)

NASTY = [
    None, True, False, "", " ", "1e-3", "1_000", "nan", "; rm -rf x", "$(touch x)", "`id`", "a b", "a\nb",
    "a\0b", "../x", "..", "/etc", "~", "{wildcard}", "%s", "*", "results/../../x", "normal_pair", "kmeans",
    "é", "\u202e", "\u096f", "x" * 5000, 0, -0.0, 1, -1, 0.5, 2.0, 1e-300, 5e-324, 1e15, 1e22, 1e300,
    -1e300, 10**30, -(10**30), float("nan"), float("inf"), float("-inf"), [], [[]], [1], [1, 1.0], [None],
    ["a", 1], {}, {"": None}, {"a": {"a": {"a": [{}]}}}, {"../x": 1}, {"eps": [1e-300]}, {"eps": []},
    {"kmeans": None}, {"kmeans": {"kmeans": []}},
]  # fmt: skip


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value] if depth % 2 else {"a": value}
    return value


VALUES = st.one_of(
    st.sampled_from(NASTY),
    st.sampled_from([nested(50), nested(51)]),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.lists(st.floats() | st.integers() | st.text(max_size=3), max_size=4),
    st.dictionaries(st.text(max_size=5), st.none() | st.integers(), max_size=3),
)
KEYS = st.sampled_from([v for v in NASTY if isinstance(v, str)]) | st.text(max_size=8)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a configuration: the keys and indices that lead there."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


PLACES = list(places(GOOD))
HOW = ["replace", "replace", "remove", "rename", "copy", "empty", "double", "nudge"]


@st.composite
def mutants(draw: st.DrawFn) -> Any:
    """The real configuration after one to three mutations."""
    mutant = copy.deepcopy(GOOD)
    for _ in range(draw(st.integers(1, 3))):
        *above, last = draw(st.sampled_from(PLACES))
        home = mutant
        try:
            for key in above:
                home = home[key]
            old = home[last]
        except (KeyError, IndexError, TypeError):
            continue  # an earlier mutation has removed the place
        match draw(
            st.sampled_from(["replace", "replace", "remove", "rename", "copy", "empty", "double", "nudge"])
        ):
            case "replace":
                home[last] = draw(VALUES)
            case "remove":
                del home[last]
            case "rename" | "copy" as how if isinstance(home, dict):
                home[draw(KEYS)] = copy.deepcopy(old)
                if how == "rename":
                    home.pop(last)
            case "empty" if isinstance(old, list | dict):
                old.clear()
            case "double" if isinstance(old, list):
                old.extend(copy.deepcopy(old))
            case "nudge" if isinstance(old, int | float):
                home[last] = old * draw(st.sampled_from([-1, 0, 0.5, 1.0, 2, 1e-9, 1e9, 10**6]))
    return mutant


def assert_refused_in_lines(problems: list[str]) -> None:
    for line in problems:
        assert isinstance(line, str)
        assert line.strip()
        assert line.isprintable(), line
        assert len(line) < 1000


def assert_safe(study: Any) -> None:
    """No name reaches a shell or a path outside the results, and every model can be drawn from."""
    top = Path("/top")
    inside = top / study.results / "estimates"
    for name, block in study.blocks.items():
        assert SAFE.fullmatch(name), name
        path = (top / study.block_file(block)).resolve()
        assert path.is_relative_to(inside)
        assert len(path.name) < 200
    assert inside.is_relative_to(top)
    for experiment in study.experiments.values():
        for scenario in experiment.scenarios:
            assert len(scenario.key) < 200
            assert scenario.model.distance > 0


@MOST
@given(mutants())
def test_a_mutant_is_refused_in_lines_or_lays_out_a_safe_study(mutant):
    problems = list(checking.problems_of(mutant, claims.problems))
    assert_refused_in_lines(problems)
    if not problems:
        assert_safe(design(mutant))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutants")


ODD = [b"\0", b"\t", b":", b"- ", b"&a ", b"*a", b"!!python/name:os.system ", b"\xff", b"<<: ", b"[" * 3000]


@MOST
@given(data=st.data())
def test_a_configuration_with_changed_bytes_is_read_or_refused(folder, data):
    content = bytearray(TEXT)
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(content) - 1))
        stop = start + data.draw(st.sampled_from([0, 0, 1, 1, 5, 100, 2000]))
        content[start:stop] = data.draw(st.sampled_from(ODD) | st.binary(max_size=4))
    path = folder / "mutant.yaml"
    path.write_bytes(content)
    try:
        study, problems = design(config.load(path)), []
    except config.ConfigError as error:
        study, problems = None, error.problems
    assert study or problems
    assert_refused_in_lines(problems)
    if study:
        assert_safe(study)
