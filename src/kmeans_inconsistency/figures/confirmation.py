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


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw a point for each measure, the largest root mean square on top; none without a repetition."""
    data = tables["spread"].sort_values("rms", ignore_index=True)
    figure, (axes,) = style.panels(1, height=max(1.2, 0.7 + 0.17 * len(data)))
    axes.axvline(1.0, color="0.6", linewidth=0.9)
    places = list(range(len(data)))
    axes.hlines(places, data["low"], data["high"], color="0.75", linewidth=3.0)
    axes.plot(data["rms"], places, linestyle="none", marker="o", color="black")
    axes.set_yticks(places, [name.replace("_", " ") for name in data["measure"]])
    axes.set(xlabel="root mean square of the standardised differences", xlim=(0, None))
    if data.empty:
        axes.text(0.5, 0.5, "not repeated yet", transform=axes.transAxes, ha="center", style="italic")
    return Drawing(figure, data, _facts(data))


def _facts(data: pd.DataFrame) -> dict[str, str]:
    farthest = "The study has not been repeated yet."
    if len(data):
        last = data.iloc[-1]
        name = str(last["measure"]).replace("_", " ")
        farthest = f"The largest is that of the {name}, {plain(float(last['rms']), 2)}."
    return {
        "numbers": plain(int(data["numbers"].sum())),
        "measures": plain(len(data)),
        "farthest": farthest,
    }
