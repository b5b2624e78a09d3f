"""The explorable page: the sources in ``paper/explore/`` and the study's own limits, in one file.

The page solves the limits of k-means and of the fit with known variance itself, so that nothing is smeared
where they jump; it interpolates what it cannot solve, and checks what it solves by limits computed here.
This module imports neither limits nor figures until a page is made: the workflow asks it for its sources.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import cos, exp, isfinite, log, pi
from pathlib import Path
from typing import Any

__all__ = ["BOUNDS", "SOURCES", "grids", "measured", "page", "predicted", "reference"]

TEXT = Path(__file__).parents[3] / "paper" / "explore"

_SCRIPTS = ("limits", "sample", "fit", "page", "motion", "own", "story", "save")
SOURCES = (TEXT / "page.html", TEXT / "style.css", *(TEXT / f"{name}.js" for name in _SCRIPTS))
"""The files that the page is put together from; each name stands in the first as ``{{name}}``."""

DELTAS = (0.5, 8.0)
SMALLEST_WEIGHT = 0.01
EXAMPLES = ("iris", "faithful")
"""Real data, each with a button of the page."""

CUSP = 4.6345
"""Separation, just above that of the cusp, from which on k-means' limit jumps at a critical weight."""

BOUNDS: Mapping[str, float] = {
    "distance": 1e-6,
    "plane": 1e-6,
    "known_variance": 1e-6,
    "mixture_avar": 1e-6,
    "critical_weight": 1e-5,
}
"""Largest error of what the page shows, relative to 1 + the value: solved distances, interpolated grids."""


def page(measured: Iterable[Mapping[str, float]] = (), predicted: Iterable[Mapping[str, float]] = ()) -> str:
    """Put the page together.

    Parameters
    ----------
    measured : iterable of mappings
        Ratios of root mean squared errors that the study has measured: ``delta``, ``n``, ``ratio``.
    predicted : iterable of mappings
        Sample sizes of equal errors by the theory of finite samples: ``delta``, ``n``.

    Returns
    -------
    str
        HTML that needs nothing else; its bytes depend on the sources and the arguments alone.
    """
    from kmeans_inconsistency.examples.data import load

    data = grids() | {"reference": reference(), "measured": list(measured), "bounds": dict(BOUNDS)}
    data["predicted"] = list(predicted)
    data |= {"colours": colours(), "examples": {name: load(name).column.tolist() for name in EXAMPLES}}
    html, *parts = (source.read_text(encoding="utf-8") for source in SOURCES)
    for source, part in zip(SOURCES[1:], parts, strict=True):
        html = _filled(html, source.name, part)
    # the data must not contain an end tag
    text = json.dumps(data, separators=(",", ":"), allow_nan=False, ensure_ascii=False).replace(
        "<", "\\u003c"
    )
    return _filled(html, "data", text)


def measured(summary: Path) -> Iterator[dict[str, float]]:
    """Read, from a summary, k-means' root mean squared error over the mixture's for balanced normal pairs."""
    errors: dict[tuple[float, float], dict[str, float]] = {}
    with summary.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["quantity"] == "distance" and float(row.get("weight") or 0.5) == 0.5 and row["rmse"]:
                errors.setdefault((float(row["delta"]), float(row["n"])), {})[row["method"]] = float(
                    row["rmse"]
                )
    for (delta, n), rmse in sorted(errors.items()):
        if {"kmeans", "mixture"} <= set(rmse):
            yield {"delta": delta, "n": n, "ratio": _short(rmse["kmeans"] / rmse["mixture"])}


def predicted(curve: Path) -> Iterator[dict[str, float]]:
    """Read, from the curve of finite samples, the n of equal errors by separation."""
    with curve.open(newline="", encoding="utf-8") as file:
        found = {float(row["delta"]): float(row["crossover"] or "nan") for row in csv.DictReader(file)}
    for delta, n in sorted(found.items()):
        if isfinite(n):
            yield {"delta": delta, "n": _short(n)}


def grids() -> dict[str, Any]:
    """Compute what the page interpolates, at Chebyshev's points.

    Returns
    -------
    dict
        ``mixture_avar``: the limit of n times the variance of the mixture's distance, divided by
        o + 1.5 (2 / delta)^6 (o / 4)^2 with o = 1 / (w (1 - w)), which has its scale, over log delta and half
        the log odds of the weight w; ``critical_weight``: times delta^2, over delta from the cusp on.
    """
    from kmeans_inconsistency.limits import transitions

    log_delta = (log(DELTAS[0]), log(DELTAS[1]))
    log_odds = (0.0, 0.5 * log((1 - SMALLEST_WEIGHT) / SMALLEST_WEIGHT))
    critical = (CUSP, DELTAS[1])
    return {
        "mixture_avar": {
            "log_delta": log_delta,
            "log_odds": log_odds,
            "values": [
                [_scaled_avar(exp(u), 1 / (1 + exp(2 * b))) for b in _chebyshev(24, *log_odds)]
                for u in _chebyshev(48, *log_delta)
            ],
        },
        "critical_weight": {
            "delta": critical,
            "values": [
                _short(delta**2 * _existing(transitions.critical_weight(delta)))
                for delta in _chebyshev(16, *critical)
            ],
        },
    }


def reference() -> dict[str, list[dict[str, Any]]]:
    """Compute limits at scattered points, by which the page checks its own."""
    line = [
        {"delta": delta, "weight": weight, "eps": eps, **_on_the_line(delta, weight, eps)}
        for delta, weight, eps in _scattered(10, DELTAS, (0.02, 0.5), (0.05, 2.5))
    ]
    plane = [
        {"delta": delta, "weight": weight, "noise": noise, **_in_the_plane(delta, weight, noise)}
        for delta, weight, noise in _scattered(5, (0.5, 4.0), (0.1, 0.5), (0.5, 3.0))
    ]
    return {"line": line, "plane": plane}


def colours() -> dict[str, dict[str, str]]:
    """Give each look its colour on a light and on a dark ground."""
    from kmeans_inconsistency.figures._looks import LOOKS, tint

    light = {name: look.colour for name, look in LOOKS.items()}
    # as far from the dark ground as the colours are from white; black becomes nearly white
    share = {"truth": 0.1}
    return {
        "light": light,
        "dark": {name: tint(colour, share.get(name, 0.55)) for name, colour in light.items()},
    }


def _on_the_line(delta: float, weight: float, eps: float) -> dict[str, float]:
    from kmeans_inconsistency.limits import kmeans, known_variance, mixture
    from kmeans_inconsistency.models import normal_pair

    model = normal_pair(delta, weight)
    hard = kmeans.predict(model)
    soft = mixture.predict(model)["distance"]
    return {
        "kmeans": _short(hard["distance"].limit),
        "kmeans_lower": _short(hard["lower"].limit),
        "kmeans_avar": _short(hard["distance"].avar),
        "mixture_avar": _short(soft.avar),
        "known_variance": _short(known_variance.predict(model, eps)["distance"].limit),
    }


def _in_the_plane(delta: float, weight: float, noise: float) -> dict[str, float]:
    from kmeans_inconsistency.limits import anisotropic
    from kmeans_inconsistency.models import normal_pair

    found = anisotropic.limit(normal_pair(delta, weight), noise)
    return {"distance": _short(found.distance), "angle": _short(found.angle * 180 / pi)}


def _scaled_avar(delta: float, weight: float) -> float:
    from kmeans_inconsistency.limits import mixture
    from kmeans_inconsistency.models import normal_pair

    odds = 1 / (weight * (1 - weight))
    scale = odds + 1.5 * (2 / delta) ** 6 * (odds / 4) ** 2
    avar = mixture.predict(normal_pair(delta, weight))["distance"].avar
    return _short(_existing(avar) / scale)


def _chebyshev(n: int, low: float, high: float) -> list[float]:
    """Chebyshev's points cos(pi i / n), i = 0..n, on the interval from low to high."""
    middle, half = (low + high) / 2, (high - low) / 2
    return [min(max(middle + half * cos(pi * i / n), low), high) for i in range(n + 1)]


def _scattered(count: int, *ranges: Sequence[float]) -> list[list[float]]:
    """Points that fill a box evenly: multiples of powers of the inverse root of x^4 = x + 1, modulo one."""
    ratio = 1.2207440846057596  # root of x^4 = x + 1
    return [
        [
            round(low + (high - low) * ((0.5 + i / ratio ** (axis + 1)) % 1), 3)
            for axis, (low, high) in enumerate(ranges)
        ]
        for i in range(1, count + 1)
    ]


def _short(value: float | None) -> float:
    """Round to ten digits, so that the page is the same on every machine."""
    return float(f"{_existing(value):.10g}")


def _existing(value: float | None) -> float:
    if value is None:
        raise ValueError("the page needs a limit that does not exist")
    return value


def _filled(html: str, name: str, part: str) -> str:
    mark = "{{" + name + "}}"
    if html.count(mark) != 1:
        raise ValueError(f"the page must have {mark} once")
    return html.replace(mark, part)
