"""The relative bias of k-means' limit over separation and weight: too large here, too small there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import BoundaryNorm, ListedColormap

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import Drawing
from kmeans_inconsistency.text import plain

INPUTS = {"curve": "limits/curves/bias_map.csv", "critical": "limits/curves/critical_weight.csv"}

CAPTION = (
    "Relative bias of the distance that k-means estimates: its limit over δ, minus 1, against the "
    "separation δ and the weight of the smaller component. Solid contours: the distance is too large; "
    "dashed ones: too small; along the thick line it is right, and in the white strip it is wrong by less "
    "than {strip} %. Below the double line, from δ = {cusp} and weight {cusp_weight} on (circle), k-means "
    "ignores the small component and halves the large one. At δ = {delta} the bias changes sign at weight "
    "{zero}; the largest deficit on the map is {least} %. Nothing is simulated here."
)

_STRIP = 0.02
_LEVELS = (-0.75, -0.5, -0.25, -0.1, -_STRIP, _STRIP, 0.1, 0.25, 0.5, 1.0)
# violets reach further into the dark than oranges, so that the sign can be told in grey
_COLOURS = (
    "#51418a",
    "#7263ab",
    "#9488c4",
    "#b7aeda",
    "#d9d4ec",
    "#ffffff",
    "#fdeedd",
    "#fbdcbb",
    "#f9ca98",
    "#f6b672",
    "#f1a14c",
)
_LABELS = (
    (7.25, 0.0118),
    (3.6, 0.024),
    (2.35, 0.05),
    (1.97, 0.05),
    (5.2, 0.1),
    (2.95, 0.33),
    (2.0, 0.3),
    (1.6, 0.2),
    (1.25, 0.13),
    (0.85, 0.08),
)
_WORDS = (
    ("too large", (2.8, 0.43), "black"),
    ("too small", (4.1, 0.143), "black"),
    ("small component ignored", (5.5, 0.0135), "white"),
)
_DELTA = 2.0


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw the contours, the line of no bias and the line of the jump."""
    curve, critical = tables["curve"], tables["critical"]
    count = curve["delta"].nunique()
    delta, weight, bias = (curve[name].to_numpy().reshape(count, -1) for name in ("delta", "weight", "bias"))
    figure, (axes,) = style.panels(1, height=3.6)
    figure.set_figwidth(0.82 * style.COLUMN)
    levels = [-1.0, *_LEVELS, 3.0]
    options: Any = {"cmap": ListedColormap(_COLOURS), "norm": BoundaryNorm(levels, len(_COLOURS))}
    axes.contourf(delta, weight, bias, levels=levels, **options)
    lines = axes.contour(
        delta,
        weight,
        bias,
        levels=_LEVELS,
        colors="0.25",
        linewidths=0.5,
        linestyles=["--" if level < 0 else "-" for level in _LEVELS],
    )
    axes.contour(delta, weight, bias, levels=[0.0], colors="black", linewidths=1.8)
    axes.plot(critical["delta"], critical["weight"], color="black", linewidth=2.6)
    axes.plot(critical["delta"], critical["weight"], color="white", linewidth=1.1)
    cusp = critical.iloc[0]
    axes.plot(cusp["delta"], cusp["weight"], "o", color="white", markeredgecolor="black", markersize=4.5)
    axes.set(xlabel="separation $δ$", ylabel="weight of the smaller component", yscale="log")
    axes.set(xlim=(delta.min(), delta.max()), ylim=(weight.min(), 0.5))
    ticks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.clabel(
        lines,
        fmt={level: f"{plain(100 * level, 0)} %" for level in _LEVELS},
        fontsize=7.5,
        colors=["white" if level == min(_LEVELS) else "black" for level in _LEVELS],
        manual=_LABELS,
    )
    for text, at, colour in _WORDS:
        axes.text(*at, text, color=colour, ha="center", va="center", fontsize=9.5, style="italic")
    least = curve["bias"].min()
    facts = {
        "strip": plain(100 * _STRIP, 0),
        "cusp": plain(cusp["delta"], 3),
        "cusp_weight": plain(cusp["weight"], 4),
        "delta": plain(_DELTA),
        "zero": plain(_zero(delta[:, 0], weight, bias), 3),
        "least": plain(-100 * least, 0),
    }
    return Drawing(figure, curve, facts)


def _zero(delta: Any, weight: Any, bias: Any) -> float:
    """Weight at which the bias at separation ``_DELTA`` is zero, by interpolation."""
    row = int(np.argmin(np.abs(delta - _DELTA)))
    return float(np.interp(0.0, bias[row], weight[row]))
