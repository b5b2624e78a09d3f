"""Three transitions: where k-means stops seeing a component or the line of means, and where a fit merges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.text import plain

INPUTS = {
    "weight": "limits/curves/critical_weight.csv",
    "values": "limits/curves/critical_values.csv",
    "separation": "summaries/separation.csv",
    "anisotropy": "summaries/anisotropy.csv",
    "path": "summaries/small_variance.csv",
}

CAPTION = (
    "Where estimators break. Left: k-means cuts between the components above the line and halves the large "
    "one below it; the line begins at δ = {cusp} with weight {cusp_weight} (circle) and approaches "
    "{halving}/δ² (dotted), with {halving} the variance that halving a normal distribution explains. "
    "Middle: with noise of standard deviation τ across the line of means k-means separates balanced "
    "components below the line and splits the noise above it; the line starts at τ = {first_noise} and is "
    "at {noise} for δ = {delta}. Right: a mixture fitted to balanced components with its variance held at ε "
    "has two means below the line, ε = 1 + δ²/4, and a single one above it: at δ = {delta}, from ε = {eps} "
    "on. Symbols: simulated scenarios, filled where the median distance exceeds half of δ (left, n = "
    "{n_weight}, {replicates_weight} replicates), where the median direction is nearer to the line of means "
    "(middle, n = {n_noise}, {replicates_noise} replicates), where most fits have two means (right, n = "
    "{n_eps}, {replicates_eps} replicates)."
)

_DELTA = 2.0


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw one panel per transition."""
    weight, values = tables["weight"], tables["values"]
    figure, (left, middle, right) = style.panels(3, height=1.95)
    kmeans, truth = LOOKS["kmeans"], LOOKS["truth"]
    cusp = weight.iloc[0]

    _panel(left, weight["delta"], weight["weight"], "kmeans")
    asymptote = 2 / np.pi / weight["delta"] ** 2
    left.plot(weight["delta"], asymptote, color=truth.colour, linestyle=truth.line, linewidth=0.9)
    left.plot(cusp["delta"], cusp["weight"], "o", color="white", markeredgecolor=kmeans.colour, zorder=4)
    left.set(xlim=(2.0, 10.3), ylim=(0.0, 0.06), title="a small component", ylabel="its weight")
    simulated = _at_largest(tables["separation"], "kmeans")
    simulated = simulated[simulated["delta"] >= cusp["delta"]]
    _sides(
        left,
        simulated["delta"],
        1 - simulated["weight"],
        simulated["median"] > simulated["delta"] / 2,
        "kmeans",
    )
    _words(
        left,
        [
            ((7.4, 0.0405), "cut between\ncomponents"),
            ((6.6, 0.0045), "large one halved"),
            ((3.3, 0.02), "no jump"),
        ],
    )

    _panel(middle, values["delta"], values["noise"], "kmeans")
    middle.set(xlim=(0, 6), ylim=(0, 4), title="noise across the line", ylabel="its standard deviation $τ$")
    splits = _at_largest(tables["anisotropy"], "lloyd", "angle")
    _sides(middle, splits["delta"], splits["noise"], splits["median"] < 45, "kmeans")
    _words(middle, [((4.6, 0.7), "components\nseparated"), ((1.5, 3.3), "noise split")])

    _panel(right, values["delta"], values["eps"], "known_variance")
    right.set(xlim=(0, 6), ylim=(0, 10), title="a variance too large", ylabel="assumed variance $ε$")
    right.axhline(1.0, color="0.8", linewidth=0.6, zorder=1)
    fits = _at_largest(tables["path"], "known_variance")
    _sides(right, fits["delta"], fits["eps"], fits["merged"] < fits["replicates"] / 2, "known_variance")
    _words(right, [((4.3, 2.0), "two means"), ((2.2, 7.2), "one mean")])

    at = values[np.isclose(values["delta"], _DELTA)].iloc[0]
    facts = {
        "cusp": plain(cusp["delta"], 3),
        "cusp_weight": plain(cusp["weight"], 4),
        "halving": plain(2 / np.pi, 4),
        "delta": plain(_DELTA),
        "first_noise": plain(values["noise"].iloc[0]),
        "noise": plain(at["noise"], 4),
        "eps": plain(at["eps"]),
        "n_weight": plain(simulated["n"].max()),
        "replicates_weight": plain(simulated["replicates"].max()),
        "n_noise": plain(splits["n"].max()),
        "replicates_noise": plain(splits["replicates"].max()),
        "n_eps": plain(fits["n"].max()),
        "replicates_eps": plain(fits["replicates"].max()),
    }
    parts = {"weight": simulated, "noise": splits, "eps": fits}
    data = pd.concat([rows.assign(panel=name) for name, rows in parts.items()])
    return Drawing(figure, data, facts)


def _at_largest(summary: pd.DataFrame, method: str, quantity: str = "distance") -> pd.DataFrame:
    """Rows of one method and quantity at the largest n."""
    chosen = (summary["n"] == summary["n"].max()) & (summary["quantity"] == quantity)
    rows: pd.DataFrame = summary[chosen & (summary["method"] == method)]
    return rows


def _sides(axes: Axes, x: pd.Series, y: pd.Series, below: pd.Series, method: str) -> None:
    """Draw simulated scenarios: filled on one side of the transition, hollow on the other."""
    colour = LOOKS[method].colour
    for chosen, face in ((below, colour), (~below, "white")):
        axes.plot(x[chosen], y[chosen], "o", color=colour, markerfacecolor=face, markersize=3.2, zorder=4)


def _panel(axes: Axes, x: pd.Series, y: pd.Series, method: str) -> None:
    """Draw a critical line with the side below it shaded."""
    look = LOOKS[method]
    axes.fill_between(x, y, color=style.tint(look.colour, 0.18), linewidth=0)
    axes.plot(x, y, color=look.colour, linestyle="-", linewidth=1.4)
    axes.set_xlabel("separation $δ$")


def _words(axes: Axes, labels: Sequence[tuple[tuple[float, float], str]]) -> None:
    for at, text in labels:
        style.say(axes, text, at)
