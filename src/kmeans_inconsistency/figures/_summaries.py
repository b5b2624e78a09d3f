"""Pieces of the summary tables that several figures draw."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

DISTANCE = [
    "delta",
    "n",
    "method",
    "replicates",
    "used",
    "truth",
    "limit",
    "mean",
    "mean_mcse",
    "rmse",
    "rmse_mcse",
    "q05",
    "q95",
]


def distances(summary: pd.DataFrame, *parameters: str) -> pd.DataFrame:
    """Take the rows of the balanced scenarios that summarise the estimated distance, sorted for drawing.

    Parameters
    ----------
    summary : DataFrame
        ``results/summaries/<experiment>.csv``.
    *parameters : str
        Columns of the methods' parameters to keep.
    """
    chosen = (summary["quantity"] == "distance") & (summary["weight"] == 0.5)
    order = ["delta", "method", *parameters, "n"]
    return summary.loc[chosen, [*parameters, *DISTANCE]].sort_values(order, ignore_index=True)


def by(rows: pd.DataFrame, column: str) -> Iterator[tuple[float, pd.DataFrame]]:
    """Go through the distinct values of a column in ascending order, each with its rows."""
    for value in sorted(rows[column].unique()):
        yield float(value), rows[rows[column] == value]


def nearest(values: pd.Series, wanted: float) -> float:
    """Find the value of the grid that is nearest to ``wanted``."""
    return min((float(value) for value in values.unique()), key=lambda value: abs(value - wanted))
