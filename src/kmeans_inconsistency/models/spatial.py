"""Finite normal mixtures in space, all of whose components have the same noise."""

from __future__ import annotations

from dataclasses import dataclass

from .mixture import check, finite, mean_distance


@dataclass(frozen=True)
class SpatialMixture:
    """A finite normal mixture whose components differ in location only; coordinates are independent in each.

    Parameters
    ----------
    weights : sequence of float, shape (k,)
        Positive, with sum one.
    means : sequence of sequence of float, shape (k, d)
        Finite.
    sds : sequence of float, shape (d,)
        Positive standard deviations of the coordinates within each component.

    Raises
    ------
    ValueError
        If the parameters do not make a mixture; the message says which and why in one line.
    """

    weights: tuple[float, ...]
    means: tuple[tuple[float, ...], ...]
    sds: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", finite("weights", self.weights))
        object.__setattr__(self, "means", tuple(finite("means", mean) for mean in self.means))
        object.__setattr__(self, "sds", finite("sds", self.sds))
        if not len(self.weights) == len(self.means) > 0:
            raise ValueError(f"there are {len(self.weights)} weights and {len(self.means)} means")
        if not {len(mean) for mean in self.means} == {len(self.sds)} or not self.sds:
            raise ValueError("means and sds must have one number for each coordinate")
        check(self.weights, self.sds)

    @property
    def family(self) -> str:
        """What the components are: see :func:`.shapes.shape`."""
        return "normal"

    @property
    def clusters(self) -> int:
        """Number of components."""
        return len(self.weights)

    @property
    def dimension(self) -> int:
        """Of the space that the data lie in."""
        return len(self.sds)

    @property
    def distance(self) -> float:
        """Mean distance over all pairs of component means, the study's estimand; NaN for one component."""
        return mean_distance(self.means)
