"""A picture of a diagnosis: data, centres and cut of k-means, corrected means and the mixture's density."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ..figures import _style as style
from . import rule
from .diagnose import as_model
from .result import Diagnosis

FloatArray = NDArray[np.float64]

FORMATS = ("svg", "png", "pdf")

_DATA = "#b9b9b9"
_HEIGHT = 2.9
_MOST_POINTS = 3000
_RASTER = 300


def draw(found: Diagnosis, X: ArrayLike, names: tuple[str, ...] = ()) -> Figure:
    """Draw one column as a histogram, and more as a scatter of the first two principal axes of the centres.

    Parameters
    ----------
    found : Diagnosis
    X : array_like, shape (n, d) or (n,)
        The data that were diagnosed.
    names : tuple of str, optional
        Of the columns.

    Returns
    -------
    Figure
    """
    x = np.asarray(X, dtype=np.float64).reshape(found.n, found.dimension)
    with style.applied():
        figure, (axes,) = style.panels(1, height=_HEIGHT)
        if found.dimension == 1:
            _histogram(axes, found, x[:, 0], names)
        else:
            _scatter(axes, found, x, names)
        header = [("kmeans", "centres", False)]
        if found.corrected is not None:
            header.append(("debiased", "corrected", False))
        style.header(figure, header)
    return figure


def save(found: Diagnosis, X: ArrayLike, path: Path, names: tuple[str, ...] = ()) -> None:
    """Write the picture in the format of the file's ending.

    Raises
    ------
    ValueError
        If the ending is none of svg, png and pdf.
    """
    kind = check(path)
    metadata: dict[str, Any] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}[kind]
    figure = draw(found, X, names)
    with style.applied():
        figure.savefig(path, format=kind, metadata=metadata)


def check(path: Path) -> str:
    """The format that a file's name asks for.

    Raises
    ------
    ValueError
        If its ending is none of svg, png and pdf.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise ValueError(
            f"{path}: a picture can be written as .svg, .png or .pdf; end its name with one of these"
        )
    return kind


def _histogram(axes: Axes, found: Diagnosis, x: FloatArray, names: tuple[str, ...]) -> None:
    axes.hist(x, bins="auto", density=True, color=_DATA, edgecolor="white", linewidth=0.2)
    model = as_model(found)
    if model is not None:
        grid = np.linspace(x.min(), x.max(), 600)
        origin = model.means.mean()  # squares of numbers far from zero are not exact
        parts = rule.joint(grid[:, None] - origin, model._replace(means=model.means - origin))
        colour = style.LOOKS["debiased"].colour
        for part in parts.T:
            axes.plot(grid, part, color=style.tint(colour, 0.8), linewidth=0.8)
        axes.plot(grid, parts.sum(axis=1), color=style.LOOKS["mixture"].colour)
    ordered = np.sort(found.centers[:, 0])
    for cut in (ordered[1:] + ordered[:-1]) / 2:
        axes.axvline(cut, color=style.LOOKS["kmeans"].colour, linewidth=0.8, linestyle=(0, (4, 2)))
    top = axes.get_ylim()[1]
    _mark(axes, "kmeans", found.centers[:, 0], np.full(found.clusters, 0.06 * top))
    if found.corrected is not None:
        _mark(axes, "debiased", found.corrected[:, 0], np.full(found.clusters, 0.02 * top))
    axes.set(xlabel=names[0] if names else "value", ylabel="density")


def _scatter(axes: Axes, found: Diagnosis, x: FloatArray, names: tuple[str, ...]) -> None:
    origin = found.centers.mean(axis=0)
    place = origin[:2]  # of the origin in the picture: two columns have their own numbers on the axes
    plane = np.eye(found.dimension)[:2]
    labels = list(names[:2]) if names else ["first column", "second column"]
    if found.dimension > 2:
        place = np.zeros(2)
        plane = np.linalg.svd(found.centers - origin)[2][:2]
        labels = ["first axis of the centres", "second axis of the centres"]
    # evenly spaced rows stand for all where there are very many
    shown = (x[:: max(len(x) // _MOST_POINTS, 1)] - origin) @ plane.T
    axes.plot(*(place + shown).T, linestyle="none", marker=".", markersize=1.6, color=_DATA, rasterized=True)
    low, high = shown.min(axis=0), shown.max(axis=0)
    grid = np.stack(np.meshgrid(*(np.linspace(low[c], high[c], _RASTER) for c in range(2))), axis=-1)
    flat = grid.reshape(-1, 2)
    lines = (place[0] + grid[..., 0], place[1] + grid[..., 1])
    centers = (found.centers - origin) @ plane.T
    # the plane's cells: in more dimensions those of the points of the plane through the centres' mean
    full = found.centers - origin
    height = 0.5 * (full**2).sum(axis=1) - flat @ centers.T
    for i, j in combinations(range(found.clusters), 2):
        others = np.delete(height, [i, j], axis=1).min(axis=1, initial=np.inf)
        # the line between two centres, where no other is nearer
        apart = np.ma.masked_where(others < height[:, [i, j]].min(axis=1), height[:, i] - height[:, j])
        if apart.count() and apart.min() < 0 < apart.max():
            axes.contour(
                *lines,
                apart.reshape(_RASTER, _RASTER),
                levels=[0],
                linewidths=0.8,
                colors=style.LOOKS["kmeans"].colour,
                linestyles=[(0, (4, 2))],
            )
    model = as_model(found)
    if model is not None:
        seen = rule.Spherical(model.weights, (model.means - origin) @ plane.T, model.variance)
        density = rule.joint(flat, seen).sum(axis=1).reshape(_RASTER, _RASTER)
        axes.contour(
            *lines,
            density,
            levels=5,
            linewidths=0.6,
            colors=style.LOOKS["mixture"].colour,
        )
    _mark(axes, "kmeans", *(place + centers).T)
    if found.corrected is not None:
        _mark(axes, "debiased", *(place + (found.corrected - origin) @ plane.T).T)
    axes.set(xlabel=labels[0], ylabel=labels[1], aspect="equal")


def _mark(axes: Axes, name: str, x: FloatArray, y: FloatArray) -> None:
    axes.plot(x, y, linestyle="none", zorder=4, **style.dots(style.LOOKS[name]))
