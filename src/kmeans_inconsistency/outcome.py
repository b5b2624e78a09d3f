"""Outcomes: how a fit ended, for estimators that say it and for tables that count it."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """How a fit ended. Every fit has one; the values are stored by name."""

    CONVERGED = 0  # at the global optimum, to the stated tolerance
    MERGED = 1  # the optimum is a single component: the two means coincide
    DEGENERATE = 2  # the likelihood is unbounded, or its supremum is at the edge of the parameter space
    NOT_CONVERGED = 3  # the last iterate is not at a stationary point
    STOPPED = 4  # a stopping rule other than stationarity ended the fit, as a peer's would
    FAILED = 5  # there is no estimate
