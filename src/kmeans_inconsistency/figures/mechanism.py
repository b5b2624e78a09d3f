"""Why k-means overestimates: the means of the truncated pieces lie outside the means of the components."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.text import plain

INPUTS = {"curve": "limits/curves/mechanism.csv"}

CAPTION = (
    "Why k-means overestimates the distance. Left: the density ½ N(−{half}, 1) + ½ N({half}, 1) (dotted), "
    "its two components (dashed) and their means (squares), {delta} apart. Right: k-means cuts the same "
    "density at {cut}. Each piece lacks the tail of its component beyond the cut and has in its place the "
    "mirror image of that tail, so that the means of the pieces (circles) are {limit} apart. Nothing is "
    "simulated here."
)


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw the density with its components on the left, and with k-means' two pieces on the right."""
    curve = tables["curve"]
    first = curve.iloc[0]
    truth, kmeans, mixture = LOOKS["truth"], LOOKS["kmeans"], LOOKS["mixture"]
    figure, (left, right) = style.panels(2, height=1.7, share_y=True)
    for axes in (left, right):
        axes.plot(curve["x"], curve["density"], color=truth.colour, linestyle=truth.line)
        axes.set(xlabel="$x$", xlim=(-4.3, 4.3), ylim=(0, 0.325), yticks=[0, 0.1, 0.2])
    for part in ("lower", "upper"):
        left.plot(curve["x"], curve[part], color=mixture.colour, linestyle=mixture.line)
        left.fill_between(curve["x"], curve[part], color=mixture.colour, alpha=0.13, linewidth=0)
    for side, share in ((curve["x"] <= first["cut"], 0.5), (curve["x"] >= first["cut"], 0.25)):
        piece = curve[side]
        right.fill_between(piece["x"], piece["density"], color=style.tint(kmeans.colour, share), linewidth=0)
    right.vlines(first["cut"], 0, curve["density"].max(), color=kmeans.colour, linewidth=0.8)
    style.write(right, "cut", (first["cut"], 0.0), (3, 3), kmeans.colour)
    for mean in (first["mean_lower"], first["mean_upper"]):
        right.plot(mean, 0.0, mixture.marker, color=mixture.colour, clip_on=False)
    delta, limit = first["delta"], first["centre_upper"] - first["centre_lower"]
    _span(left, first["mean_lower"], first["mean_upper"], f"means {plain(delta)} apart", "mixture")
    _span(right, first["centre_lower"], first["centre_upper"], f"means {plain(limit, 4)} apart", "kmeans")
    left.set(ylabel="density", title="two components")
    right.set(title="the two pieces of k-means")
    facts = {
        "half": plain(delta / 2),
        "delta": plain(delta),
        "cut": plain(first["cut"], 0),
        "limit": plain(limit, 4),
    }
    return Drawing(figure, curve, facts)


def _span(axes: Axes, low: float, high: float, text: str, method: str) -> None:
    """Mark two means on the axis and the distance between them above the density."""
    look, height = LOOKS[method], 0.265
    axes.vlines([low, high], 0, height, color=look.colour, linewidth=0.7)
    axes.plot([low, high], [0, 0], look.marker, color=look.colour, clip_on=False, zorder=4, markersize=5)
    arrow = {"arrowstyle": "<->", "color": look.colour, "shrinkA": 0, "shrinkB": 0, "linewidth": 0.8}
    axes.annotate("", (high, height), (low, height), arrowprops=arrow)
    style.write(axes, text, ((low + high) / 2, height), (0, 3), look.colour, align="center")
