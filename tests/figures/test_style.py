import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kmeans_inconsistency.figures import style
from kmeans_inconsistency.figures.style import LOOKS, Drawing

# Machado, Oliveira and Fernandes (2009), severity 1, for linear sRGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "deuteranopia": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
    "tritanopia": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9309, 0.1476], [0.0047, 0.6914, 0.3039]],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def _lab(colour, vision="normal"):
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.asarray(VISION[vision]) @ linear, 0, 1)
    x, y, z = np.cbrt(np.maximum(XYZ @ seen / XYZ.sum(axis=1), 1e-9))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("vision", VISION)
def test_colours_are_apart_for_every_reader(vision):
    # 10 is visible side by side; 30 is safe for thin marks far apart
    for one, other in itertools.combinations(LOOKS.values(), 2):
        assert np.linalg.norm(_lab(one.colour, vision) - _lab(other.colour, vision)) > 30


def test_colours_are_apart_in_grey():
    for one, other in itertools.combinations(LOOKS.values(), 2):
        assert abs(_lab(one.colour)[0] - _lab(other.colour)[0]) > 17


def test_markers_and_lines_alone_tell_the_estimators_apart():
    for part in ("label", "marker", "line"):
        values = [getattr(look, part) for look in LOOKS.values()]
        assert len(set(values)) == len(values)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (2.33331, 4, "2.3333"),
        (-0.31, 1, "−0.3"),
        (-0.001, 2, "0.00"),
        (1000, 0, "1000"),
        (1e5, 0, "100\u2009000"),
    ],
)
def test_number(value, decimals, text):
    assert style.number(value, decimals) == text


def test_listing():
    assert style.listing([0.5]) == "0.5"
    assert style.listing([0.5, 2.0, 1e5]) == "0.5, 2 and 100\u2009000"


def test_tint_runs_from_white_to_the_colour():
    assert style.tint("#0b3c7a", 0.0) == "#ffffff"
    assert style.tint("#0b3c7a", 1.0) == "#0b3c7a"


def test_labels_at_the_right_do_not_collide():
    with style.applied():
        _, (axes,) = style.panels(1, height=2.0)
        axes.set_ylim(0, 10)
        style.label_right(axes, [(5.0, "one", "black"), (5.01, "other", "black"), (0.0, "far", "black")])
    far, one, other = sorted(text.get_position()[1] for text in axes.texts)
    assert far == pytest.approx(0.0)
    assert other - one == pytest.approx(0.095)


@pytest.mark.parametrize(("sizes", "ticks"), [([50, 200], [50, 200]), ([50, 5000], [100, 1000])])
def test_sample_size_axis_has_ticks_on_any_grid(sizes, ticks):
    with style.applied():
        _, (axes,) = style.panels(1, height=2.0)
        style.sample_size_axis(axes, sizes)
    assert list(axes.get_xticks()) == ticks


def test_save_is_byte_stable_and_leaves_no_temporary_files(tmp_path: Path):
    for folder in ("a", "b"):
        with style.applied():
            figure, (axes,) = style.panels(1, height=2.0)
            axes.fill_between([0, 1], [1, 2], alpha=0.3)
            drawing = Drawing(figure, pd.DataFrame({"x": [0.1]}), {})
            style.save(drawing, "δ", tmp_path / folder, "name")
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()} for folder in ("a", "b")
    )
    assert first == second
    assert sorted(first) == ["name.csv", "name.pdf", "name.png", "name.svg", "name.txt"]
