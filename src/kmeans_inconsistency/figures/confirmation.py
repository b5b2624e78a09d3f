"""Monte Carlo errors on trial: how far two independent studies differ, in units of their errors."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import Drawing
from kmeans_inconsistency.text import plain

INPUTS = {"spread": "confirmation_spread.csv"}

CAPTION = (
    "The frozen study and its repetition under another seed: root mean square of the standardised "
    "differences of {numbers} numbers, for each of {measures} measures. If the Monte Carlo standard errors "
    "are right, it is about 1 (line). Bars are the 95 % intervals in which it then lies, where they are "
    "known; they come from resampling whole replicates across cells, because the cells share their random "
    "numbers. {farthest}"
)


_NAMES = {
    "empse": "empirical standard error",
    "mse": "mean squared error",
    "rmse": "root mean squared error",
    "mse_limit": "mean squared error about the limit",
    "rmse_limit": "root mean squared error about the limit",
    "se_ratio": "ratio of standard errors",
    "kolmogorov": "Kolmogorov's distance",
    "slope": "slope of the error in n",
    "difference": "difference of means",
    "rmse_ratio": "ratio of errors",
    "median_ratio": "ratio of median errors",
    "closer": "share of samples nearer to the truth",
    "rmse_crossover": "crossover, by root mean squared error",
    "median_crossover": "crossover, by median error",
    "closeness_crossover": "crossover, by share of samples",
    "coverage": "coverage of the truth",
    "coverage_limit": "coverage of the limit",
    "width": "width of intervals",
}
"""Measures whose names in the tables are short."""


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw a point for each measure, the largest root mean square on top; none without a repetition."""
    data = tables["spread"].sort_values("rms", ignore_index=True)
    figure, (axes,) = style.panels(1, height=max(1.2, 0.7 + 0.17 * len(data)))
    axes.axvline(1.0, color="0.6", linewidth=0.9)
    places = list(range(len(data)))
    axes.hlines(places, data["low"], data["high"], color="0.75", linewidth=3.0)
    axes.plot(data["rms"], places, linestyle="none", marker="o", color="black")
    axes.set_yticks(places, [_name(measure) for measure in data["measure"]])
    axes.set(xlabel="RMS of standardised differences", xlim=(0, None))
    if data.empty:
        axes.text(0.5, 0.5, "not repeated yet", transform=axes.transAxes, ha="center", style="italic")
    return Drawing(figure, data, _facts(data))


def _name(measure: str) -> str:
    return _NAMES.get(measure, measure.replace("_", " "))


def _facts(data: pd.DataFrame) -> dict[str, str]:
    farthest = "The study has not been repeated yet."
    if len(data):
        last = data.iloc[-1]
        farthest = f"The largest is that of the {_name(last['measure'])}, {plain(float(last['rms']), 2)}."
    return {
        "numbers": plain(int(data["numbers"].sum())),
        "measures": plain(len(data)),
        "farthest": farthest,
    }
