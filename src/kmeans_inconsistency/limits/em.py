"""EM from a split of the sample, stopped by a tolerance or after some steps: see :mod:`.stopped_em`."""

from __future__ import annotations

from ..models import Mixture, Model
from . import Prediction, stopped_em

MOST_PASSES = 100_000

#: Passes that the start takes; and the tolerance of mclust.
STARTS = {"kmeans": 4, "halves": 2}
TOLERANCE = 1e-5


def predict(
    model: Model,
    acceleration: str = "none",
    start: str = "kmeans",
    rule: str = "gain",
    tol: float | None = None,
    steps: int | None = None,
) -> dict[str, Prediction]:
    """Limits of ``em`` on the line: distance, lower, upper, weight, variance, and the number of passes.

    Nothing is claimed for EM that is extrapolated or goes on to a stationary point.
    """
    if rule == "relative" and tol is None:
        tol = TOLERANCE
    if not isinstance(model, Mixture) or acceleration != "none" or (tol is None and steps is None):
        return {}
    most = MOST_PASSES if steps is None else int(steps)
    found = stopped_em.limit(model, tol or 0.0, "tied", most, start, rule, added_variance=0.0)
    # after the last step the likelihood is computed once more
    ended = steps is not None and found.passes == steps
    passes = STARTS[start] + found.passes + (1 if ended else 0)
    return stopped_em.predictions_of(found) | {"passes": Prediction(float(passes), None)}
