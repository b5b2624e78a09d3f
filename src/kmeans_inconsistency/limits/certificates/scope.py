"""What the table of certificates covers; the workflow asks before it loads any theory."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ...models import Mixture

KMEANS, MIXTURE, KNOWN_VARIANCE, DEBIASED = "kmeans", "mixture", "known_variance", "debiased"

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


def theory_of(method: str, parameters: Mapping[str, Any], model: Any) -> str | None:
    """Whose limits a method has for two components on the line, among those with certificates.

    Intervals and the way of searching move no limit; a classification with equal weights is k-means.

    Returns
    -------
    str or None
        :data:`KMEANS`, :data:`MIXTURE`, :data:`KNOWN_VARIANCE` or :data:`DEBIASED`; None for other methods,
        and for other models than two components on the line.
    """
    if not isinstance(model, Mixture) or model.clusters != 2:
        return None
    weights = parameters.get("weights", "free")
    match method:
        case "kmeans" | "known_variance":
            return method
        case "mixture" | "debiased" if weights == "free" and parameters.get("step", "none") == "none":
            return method
        case "classification" if weights == "equal":
            return KMEANS
    return None
