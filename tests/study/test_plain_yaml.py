"""YAML that means what it looks like."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kmeans_inconsistency.study import plain_yaml


def problems(text: str) -> list[str]:
    with pytest.raises(plain_yaml.YamlError) as caught:
        plain_yaml.parse(text)
    return caught.value.problems


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0100", "64"),
        ("050", "40"),
        ("-017", "-15"),
        ("0x1F", "31"),
        ("0b11", "3"),
        ("1_000", "1000"),
        ("1:30", "90"),
        ("190:20:30", "685230"),
        ("1:30.5", "90.5"),
        ("1_0.5", "10.5"),
        ("yes", "true"),
        ("No", "false"),
        ("ON", "true"),
        ("off", "false"),
    ],
)
@pytest.mark.parametrize("frame", ["a: {}", "b: 1\na:\n  - 2\n  - {}", "a: [1, {}]", "a: {{b: {}}}"])
def test_a_value_that_is_read_as_another_is_refused_with_its_line(frame, written, read):
    text = frame.format(written)
    (problem,) = problems(text)
    assert problem.startswith(f"line {text.count(chr(10)) + 1}, column ")
    assert f"{written} is read as {read}; write " in problem
    # in quotes it is a text, as it looks
    assert plain_yaml.parse(frame.format(f"'{written}'"))


def test_every_problem_is_said_at_once_and_in_order():
    text = "x: &a {n: 0100}\ny:\n  <<: *a\n  z: no\nz: 1\nz: 2\nyes: 3\n1: 2\n? [a]\n: !!set {b}\n"
    found = problems(text)
    assert [problem.partition(",")[0] for problem in found] == [
        f"line {i}" for i in (1, 3, 4, 6, 7, 8, 9, 10)
    ]
    assert "'<<' does not merge here" in found[1]
    assert "'z' stands twice (first in line 5)" in found[3]
    assert "'yes' is not text" in found[4]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x [*x]", "stands within itself"),
        ("a: =", "put it in quotes"),
        ("a: !!binary aGk=", "the tag !!binary is not allowed"),
        ("a: !own 1", "the tag !own is not allowed"),
        ("a: !!int '0100'", "0100 is read as 64"),
        ("a: 1\n---\nb: 2", "another document"),
        ("a: " + "[" * 5000, "nested too deeply"),
        ("\x01", "unacceptable character"),
    ],
)
def test_what_is_no_plain_yaml_is_one_line(text, said):
    (problem,) = problems(text)
    assert said in problem
    assert "\n" not in problem


def test_an_alias_of_a_value_is_read():
    assert plain_yaml.parse("a: &x [1, 2]\nb: *x") == {"a": [1, 2], "b": [1, 2]}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_what_a_yaml_writer_writes_is_read_the_same_by_both_parsers(value):
    text = yaml.safe_dump(value)
    assert plain_yaml.parse(text) == value
    assert plain_yaml.parse(text, checked=True) == value


@given(st.text(alphabet="0123456789abcxXeE+-_.:oO", min_size=1, max_size=7))
def test_a_number_is_the_number_that_python_reads_or_is_refused(word):
    try:
        value = plain_yaml.parse(f"- {word}")[0]
    except plain_yaml.YamlError:
        return
    if isinstance(value, int | float) and value == value:
        assert float(word.replace(".inf", "inf")) == value
