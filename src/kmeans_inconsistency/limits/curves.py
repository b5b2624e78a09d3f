"""Theory curves on fine grids, for the figures: one function per curve, from limits and models alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..models import Mixture, normal_pair
from . import (
    Prediction,
    anisotropic,
    approach,
    bias_curves,
    debiased,
    finite_samples,
    kmeans,
    known_variance,
    mixture,
    rates,
    shape_curves,
    transitions,
    uses_draws,
    uses_separations,
)

FloatArray = NDArray[np.float64]
Columns = dict[str, FloatArray]

MECHANISM_DELTA = 2.0
"""Separation at which the mechanism is shown: the example of Bryant and Williamson's limit."""

_SIZES = np.geomspace(10, 1e6, 51)

EFFICIENCY_WEIGHTS = (0.5, 0.3, 0.1)
"""Weights of the smaller component for which the efficiencies are drawn."""


def mechanism() -> Columns:
    """Give the density of the balanced pair, its components, k-means' cut and its truncated means.

    Returns
    -------
    dict of ndarray
        ``x``, ``density``, ``lower``, ``upper`` (the weighted components) and, constant over x, ``delta``,
        ``cut``, ``mean_lower``, ``mean_upper`` (components), ``centre_lower``, ``centre_upper`` (k-means).
    """
    model = normal_pair(MECHANISM_DELTA)
    centres = kmeans.predict(model)
    centre_lower, centre_upper = (_existing(centres[name].limit) for name in ("lower", "upper"))
    x = np.linspace(-4.5, 4.5, 361)
    parts = [
        w * Mixture((1.0,), (m,), (s,)).pdf(x)
        for w, m, s in zip(model.weights, model.means, model.sds, strict=True)
    ]
    constants = {
        "delta": MECHANISM_DELTA,
        "cut": (centre_lower + centre_upper) / 2,
        "mean_lower": model.means[0],
        "mean_upper": model.means[1],
        "centre_lower": centre_lower,
        "centre_upper": centre_upper,
    }
    columns = {"x": x, "density": model.pdf(x), "lower": parts[0], "upper": parts[1]}
    return columns | {name: np.full_like(x, value) for name, value in constants.items()}


def distance(deltas: Sequence[float]) -> Columns:
    """Give the limit of k-means' distance against the true one, from no separation to beyond the largest.

    Parameters
    ----------
    deltas : sequence of float
        Separations of the study.

    Returns
    -------
    dict of ndarray
        ``delta`` (the truth) and ``kmeans``.
    """
    grid = np.linspace(0.0, max(6.0, *deltas), 241)
    return {"delta": grid, "kmeans": np.array([_distance(kmeans.predict(normal_pair(d))) for d in grid])}


def rmse(deltas: Sequence[float]) -> Columns:
    """Give the root mean squared error of the distance that the asymptotic theory predicts, against n.

    Parameters
    ----------
    deltas : sequence of float
        Separations of the study.

    Returns
    -------
    dict of ndarray
        ``delta``, ``n``, ``kmeans`` and ``mixture``: sqrt(bias^2 + avar / n), the bias being the limit's.
    """
    methods = {"kmeans": kmeans, "mixture": mixture}
    rows = []
    for delta in deltas:
        model = normal_pair(delta)
        curves = {}
        for method, theory in methods.items():
            limit, avar = theory.predict(model)["distance"]
            curves[method] = np.sqrt((_existing(limit) - model.distance) ** 2 + _existing(avar) / _SIZES)
        rows.append({"delta": np.full_like(_SIZES, delta), "n": _SIZES, **curves})
    return _stack(rows)


def eps_path(deltas: Sequence[float]) -> Columns:
    """Give where the distance between the means goes, and how it scatters, when the variance is held at eps.

    Parameters
    ----------
    deltas : sequence of float
        Separations of the study.

    Returns
    -------
    dict of ndarray
        ``delta``, ``eps``, ``distance`` (the limit), ``avar`` (the limit of n times the variance; NaN from
        the critical eps on, to which it diverges) and, constant over eps, ``critical`` (1 + delta^2 / 4,
        where the two components merge) and ``kmeans`` (the limit at eps -> 0).
    """
    rows = []
    for delta in deltas:
        model = normal_pair(delta)
        critical = 1 + delta**2 / 4
        # The distance falls to zero like a root: the grid is fine near its end, and holds the end itself.
        ends = critical * (1 - np.geomspace(1e-4, 0.1, 24)[::-1])
        eps = np.concatenate(
            [np.linspace(0.005, 0.9 * critical, 96, endpoint=False), ends, [critical, 1.7 * critical]]
        )
        path = [known_variance.predict(model, eps=e)["distance"] for e in eps]
        columns = {
            "eps": eps,
            "distance": np.array([_existing(found.limit) for found in path]),
            "avar": np.array([_existing(found.avar) for found in path]),
        }
        constants = {"delta": delta, "critical": critical, "kmeans": _distance(kmeans.predict(model))}
        rows.append(columns | {name: np.full_like(eps, value) for name, value in constants.items()})
    return _stack(rows)


def bias_map() -> Columns:
    """Give the relative bias of k-means' distance over separation and weight.

    The weights differ between separations, equally many for each: they hold both sides of the critical
    weight, so that a map drawn from them is as steep there as the limit, which jumps.

    Returns
    -------
    dict of ndarray
        ``delta``, ``weight`` (of the smaller component) and ``bias`` (limit / delta - 1).
    """
    cusp, cusp_weight, _ = transitions.cusp()
    grid = np.sort(np.append(np.linspace(0.5, 8.0, 41), cusp))
    rows = []
    for delta in grid:
        # before the cusp nothing happens at this weight
        middle = transitions.critical_weight(delta) or cusp_weight
        weights = np.concatenate(
            [
                np.geomspace(0.01, middle * (1 - 1e-4), 10),
                np.geomspace(middle * (1 + 1e-4), 0.2, 16, endpoint=False),
                np.linspace(0.2, 0.5, 16),
            ]
        )
        found = np.array([_distance(kmeans.predict(normal_pair(delta, weight))) for weight in weights])
        rows.append({"delta": np.full_like(weights, delta), "weight": weights, "bias": found / delta - 1})
    return _stack(rows)


def critical_weight() -> Columns:
    """Give the weight below which k-means ignores the smaller component, from the cusp on.

    Returns
    -------
    dict of ndarray
        ``delta``, the first being where the line begins, and ``weight``.
    """
    cusp, weight, _ = transitions.cusp()
    grid = np.concatenate([cusp + np.geomspace(0.002, 0.1, 8), np.linspace(cusp + 0.15, 10.0, 60)])
    found = [_existing(transitions.critical_weight(delta)) for delta in grid]
    return {"delta": np.append(cusp, grid), "weight": np.append(weight, found)}


def critical_values() -> Columns:
    """Give two critical values of the balanced pair against the separation.

    Returns
    -------
    dict of ndarray
        ``delta``, ``noise`` (the standard deviation across the line of means beyond which k-means splits
        across that line) and ``eps`` (the known variance from which on the components merge).
    """
    grid = np.linspace(0.0, 6.0, 31)
    models = [normal_pair(delta) for delta in grid]
    noise = np.array([anisotropic.critical(model) for model in models])
    eps = np.array([known_variance.critical_eps(model) for model in models])
    return {"delta": grid, "noise": noise, "eps": eps}


def efficiency() -> Columns:
    """Give what k-means' variance gains and its bias costs, against the separation.

    Returns
    -------
    dict of ndarray
        ``weight``, ``delta``, ``bias`` (of k-means' limit), ``kmeans`` and ``debiased`` (the asymptotic
        variance of the mixture's distance over that of k-means, and over that of debiased k-means),
        ``crossover`` (the sample size from which on the mixture is predicted to have the smaller mean squared
        error; NaN where it is at every size) and ``crossover_centres`` (by both means).
    """
    grid = np.linspace(0.4, 6.0, 113)
    rows = []
    for weight in EFFICIENCY_WEIGHTS:
        values = []
        for delta in grid:
            model = normal_pair(delta, weight)
            limit, avar = map(_existing, kmeans.predict(model)["distance"])
            best = _existing(mixture.predict(model)["distance"].avar)
            corrected = _existing(debiased.predict(model)["distance"].avar)
            crossover = _existing(transitions.crossover(model))
            centres = _existing(transitions.crossover(model, ("lower", "upper")))
            values.append((limit - delta, best / avar, best / corrected, crossover, centres))
        names = ("bias", "kmeans", "debiased", "crossover", "crossover_centres")
        columns = dict(zip(names, np.transpose(values), strict=True))
        rows.append({"weight": np.full_like(grid, weight), "delta": grid} | columns)
    return _stack(rows)


def convergence() -> Columns:
    """Give how fast Lloyd's algorithm and EM converge for the balanced pair, against the separation.

    Returns
    -------
    dict of ndarray
        ``delta``, ``lloyd`` and ``em`` (the factor by which a pass shrinks a small error) and ``ratio`` (EM's
        passes over Lloyd's for the same gain in accuracy).
    """
    grid = np.linspace(0.75, 5.0, 35)
    models = [normal_pair(delta) for delta in grid]
    lloyd = np.array([rates.lloyd(model) for model in models])
    em = np.array([_existing(rates.em(model)) for model in models])
    return {"delta": grid, "lloyd": lloyd, "em": em, "ratio": np.log(lloyd) / np.log(em)}


CURVES: Mapping[str, Callable[..., Columns]] = MappingProxyType(
    {
        "mechanism": mechanism,
        "distance": distance,
        "rmse": rmse,
        "eps_path": eps_path,
        "bias_map": bias_map,
        "critical_weight": critical_weight,
        "critical_values": critical_values,
        "efficiency": efficiency,
        "convergence": convergence,
        "emptying": shape_curves.emptying,
        "turning": shape_curves.turning,
        **bias_curves.CURVES,
        **finite_samples.CURVES,
        **approach.CURVES,
    }
)


def curve(name: str, deltas: Sequence[float], draws: int | None = None) -> Columns:
    """Compute the curve ``name``, for the separations of the study, in ascending order, if it uses them.

    Of a curve that is predicted from random draws, ``draws`` is their number if it is given.

    Raises
    ------
    KeyError
        If there is no such curve.
    """
    if draws and uses_draws(name):
        return CURVES[name](draws)
    return CURVES[name](deltas) if uses_separations(name) else CURVES[name]()


def _distance(predictions: Mapping[str, Prediction]) -> float:
    return _existing(predictions["distance"].limit)


def _existing(value: float | None) -> float:
    return np.nan if value is None else value


def _stack(rows: Sequence[Columns]) -> Columns:
    return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
