"""k-means against Gaussian-mixture maximum likelihood: estimators, their limits, and a simulation study.

What is named here is the stable interface of the library; each name is imported when it is first used. Type
checkers read ``__init__.pyi``.
"""

from __future__ import annotations

from typing import Any

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
    "OptimalKMeans": "classes",
    "SphericalGaussianMixture": "classes",
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

    import_module(f"{__name__}.notice").give()
    value = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
