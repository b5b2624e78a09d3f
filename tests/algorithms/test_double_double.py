"""Double-doubles against exact fractions."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from kmeans_inconsistency.algorithms.double_double import PRECISION, add, divided, scaled, square, two_sum

relaxed = settings(deadline=None, derandomize=True, max_examples=200)
numbers = st.floats(-1e12, 1e12).filter(lambda v: v == 0 or abs(v) > 1e-12)
pairs = st.tuples(numbers, st.floats(-1, 1)).map(lambda p: two_sum.py_func(p[0], p[0] * p[1] * 2.0**-53))


def exact(pair: tuple[float, float]) -> Fraction:
    return Fraction(pair[0]) + Fraction(pair[1])


@relaxed
@given(pairs, pairs, numbers)
def test_operations(a: tuple[float, float], b: tuple[float, float], c: float) -> None:
    x, y, z, bound = exact(a), exact(b), Fraction(c), Fraction(PRECISION)
    assert abs(exact(add(*a, *b)) - (x + y)) <= bound * (abs(x) + abs(y))
    assert abs(exact(square(*a)) - x * x) <= bound * x * x
    assert abs(exact(scaled(*a, c)) - x * z) <= bound * abs(x * z)
    if c:
        assert abs(exact(divided(*a, c)) - x / z) <= bound * abs(x / z)
