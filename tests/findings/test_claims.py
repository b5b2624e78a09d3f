"""Claims on tables made by hand: every statement can hold, fail and be undecided; verdicts of claims."""

from __future__ import annotations

from collections import defaultdict
from importlib import import_module
from typing import Any

import pytest
from findings.claim_cases import CASES, Case, F, H, U
from scipy import stats

from kmeans_inconsistency.findings import claims, intervals, tables, verdicts
from kmeans_inconsistency.findings.claims._check import Check, Found, below, cannot, equals, exceeds

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
    assert set(case.margins) == {*module.MARGINS, *module.ONLY}
    found = list(module.checks(tables_of(case), case.margins))
    assert {check.name for check in found} <= set(module.MARGINS)
    return found


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
        (equals("", "", {}, Found(1.09, 0.001), 1, 0.1), H),
        (equals("", "", {}, Found(0.91, 0.001), 1, 0.1), H),
        (equals("", "", {}, Found(1.096, 0.001), 1, 0.1), U),
        (equals("", "", {}, Found(0.904, 0.001), 1, 0.1), U),
        (equals("", "", {}, Found(1.104, 0.001), 1, 0.1), U),
        (equals("", "", {}, Found(1.106, 0.001), 1, 0.1), F),
        (equals("", "", {}, Found(0.894, 0.001), 1, 0.1), F),
        # an interval that is wider than the margins decides nothing
        (equals("", "", {}, Found(1, 0.03), 1, 0.1), U),
        (exceeds("", "", {}, Found(1.106, 0.001), 1, 0.1), H),
        (exceeds("", "", {}, Found(1.104, 0.001), 1, 0.1), U),
        (exceeds("", "", {}, Found(1.096, 0.001), 1, 0.1), U),
        (exceeds("", "", {}, Found(1.094, 0.001), 1, 0.1), F),
        (below("", "", {}, Found(0.894, 0.001), 1, 0.1), H),
        (below("", "", {}, Found(0.896, 0.001), 1, 0.1), U),
        (below("", "", {}, Found(0.904, 0.001), 1, 0.1), U),
        (below("", "", {}, Found(0.906, 0.001), 1, 0.1), F),
        # on the bound itself nothing holds
        (equals("", "", {}, Found(0.5, 0), 0, 0.5), F),
        (exceeds("", "", {}, Found(0.5, 0), 0, 0.5), F),
        (below("", "", {}, Found(-0.5, 0), 0, 0.5), F),
        # what does not exist decides nothing
        (exceeds("", "", {}, Found(float("nan"), 0.001), 1, 0.1), U),
        (exceeds("", "", {}, Found(9, float("nan")), 1, 0.1), U),
        (exceeds("", "", {}, Found(float("inf"), 0.001), 1, 0.1), U),
        (cannot("", "", ""), U),
    ],
)
def test_verdict_of_a_check(check, verdict):
    assert check.verdict(DECISIVE) == verdict


# --- few replicates, and shares -----------------------------------------------------------------------


def test_few_replicates_need_a_wider_interval():
    """With 12 of them 10.3 estimated errors are as rare as five known ones."""
    assert stats.t.sf(intervals.multiple(5, 12), 11) == pytest.approx(stats.norm.sf(5), rel=1e-8)
    assert equals("", "", {}, Found(1, 0.0098, 12), 1, 0.1).verdict(DECISIVE) == U
    assert equals("", "", {}, Found(1, 0.0097, 12), 1, 0.1).verdict(DECISIVE) == H
    assert equals("", "", {}, Found(1, 0.0198, 20000), 1, 0.1).verdict(DECISIVE) == H


@pytest.mark.parametrize(("count", "total"), [(0, 12), (12, 12), (0, 20000), (3, 400), (150, 200)])
def test_the_interval_of_a_share_is_exact(count, total):
    low, high = Found(count / total, 0.0, total, count).ends(DECISIVE)
    alone = stats.norm.sf(DECISIVE)
    assert 0 <= low <= count / total <= high <= 1
    assert low == 0 if count == 0 else stats.binom.sf(count - 1, total, low) == pytest.approx(alone, rel=1e-6)
    assert (
        high == 1 if count == total else stats.binom.cdf(count, total, high) == pytest.approx(alone, rel=1e-6)
    )


def test_nothing_seen_in_few_samples_is_not_never():
    """Twelve samples without a failure do not exclude that one fit in two fails."""
    assert equals("", "", {}, Found(0.0, 0.0, 12, 0), 0, 0.5).verdict(DECISIVE) == U
    assert equals("", "", {}, Found(0.0, 0.0, 2000, 0), 0, 0.01).verdict(DECISIVE) == H


# --- judge -------------------------------------------------------------------------------------------

OVERESTIMATES = "the mean distance of k-means exceeds the truth"
LIMIT = "the mean distance of k-means equals its limit"
REASON = {"margin": 0.0, "reason": "any\n  excess counts"}
GOOD, WRONG, OPEN = "1 1 1.2 1.2", "2 2 1.8 1.7", "3 3 3.03 3.003"  # (H, H), (F, F), (U, U)


def toy(*rows: str) -> dict[str, tables.Tables]:
    """A table of delta, truth, limit and mean with an error of 0.001."""
    text = "n method quantity mean_mcse delta truth limit mean\n"
    text += "\n".join(f"100 kmeans distance 0.001 {row}" for row in rows)
    return {"toy": tables.Tables(table(text), (), (), ())}


def statement(*asserts: str, region: str = "everywhere") -> dict[str, Any]:
    margins = {"truth": REASON, "limit": {"margin": 0.01, "reason": "small"} if "limit" in asserts else 0.01}
    test = {"test": "kmeans_overestimates", "experiment": "toy", "asserts": asserts, "margins": margins}
    return {"statement": "It\n  errs.", "region": region, "tests": [test]}


def judged(*rows: str, statements: Any = (), **further: Any) -> dict[str, Any]:
    claim = {"made_by": "an answer", "statement": "k-means\n  errs."}
    claim |= {"statements": statements or [statement("truth")]}
    return claims.judge("C1", claim, toy(*rows), DECISIVE, **further)


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ([GOOD], "holds"),
        ([WRONG], "fails"),
        ([OPEN], "undecided"),
        ([GOOD, WRONG], "holds in part, 1 of 2"),
        ([GOOD, OPEN], "holds in part, 1 of 2"),
        ([GOOD, WRONG, OPEN], "undecided"),
        ([GOOD, WRONG, WRONG], "fails in most, 2 of 3"),
        ([WRONG, WRONG, OPEN], "fails in most, 2 of 3"),
        ([WRONG, OPEN], "undecided"),
        ([OPEN, OPEN, WRONG], "undecided"),
        ([GOOD, GOOD, WRONG], "holds in part, 2 of 3"),
    ],
)
def test_verdict_of_a_claim(rows, verdict):
    assert judged(*rows)["verdict_text"] == verdict


def test_the_rule_for_any_numbers():
    """By the definition, for every way in which up to six checks can hold and fail."""
    for b in range(1, 7):
        for h in range(b + 1):
            for f in range(b - h + 1):
                found = verdicts.of_checks([H] * h + [F] * f + [U] * (b - h - f))
                rules = {
                    "holds": h == b,
                    "holds in part": h != b and 2 * h >= b,
                    "fails": f == b,
                    "fails in most": f != b and 2 * f > b,
                }
                assert found.word == next((w for w, true in rules.items() if true), "undecided")
                assert sum(rules.values()) <= 1
                assert (found.holds, found.fails, found.of) == (h, f, b)
    assert verdicts.of_checks([]).word == "undecided"


def test_what_only_supports_decides_nothing():
    found = judged("1 1 1.5 1.2")  # exceeds the truth, and misses the limit
    assert [check["verdict"] for check in found["checks"]] == [H, F]
    assert [check["asserted"] for check in found["checks"]] == [True, False]
    assert (found["verdict"], found["holds"], found["fails"], found["of"]) == ("holds", 1, 0, 1)


def test_a_claim_has_the_weakest_of_its_statements_verdicts():
    words = ("fails", "fails in most", "undecided", "holds in part", "holds")
    assert words == verdicts.ORDER
    found = judged("1 1 1.5 1.2", statements=[statement("truth"), statement("limit")])
    assert [s["verdict"] for s in found["statements"]] == ["holds", "fails"]
    assert (found["verdict"], found["holds"], found["fails"], found["of"]) == ("fails", 1, 1, 2)
    halves = [verdicts.of_checks([H, H, U]), verdicts.of_checks([H, U])]
    assert verdicts.weakest(halves).text == "holds in part, 1 of 2"


def test_a_check_is_made_for_the_statement_that_asserts_it():
    found = judged(GOOD, statements=[statement("truth"), statement("limit")])
    assert [(c["statement"], c["of_statement"], c["asserted"]) for c in found["checks"]] == [
        (OVERESTIMATES, 1, True),
        (LIMIT, 2, True),
    ]


def test_what_is_said_of_a_claim():
    confirmed = [{"kind": "repeated", "seed": 7, "verdict": "holds"}]
    own = [statement("truth", "limit", region="delta <= 1 or delta >= 4")]
    found = judged(GOOD, WRONG, OPEN, "4 4 4.2 4.2", statements=own, beyond=["toy"], confirmed=confirmed)
    assert (found["id"], found["statement"], found["decisive"]) == ("C1", "k-means errs.", DECISIVE)
    assert (found["made_by"], found["restated"], found["expected"]) == ("an answer", "", "holds in part")
    assert found["confirmed"] == confirmed
    (said,) = found["statements"]
    assert said["expected_region"] == found["expected_region"] == "delta ≤ 1 or delta ≥ 4"
    assert said["region"] == found["region"] == "delta ≤ 1, and 2 more"
    assert said["as_expected"] == 8
    assert [part["region"] for part in said["parts"]] == ["delta ≤ 1, and 1 more"] * 2
    assert [check["verdict"] for check in found["checks"]] == [H, H, F, F, U, U, H, H]
    assert found["checks"][2] == {
        "id": "C1.3",
        "of_statement": 1,
        "statement": OVERESTIMATES,
        "experiment": "toy",
        "factors": {"delta": 2.0, "n": 100.0},
        "condition": "delta = 2, n = 100",
        "asserted": True,
        "estimate": 1.7,
        "mcse": 0.001,
        "target": 2.0,
        "margin": 0.0,
        "reason": "any excess counts",
        "beyond_protocol": True,
        "verdict": F,
        "estimate_text": "1.7000",
        "mcse_text": "0.0010",
        "target_text": "2.0000",
        "margin_text": "0",
    }


def test_what_has_no_number_is_null():
    check = judged("1 1 . .")["checks"][0]
    assert (check["estimate"], check["target"], check["verdict"]) == (None, 1.0, U)
    assert check["estimate_text"] == "—"


def test_what_the_results_do_not_allow_is_said():
    nothing = {"toy": tables.Tables(table("n method quantity\n100 mixture distance"), (), (), ())}
    claim = {"made_by": "", "statement": "", "statements": [statement("truth")]}
    found = claims.judge("C1", claim, nothing, DECISIVE)
    assert found["verdict"] == "undecided"
    assert found["checks"][0]["condition"] == "no such fit of k-means"
