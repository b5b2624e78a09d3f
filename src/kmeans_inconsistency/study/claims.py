"""Claims: executable statements, each with its estimate, Monte Carlo error, margin and verdict.

"Converges" is a test of equivalence to the limit, not the absence of a significant difference. A check holds
if the whole interval of ``decisive`` Monte Carlo standard errors around its estimate lies inside the margin,
fails if the whole interval lies outside, and is undecided otherwise. With five standard errors a check is
wrong in about one of three million studies (normal theory, one side).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kmeans_inconsistency.study.tables import value
from kmeans_inconsistency.study.text import plain, with_error

HOLDS, CONDITIONAL, FAILS, UNDECIDED = "holds", "holds under conditions", "fails", "undecided"
UNTESTED = "not yet tested"

Row = Mapping[str, str]


@dataclass(frozen=True)
class Check:
    """One comparison that a claim rests on.

    Attributes
    ----------
    statement : str
        What holds if the check does.
    condition : str
        Where it was made.
    low, high : float
        The check holds where the estimand lies between them.
    """

    statement: str
    condition: str
    estimate: float
    mcse: float
    low: float
    high: float
    target: float
    margin: float

    def verdict(self, decisive: float) -> str:
        """Hold the interval of ``decisive`` standard errors against the margin."""
        reach = decisive * self.mcse
        if not math.isfinite(self.estimate) or not math.isfinite(reach):
            return UNDECIDED
        if self.low < self.estimate - reach and self.estimate + reach < self.high:
            return HOLDS
        if self.estimate + reach <= self.low or self.estimate - reach >= self.high:
            return FAILS
        return UNDECIDED


def equals(
    statement: str, condition: str, estimate: float, mcse: float, target: float, margin: float
) -> Check:
    """The estimand equals the target to within the margin."""
    return Check(statement, condition, estimate, mcse, target - margin, target + margin, target, margin)


def exceeds(
    statement: str, condition: str, estimate: float, mcse: float, target: float, margin: float
) -> Check:
    """The estimand exceeds the target by at least the margin."""
    return Check(statement, condition, estimate, mcse, target + margin, math.inf, target, margin)


@dataclass(frozen=True)
class Evidence:
    """The tables of one experiment, as text."""

    summary: Sequence[Row]
    rates: Sequence[Row]
    contrasts: Sequence[Row]

    def at(self, method: str, n: int, quantity: str = "distance") -> list[Row]:
        """Rows of the summary for one method, quantity and sample size."""
        wanted = {"method": method, "n": str(n), "quantity": quantity}
        return [row for row in self.summary if all(row[key] == text for key, text in wanted.items())]

    @property
    def sizes(self) -> list[int]:
        """All sample sizes."""
        return sorted({int(row["n"]) for row in self.summary})

    def slopes(self, method: str, about: str, from_n: float) -> list[Row]:
        """For each scenario the slope over all sample sizes from ``from_n`` on."""
        wanted = [row for row in self.rates if row["method"] == method and row["about"] == about]
        starts = [int(row["from_n"]) for row in wanted if int(row["from_n"]) >= from_n]
        return [row for row in wanted if starts and int(row["from_n"]) == min(starts)]


@dataclass(frozen=True)
class Test:
    """A way to test a claim: the margins that it needs and the checks that it makes."""

    margins: tuple[str, ...]
    checks: Callable[[Evidence, Mapping[str, float]], Iterator[Check]]


def _where(row: Row, *names: str) -> str:
    return ", ".join(f"{name} = {plain(value(row[name]))}" for name in names if row.get(name))


def _kmeans(evidence: Evidence, margins: Mapping[str, float]) -> Iterator[Check]:
    for row in evidence.at("kmeans", evidence.sizes[-1]):
        where = _where(row, "delta", "n")
        found = value(row["mean"]), value(row["mean_mcse"])
        yield equals(
            "the mean distance of k-means equals its limit",
            where,
            *found,
            value(row["limit"]),
            margins["limit"],
        )
        yield exceeds(
            "the mean distance of k-means exceeds the truth",
            where,
            *found,
            value(row["truth"]),
            margins["truth"],
        )
        yield equals(
            "the variance of k-means' distance over that of Pollard's limit theorem is 1",
            where,
            value(row["se_ratio"]) ** 2,
            2 * value(row["se_ratio"]) * value(row["se_ratio_mcse"]),
            1,
            margins["spread"],
        )
    yield from _slopes(evidence, "kmeans", "limit", margins)


def _mixture(evidence: Evidence, margins: Mapping[str, float]) -> Iterator[Check]:
    for n, margin in ((evidence.sizes[-1], margins["truth"]), (evidence.sizes[0], margins["small"])):
        for row in evidence.at("mixture", n):
            found = value(row["mean"]), value(row["mean_mcse"])
            where = _where(row, "delta", "n")
            yield equals(
                "the mean distance of the mixture equals the truth",
                where,
                *found,
                value(row["truth"]),
                margin,
            )
    yield from _slopes(evidence, "mixture", "truth", margins)


def _small_variance(evidence: Evidence, margins: Mapping[str, float]) -> Iterator[Check]:
    n = evidence.sizes[-1]
    rows = evidence.at("known_variance", n)
    smallest = min((value(row["eps"]) for row in rows), default=math.nan)
    for row in evidence.contrasts:
        if row["n"] == str(n) and row["method"] == "known_variance" and value(row["eps"]) == smallest:
            found = value(row["difference"]), value(row["difference_mcse"])
            where = _where(row, "delta", "eps", "n")
            yield equals(
                "the distance at the smallest eps less that of k-means is 0",
                where,
                *found,
                0,
                margins["kmeans"],
            )
    for row in rows:
        found = value(row["mean"]), value(row["mean_mcse"])
        where = _where(row, "delta", "eps", "n")
        if value(row["eps"]) == 1:
            yield equals(
                "the mean distance at the true variance equals the truth",
                where,
                *found,
                value(row["truth"]),
                margins["truth"],
            )
        critical = 1 + value(row.get("delta", "")) ** 2 / 4
        if abs(value(row["eps"]) - critical) >= margins["near"] * critical:
            yield equals(
                "the mean distance equals the predicted limit",
                where,
                *found,
                value(row["limit"]),
                margins["limit"],
            )


def _slopes(evidence: Evidence, method: str, about: str, margins: Mapping[str, float]) -> Iterator[Check]:
    statement = f"the slope of log RMSE of {NAMES[method]} about {ABOUT[about]} is -1/2"
    from_n = margins["slope_from_n"]
    rows = evidence.slopes(method, about, from_n)
    if not rows:
        # A check that cannot be made is undecided, not left out.
        nowhere = f"fewer than two n from {plain(from_n)} on"
        yield equals(statement, nowhere, math.nan, math.nan, -0.5, margins["slope"])
    for row in rows:
        if value(row.get("delta", "")) >= margins.get("slope_from_delta", 0):
            where = (
                f"{_where(row, 'delta')}, n = {plain(value(row['from_n']))} to {plain(value(row['to_n']))}"
            )
            found = value(row["slope"]), value(row["slope_mcse"])
            yield equals(statement, where, *found, -0.5, margins["slope"])


NAMES = {"kmeans": "k-means", "mixture": "the mixture"}
ABOUT = {"limit": "its limit", "truth": "the truth"}

TESTS: Mapping[str, Test] = {
    "kmeans_converges_to_its_limit": Test(("limit", "truth", "slope", "slope_from_n", "spread"), _kmeans),
    "mixture_is_consistent": Test(("truth", "slope", "slope_from_n", "slope_from_delta", "small"), _mixture),
    "small_variance_becomes_kmeans": Test(("kmeans", "truth", "limit", "near"), _small_variance),
}


def judge(name: str, claim: Mapping[str, Any], evidence: Evidence | None, decisive: float) -> dict[str, Any]:
    """Test one claim.

    Returns
    -------
    dict
        As JSON keeps it: the verdict, the conditions under which it holds, and every check.
    """
    told = {"id": name, "statement": " ".join(claim["statement"].split())}
    if evidence is None:
        return told | {"verdict": UNTESTED, "expected": UNTESTED, "conditions": "", "checks": []}
    checks = list(TESTS[claim["test"]].checks(evidence, claim["margins"]))
    verdicts = [check.verdict(decisive) for check in checks]
    return told | {
        "verdict": _verdict(verdicts),
        "expected": claim["expected"],
        "conditions": _conditions(checks, verdicts),
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


MOST_NAMED = 6


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
        "margin": check.margin,
        "verdict": verdict,
        "estimate_text": estimate,
        "mcse_text": mcse,
        "target_text": plain(check.target, 4),
        "margin_text": plain(check.margin),
    }


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
