"""Anderson acceleration of a linear iteration: it is there in one more step than dimensions."""

from __future__ import annotations

import numpy as np

from kmeans_inconsistency.algorithms.anderson import extrapolate


def test_a_linear_iteration_ends_after_as_many_steps_as_dimensions() -> None:
    rng = np.random.default_rng(1)
    matrix = rng.normal(size=(4, 4))
    matrix *= 0.9 / np.abs(np.linalg.eigvals(matrix)).max()
    constant = rng.normal(size=4)
    fixed = np.linalg.solve(np.eye(4) - matrix, constant)
    x, target = np.zeros(4), np.empty(4)
    moves, changes = np.zeros((0, 4)), np.zeros((0, 4))
    before_x = before_f = None
    for _ in range(5):
        f = matrix @ x + constant - x
        if before_x is not None:
            moves = np.vstack([x - before_x, moves])
            changes = np.vstack([f - before_f, changes])
        before_x, before_f = x.copy(), f
        extrapolate(x, f, moves, changes, target)
        x = target.copy()
    np.testing.assert_allclose(x, fixed, rtol=1e-8)


def test_without_memory_it_is_the_iteration() -> None:
    target = np.empty(2)
    extrapolate(np.array([1.0, 2.0]), np.array([0.5, -1.0]), np.zeros((0, 2)), np.zeros((0, 2)), target)
    np.testing.assert_array_equal(target, [1.5, 1.0])


def test_a_change_that_tells_nothing_new_is_passed_over() -> None:
    rng = np.random.default_rng(2)
    x, f, move, change = rng.normal(size=(4, 3))
    once, twice = np.empty(3), np.empty(3)
    extrapolate(x, f, move[np.newaxis], change[np.newaxis], once)
    extrapolate(x, f, np.array([move, 2 * move]), np.array([change, 2 * change]), twice)
    np.testing.assert_allclose(once, twice, rtol=1e-12)
