"""Models: finite mixtures, and the families of scenarios to draw from."""

from .families import (
    FAMILIES,
    Model,
    anisotropic_pair,
    laplace_pair,
    normal_pair,
    normal_row,
    simplex,
    spherical_pair,
    t_pair,
    unequal_pair,
    unequal_simplex,
    uniform_pair,
)
from .mixture import Mixture
from .shapes import Shape, shape
from .spatial import SpatialMixture

__all__ = [
    "FAMILIES",
    "Mixture",
    "Model",
    "Shape",
    "SpatialMixture",
    "anisotropic_pair",
    "laplace_pair",
    "normal_pair",
    "normal_row",
    "shape",
    "simplex",
    "spherical_pair",
    "t_pair",
    "unequal_pair",
    "unequal_simplex",
    "uniform_pair",
]
