"""The local maximum from k-means' split, against plain EM and the global search."""

from __future__ import annotations

import numpy as np
import pytest

from kmeans_inconsistency.estimators import em
from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.estimators.mixture import fit_rows, mixture


def samples(delta: float, n: int, count: int) -> np.ndarray:
    rng = np.random.default_rng(1)
    return np.sort(rng.normal(size=(count, n)) + delta * (rng.random((count, n)) < 0.5), axis=1)


@pytest.mark.parametrize(("delta", "n"), [(1.0, 50), (2.0, 50), (2.0, 500), (3.0, 100)])
def test_ends_where_em_does(delta: float, n: int) -> None:
    """Where EM at a tight tolerance ends elsewhere, it has stopped in the slow lane beside one component."""
    x = samples(delta, n, 100)
    local, long = fit_rows(x, "local"), em.fit_rows(x, em.Stop(1e-13, 0.0, 1_000_000), "none")
    gap = local["objective"] - long["objective"]
    apart = np.abs(gap) > 1e-4
    assert apart.mean() <= 0.06
    assert (local["gradient"][local["status"] == Status.CONVERGED] <= 1e-9).all()
    assert (long["distance"][apart] < 0.2).all()
    np.testing.assert_allclose(local["distance"][~apart], long["distance"][~apart], atol=0.05)


def test_is_not_above_the_global_maximum() -> None:
    x = samples(0.5, 50, 200)
    local, best = fit_rows(x, "local"), fit_rows(x, "global")
    gap = local["objective"] - best["objective"]
    assert (gap < 1e-8).all()
    assert 0 < (gap < -1e-4).mean() < 0.2


def test_one_sample() -> None:
    x = samples(3.0, 200, 1)[0]
    np.testing.assert_allclose(mixture(x, search="local").means, mixture(x).means, rtol=1e-8)
    assert mixture([1.0, 1.0, 1.0], search="local").status is Status.MERGED
    assert mixture([1.0, 1.0, 2.0], search="local").status is Status.DEGENERATE
    with pytest.raises(ValueError, match="search must be 'global' or 'local', not 'random'"):
        mixture(x, search="random")
