"""Claims on tables made by hand: every statement can hold, fail and be undecided; verdicts of claims."""

from __future__ import annotations

from collections import defaultdict
from importlib import import_module
from typing import Any

import pytest
from findings.claim_cases import CASES, Case, F, H, U

from kmeans_inconsistency.findings import claims, tables
from kmeans_inconsistency.findings.claims._check import Check, below, cannot, equals, exceeds

DECISIVE = 5


def table(text: str) -> list[dict[str, str]]:
    """Rows of a table that is written in columns, as they come from a file."""
    header, *rows = [line.split() for line in text.splitlines() if line.strip()] or [[]]
    return [
        {name: "" if cell == "." else cell for name, cell in zip(header, row, strict=True)} for row in rows
    ]


def tables_of(case: Case) -> tables.Tables:
    return tables.Tables(*map(table, (case.summary, case.rates, case.contrasts, case.limits)))


def checks(case: Case) -> list[Check]:
    module = import_module(f"{claims.__name__}.{case.test}")
    assert set(case.margins) <= set(module.MARGINS)
    return list(module.checks(tables_of(case), case.margins))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.test)
def test_verdicts_of_hand_made_tables(case):
    found = [(check.verdict(DECISIVE), f"{check.statement}: {check.condition}") for check in checks(case)]
    assert [verdict for verdict, _ in found] == case.verdicts, found


@pytest.mark.parametrize("name", claims.names())
def test_every_statement_is_seen_to_hold_to_fail_and_to_be_undecided(name):
    seen: dict[str, set[str]] = defaultdict(set)
    for case in CASES:
        if case.test == name:
            for check, verdict in zip(checks(case), case.verdicts, strict=True):
                seen[check.statement].add(verdict)
    assert seen
    assert {statement: found for statement, found in seen.items() if found != {H, U, F}} == {}


@pytest.mark.parametrize(
    ("check", "verdict"),
    [
        # the interval of five errors about the estimate, and the margins about the target
        (equals("", "", 1.09, 0.001, 1, 0.1), H),
        (equals("", "", 0.91, 0.001, 1, 0.1), H),
        (equals("", "", 1.096, 0.001, 1, 0.1), U),
        (equals("", "", 0.904, 0.001, 1, 0.1), U),
        (equals("", "", 1.104, 0.001, 1, 0.1), U),
        (equals("", "", 1.106, 0.001, 1, 0.1), F),
        (equals("", "", 0.894, 0.001, 1, 0.1), F),
        # an interval that is wider than the margins decides nothing
        (equals("", "", 1, 0.03, 1, 0.1), U),
        (exceeds("", "", 1.106, 0.001, 1, 0.1), H),
        (exceeds("", "", 1.104, 0.001, 1, 0.1), U),
        (exceeds("", "", 1.096, 0.001, 1, 0.1), U),
        (exceeds("", "", 1.094, 0.001, 1, 0.1), F),
        (below("", "", 0.894, 0.001, 1, 0.1), H),
        (below("", "", 0.896, 0.001, 1, 0.1), U),
        (below("", "", 0.904, 0.001, 1, 0.1), U),
        (below("", "", 0.906, 0.001, 1, 0.1), F),
        # on the bound itself nothing holds
        (equals("", "", 0.5, 0, 0, 0.5), F),
        (exceeds("", "", 0.5, 0, 0, 0.5), F),
        (below("", "", -0.5, 0, 0, 0.5), F),
        # what does not exist decides nothing
        (exceeds("", "", float("nan"), 0.001, 1, 0.1), U),
        (exceeds("", "", 9, float("nan"), 1, 0.1), U),
        (exceeds("", "", float("inf"), 0.001, 1, 0.1), U),
        (cannot("", ""), U),
    ],
)
def test_verdict_of_a_check(check, verdict):
    assert check.verdict(DECISIVE) == verdict


# --- judge -------------------------------------------------------------------------------------------

OVERESTIMATES = "the mean distance of k-means exceeds the truth"
LIMIT = "the mean distance of k-means equals its limit"


def judged(*rows: str, wanted: str = "holds") -> dict[str, Any]:
    """Judge a claim of one test by a table of delta, truth, limit and mean with an error of 0.001."""
    text = "n method quantity mean_mcse delta truth limit mean\n"
    text += "\n".join(f"100 kmeans distance 0.001 {row}" for row in rows)
    own = {"toy": tables.Tables(table(text), (), (), ())}
    test = {"test": "kmeans_overestimates", "experiment": "toy", "margins": {"limit": 0.01}}
    claim = {"statement": "k-means\n  errs.", "tests": [test], "expected": wanted}
    return claims.judge("C1", claim, own, DECISIVE)


GOOD, WRONG, OPEN = "1 1 1.2 1.2", "2 2 1.8 1.7", "3 3 3.03 3.003"  # (H, H), (F, F), (U, U)


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ([GOOD], "holds"),
        ([WRONG], "fails"),
        ([OPEN], "undecided"),
        ([GOOD, WRONG], "holds under conditions"),
        ([GOOD, OPEN], "holds under conditions"),
        ([GOOD, WRONG, OPEN], "holds under conditions"),
        ([WRONG, OPEN], "undecided"),
    ],
)
def test_verdict_of_a_claim(rows, verdict):
    assert judged(*rows)["verdict"] == verdict


def test_a_claim_without_tests_is_not_yet_tested():
    found = claims.judge("C9", {"statement": "Something."}, {}, DECISIVE)
    assert found["verdict"] == found["expected"] == "not yet tested"
    assert found["checks"] == []


def test_what_is_said_of_a_claim():
    found = judged(GOOD, WRONG, OPEN, "4 4 4.2 4.2", wanted="fails")
    assert (found["id"], found["statement"], found["decisive"]) == ("C1", "k-means errs.", DECISIVE)
    assert found["expected"] == "fails"
    assert found["conditions"] == "; ".join(
        f"{statement} in 2 of 4 cases (fails at delta = 2, n = 100; undecided at delta = 3, n = 100)"
        for statement in (OVERESTIMATES, LIMIT)
    )
    assert found["where"] == dict.fromkeys((OVERESTIMATES, LIMIT), "delta ≤ 1, and 1 more")
    assert [check["verdict"] for check in found["checks"]] == [H, H, F, F, U, U, H, H]
    third = found["checks"][2]
    assert third == {
        "id": "C1.3",
        "statement": OVERESTIMATES,
        "condition": "delta = 2, n = 100",
        "estimate": 1.7,
        "mcse": 0.001,
        "target": 2.0,
        "margin": 0.0,
        "verdict": F,
        "estimate_text": "1.7000",
        "mcse_text": "0.0010",
        "target_text": "2.0000",
        "margin_text": "0",
    }


def test_many_failures_are_counted():
    found = judged(GOOD, *[f"{delta} {delta} 1 1" for delta in (5, 6, 7, 8)])
    assert found["conditions"] == f"{OVERESTIMATES} in 1 of 5 cases (fails in 4)"


def test_what_has_no_number_is_null():
    check = judged("1 1 . .")["checks"][0]
    assert (check["estimate"], check["target"], check["verdict"]) == (None, 1.0, U)
    assert check["estimate_text"] == "—"


def test_the_tests_of_a_claim_are_made_together():
    own = {"one": tables_of(CASES[0]), "other": tables_of(CASES[1])}
    tests = [
        {"test": case.test, "experiment": name, "margins": case.margins}
        for case, name in zip(CASES, own, strict=False)
    ]
    found = claims.judge("C1", {"statement": "", "tests": tests, "expected": ""}, own, DECISIVE)
    assert [check["verdict"] for check in found["checks"]] == CASES[0].verdicts + CASES[1].verdicts
