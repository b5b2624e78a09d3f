"""Verdicts: of a statement by its checks, and of a claim by its statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

FAILS, MOSTLY, UNDECIDED, PARTLY, HOLDS = "fails", "fails in most", "undecided", "holds in part", "holds"
#: From the weakest, which is the least favourable to the claim.
ORDER = (FAILS, MOSTLY, UNDECIDED, PARTLY, HOLDS)


class Verdict(NamedTuple):
    """A verdict with the numbers of the checks that hold, that fail, and of all."""

    word: str
    holds: int
    fails: int
    of: int

    @property
    def text(self) -> str:
        """As it is printed: ``holds in part, 7 of 12``."""
        match self.word:
            case "holds in part":
                return f"{self.word}, {self.holds} of {self.of}"
            case "fails in most":
                return f"{self.word}, {self.fails} of {self.of}"
        return self.word


def of_checks(found: Sequence[str]) -> Verdict:
    """The verdict of a statement from those of the checks that it asserts.

    Of b checks h hold and f fail. It *holds* if h = b, *holds in part* if 2h >= b, *fails* if f = b, *fails
    in most* if 2f > b, and is *undecided* otherwise, or if it asserts nothing.

    Examples
    --------
    >>> of_checks(["holds", "holds", "fails"]).text
    'holds in part, 2 of 3'
    >>> of_checks(["undecided", "undecided", "fails"]).text
    'undecided'
    """
    b, h, f = len(found), found.count(HOLDS), found.count(FAILS)
    if b == 0:
        word = UNDECIDED
    elif h == b:
        word = HOLDS
    elif 2 * h >= b:
        word = PARTLY
    elif f == b:
        word = FAILS
    elif 2 * f > b:
        word = MOSTLY
    else:
        word = UNDECIDED
    return Verdict(word, h, f, b)


def weakest(statements: Sequence[Verdict]) -> Verdict:
    """The verdict of a claim: its weakest statement's, of two alike that which holds in the smaller share."""
    return min(statements, key=lambda v: (ORDER.index(v.word), v.holds / v.of if v.of else 0.0))
