"""Three transitions: where k-means stops seeing a component or the line of means, and where a fit merges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.asymptotics import Z95
from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import nearest
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
    "one below it; the line begins at δ = {cusp}, where the weight of the small component is {cusp_weight} "
    "(circle), and approaches {halving}/δ² (dotted), with {halving} the variance that halving a normal "
    "distribution explains. Middle: with noise of standard deviation τ across the line of means k-means "
    "separates balanced components below the line and splits the noise above it; the line starts at τ = "
    "{first_noise} and is at {noise} for δ = {delta}. Symbols in both panels: simulated scenarios at n = "
    "{n_weight} (left, {replicates_weight} replicates) and n = {n_noise} (middle, {replicates_noise} "
    "replicates, by Lloyd's algorithm and {exchanges}). They are filled where the median distance exceeds "
    "half of δ (left), and where the median direction is nearer to the line of means than to the noise "
    "(middle). Right: a mixture fitted with its variance held at ε has two different means in the limit up "
    "to ε = 1 + δ²/4, and a single one from there on; the grey line is at that variance, which is {eps} "
    "for balanced components at δ = {delta}. Triangles: share of {replicates_eps} fits that have two means, "
    "with 95 % intervals, pale for n = {least_eps} and dark for n = {most_eps}."
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

    fits = _fits(tables["path"])
    _sharpening(right, fits)
    right.set(title="a variance too large", xlabel="assumed variance $ε$", ylabel="share with two means")

    at = values[np.isclose(values["delta"], _DELTA)].iloc[0]
    facts = {
        "exchanges": style.EXCHANGES,
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
        "least_eps": plain(fits["n"].min()),
        "most_eps": plain(fits["n"].max()),
        "replicates_eps": plain(fits["replicates"].max()),
    }
    parts = {"weight": simulated, "noise": splits, "eps": fits}
    data = pd.concat([rows.assign(panel=name) for name, rows in parts.items()])
    return Drawing(figure, data, facts)


def _fits(path: pd.DataFrame) -> pd.DataFrame:
    """Shares of the fits with two means at the separation nearest to that of the caption."""
    rows = path[(path["method"] == "known_variance") & (path["quantity"] == "distance")]
    rows = rows[rows["delta"] == nearest(rows["delta"], _DELTA)]
    share = 1 - rows["merged"] / rows["replicates"]
    # Agresti and Coull's: the plain one has no width where no fit, or every fit, has two means
    counted = rows["replicates"] + Z95**2
    middle = (share * rows["replicates"] + Z95**2 / 2) / counted
    half = Z95 * np.sqrt(middle * (1 - middle) / counted)
    return rows.assign(share=share, share_low=middle - half, share_high=middle + half)


def _sharpening(axes: Axes, fits: pd.DataFrame) -> None:
    """Draw the share against eps for every n, around the critical value."""
    look, delta = LOOKS["known_variance"], float(fits["delta"].iloc[0])
    critical = 1 + delta**2 / 4
    axes.axvline(critical, color="0.6", linewidth=0.9, zorder=1)
    sizes = sorted(fits["n"].unique())[:: max(fits["n"].nunique() - 1, 1)]  # the smallest and the largest
    for colour, n in zip(style.shades(look.colour, len(sizes)), sizes, strict=True):
        rows = fits[(fits["n"] == n) & (abs(fits["eps"] - critical) <= 0.55 * critical)]
        reach = [rows["share"] - rows["share_low"], rows["share_high"] - rows["share"]]
        axes.errorbar(
            rows["eps"],
            rows["share"],
            yerr=[half.clip(lower=0) for half in reach],
            label=f"$n = {plain(n)}$".replace("\u2009", r"\,"),
            linewidth=0.7,
            **style.dots(look, colour),
        )
    axes.legend(
        frameon=False, fontsize=7.5, handlelength=0.8, handletextpad=0.4, loc="lower left", borderaxespad=0
    )
    axes.set(ylim=(-0.04, 1.04))


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
