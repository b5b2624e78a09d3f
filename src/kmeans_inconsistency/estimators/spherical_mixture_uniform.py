"""The spherical mixture by plain EM from uniformly drawn observations, those of :mod:`.lloyd_uniform`."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from ..algorithms.starts import UNIFORM
from .method import Batch, Method
from .spherical_mixture import OUTPUTS, fit_rows

# Of one start. Where two components nearly coincide EM would take hundreds of thousands to a poor optimum.
_MOST_PASSES = 2_000


def _fit(batch: Batch, starts: int) -> dict[str, NDArray[Any]]:
    # k-means' random numbers, but not its result: both descend from the same points. EM is plain because an
    # extrapolated step can leave the basin that it began in.
    return fit_rows(
        batch, "lloyd_uniform", starts, UNIFORM, settled=False, accelerated=False, most=_MOST_PASSES
    )


METHOD = Method(
    fit=_fit, outputs=OUTPUTS, parameters={"starts": "count"}, any_dimension=True, any_clusters=True
)
