"""Where a statement holds, in a few words."""

from __future__ import annotations

import pytest

from kmeans_inconsistency.findings.regions import region


def cases(found: dict[tuple[float, str], bool]) -> list[tuple[str, bool]]:
    return [(f"delta = {delta:g}, n = {n}, lower", holds) for (delta, n), holds in found.items()]


@pytest.mark.parametrize("holds", [True, False])
def test_there_is_nothing_to_say_where_all_or_none_hold(holds):
    assert region(cases({(1, "50"): holds, (2, "50"): holds})) == ""


def test_one_factor_tells_the_cases_apart():
    assert region(cases({(d, n): d < 3 for d in (1, 2, 3, 4) for n in ("50", "100")})) == "delta ≤ 2"
    assert (
        region(cases({(d, n): n != "50" for d in (1, 2) for n in ("50", "20\N{THIN SPACE}000")}))
        == "n ≥ 20\N{THIN SPACE}000"
    )


def test_what_one_factor_does_not_cover_is_counted():
    found = {(d, n): d >= 3 or (d == 2 and n == "100") for d in (1, 2, 3, 4) for n in ("50", "100")}
    assert region(cases(found)) == "delta ≥ 3, and 1 more"


def test_no_factor_tells():
    assert region(cases({(d, n): (d == 1) == (n == "50") for d in (1, 2) for n in ("50", "100")})) == ""
    assert region([("lower", True), ("upper", False)]) == ""


def test_a_factor_that_some_cases_lack_tells_nothing():
    assert region([("delta = 1, clusters = 2", True), ("delta = 1", False), ("delta = 2", False)]) == ""


def test_a_size_that_only_tells_two_grids_apart_tells_nothing():
    one = cases({(d, "50"): True for d in (1, 2)})
    other = [
        (f"{condition}, weight = {w}", d == 1)
        for d in (1, 2)
        for w in (0.5, 0.7)
        for condition in [f"delta = {d}, n = 100"]
    ]
    assert region(one + other) == "delta ≤ 1, and 1 more"


def test_a_minus_sign_is_one():
    assert region([("delta = −1", False), ("delta = 1", True)]) == "delta ≥ 1"
