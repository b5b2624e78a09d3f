"""Real data with known groups: the observations, and where each estimator puts the two means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from kmeans_inconsistency.asymptotics import Z95
from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.text import plain

INPUTS = {"estimates": "real_data.csv", "observations": "real_data_observations.csv"}

CAPTION = (
    "Real data, {columns} columns of measurements. Bars: histograms of the observations, dark for the group "
    "with the larger mean and light for the other, and of one shade where the groups are not known. Curve: "
    "the density of the normal mixture with a common variance, fitted by maximum likelihood. Dashed line: "
    "where k-means cuts. Below, from the top: the means of the known groups with their 95 % intervals, the "
    "centres of k-means, the means of the mixture, and the centres of k-means corrected for their "
    "bias{without}."
)

_TITLES = {
    "iris": ("irises, two species", "petal length (cm)"),
    "gentoo": ("gentoo penguins, by sex", "body mass (g)"),
    "adelie": ("Adélie penguins, by sex", "body mass (g)"),
    "chinstrap": ("chinstrap penguins, by sex", "body mass (g)"),
    "heights": ("students, by sex", "reported height (in)"),
    "faithful": ("Old Faithful", "waiting time (min)"),
}
_ROWS = {"labels": "truth", "kmeans": "kmeans", "mixture": "mixture", "debiased": "debiased"}
_BARS = 18


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw one panel for each column of data."""
    estimates, observations = tables["estimates"], tables["observations"]
    names = list(estimates["data"].unique())
    figure, panels = style.panels(len(names), height=1.75)
    without = []
    for axes, name in zip(panels, names, strict=True):
        own = estimates[estimates["data"] == name].set_index(["method", "quantity"])
        _panel(axes, own, observations[observations["data"] == name])
        title, label = _TITLES.get(name, (name, name))
        axes.set(title=title, xlabel=label, yticks=[])
        axes.spines["left"].set_visible(False)
        if ("debiased", "lower") not in own.index:
            without.append(title)
    handles = [_mark(method) for method in _ROWS]
    figure.legend(handles=handles, loc="outside upper left", ncols=len(handles), frameon=False)
    facts = {
        "columns": plain(len(names)),
        "without": f" (which does not exist for {' and '.join(without)})" if without else "",
    }
    return Drawing(figure, estimates, facts)


def _mark(method: str) -> Line2D:
    label = {"labels": "known groups", "debiased": "k-means, corrected"}.get(
        method, LOOKS[_ROWS[method]].label
    )
    return Line2D([], [], linestyle="none", label=label, **_dots(method))


def _dots(method: str) -> dict[str, Any]:
    look = LOOKS[_ROWS[method]]
    if method != "labels":
        return style.dots(look)
    # a stroke has no face: its colour is that of its edge, which other marks have white
    return style.dots(replace(look, marker="|")) | {"markeredgecolor": look.colour, "markersize": 5.0}


def _panel(axes: Axes, own: pd.DataFrame, observations: pd.DataFrame) -> None:
    values = observations["value"].to_numpy()
    edges = np.linspace(values.min(), values.max(), _BARS + 1)
    groups = [values[observations["upper"] == side] for side in (0, 1)]
    shades = ["0.82", "0.6"]
    if observations["upper"].isna().all():
        groups, shades = [values], ["0.75"]
    share = 1 / (len(values) * (edges[1] - edges[0]))
    weights = [np.full(len(group), share) for group in groups]
    axes.hist(
        groups,
        bins=list(edges),
        weights=weights,
        stacked=True,
        color=shades,
        edgecolor="white",
        linewidth=0.2,
    )

    def of(method: str, quantity: str, column: str = "estimate") -> float:
        return float(own[column].loc[(method, quantity)])

    mixture = LOOKS["mixture"]
    grid = np.linspace(edges[0], edges[-1], 400)
    weight, sd = of("mixture", "weight"), of("mixture", "sd")
    parts = [
        part * np.exp(-0.5 * ((grid - of("mixture", end)) / sd) ** 2) / (sd * np.sqrt(2 * np.pi))
        for part, end in ((weight, "lower"), (1 - weight, "upper"))
    ]
    axes.plot(grid, np.sum(parts, axis=0), color=mixture.colour, linewidth=0.9)
    axes.axvline(of("kmeans", "cut"), color=LOOKS["kmeans"].colour, linewidth=0.7, linestyle=(0, (4, 2)))
    top = axes.get_ylim()[1]
    axes.axhline(0, color="0.4", linewidth=0.5)
    for i, method in enumerate(_ROWS, start=1):
        for end in ("lower", "upper"):
            if (method, end) in own.index:
                half = 0.0 if method != "labels" else Z95 * of(method, end, "se")
                axes.errorbar(
                    of(method, end),
                    -0.12 * i * top,
                    xerr=half,
                    elinewidth=0.9,
                    linestyle="none",
                    **_dots(method),
                )
    axes.set(ylim=(-0.58 * top, top))
