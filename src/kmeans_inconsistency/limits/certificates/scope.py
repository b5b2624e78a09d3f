"""What the table of certificates covers; the workflow asks before it loads any theory."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ...models import Mixture

KMEANS = frozenset({"kmeans", "kmeans_naive", "kmeans_pollard", "classification_fixed"})
MIXTURE = frozenset({"mixture", "mixture_information", "mixture_local"})
KNOWN_VARIANCE, DEBIASED = "known_variance", "debiased"

CURVES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "distance": ("delta",),
        "imbalance": ("delta", "weight"),
        "bias_map": ("delta", "weight"),
        "eps_path": ("delta", "eps"),
        "critical_weight": ("delta",),
        "critical_values": ("delta",),
        "efficiency": ("delta", "weight"),
    }
)
"""Curves with certificates: the columns that name a point."""


def covers(method: str, model: Any) -> bool:
    """Whether a method has certificates for data from a model: of two components on the line."""
    if not isinstance(model, Mixture) or model.clusters != 2:
        return False
    return method in KMEANS | MIXTURE or method in (KNOWN_VARIANCE, DEBIASED)
