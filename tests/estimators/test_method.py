"""Every estimator's module holds to the contract: it fits a batch, row by row the same as alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from kmeans_inconsistency.estimators._method import FloatArray, Status, load, names
from kmeans_inconsistency.models import Mixture

PARAMETERS = {"eps": 0.5, "tol": 1e-3, "starts": 2, "draws": 20, "thin": 2} | dict.fromkeys(
    ("concentration", "mean_sd", "shape", "rate"), 2.0
)


@dataclass
class Rows:
    """A batch of samples."""

    x: FloatArray
    clusters: int = 2
    dimension: int = 1

    @property
    def n(self) -> int:
        return self.x.shape[1]

    @property
    def replicates(self) -> np.ndarray:
        return np.arange(len(self.x))

    @property
    def sorted(self) -> FloatArray:
        return np.sort(self.x, axis=1)

    @property
    def components(self) -> np.ndarray:
        return (self.x > 1.5).astype(np.int64)

    @property
    def truth(self) -> Mixture:
        return Mixture((0.6, 0.4), (0.0, 3.0), (1.0, 1.0))

    def generators(self, _method: str) -> list[np.random.Generator]:
        return [np.random.default_rng(round(1e6 * float(x[0]) ** 2)) for x in self.x]


@pytest.fixture(scope="module")
def x() -> FloatArray:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(4, 300)) + 3 * (rng.random((4, 300)) < 0.4)
    rows.flags.writeable = False
    return rows


@pytest.mark.parametrize("name", names())
def test_contract(name: str, x: FloatArray) -> None:
    method = load(name)
    parameters = {key: PARAMETERS[key] for key in method.parameters}
    together = method.fit(Rows(x), **parameters)
    assert set(together) == {*method.outputs, "status"}
    for values in together.values():
        assert values.shape == (4,)
    assert set(together["status"].tolist()) <= {int(s) for s in Status}
    alone = method.fit(Rows(x[2:3]), **parameters)
    for key, values in together.items():
        assert alone[key][0] == values[2] or np.isnan(values[2]), key
