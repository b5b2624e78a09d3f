"""The picture of a diagnosis shows its numbers, wherever the data lie."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest

from kmeans_inconsistency.diagnosis import diagnose, picture

matplotlib.use("Agg")


def sample(columns: int) -> np.ndarray:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(600, columns))
    x[:200, 0] += 3.5
    # numbers that an offset leaves as they are
    return np.round(x * 2**16) / 2**16


@pytest.mark.parametrize("offset", [0.0, 2.0**30])
def test_the_density_of_a_column_is_drawn_where_the_data_are(offset):
    x = sample(1) + offset
    found = diagnose(x)
    (axes,) = picture.draw(found, x).axes
    *parts, whole = (line for line in axes.lines if len(line.get_xdata()) == 600)
    grid = np.asarray(whole.get_xdata())
    gaps = grid[:, None] - found.corrected[:, 0]
    density = np.exp(-(gaps**2) / (2 * found.variance)) / np.sqrt(2 * np.pi * found.variance)
    np.testing.assert_allclose(whole.get_ydata(), density @ found.weights, rtol=1e-9)
    np.testing.assert_allclose(sum(part.get_ydata() for part in parts), whole.get_ydata(), rtol=1e-9)


@pytest.mark.parametrize("columns", [2, 4])
def test_the_cut_in_space_is_where_centres_are_equally_near(columns):
    x = sample(columns) + 2.0**30
    found = diagnose(x)
    (axes,) = picture.draw(found, x).axes
    cut = next(c for c in axes.collections if c.get_linestyle()[0][1] is not None)
    (path,) = cut.get_paths()
    origin = found.centers.mean(axis=0)
    points = path.vertices
    if columns == 2:
        places = points
    else:
        plane = np.linalg.svd(found.centers - origin)[2][:2]
        places = origin + points @ plane
    away = np.linalg.norm(places[:, None] - found.centers, axis=2)
    np.testing.assert_allclose(away[:, 0], away[:, 1], atol=1e-6)
