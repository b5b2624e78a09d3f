"""The placing of noise on components, against its definition."""

from __future__ import annotations

import numpy as np

from kmeans_inconsistency.algorithms.sampling import place_rows


def test_component_is_the_first_with_a_larger_cumulative_weight() -> None:
    rng = np.random.default_rng(1)
    noise, uniforms = rng.normal(size=(3, 50)), rng.random((3, 50))
    cumulative, means, sds = np.array([0.2, 0.7, 1.0]), np.array([-1.0, 0.0, 5.0]), np.array([1.0, 2.0, 0.5])
    uniforms[0, :3] = [0.2, 0.7, np.nextafter(1, 0)]
    x, components = place_rows(noise, uniforms, 40, cumulative, means, sds)
    expected = np.searchsorted(cumulative, uniforms[:, :40], side="right")
    np.testing.assert_array_equal(components, expected)
    np.testing.assert_array_equal(components[0, :3], [1, 2, 2])
    np.testing.assert_array_equal(x, means[expected] + sds[expected] * noise[:, :40])


def test_a_smaller_sample_is_a_prefix() -> None:
    rng = np.random.default_rng(1)
    noise, uniforms = rng.normal(size=(2, 50)), rng.random((2, 50))
    one = np.ones(1)
    x, _ = place_rows(noise, uniforms, 50, one, one, one)
    prefix, _ = place_rows(noise, uniforms, 20, one, one, one)
    np.testing.assert_array_equal(prefix, x[:, :20])


def test_read_only_input() -> None:
    noise, one = np.zeros((1, 3)), np.ones(1)
    noise.flags.writeable = False
    x, _ = place_rows(noise, noise, 3, one, one, one)
    np.testing.assert_array_equal(x, 1.0)
