"""k-means against Gaussian-mixture maximum likelihood: estimators, their limits, and a simulation study.

What is named here is the stable interface of the library; each name is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .diagnosis import Diagnosis, diagnose
    from .estimators.classes import OptimalKMeans, SphericalGaussianMixture
    from .estimators.kmeans import kmeans
    from .estimators.known_variance import known_variance
    from .estimators.mixture import mixture
    from .estimators.spherical_mixture import spherical_mixture

__version__ = "0.1.0"

__all__ = [
    "Diagnosis",
    "OptimalKMeans",
    "SphericalGaussianMixture",
    "__version__",
    "diagnose",
    "kmeans",
    "known_variance",
    "mixture",
    "spherical_mixture",
]

_PLACES = {
    "Diagnosis": "diagnosis",
    "OptimalKMeans": "estimators.classes",
    "SphericalGaussianMixture": "estimators.classes",
    "diagnose": "diagnosis",
    "kmeans": "estimators.kmeans",
    "known_variance": "estimators.known_variance",
    "mixture": "estimators.mixture",
    "spherical_mixture": "estimators.spherical_mixture",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
