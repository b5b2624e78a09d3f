"""Numbers as they are printed."""

from __future__ import annotations

import math

import pytest

from kmeans_inconsistency import text


@pytest.mark.parametrize(
    ("number", "decimals", "shown"),
    [
        (2.0, None, "2"),
        (0.5, None, "0.5"),
        (-1.5, None, "−1.5"),
        (1000, None, "1000"),
        (100000, None, "100\u2009000"),
        (1234567.25, None, "1\u2009234\u2009567.25"),
        (2.33333, 4, "2.3333"),
        (-0.00001, 3, "0.000"),
        (-0.31, 1, "−0.3"),
        (1e5, 0, "100\u2009000"),
        (1e-5, None, "0.00001"),
        (math.nan, 2, "—"),
        (math.inf, None, "—"),
    ],
)
def test_plain(number, decimals, shown):
    assert text.plain(number, decimals) == shown


@pytest.mark.parametrize(
    ("number", "mcse", "shown"),
    [
        (2.333312, 0.00012, ("2.33331", "0.00012")),
        (-0.5012, 0.0231, ("−0.501", "0.023")),
        (12.3, 1.5, ("12.3", "1.5")),
        (1234.0, 57.0, ("1234", "57")),
        (1.0, 0.0, ("1.0000", "0")),
        (1.0, math.nan, ("1.0000", "—")),
    ],
)
def test_with_error(number, mcse, shown):
    assert text.with_error(number, mcse) == shown


def test_listing():
    assert text.listing(["1"]) == "1"
    assert text.listing([0.5, 2.0, 1e5]) == "0.5, 2 and 100\u2009000"
    assert text.listing(["1", "2", "3"]) == "1, 2 and 3"
    assert text.listing([str(k) for k in range(1, 12)]) == "1, 2, 3, … and 11"
