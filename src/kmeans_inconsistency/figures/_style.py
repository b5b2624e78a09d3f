"""One visual language for all figures.

Every estimator has a colour, a marker and a line of its own (:mod:`._looks`), the same everywhere. Theory is
drawn as lines, simulation as points with Monte Carlo intervals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kmeans_inconsistency.asymptotics import Z95
from kmeans_inconsistency.figures._looks import EXCHANGES as EXCHANGES
from kmeans_inconsistency.figures._looks import LOOKS as LOOKS
from kmeans_inconsistency.figures._looks import Line as Line
from kmeans_inconsistency.figures._looks import Look as Look
from kmeans_inconsistency.figures._looks import dots as dots
from kmeans_inconsistency.figures._looks import ink as ink
from kmeans_inconsistency.figures._looks import tint as tint
from kmeans_inconsistency.text import plain

COLUMN = 6.3
"""Width of the paper's column in inches."""

ASIDE = 1.2
"""Factor by which the points of a method are moved along n, so that they are not hidden behind another's."""

RC: Any = MappingProxyType(
    {
        "font.family": "STIXGeneral",
        "mathtext.fontset": "stix",
        "font.size": 9.0,
        "axes.labelsize": 9.5,
        "axes.titlesize": 9.5,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.6,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
        "xtick.minor.width": 0.4,
        "ytick.minor.width": 0.4,
        "xtick.labelsize": 8.5,
        "ytick.labelsize": 8.5,
        "lines.linewidth": 1.1,
        "lines.markersize": 3.8,
        "pdf.fonttype": 42,
        "svg.fonttype": "path",
        "svg.hashsalt": "kmeans-inconsistency",
        "savefig.dpi": 300,
    }
)


class Drawing(NamedTuple):
    """A drawn figure with all that stands beside it.

    Attributes
    ----------
    figure : Figure
    data : DataFrame
        Every simulated point of the figure (its theory curves are result files of their own).
    facts : mapping from str to str
        The numbers, as text, that the module's ``CAPTION`` names.
    """

    figure: Figure
    data: pd.DataFrame
    facts: Mapping[str, str]


@contextmanager
def applied() -> Iterator[None]:
    """Draw within this context: matplotlib's own defaults, then ours; nothing of the user's configuration."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(RC)
        yield


def panels(
    count: int, *, height: float, columns: int = 3, share_y: bool = False
) -> tuple[Figure, list[Axes]]:
    """Make a grid of equal panels, as wide as the column when a row is full.

    Parameters
    ----------
    count : int
        Number of panels; a single one is two thirds of the column wide.
    height : float
        Height of one row in inches.
    columns : int
        Largest number of panels in a row.
    share_y : bool
        Whether all panels have the same vertical axis.
    """
    across = min(count, columns)
    rows = -(-count // across)
    width = COLUMN if across > 1 else COLUMN * 0.66
    figure = Figure(figsize=(width, rows * height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, across, squeeze=False, sharey=share_y).ravel().tolist()
    for spare in axes[count:]:
        spare.remove()
    return figure, axes[:count]


def header(
    figure: Figure,
    entries: Sequence[tuple[str, str, bool]],
    hollow: Sequence[str] = (),
    columns: int | None = None,
) -> None:
    """Name the marks of a figure of many panels in a line above them, or in as many as the columns make.

    Parameters
    ----------
    figure : Figure
    entries : sequence of (name in LOOKS, text, with line)
    hollow : sequence of str
        The texts of those whose markers are hollow.
    columns : int, optional
    """
    handles = []
    for name, text, line in entries:
        look = LOOKS[name]
        drawn: Line = look.line if line else "none"
        shown = replace(look, filled=look.filled and text not in hollow)
        handles.append(Line2D([], [], linestyle=drawn, label=text, **dots(shown)))
    options = {"ncols": columns or len(handles), "frameon": False, "handlelength": 2.6, "columnspacing": 1.4}
    figure.legend(handles=handles, loc="outside upper left", **options)


def sample_size_axis(axes: Axes, sizes: Sequence[int]) -> None:
    """Make the horizontal axis that of n, with ticks at powers of ten, or at each n where these are few."""
    low, high = min(sizes), max(sizes)
    powers = [p for p in range(1, 10) if low <= 10**p <= high]
    axes.set(xscale="log", xlabel="$n$", xlim=(low / 1.5, high * 1.5))
    if len(powers) > 1:
        axes.set_xticks([10**p for p in powers], [f"$10^{p}$" for p in powers])
    else:
        axes.set_xticks(list(sizes), [plain(n) for n in sizes])
    axes.minorticks_off()


def points(
    axes: Axes,
    x: pd.Series,
    y: pd.Series,
    mcse: pd.Series,
    method: str,
    *,
    colour: str | None = None,
    zorder: float = 3.0,
    hollow: bool = False,
    positive: bool = False,
) -> None:
    """Draw simulated values with their 95 % Monte Carlo intervals.

    ``hollow`` is for two kinds that share a look; ``positive`` for a logarithmic axis, on which an interval
    that would reach zero is cut off short of it.
    """
    look = LOOKS[method]
    half = Z95 * mcse.fillna(0.0)
    axes.errorbar(
        x,
        y,
        yerr=[half.clip(upper=0.9 * y) if positive else half, half],
        linestyle="none",
        elinewidth=0.9,
        zorder=zorder,
        **dots(replace(look, filled=look.filled and not hollow), colour or look.colour),
    )


def dashes(look: Look) -> str | tuple[float, ...]:
    """Give the line of an estimator as seaborn takes it: an empty string is a solid one."""
    return look.line[1] if isinstance(look.line, tuple) else ""


def shades(colour: str, count: int) -> list[str]:
    """Give ``count`` shades of a colour, from pale to dark, as far apart in lightness as readers need.

    Parameters
    ----------
    colour : str
        The middle one.
    count : int
        With one, the colour itself; with two, a pale one and the colour.
    """
    if count < 3:
        return [tint(colour, 0.45), colour][2 - count :]
    red, green, blue = (0.35 * channel for channel in mpl.colors.to_rgb(colour))
    dark = mpl.colors.to_hex((red, green, blue))
    palette: list[str] = list(sns.blend_palette([tint(colour, 0.4), colour, dark], count).as_hex())
    if count % 2:
        palette[count // 2] = colour  # the palette rounds it
    return palette


def write(
    axes: Axes,
    text: str,
    at: tuple[float, float],
    shift: tuple[float, float],
    colour: str,
    *,
    align: Literal["left", "center", "right"] = "left",
) -> None:
    """Write beside a point in data units, ``shift`` typographic points away."""
    axes.annotate(
        text, at, xytext=shift, textcoords="offset points", color=ink(colour), ha=align, va="bottom"
    )


def say(axes: Axes, text: str, at: tuple[float, float], colour: str = "black") -> None:
    """Write in italics what holds in a region of the panel, centred at a point in data units."""
    options: Any = {"ha": "center", "va": "center", "linespacing": 1.0, "fontsize": 8.5, "style": "italic"}
    axes.text(*at, text, color=colour, **options)


def label_right(axes: Axes, labels: Sequence[tuple[float, str, str]], *, apart: float = 0.14) -> None:
    """Write labels (y in data units, text, colour) beside the right edge, apart where they would collide.

    Parameters
    ----------
    apart : float
        Smallest distance between two labels, as a share of the axes' height.
    """
    to_axes = axes.transData + axes.transAxes.inverted()
    wanted = sorted((float(to_axes.transform((1.0, y))[1]), text, colour) for y, text, colour in labels)
    heights = [height for height, _, _ in wanted]
    for i in list(range(1, len(heights))) * len(heights) ** 2:  # moved off one label, onto the next
        short = apart - (heights[i] - heights[i - 1])
        if short > 0:
            heights[i - 1] -= short / 2
            heights[i] += short / 2
    for height, (_, text, colour) in zip(heights, wanted, strict=True):
        axes.text(1.02, height, text, color=ink(colour), transform=axes.transAxes, va="center", fontsize=8.5)
