"""Claims: executable statements, each with its estimates, Monte Carlo errors, margins and verdict.

"Converges" is a test of equivalence to the limit, not the absence of a significant difference. A check holds
if the whole interval of ``decisive`` Monte Carlo standard errors around its estimate lies inside the margin,
fails if the whole interval lies outside, and is undecided otherwise. With five standard errors a check is
wrong in about one of three million studies (normal theory, one side).

A test of a claim is a module of this package, found by its name, with

- ``MARGINS``: the names of the margins that it needs;
- ``checks(tables, margins)``: from the tables of one experiment, the checks that it makes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from kmeans_inconsistency.findings.claims._check import FAILS, HOLDS, UNDECIDED, Check
from kmeans_inconsistency.findings.regions import region
from kmeans_inconsistency.findings.tables import Tables
from kmeans_inconsistency.study.wording import did_you_mean, show, unknown
from kmeans_inconsistency.text import plain, with_error

CONDITIONAL = "holds under conditions"
UNTESTED = "not yet tested"
COLUMNS = ("id", "statement", "condition", "estimate", "mcse", "target", "margin", "verdict")


def names() -> list[str]:
    """Names of all tests."""
    return sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_"))


def margins(test: str) -> tuple[str, ...]:
    """The margins that a test needs."""
    found: tuple[str, ...] = import_module(f"{__name__}.{test}").MARGINS
    return found


def problems(config: Mapping[str, Any]) -> Iterator[str]:
    """Check what the claims of a configuration name: tests, margins and experiments."""
    known = {*config["experiments"], *config.get("without", ())}
    for name, claim in config.get("claims", {}).items():
        for index, test in enumerate(claim.get("tests", [])):
            where = f"claims.{name}.tests[{index}]"
            if test["test"] not in names():
                yield f"{where}.test: {unknown(test['test'], names())}"
            else:
                wanted = margins(test["test"])
                for key in sorted(set(wanted) - set(test["margins"])):
                    yield f"{where}.margins: the margin {key!r} is missing; add it"
                for key in sorted(set(test["margins"]) - set(wanted)):
                    yield f"{where}.margins: unknown key {show(key)}; {did_you_mean(key, list(wanted))}"
            if test["experiment"] not in known:
                yield f"{where}.experiment: {unknown(test['experiment'], known)}"


def _checks(test: Mapping[str, Any], tables: Mapping[str, Tables]) -> Iterator[Check]:
    module = import_module(f"{__name__}.{test['test']}")
    yield from module.checks(tables[test["experiment"]], test["margins"])


def judge(
    name: str, claim: Mapping[str, Any], tables: Mapping[str, Tables], decisive: float
) -> dict[str, Any]:
    """Make all tests of one claim.

    Parameters
    ----------
    name : str
    claim : mapping
        As the configuration has it.
    tables : mapping from str to Tables
        Of the experiments that its tests name.
    decisive : float
        Monte Carlo standard errors.

    Returns
    -------
    dict
        As JSON keeps it: the verdict, the conditions under which it holds, where each of its statements holds
        in short, and every check.
    """
    told = {"id": name, "statement": " ".join(claim["statement"].split())}
    if not claim.get("tests"):
        return told | {"verdict": UNTESTED, "expected": UNTESTED, "conditions": "", "where": {}, "checks": []}
    checks = [check for test in claim["tests"] for check in _checks(test, tables)]
    verdicts = [check.verdict(decisive) for check in checks]
    return told | {
        "verdict": _verdict(verdicts),
        "expected": claim["expected"],
        "conditions": _conditions(checks, verdicts),
        "where": _where(checks, verdicts),
        "decisive": decisive,
        "checks": [
            _as_json(f"{name}.{index}", check, verdict)
            for index, (check, verdict) in enumerate(zip(checks, verdicts, strict=True), start=1)
        ],
    }


def _verdict(verdicts: Sequence[str]) -> str:
    found = set(verdicts)
    if found in ({HOLDS}, {FAILS}):
        return found.pop()
    return CONDITIONAL if HOLDS in found else UNDECIDED


MOST_NAMED = 3


def _conditions(checks: Sequence[Check], verdicts: Sequence[str]) -> str:
    """Say for each statement that does not hold everywhere where it fails and where it is undecided."""
    if HOLDS not in verdicts:
        return ""
    told = []
    for statement in dict.fromkeys(check.statement for check in checks):
        where: dict[str, list[str]] = {HOLDS: [], FAILS: [], UNDECIDED: []}
        for check, verdict in zip(checks, verdicts, strict=True):
            if check.statement == statement:
                where[verdict].append(check.condition)
        cases = sum(map(len, where.values()))
        if len(where[HOLDS]) < cases:
            others = [
                f"{verdict} {_named(where[verdict])}" for verdict in (FAILS, UNDECIDED) if where[verdict]
            ]
            told.append(f"{statement} in {len(where[HOLDS])} of {cases} cases ({'; '.join(others)})")
    return "; ".join(told)


def _where(checks: Sequence[Check], verdicts: Sequence[str]) -> dict[str, str]:
    """Say of each statement in a few words where it holds."""
    cases: dict[str, list[tuple[str, bool]]] = {}
    for check, verdict in zip(checks, verdicts, strict=True):
        cases.setdefault(check.statement, []).append((check.condition, verdict == HOLDS))
    return {statement: region(found) for statement, found in cases.items()}


def _named(conditions: Sequence[str]) -> str:
    """Name a few cases, count many; the list of checks has them all."""
    if len(conditions) > MOST_NAMED:
        return f"in {len(conditions)}"
    return "at " + "; ".join(conditions)


def _as_json(name: str, check: Check, verdict: str) -> dict[str, Any]:
    estimate, mcse = with_error(check.estimate, check.mcse)
    return {
        "id": name,
        "statement": check.statement,
        "condition": check.condition,
        "estimate": _finite(check.estimate),
        "mcse": _finite(check.mcse),
        "target": _finite(check.target),
        "margin": _finite(check.margin),
        "verdict": verdict,
        "estimate_text": estimate,
        "mcse_text": mcse,
        "target_text": plain(check.target, 4),
        "margin_text": plain(float(f"{check.margin:.4g}")),
    }


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
