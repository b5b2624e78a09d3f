"""A model's units: moved and scaled to where nothing overflows and no digit is lost."""

from __future__ import annotations

from dataclasses import replace
from math import log2, sqrt

from ..models import Mixture

FAR = 100.0  # standard deviations
LARGE = 2.0**10


def standardised(model: Mixture) -> tuple[Mixture, float, float]:
    """Move and scale a model to where no digit is lost; one that is there already is returned as it is.

    Returns
    -------
    near : Mixture
        With the means ``(mean - origin) / unit`` and the standard deviations ``sd / unit``.
    origin : float
        One of the means, which leaves exact differences, or 0.
    unit : float
        A power of two, so that scaling is exact.
    """
    sd = sqrt(model.variance)
    origin = model.means[0] if abs(model.mean) > FAR * sd else 0.0
    unit = 1.0 if 1 / LARGE <= sd <= LARGE else 2.0 ** round(log2(sd))
    if origin == 0 and unit == 1:
        return model, 0.0, 1.0
    means = tuple((mean - origin) / unit for mean in model.means)
    return replace(model, means=means, sds=tuple(sd / unit for sd in model.sds)), origin, unit


def between(eps: float) -> float:
    """A variance in other units, kept from zero and infinity, before which the path is at its ends."""
    return min(max(eps, 1e-300), 1e300)
