"""Examples: real measurements, most with known groups, and what each estimator says of them."""

from .data import NAMES, DamagedDataError, Data, load
from .results import COLUMNS, OBSERVED, described, observations, rows

__all__ = [
    "COLUMNS",
    "NAMES",
    "OBSERVED",
    "DamagedDataError",
    "Data",
    "described",
    "load",
    "observations",
    "rows",
]
