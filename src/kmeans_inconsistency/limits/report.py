"""All limits of one mixture that the user names: as a dictionary, as text, and from the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from math import fsum, inf
from typing import Any, NoReturn

import numpy as np

from .. import digits
from ..models import Mixture
from . import (
    anisotropic,
    classification,
    debiased,
    kmeans,
    known_variance,
    mixture,
    pollard,
    rates,
    stopped_em,
    transitions,
)
from ._units import between, standardised

Report = dict[str, Any]


def describe(model: Mixture, clusters: int | None = None, eps: Sequence[float] = ()) -> Report:
    """Collect where every estimator goes, and how fast, for data from a model.

    Parameters
    ----------
    model : Mixture
        What the data come from.
    clusters : int, optional
        Number of clusters for k-means, 1 to 5; by default the number of components, but at least 2.
    eps : sequence of float
        Variances for the fit with known variance; by default the components' average variance.

    Returns
    -------
    dict
        Of numbers, booleans, text, lists and dictionaries, ready for JSON, with None where a thing does not
        exist. ``avar_...`` is the limit of n times the variance. All but ``kmeans`` is of two clusters.

    Raises
    ------
    ValueError
        If ``clusters`` or ``eps`` is out of range, or the components are too sharp for double precision.
    """
    smallest, largest = min(model.sds), max(*model.sds, max(model.means) - min(model.means))
    if smallest < SHARPEST * largest or not SMALLEST <= smallest <= 1 / SMALLEST:
        raise ValueError(
            f"a standard deviation of {smallest:g} is beyond double precision beside a scale of {largest:g}: "
            f"give one between {SMALLEST:g} and {1 / SMALLEST:g}, and at least {SHARPEST:g} of that scale"
        )
    near, origin, unit = standardised(model)
    added = min(stopped_em.ADDED_VARIANCE / unit / unit, MOST_ADDED)
    if near != model:
        inside = [between(value / unit / unit) if 0 < value < inf else value for value in eps]
        moved: Report = _moved(_described(near, clusters, inside, added), origin, unit)
        for fit, value in zip(moved["known_variance"], eps, strict=False):
            fit["eps"] = float(value)
        return moved | {"model": _named(model)}
    return _described(model, clusters, eps, added)


def _described(model: Mixture, clusters: int | None, eps: Sequence[float], added: float) -> Report:
    """Describe a model in units in which nothing overflows; ``added`` to variances by scikit-learn's EM."""
    number = clusters if clusters is not None else min(max(len(model.means), 2), 5)
    pooled = fsum(w * s * s for w, s in zip(model.weights, model.sds, strict=True))
    return {
        "model": _named(model),
        "kmeans": _kmeans(model, number),
        "known_variance": [_known_variance(model, float(value)) for value in (eps or [pooled])],
        "critical_eps": known_variance.critical_eps(model),
        "mixture": _mixture(model),
        "classification": _classification(model),
        "debiased": _debiased(model),
        "stopped_em": _stopped(model, added),
        "critical_anisotropy": _critical_anisotropy(model),
        "critical_weight": _critical_weight(model),
        "iterations_ratio": rates.iterations_ratio(model),
        "crossover_n": transitions.crossover(model),
        "notes": _notes(model),
    }


def _named(model: Mixture) -> Report:
    return {
        "weights": list(model.weights),
        "means": list(model.means),
        "sds": list(model.sds),
        "family": model.family,
    }


MOST_ADDED = 1e12  # variances, beyond which the means of scikit-learn's EM are equal up to rounding
SHARPEST, SMALLEST = 1e-12, 1e-60
LOCATIONS = {"centers", "boundaries", "means", "rivals"}
POWERS = dict.fromkeys([*LOCATIONS, "distance", "critical_anisotropy"], 1)
POWERS |= dict.fromkeys(["within", "eps", "critical_eps", "variance"], 2)
POWERS |= dict.fromkeys(["avar_distance", "avar_centers", "naive_avar_distance"], 2)
POWERS |= {"avar_within": 4}
"""Of the unit of length, in what a report calls so; all else has no unit."""


def _moved(part: Any, origin: float, unit: float, name: str = "") -> Any:
    """A part of a report, in units of 1 about an origin of 0, put back."""
    if isinstance(part, dict):
        return {key: _moved(value, origin, unit, key) for key, value in part.items()}
    if isinstance(part, list):
        return [_moved(value, origin, unit, name) for value in part]
    if not isinstance(part, float):
        return part
    return part * unit ** POWERS.get(name, 0) + (origin if name in LOCATIONS else 0.0)


def main(argv: Sequence[str] | None = None, prog: str = "limits") -> int:
    """Print the limits of a mixture that the user names.

    Returns
    -------
    int
        0, or 2 after one line on standard error.
    """
    parser = _Parser(
        prog=prog,
        description="What each estimator converges to, and how fast, for data from a mixture on the line.",
        allow_abbrev=False,
    )
    parser.add_argument("--means", type=float, nargs="+", required=True, help="of the components")
    parser.add_argument("--weights", type=float, nargs="+", help="of the components (default: equal)")
    parser.add_argument("--sd", type=float, nargs="+", default=[1.0], help="one, or one each (default: 1)")
    parser.add_argument("--family", default="normal", help="normal, t5 (or other degrees), laplace, uniform")
    parser.add_argument("--clusters", type=int, help="for k-means, 1 to 5 (default: one a component)")
    parser.add_argument("--eps", type=float, nargs="+", default=[], help="variances taken as known")
    parser.add_argument("--json", action="store_true", help="at full precision")
    parser.add_argument("--certify", action="store_true", help="enclose by ball arithmetic what can be")
    args = parser.parse_args([_plain(word) for word in (sys.argv[1:] if argv is None else argv)])
    try:
        model, notes = named(args.means, args.weights, args.sd, args.family)
        report = describe(model, args.clusters, args.eps)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    report["notes"] = notes + report["notes"]
    if args.certify:
        # here, since nothing else needs ball arithmetic
        from .certificates.report import certificates

        report["certificates"], report["not_certified"] = certificates(model, report)
    print(json.dumps(report, indent=2, allow_nan=False) if args.json else text(report))
    return 0


def named(
    means: Sequence[float], weights: Sequence[float] | None, sds: Sequence[float], family: str = "normal"
) -> tuple[Mixture, list[str]]:
    """Make the mixture that the user names, without components of weight 0.

    Returns
    -------
    model : Mixture
    notes : list of str
        What was left out.
    """
    number = len(means)
    shares = list(weights) if weights is not None else [1 / number] * number
    scales = list(sds) * number if len(sds) == 1 else list(sds)
    notes = []
    if 0 in shares and len(shares) == len(scales) == number:
        kept = [i for i, share in enumerate(shares) if share != 0]
        notes.append("a component of weight 0 is left out")
        means, shares, scales = [means[i] for i in kept], [shares[i] for i in kept], [scales[i] for i in kept]
    return Mixture(tuple(shares), tuple(means), tuple(scales), family), notes


def text(report: Report) -> str:
    """Lay a report out for reading, six digits each."""
    model, best = report["model"], report["kmeans"]
    scale = max(model["sds"])
    parts = zip(model["weights"], digits.apart(model["means"]), model["sds"], strict=True)
    lines = [
        "Data from " + " + ".join(f"{w:g} {model['family']}({m}, sd {s:g})" for w, m, s in parts),
        "",
        f"k-means, {len(best['centers'])} clusters" + ("" if best["unique"] else " (one of several optima)"),
        _line("centres", best["centers"], scale=scale),
        _line("boundaries", best["boundaries"], scale=scale),
        _line("distance", best["distance"], best["avar_distance"]),
        _line("within variance", best["within"], best["avar_within"]),
        _line("Lloyd's rate", best["lloyd_rate"]),
        "",
        "Two components, weights 1/2, variance eps taken as known",
        *(
            _line(f"eps {fit['eps']:g}: distance", fit["distance"], fit["avar_distance"])
            + ("  merged" if fit["merged"] else "")
            for fit in report["known_variance"]
        ),
        _line("merge from eps", report["critical_eps"]),
        "",
        "Mixture of two normals, one variance, maximum likelihood",
    ]
    pair = report["mixture"]
    lines += [
        _line("means", pair["means"], scale=scale),
        _line("weight, variance", [pair["weight"], pair["variance"]]),
        _line("distance", pair["distance"], pair["avar_distance"]),
        _line("EM's rate", pair["em_rate"]),
        _line("scikit-learn's stop", report["stopped_em"]["distance"]),
        "",
        "Classification maximum likelihood, free weights",
        _line("distance", report["classification"]["distance"])
        + ("  one cluster is empty" if report["classification"]["empty"] else ""),
        _line("from k-means", report["classification"]["from_kmeans"]["distance"]),
        "",
        "Two clusters",
        _line(
            "debiased distance",
            report["debiased"]["distance"],
            report["debiased"]["avar_distance"],
        ),
        _line("crossover n", report["crossover_n"]),
        _line("EM / Lloyd passes", report["iterations_ratio"]),
        _line("critical weight", report["critical_weight"]),
        _line("critical anisotropy", report["critical_anisotropy"]),
    ]
    if "certificates" in report:
        lines += ["", "Certified", *map(_enclosure, report["certificates"]), "", "Not certified"]
        lines += [f"  {entry['quantity']}: {entry['reason']}" for entry in report["not_certified"]]
    return "\n".join([*lines, *(f"Note: {note}." for note in report["notes"])])


def _enclosure(entry: Report) -> str:
    name = f"  {entry['quantity']:<32}"
    return f"{name}[{entry['lower']!r}, {entry['upper']!r}]" if "lower" in entry else f"{name}proved"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, not the usage as well."""
        print(message, file=sys.stderr)
        sys.exit(2)


def _plain(word: str) -> str:
    """Numbers like -1e-3 as -0.001: argparse takes the former for an option."""
    try:
        value = float(word)
    except ValueError:
        return word
    return np.format_float_positional(value, trim="-") if "e" in word.lower() and np.isfinite(value) else word


def _line(name: str, value: Any, avar: float | None = None, scale: float = 0.0) -> str:
    """One line; what is zero up to rounding, beside a scale, is shown as zero."""
    values = value if isinstance(value, list) else [value]
    cleared = [0.0 if v is not None and abs(v) < 1e-12 * scale else v for v in values]
    shown = "  ".join(digits.apart(cleared, scale))
    return f"  {name:<21} {shown}" + ("" if avar is None else f"   (n Var -> {avar:.6g})")


def _kmeans(model: Mixture, clusters: int) -> Report:
    found = kmeans.limit(model, clusters)
    theory = pollard.theory(model, found.best)
    covariance = theory.covariance if found.unique else None
    return {
        "centers": list(found.best.centers),
        "boundaries": list(found.best.boundaries),
        "distance": found.best.distance,
        "within": found.best.within,
        "unique": found.unique,
        "rivals": [list(rival.centers) for rival in found.rivals],
        "local_optima": 1 + len(found.others),
        "avar_distance": theory.avar_distance if found.unique else None,
        "avar_within": theory.avar_within if found.unique else None,
        "avar_centers": None if covariance is None else [float(v) for v in np.diag(covariance)],
        "naive_avar_distance": theory.naive_distance,
        "lloyd_rate": theory.lloyd_rate,
    }


def _known_variance(model: Mixture, eps: float) -> Report:
    found = known_variance.limit(model, eps)
    return {
        "eps": eps,
        "means": list(found.means),
        "distance": found.distance,
        "merged": found.merged,
        "unique": not found.rivals,
        "avar_distance": found.avar_distance,
    }


def _mixture(model: Mixture) -> Report:
    found = mixture.limit(model)
    names = ("means", "distance", "weight", "variance", "unique", "avar_distance", "em_rate")
    report: Report = dict.fromkeys(names)
    report["well_specified"] = mixture.well_specified(model) is not None
    if found is None:
        return report
    pair = found.pair
    return report | {
        "means": list(pair.means),
        "distance": pair.distance,
        "weight": pair.weight,
        "variance": pair.variance,
        "unique": not found.rivals,
        "avar_distance": found.avar_distance,
        "em_rate": rates.em(model, pair),
    }


def _classification(model: Mixture) -> Report:
    found = classification.limit(model)

    def fit(one: classification.Fit) -> Report:
        return {
            "distance": one.centers[1] - one.centers[0],
            "centers": list(one.centers),
            "weight": one.weight,
            "variance": one.variance,
            "empty": one.empty,
        }

    return fit(found.best) | {"from_kmeans": fit(found.local)}


def _debiased(model: Mixture) -> Report:
    found = debiased.limit(model)
    if found is None:
        return {"distance": None, "avar_distance": None, "efficiency": None}
    return {"distance": model.distance, "avar_distance": found.avar_distance, "efficiency": found.efficiency}


def _stopped(model: Mixture, added: float) -> Report:
    found = stopped_em.limit(model, added_variance=added)
    return {"distance": found.distance, "weight": found.weights[0], "passes": found.passes}


def _critical_weight(model: Mixture) -> float | None:
    pair = mixture.well_specified(model)
    return None if pair is None else transitions.critical_weight(pair.distance / pair.variance**0.5)


def _critical_anisotropy(model: Mixture) -> float | None:
    return None if mixture.well_specified(model) is None else anisotropic.critical(model)


def _notes(model: Mixture) -> list[str]:
    notes = []
    if not kmeans.limit(model).unique:
        notes.append("k-means with two clusters has several global optima: its centres have no single limit")
    likelihood = mixture.limit(model)
    if likelihood is None:
        notes.append("one normal distribution fits best: the mixture's parameters are not identified")
    elif likelihood.rivals:
        notes.append(
            "the mixture's likelihood has several global maxima: its parameters have no single limit"
        )
    elif mixture.well_specified(model) is None:
        notes.append("the data are no mixture of two normals with one variance: limits are projections")
    return notes


if __name__ == "__main__":
    sys.exit(main())
