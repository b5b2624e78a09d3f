"""Claims: executable statements, each with its estimates, Monte Carlo errors, margins and verdict.

"Converges" is a test of equivalence to the limit, not the absence of a significant difference. A check holds
if the whole interval about its estimate lies inside the margin, fails if the whole interval lies outside, and
is undecided otherwise; :mod:`..intervals` says which interval. With five standard errors a check is wrong in
about one of three million studies (one side).

A claim makes one or more statements. Of the checks of a statement it *asserts* some, which make its verdict
by the rule of :mod:`..verdicts`; the others *support* its explanation and decide nothing. A claim has the
verdict of its weakest statement. Cells share their random numbers: the number of checks is no amount of
evidence.

A test is a module of this package, found by its name, with

- ``MARGINS``: the names of its margins, each of which decides the checks of the same name;
- ``ONLY``: the names of further numbers, which say where it is made, each with what is left out, in words;
- ``checks(tables, margins)``: from the tables of one experiment, its checks.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple

from kmeans_inconsistency.findings import regions, verdicts
from kmeans_inconsistency.findings.claims._check import FAILS, HOLDS, MISSING, Check
from kmeans_inconsistency.findings.tables import Tables
from kmeans_inconsistency.study import wording
from kmeans_inconsistency.text import plain, show, with_error

COLUMNS = (
    "id", "statement", "condition", "asserted", "estimate", "mcse", "target", "margin", "verdict",
    "beyond_protocol", "reason",
)  # fmt: skip


def names() -> list[str]:
    """Names of all tests."""
    return sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_"))


def margins(test: str) -> tuple[str, ...]:
    """The margins that a test needs, which are the names of its checks."""
    found: tuple[str, ...] = import_module(f"{__name__}.{test}").MARGINS
    return found


def problems(config: Mapping[str, Any]) -> Iterator[str]:
    """Check what claims say: regions, tests, margins with their reasons, experiments."""
    known = {*config["experiments"], *config.get("without", ())}
    for name, claim in config.get("claims", {}).items():
        for index, statement in enumerate(claim["statements"]):
            where = f"claims.{name}.statements[{index}]"
            try:
                regions.parse(statement["region"])
            except regions.RegionError as error:
                yield f"{where}.region: {error}"
            for number, test in enumerate(statement["tests"]):
                yield from _test_problems(f"{where}.tests[{number}]", test, known)
            if not any(test["asserts"] for test in statement["tests"]):
                yield f"{where}.tests: nothing is asserted; name a check after 'asserts'"


def _test_problems(where: str, test: Mapping[str, Any], experiments: Collection[str]) -> Iterator[str]:
    """Check the names that a test gives, and that what it asserts has a reason."""
    if test["experiment"] not in experiments:
        yield f"{where}.experiment: {wording.unknown(test['experiment'], experiments)}"
    if test["test"] not in names():
        yield f"{where}.test: {wording.unknown(test['test'], names())}"
        return
    wanted = {"margins": margins(test["test"]), "only": only(test["test"])}
    for kind, of_test in wanted.items():
        given = test.get(kind, {})
        thing = "margin" if kind == "margins" else "number"
        for key in sorted(set(of_test) - set(given)):
            yield f"{where}.{kind}: the {thing} {key!r} is missing; add it"
        for key in sorted(set(given) - set(of_test)):
            remedy = wording.did_you_mean(key, list(of_test)) if of_test else "the test takes none"
            yield f"{where}.{kind}: unknown key {wording.show(key)}; {remedy}"
    for index, key in enumerate(test["asserts"]):
        if key not in wanted["margins"]:
            yield f"{where}.asserts[{index}]: {wording.unknown(key, wanted['margins'])}"
        elif not isinstance(test["margins"].get(key, {}), dict):
            yield f"{where}.margins.{key}: it has no reason, and is asserted; write {{margin: …, reason: …}}"


def only(test: str) -> tuple[str, ...]:
    """The numbers that say where a test is made."""
    return tuple(import_module(f"{__name__}.{test}").ONLY)


def left_out(test: Mapping[str, Any]) -> list[str]:
    """Where a test of a claim is not made, in words."""
    sentences = import_module(f"{__name__}.{test['test']}").ONLY
    return [sentences[name].format(plain(float(number))) for name, number in test.get("only", {}).items()]


def tests(claim: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """All tests of a claim as the configuration has it."""
    return [test for statement in claim["statements"] for test in statement["tests"]]


class Made(NamedTuple):
    """A check that was made, with what the configuration says of it."""

    check: Check
    asserted: bool
    reason: str
    experiment: str
    verdict: str


def made(
    claim: Mapping[str, Any], tables: Mapping[str, Tables], decisive: float
) -> Iterator[tuple[Mapping[str, Any], list[Made]]]:
    """Make all checks of each statement of a claim.

    A check that another statement asserts is made for that one alone, one that none asserts for the first.
    """
    asserted = {(_of(test), name) for test in tests(claim) for name in test["asserts"]}
    for statement in claim["statements"]:
        found = []
        for test in statement["tests"]:
            supports = {name for name in test["margins"] if (_of(test), name) not in asserted}
            asserted |= {(_of(test), name) for name in supports}
            found += [
                one for one in _made(test, tables, decisive) if one.asserted or one.check.name in supports
            ]
        yield statement, found


def _of(test: Mapping[str, Any]) -> tuple[str, str]:
    return test["test"], test["experiment"]


def _made(test: Mapping[str, Any], tables: Mapping[str, Tables], decisive: float) -> Iterator[Made]:
    given = {
        name: entry if isinstance(entry, Mapping) else {"margin": entry, "reason": ""}
        for name, entry in test["margins"].items()
    }
    numbers = {name: entry["margin"] for name, entry in given.items()} | test.get("only", {})
    module = import_module(f"{__name__}.{test['test']}")
    for check in module.checks(tables[test["experiment"]], numbers):
        reason = _line(given[check.name]["reason"])
        asserted = check.name in test["asserts"]
        yield Made(check, asserted, reason, test["experiment"], check.verdict(decisive))


def judge(
    name: str,
    claim: Mapping[str, Any],
    tables: Mapping[str, Tables],
    decisive: float,
    beyond: Collection[str] = (),
    confirmed: Sequence[Mapping[str, Any]] = (),
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
    beyond : collection of str
        The experiments whose design is not that of the protocol.
    confirmed : sequence of mappings
        What confirming studies found: ``kind``, ``seed`` and ``verdict``.

    Returns
    -------
    dict
        As JSON keeps it: the verdict, the statements with the regions where each was expected and found to
        hold, and every check.
    """
    statements: list[dict[str, Any]] = []
    checks: list[dict[str, Any]] = []
    for entry, found in made(claim, tables, decisive):
        statements.append(_statement(entry, found))
        for one in found:
            place = f"{name}.{len(checks) + 1}"
            checks.append(_as_json(place, len(statements), one, one.experiment in beyond))
    weakest = verdicts.weakest([s.pop("counted") for s in statements])
    return {
        "id": name,
        "made_by": claim["made_by"],
        "statement": _line(claim["statement"]),
        "restated": _line(claim.get("restated", "")),
        "verdict": weakest.word,
        "verdict_text": weakest.text,
        "expected": verdicts.weakest([s.pop("predicted") for s in statements]).word,
        "holds": sum(int(s["holds"]) for s in statements),
        "fails": sum(int(s["fails"]) for s in statements),
        "of": sum(int(s["of"]) for s in statements),
        "region": "; ".join(dict.fromkeys(s["region"] for s in statements)),
        "expected_region": "; ".join(dict.fromkeys(s["expected_region"] for s in statements)),
        "confirmed": [dict(entry) for entry in confirmed],
        "decisive": decisive,
        "statements": statements,
        "checks": checks,
    }


def _statement(entry: Mapping[str, Any], made_of: Sequence[Made]) -> dict[str, Any]:
    asserted = [one for one in made_of if one.asserted]
    verdict = verdicts.of_checks([one.verdict for one in asserted])
    inside = regions.parse(entry["region"])
    # of each check that could be made: whether theory has it hold, and whether it does
    both = [
        (inside(one.check.condition), one.verdict == HOLDS)
        for one in asserted
        if MISSING not in one.check.condition
    ]
    return {
        "counted": verdict,
        "predicted": verdicts.of_checks([HOLDS if theory else FAILS for theory, _ in both]),
        "statement": _line(entry["statement"]),
        "verdict": verdict.word,
        "verdict_text": verdict.text,
        "holds": verdict.holds,
        "fails": verdict.fails,
        "of": verdict.of,
        "region": regions.region([(one.check.condition, one.verdict == HOLDS) for one in asserted]),
        "expected_region": regions.shown(entry["region"]),
        "left_out": list(dict.fromkeys(words for test in entry["tests"] for words in left_out(test))),
        # holds where it was expected to, and nowhere else
        "as_expected": sum(theory == found for theory, found in both),
        "parts": _parts(made_of),
    }


def _parts(found: Sequence[Made]) -> list[dict[str, Any]]:
    """What the checks say, each sentence with the region where it holds."""
    sentences: dict[tuple[str, bool], list[Made]] = {}
    for one in found:
        sentences.setdefault((one.check.statement, one.asserted), []).append(one)
    return [
        {
            "statement": sentence,
            "asserted": asserted,
            "region": regions.region([(one.check.condition, one.verdict == HOLDS) for one in cases]),
            **{verdict: sum(one.verdict == verdict for one in cases) for verdict in _WORDS},
        }
        for (sentence, asserted), cases in sentences.items()
    ]


_WORDS = ("holds", "fails", "undecided")


def _line(text: str) -> str:
    return " ".join(text.split())


def written(condition: Mapping[str, float | str]) -> str:
    """A condition as it is printed: ``delta = 2, n = 100``."""
    if MISSING in condition:
        return f"no such {condition[MISSING]}"
    return ", ".join(f"{name} = {show(value)}" for name, value in condition.items())


def _as_json(name: str, statement: int, one: Made, beyond: bool) -> dict[str, Any]:
    check = one.check
    estimate, mcse = with_error(check.found.value, check.found.mcse)
    return {
        "id": name,
        "of_statement": statement,
        "statement": check.statement,
        "experiment": one.experiment,
        "factors": dict(check.condition),
        "condition": written(check.condition),
        "asserted": one.asserted,
        "estimate": _finite(check.found.value),
        "mcse": _finite(check.found.mcse),
        "target": _finite(check.target),
        "margin": _finite(check.margin),
        "reason": one.reason,
        "beyond_protocol": beyond,
        "verdict": one.verdict,
        "estimate_text": estimate,
        "mcse_text": mcse,
        "target_text": plain(check.target, 4),
        "margin_text": plain(float(f"{check.margin:.4g}")),
    }


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
