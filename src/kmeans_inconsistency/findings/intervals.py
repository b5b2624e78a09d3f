"""Intervals: the rule by which an estimate decides.

A check is decided by an interval whose two tails each have the probability of a normal deviate beyond
``decisive`` standard errors: for five of them, one in 3.5 million. Few replicates leave the standard error
itself uncertain, so that the multiple is Student's; a share has the interval of Clopper & Pearson (1934),
which is exact and has a length where nothing, or everything, was counted.
"""

from __future__ import annotations

import math
from functools import cache

from scipy import special


def tail(decisive: float) -> float:
    """Probability that a standard normal deviate exceeds ``decisive``."""
    return 0.5 * math.erfc(decisive / math.sqrt(2))


@cache
def multiple(decisive: float, replicates: int | None = None) -> float:
    """Standard errors on either side of an estimate: ``decisive`` ones, more where replicates are few.

    Examples
    --------
    >>> round(multiple(5, 12), 1), round(multiple(5, 2000), 2), multiple(5)
    (10.3, 5.02, 5)
    """
    if replicates is None:
        return decisive
    if replicates < 2:
        return math.inf
    # ten digits, since the last ones of the special functions differ between processors
    return float(f"{-special.stdtrit(replicates - 1, tail(decisive)):.10g}")


@cache
def binomial(count: int, total: int, decisive: float) -> tuple[float, float]:
    """Clopper & Pearson's interval for a share of which ``count`` in ``total`` were seen."""
    if total < 1:
        return 0.0, 1.0
    p = tail(decisive)
    low = special.betaincinv(count, total - count + 1, p) if count else 0.0
    high = special.betainccinv(count + 1, total - count, p) if count < total else 1.0
    return float(f"{low:.10g}"), float(f"{high:.10g}")
