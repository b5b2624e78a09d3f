"""Tests of claims on tables made by hand: each check can hold, fail and be undecided."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from kmeans_inconsistency.findings.tables import Tables


def row(**values: Any) -> dict[str, str]:
    shown = {"n": 100, "method": "kmeans", "quantity": "distance", "mean_mcse": 0.001, "median_mcse": 0.001}
    return {name: str(value) for name, value in (shown | values).items()}


def verdicts(
    test: str,
    margins: dict[str, float],
    summary: list[dict[str, str]],
    contrasts: tuple[dict[str, str], ...] = (),
) -> list[str]:
    checks = import_module(f"kmeans_inconsistency.findings.claims.{test}").checks
    return [check.verdict(5) for check in checks(Tables(summary, (), contrasts, ()), margins)]


def test_overestimates() -> None:
    rows = [
        row(delta=2, weight=weight, truth=2, limit=limit, mean=mean)
        for weight, limit, mean in ((0.5, 2.333, 2.334), (0.9, 1.86, 1.857), (0.8, 2.004, 2.004))
    ]
    found = verdicts("kmeans_overestimates", {"limit": 0.01}, rows)
    assert found == ["holds", "holds", "fails", "holds", "undecided", "holds"]
    assert verdicts("kmeans_overestimates", {"limit": 0.01}, [row(method="mixture")]) == ["undecided"]


def test_centres_are_close_each_on_its_own() -> None:
    """The distance is right, and the centres are not."""
    rows = [
        row(delta=4, weight=0.7, quantity="lower", truth=-2, mean=-1.9),
        row(delta=4, weight=0.7, quantity="upper", truth=2, mean=2.1),
        row(delta=6, weight=0.7, quantity="lower", truth=-3, mean=-3.01),
        row(delta=2, weight=0.7, quantity="lower", truth=-1, mean=5),
    ]
    found = verdicts("centres_are_close", {"share": 0.01, "from_delta": 4}, rows)
    assert sorted(found) == ["fails", "fails", "holds"]
    assert verdicts("centres_are_close", {"share": 0.01, "from_delta": 7}, rows) == ["undecided"]


def test_who_errs_less() -> None:
    summary = [row(experiment="t_components", delta=1, limit=1.7, mean=1.701)]
    contrasts = tuple(
        row(delta=1, method="mixture", against="kmeans", rmse_ratio=ratio, rmse_ratio_mcse=0.01)
        for ratio in (2, 0.5, 1.01)
    )
    found = verdicts("kmeans_needs_no_model", {"limit": 0.02}, summary, contrasts)
    assert found == ["holds", "holds", "fails", "undecided"]
    assert verdicts("kmeans_needs_no_model", {"limit": 0.02}, summary) == ["holds", "undecided"]


@pytest.mark.parametrize(
    ("limit", "median", "expected"), [(6, 5.9, "holds"), (1.9, 1.9, "holds"), (6, 1.9, "fails")]
)
def test_the_small_component(limit: float, median: float, expected: str) -> None:
    rows = [row(delta=6, weight=0.98, limit=limit, median=median)]
    assert verdicts("small_component_is_ignored", {"from_delta": 5}, rows) == [expected]
    assert verdicts("small_component_is_ignored", {"from_delta": 7}, rows) == ["undecided"]


def test_merging() -> None:
    rows = [
        row(method="known_variance", delta=2, eps=eps, merged=merged, replicates=200)
        for eps, merged in ((1.5, 0), (2.5, 200), (2.5, 0), (2.5, 101), (2.01, 100))
    ]
    found = verdicts("components_merge", {"near": 0.05}, rows)
    assert found == ["holds", "holds", "fails", "undecided"]


def test_turning() -> None:
    rows = [
        row(method="lloyd", quantity="angle", delta=2, noise=noise, limit=limit, median=median)
        for noise, limit, median in ((1.2, 0, 3.0), (2, 90, 88.0), (2, 90, 3.0))
    ]
    assert verdicts("direction_turns", {"from_delta": 1}, rows) == ["holds", "holds", "fails"]
    assert verdicts("direction_turns", {"from_delta": 3}, rows) == ["undecided"]


def test_less_stable() -> None:
    """The mixture against k-means: pairs of shares, then ratios of passes."""
    kmeans = "lloyd,start=uniform,refinement=none"
    mixture = "spherical_mixture,start=uniform,acceleration=none"
    summary = [
        row(delta=4, clusters=3, method=name, quantity="passes", mean=mean)
        for name, mean in ((kmeans, 10), (mixture, 80))
    ]
    pairs = tuple(
        row(
            delta=4,
            method=mixture,
            against=kmeans,
            quantity="share",
            difference=gain,
            difference_mcse=0.01,
        )
        for gain in (0.3, -0.3, 0.06)
    )
    margins = {"share": 0.05, "fits": 5.0}
    found = verdicts("kmeans_is_less_stable", margins, summary, pairs)
    assert found == ["holds", "fails", "undecided", "holds"]
    assert verdicts("kmeans_is_less_stable", margins | {"fits": 9.0}, summary)[-1] == "fails"
    assert verdicts("kmeans_is_less_stable", margins, summary[:1]) == ["undecided", "undecided"]


def test_em_as_practised() -> None:
    margins = {"from_tol": 1e-3, "excess": 0.002, "limit": 0.04, "truth": 0.05}
    rows = [
        row(method="sklearn_mixture", delta=1, tol=0.001, truth=1, limit=1.39, mean=1.4),
        row(method="sklearn_mixture", delta=2, tol=0.001, truth=2, limit=2.07, mean=2.003),
        row(method="sklearn_mixture", delta=3, tol=0.001, truth=3, limit=3.01, mean=2.99),
        row(method="sklearn_mixture", delta=1, tol=1e-06, truth=1, limit=1.07, mean=5),
        row(method="mixture", delta=1, truth=1, mean=1.01),
        row(method="mixture", delta=2, truth=2, mean=2.1),
    ]
    found = verdicts("em_as_practised", margins, rows)
    assert found == ["holds", "holds", "undecided", "fails", "fails", "holds", "holds", "fails"]
    assert verdicts("em_as_practised", margins, rows[3:4]) == ["undecided", "undecided"]


def test_em_becomes_lloyd() -> None:
    margins = {"gap": 0.05, "soft": 0.001, "same": 0.005, "limit": 0.1, "from_eps": 0.1, "to_eps": 1}

    def soft(eps: float, mean: float, mcse: float = 1e-5, limit: float = 0.02) -> dict[str, str]:
        cell = {"delta": 2, "clusters": 3, "dimension": 2, "method": "known_covariance"}
        return row(**cell, quantity="softness", eps=eps, mean=mean, mean_mcse=mcse, limit=limit)

    near = [
        soft(0.01, 0.04, 0.001) | {"quantity": "gap"},
        soft(0.1, 0.9) | {"quantity": "gap"},
        soft(0.01, 0.006) | {"quantity": "disagreement"},
    ]
    softness = [soft(0.1, 0.021), soft(0.01, 0.002), soft(0.5, 0.0215), soft(1, 0.0215, 0.001), soft(2, 0.01)]
    assert verdicts("em_becomes_lloyd", margins, near + softness) == [
        "holds",  # gap, at the smallest eps only
        "fails",  # softness there
        "fails",  # disagreement there
        *("holds", "holds", "undecided", "fails"),  # harder from each eps to the next
        *("holds", "holds", "undecided"),  # the predicted softness, but at .01 and 2
    ]
    assert verdicts("em_becomes_lloyd", margins, [row()]) == ["undecided"] * 4
