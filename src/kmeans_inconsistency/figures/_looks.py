"""How each estimator looks, in every figure: a colour, a marker and a line.

Colours tell families of estimators apart, for colour-blind readers and in grey, too; markers tell any two
estimators apart without colour, and dashes any two lines whose colours are near to each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import matplotlib as mpl

Line = Literal["-", "none"] | tuple[float, tuple[float, ...]]


@dataclass(frozen=True)
class Look:
    """How one estimator, or the truth, looks in every figure.

    Attributes
    ----------
    label : str
        Its name in direct labels and legends.
    colour : str
        The colour of its family, paler for all members but the first.
    marker : str
        The shape of its points.
    line : str or (offset, dashes)
        The line of its theory.
    filled : bool
        Whether its points are filled; those of local optima and of single steps are hollow.
    """

    label: str
    colour: str
    marker: str
    line: Line
    filled: bool = True


def tint(colour: str, share: float) -> str:
    """Mix ``colour`` with white: ``share`` 1 is the colour itself, 0 is white."""
    red, green, blue = (1 - share * (1 - channel) for channel in mpl.colors.to_rgb(colour))
    return mpl.colors.to_hex((red, green, blue))


# One hue for each family. Their lightness rises in steps (0, 26, 32, 48, 53, 67, 71), and the hues of
# neighbours in lightness are far apart for colour-blind readers.
_KMEANS, _MIXTURE, _KNOWN = "#c24e00", "#0b3c7a", "#3fb59b"
_CLASSIFICATION, _DEBIASED, _BAYES = "#7e2f56", "#d3aa06", "#668756"
_EQUAL = "#3d8bd4"  # a blue of its own, since it stands beside the mixture in most of its figures
_MOMENTS = "#85888c"

_SOLID: Line = "-"
_DOTTED: Line = (0.0, (1.0, 1.2))
_DASHED: Line = (0.0, (5.0, 1.6))
_DASH_DOT: Line = (0.0, (6.0, 1.4, 1.0, 1.4))
_DASH_DOT_DOT: Line = (0.0, (6.0, 1.2, 1.0, 1.2, 1.0, 1.2))
_SHORT: Line = (0.0, (2.6, 1.3))
_LONG: Line = (0.0, (9.0, 2.0))
_LONG_SHORT: Line = (0.0, (9.0, 1.4, 3.0, 1.4))
_PAIRS: Line = (0.0, (3.0, 1.0, 3.0, 3.0))
_TRIPLES: Line = (0.0, (2.2, 0.9, 2.2, 0.9, 2.2, 3.0))
_SPARSE: Line = (0.0, (2.6, 3.2))
_DOTS: Line = (0.0, (1.0, 2.6))
_DASH_LONG_DASH: Line = (0.0, (3.0, 1.2, 7.0, 1.2, 3.0, 3.0))
_SPARSE_PAIRS: Line = (0.0, (1.5, 1.0, 1.5, 4.0))
_LONG_PAIRS: Line = (0.0, (7.0, 1.0, 7.0, 3.0))
_DASH_TRIPLE: Line = (0.0, (6.0, 1.2, 1.0, 1.2, 1.0, 1.2, 1.0, 2.4))

EXCHANGES = "exchanges of single observations (Hartigan and Wong, 1979)"
"""The citation for exchanges of single observations, which continue where Lloyd's algorithm stops."""

# A family has its hue and its kind of marker: round for k-means, with four corners for the mixture, triangles
# for a known variance, sideways ones for classification, stars for debiased k-means, a pentagon for Bayes, an
# octagon for moments. Members differ by marker, line and tint; hollow markers are for algorithms, local
# optima and variants.
LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "truth": Look("truth", "#000000", "", _DOTTED),
        "kmeans": Look("k-means", _KMEANS, "o", _SOLID),
        "lloyd": Look("k-means, exchanges", tint(_KMEANS, 0.8), "o", _SPARSE, filled=False),
        "lloyd,refinement=none": Look("Lloyd", tint(_KMEANS, 0.65), "h", _PAIRS, filled=False),
        "mixture": Look("mixture ML", _MIXTURE, "s", _DASHED),
        "mixture,search=local": Look("mixture, local", tint(_MIXTURE, 0.8), "s", _SHORT, filled=False),
        "mixture,weights=equal": Look("mixture, equal weights", _EQUAL, "P", _DASH_TRIPLE, filled=False),
        "partition,rule=hard": Look("mixture, made hard", tint(_MIXTURE, 0.65), "H", _SPARSE_PAIRS),
        "em": Look("EM", tint(_MIXTURE, 0.65), "D", _DASH_DOT_DOT, filled=False),
        "em,start=halves,rule=relative": Look(
            "mclust's rule", tint(_MIXTURE, 0.8), "p", _DASH_LONG_DASH, filled=False
        ),
        "sklearn_mixture": Look("scikit-learn", tint(_MIXTURE, 0.65), "X", _LONG_SHORT, filled=False),
        "spherical_mixture": Look("spherical mixture", tint(_MIXTURE, 0.8), "D", _TRIPLES),
        "normal_mixture,covariance=tied": Look("tied covariance", tint(_MIXTURE, 0.65), "P", _LONG_PAIRS),
        "normal_mixture": Look("free covariances", tint(_MIXTURE, 0.8), "X", _DASH_DOT),
        "known_variance": Look("known variance", _KNOWN, "^", _DASH_DOT),
        "known_covariance": Look("known covariance", tint(_KNOWN, 0.8), "v", _LONG),
        "classification": Look("classification ML", _CLASSIFICATION, "<", _LONG_SHORT),
        "classification,search=local": Look(
            "classification, local", tint(_CLASSIFICATION, 0.75), ">", _DASHED, filled=False
        ),
        "debiased": Look("debiased k-means", _DEBIASED, "*", _SHORT),
        "debiased,step=newton": Look(
            "debiased, one step", tint(_DEBIASED, 0.8), "*", _LONG_SHORT, filled=False
        ),
        "debiased,weights=equal": Look("debiased, equal weights", tint(_DEBIASED, 0.8), "d", _DASH_DOT_DOT),
        "debiased,weights=equal,step=newton": Look(
            "debiased, equal weights, one step", tint(_DEBIASED, 0.8), "d", _DASHED, filled=False
        ),
        "moments": Look("method of moments", _MOMENTS, "8", _DOTS),
        "posterior": Look("posterior mean", _BAYES, "p", _LONG),
    }
)

# Markers of one width differ in weight; these are the widths at which they look alike.
_SIZES = {
    "*": 1.9,
    "P": 1.4,
    "X": 1.6,
    "p": 1.3,
    "h": 1.35,
    "8": 1.2,
    "H": 1.35,
    "^": 1.35,
    "v": 1.35,
    "<": 1.35,
    ">": 1.35,
    "d": 1.45,
}


def dots(look: Look, colour: str | None = None) -> dict[str, Any]:
    """Give the keywords by which matplotlib draws the points of an estimator: filled or hollow."""
    own = colour or look.colour
    face, edge, width = (own, "white", 0.3) if look.filled else ("white", own, 0.8)
    drawn: dict[str, Any] = {"color": own, "marker": look.marker}
    drawn |= {"markerfacecolor": face, "markeredgecolor": edge, "markeredgewidth": width}
    return drawn | {"markersize": mpl.rcParams["lines.markersize"] * _SIZES.get(look.marker, 1.0)}


def ink(colour: str) -> str:
    """Darken a colour until text in it can be read on white: a contrast of 4.5, as WCAG 2.1 asks."""
    red, green, blue = mpl.colors.to_rgb(colour)
    while _contrast((red, green, blue)) < 4.5:
        red, green, blue = 0.97 * red, 0.97 * green, 0.97 * blue
    return mpl.colors.to_hex((red, green, blue))


def _contrast(rgb: tuple[float, float, float]) -> float:
    """Contrast of a colour with white by WCAG 2.1, from the relative luminance of sRGB."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
