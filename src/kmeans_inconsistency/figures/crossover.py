"""Who is nearer to the truth: k-means or the mixture, over separation and sample size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap

from kmeans_inconsistency.figures import style
from kmeans_inconsistency.figures.style import LOOKS, Z95, Drawing, number, short
from kmeans_inconsistency.figures.summaries import distances, nearest

INPUTS = {
    "summary": "summaries/crossover.csv",
    "contrasts": "summaries/crossover_contrasts.csv",
    "curve": "limits/curves/efficiency.csv",
}

CAPTION = (
    "k-means against maximum likelihood of the mixture, balanced components, {replicates} replicates. Left: "
    "root mean squared error of the mixture over that of k-means, against separation and sample size; solid "
    "contours (orange): k-means is the nearer, dashed ones (blue, and darker in grey): the mixture is; along "
    "the thick line they are level. Dotted: the sample size at which first-order theory predicts the change. "
    "Right: the sample size from which on the mixture is ahead, with 95 % Monte Carlo intervals: by mean "
    "squared error, for the global maximum of the likelihood (filled squares) and for the local one next "
    "to k-means (hollow squares); and by median absolute error, for the global one (diamonds). A point is "
    "missing where no change is seen between the smallest and the largest n of the grid. At δ = {delta} the "
    "prediction is {predicted}, and the changes are at {measured}, {local} and {median}."
)

_LEVELS = (0.25, 0.5, 0.8, 1.25, 2.0, 4.0)
_COLOURS = ("#0b3c7a", "#4a72a8", "#9db6d3", "#ffffff", "#fbdcbb", "#f6b672", "#e58a2c")
_DELTA = 2.0
# by which loss, of which method, with which look
_SERIES = (
    ("rmse", "mixture", "mixture"),
    ("rmse", "mixture_local", "mixture_local"),
    ("median", "mixture", "em"),
)


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw the map of the ratio of errors, and the sample sizes at which it crosses one."""
    data = distances(tables["summary"])
    contrasts = tables["contrasts"]
    contrasts = contrasts[contrasts["quantity"] == "distance"]
    curve = tables["curve"]
    theory = curve[(curve["weight"] == 0.5) & curve["crossover"].notna()]
    figure, (left, right) = style.panels(2, height=2.9, share_y=True)
    _map(left, data)
    _changes(right, contrasts)
    sizes = data["n"]
    for axes in (left, right):
        axes.plot(theory["delta"], theory["crossover"], color="black", linestyle=LOOKS["truth"].line)
        axes.set(xlabel="separation $δ$", xlim=(data["delta"].min(), data["delta"].max()))
    right.set_xlim(data["delta"].min() - 0.15, data["delta"].max() + 0.15)
    left.set(yscale="log", ylim=(sizes.min(), sizes.max()), ylabel="$n$")
    left.minorticks_off()
    style.header(
        figure,
        [
            ("mixture", "mean squared error", False),
            ("mixture_local", "from k-means", False),
            ("em", "median error", False),
        ],
    )
    return Drawing(figure, data, _facts(data, contrasts, theory))


def _map(axes: Axes, data: pd.DataFrame) -> None:
    of = {
        name: rows.pivot_table(index="n", columns="delta", values="rmse")
        for name, rows in data.groupby("method")
    }
    ratio = of["mixture"] / of["kmeans"]
    place = ratio.columns.to_numpy(float), ratio.index.to_numpy(float), np.log(ratio.to_numpy(float))
    levels = [-20.0, *np.log(_LEVELS), 20.0]
    options: Any = {"cmap": ListedColormap(_COLOURS), "norm": BoundaryNorm(levels, len(_COLOURS))}
    axes.contourf(*place, levels=levels, **options)
    lines = axes.contour(
        *place,
        levels=np.log(_LEVELS),
        colors="0.25",
        linewidths=0.5,
        linestyles=["--" if level < 1 else "-" for level in _LEVELS],
    )
    axes.contour(*place, levels=[0.0], colors="black", linewidths=1.8)
    axes.clabel(
        lines,
        fmt={float(np.log(level)): f"{level:g}" for level in _LEVELS},
        fontsize=7.5,
        colors=["white" if level <= 0.5 else "black" for level in _LEVELS],
    )


def _changes(axes: Axes, contrasts: pd.DataFrame) -> None:
    for loss, method, look in _SERIES:
        rows = _found(contrasts, loss, method)
        value, mcse = rows[f"{loss}_crossover"], rows[f"{loss}_crossover_mcse"]
        # an interval that would reach zero is cut off there, as it must be on a logarithmic axis
        low = np.minimum(Z95 * mcse, 0.9 * value)
        axes.errorbar(
            rows["delta"],
            value,
            yerr=[low, Z95 * mcse],
            linestyle="none",
            elinewidth=0.9,
            **style.dots(LOOKS[look]),
        )


def _found(contrasts: pd.DataFrame, loss: str, method: str) -> pd.DataFrame:
    """One row for each separation at which a change was seen."""
    rows = contrasts[(contrasts["method"] == method) & (contrasts["n"] == contrasts["n"].min())]
    seen: pd.DataFrame = rows[rows[f"{loss}_crossover"].notna() & rows[f"{loss}_crossover_mcse"].notna()]
    return seen


def _facts(data: pd.DataFrame, contrasts: pd.DataFrame, theory: pd.DataFrame) -> dict[str, str]:
    delta = nearest(data["delta"], _DELTA)
    found = []
    for loss, method, _ in _SERIES:
        rows = _found(contrasts, loss, method)
        rows = rows[rows["delta"] == delta]
        found.append(number(rows[f"{loss}_crossover"].iloc[0], 0) if len(rows) else "no n of the grid")
    predicted = np.interp(delta, theory["delta"], theory["crossover"])
    return {
        "replicates": style.listing(sorted(data["replicates"].unique())),
        "delta": short(delta),
        "predicted": number(float(predicted), 0),
        "measured": found[0],
        "local": found[1],
        "median": found[2],
    }
