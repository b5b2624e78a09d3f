import itertools

import numpy as np
import pytest

from kmeans_inconsistency.estimators import _method as methods
from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS

# Machado, Oliveira and Fernandes (2009), severity 1, for linear sRGB; last, luminance.
VISION = {
    "normal": np.eye(3),
    "protanopia": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "deuteranopia": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
    "tritanopia": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9309, 0.1476], [0.0047, 0.6914, 0.3039]],
    "grey": [[0.2126, 0.7152, 0.0722]] * 3,
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
FAMILIES = ("truth", "mixture", "classification", "kmeans", "posterior", "known_variance", "debiased")
PAIRS = list(itertools.combinations(LOOKS, 2))


def _lab(colour, vision="normal"):
    """CIE 1976 L*a*b*, white point D65."""
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = XYZ @ np.clip(np.asarray(VISION[vision]) @ linear, 0, 1) / XYZ.sum(axis=1)
    x, y, z = np.where(seen > (6 / 29) ** 3, np.cbrt(seen), seen * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def _apart(one, other, vision):
    return float(np.linalg.norm(_lab(LOOKS[one].colour, vision) - _lab(LOOKS[other].colour, vision)))


def _point(name):
    return LOOKS[name].marker, LOOKS[name].filled


def test_the_simulation_of_vision_on_colours_worked_out_by_hand():
    assert _lab("#ffffff") == pytest.approx([100, 0, 0], abs=0.02)
    assert _lab("#000000") == pytest.approx([0, 0, 0])
    assert _lab("#ff0000") == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    # a deuteranope confuses these two; a tritanope does not
    red, green = "#c0392b", "#7f7f1f"
    assert np.linalg.norm(_lab(red, "deuteranopia") - _lab(green, "deuteranopia")) < 15
    assert np.linalg.norm(_lab(red, "tritanopia") - _lab(green, "tritanopia")) > 50


@pytest.mark.parametrize("vision", ["normal", "protanopia", "deuteranopia", "tritanopia"])
def test_colours_of_families_are_apart_for_every_reader(vision):
    # a difference of 2.3 can just be seen side by side; 20 is safe for thin marks far apart
    for one, other in itertools.combinations(FAMILIES, 2):
        assert _apart(one, other, vision) > 20, (one, other)


def test_colours_of_families_are_apart_in_grey():
    # Seven steps of lightness: each can be seen side by side, every second one from afar.
    lightness = [_lab(LOOKS[name].colour, "grey")[0] for name in FAMILIES]
    assert (np.diff(lightness) > 4).all()
    assert all(later - first > 17 for first, later in zip(lightness, lightness[2:], strict=False))
    # the estimators that most figures show together
    often = sorted(_lab(LOOKS[name].colour)[0] for name in ("truth", "mixture", "kmeans", "known_variance"))
    assert (np.diff(often) > 17).all()


@pytest.mark.parametrize("vision", VISION)
def test_two_estimators_look_different_to_every_reader(vision):
    """Points by their marker; lines by their dashes wherever the colours are near to each other."""
    for one, other in PAIRS:
        assert _point(one) != _point(other)
        if _apart(one, other, vision) < 20:
            assert LOOKS[one].line != LOOKS[other].line, (one, other)


def test_labels_are_unique_and_can_be_read():
    assert len({look.label for look in LOOKS.values()}) == len(LOOKS)
    for look in LOOKS.values():
        # 4.5 : 1 against white, that is lightness below 49.6 or so
        assert _lab(style.ink(look.colour))[0] < 50


def test_every_method_has_a_look():
    """What says more of an estimator than its value, such as an interval, looks as the estimator does."""
    without = {name for name in methods.names() if not name.startswith(tuple(LOOKS))}
    assert without <= {"partition"}  # each of its rules looks as what it is a rule of


def test_hollow_points_have_an_edge_of_their_colour():
    hollow, filled = style.dots(LOOKS["lloyd"]), style.dots(LOOKS["kmeans"])
    assert hollow["markerfacecolor"] == "white"
    assert hollow["markeredgecolor"] == LOOKS["lloyd"].colour
    assert filled["markerfacecolor"] == LOOKS["kmeans"].colour


def test_tint_runs_from_white_to_the_colour():
    assert style.tint("#0b3c7a", 0.0) == "#ffffff"
    assert style.tint("#0b3c7a", 1.0) == "#0b3c7a"


@pytest.mark.parametrize("name", FAMILIES[1:])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_shades_of_a_colour_can_be_told_apart_in_grey(name, count):
    shades = style.shades(LOOKS[name].colour, count)
    assert len(shades) == count
    assert LOOKS[name].colour in shades or count == 4
    lightness = [_lab(shade, "grey")[0] for shade in shades]
    assert (np.diff(lightness) < -5).all()


def test_only_the_algorithm_alone_is_called_lloyd():
    assert [name for name, look in LOOKS.items() if "Lloyd" in look.label] == ["lloyd,refinement=none"]


def test_labels_at_the_right_do_not_collide():
    with style.applied():
        _, (axes,) = style.panels(1, height=2.0)
        axes.set_ylim(0, 10)
        style.label_right(axes, [(5.0, "one", "black"), (5.01, "other", "black"), (0.0, "far", "black")])
    far, one, other = sorted(text.get_position()[1] for text in axes.texts)
    assert far == pytest.approx(0.0)
    assert other - one == pytest.approx(0.14)


def test_labels_that_are_moved_apart_do_not_meet_others():
    with style.applied():
        _, (axes,) = style.panels(1, height=2.0)
        axes.set_ylim(0, 10)
        style.label_right(axes, [(place, "label", "black") for place in (4.0, 5.0, 5.1, 5.2)], apart=0.1)
    heights = sorted(text.get_position()[1] for text in axes.texts)
    assert min(high - low for low, high in itertools.pairwise(heights)) > 0.09


@pytest.mark.parametrize(("sizes", "ticks"), [([50, 200], [50, 200]), ([50, 5000], [100, 1000])])
def test_sample_size_axis_has_ticks_on_any_grid(sizes, ticks):
    with style.applied():
        _, (axes,) = style.panels(1, height=2.0)
        style.sample_size_axis(axes, sizes)
    assert list(axes.get_xticks()) == ticks
