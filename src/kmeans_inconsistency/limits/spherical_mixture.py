"""The mixture of equal spherical components: under its own model it is consistent, in any dimension."""

from __future__ import annotations

from ..models import Mixture, Model
from . import Prediction, mixture, spatial


def predict(
    model: Model, starts: int = 1, start: str = "kmeans", acceleration: str = "newton"
) -> dict[str, Prediction]:
    """Limits and asymptotic variances of ``spherical_mixture``.

    They are of distance, weight and variance, and in space of the error of the centres.

    Parameters
    ----------
    model : Mixture or SpatialMixture
        Normal components with one variance in all directions. Of others there is theory for two components
        on the line only.
    starts, start, acceleration
        Of uniform starts there is no theory: the limit is that of the global optimum.
    """
    del starts, acceleration
    if start != "kmeans":
        return {}
    names = ("distance", "weight", "variance")
    if isinstance(model, Mixture) and model.clusters == 2:
        found = mixture.predict(model)
        return {name: found[name] for name in names}
    if model.family != "normal" or len(set(model.sds)) > 1:
        return {}
    line = None if isinstance(model, Mixture) else spatial.line_of_means(model)
    limit = None if line is None or line.distance == 0 else mixture.limit(line, dimension=model.dimension)
    if limit is None:
        return {
            "distance": Prediction(model.distance, None),
            "center_error": Prediction(0.0, None),
            "variance": Prediction(model.sds[0] ** 2, None),
        }
    assert limit.covariance is not None  # noqa: S101 -- its optimum is the truth, and unique
    return {
        "distance": Prediction(limit.pair.distance, limit.avar_distance),
        "center_error": Prediction(0.0, None),
        "weight": Prediction(limit.pair.weight, float(limit.covariance[2, 2])),
        "variance": Prediction(limit.pair.variance, float(limit.covariance[3, 3])),
    }
