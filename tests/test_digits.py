"""Numbers as they are shown: what differs is seen to differ, in any units and far from zero."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kmeans_inconsistency import digits

sizes = st.floats(1e-40, 1e40)


@given(value=sizes, sign=st.sampled_from([-1, 1]), ratio=st.floats(1e-12, 1e3))
def test_an_estimate_is_shown_to_a_tenth_of_its_standard_error(value, sign, ratio):
    error = ratio * value
    shown, _, bracket = digits.to_error(sign * value, error).partition(" ")
    assert abs(float(shown) - sign * value) <= max(0.05 * error, 1e-16 * value) * 1.01
    assert float(bracket.strip("()")) == pytest.approx(error, rel=0.051)
    # and no further: a few digits beside the error's own
    assert (
        len(shown.lstrip("-").partition("e")[0].replace(".", "").lstrip("0"))
        <= max(3 - math.log10(ratio), 3) + 1
    )


@given(origin=st.floats(-1e12, 1e12), gap=sizes)
def test_two_numbers_that_differ_are_shown_to_differ(origin, gap):
    other = origin + gap
    assume(other - origin > 1e-12 * abs(origin))
    first, second = digits.apart([origin, other])
    assert float(second) - float(first) == pytest.approx(other - origin, rel=2e-3, abs=4e-16 * abs(origin))


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([0.3, 0.7], ["0.3", "0.7"]),
        ([None, 2 / 3], ["none", "0.666667"]),
        ([5.0, 5.0], ["5", "5"]),
        ([0.0], ["0"]),
        ([], []),
        ([1e-39, 3e-39], ["1e-39", "3e-39"]),
        ([-math.pi * 1e45, 1e45], ["-3.14159e+45", "1e+45"]),
    ],
)
def test_usual_numbers_have_six_digits(values, shown):
    assert digits.apart(values) == shown


def test_timestamps_have_two_means(tmp_path, capsys):
    from kmeans_inconsistency.commands import fit

    path = tmp_path / "timestamps.csv"
    seconds = (0, 1, 2, 3, 10, 11, 12, 14)
    path.write_text("x\n" + "\n".join(str(1700000000 + s) for s in seconds))
    assert fit.main([str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    for line in lines:
        if line.split()[0:1] == ["means"] or line.split()[0:1] == ["centers"]:
            low, high = (float(word) for word in line.split()[1:] if not word.startswith("("))
            assert high - low > 5
