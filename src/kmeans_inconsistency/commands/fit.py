"""Fit: what each estimator makes of a user's own column of numbers."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from kmeans_inconsistency import digits, limits, notice
from kmeans_inconsistency.commands import diagnosis, reading
from kmeans_inconsistency.estimators.classification import classification
from kmeans_inconsistency.estimators.debiased import debiased
from kmeans_inconsistency.estimators.kmeans import kmeans
from kmeans_inconsistency.estimators.known_variance import known_variance
from kmeans_inconsistency.estimators.mixture import mixture
from kmeans_inconsistency.limits._units import standardised
from kmeans_inconsistency.models import Mixture
from kmeans_inconsistency.outcome import Status

FloatArray = NDArray[np.float64]
Report = dict[str, Any]

ESTIMATORS = ("kmeans", "mixture", "known_variance", "classification", "debiased")


class RequestError(Exception):
    """Something about the arguments, said in one line."""


def describe(
    x: FloatArray,
    clusters: int = 2,
    eps: Sequence[float] = (),
    estimators: Sequence[str] = ESTIMATORS,
    weight: float = 0.5,
) -> Report:
    """Fit a sample with each estimator.

    Parameters
    ----------
    x : ndarray, shape (n,)
        The sample.
    clusters : int
        Clusters of k-means.
    eps : sequence of float
        Variances for the fits with known variance.
    estimators : sequence of str
        Which to fit, of ``ESTIMATORS``. The mixture is always fitted: the standard errors and the warnings
        need a model of the data.
    weight : float
        The known weight of the first component in the fits with known variance.

    Returns
    -------
    dict
        Ready for JSON, None where a thing does not exist. Standard errors are those of the limit theorems
        at the fitted mixture: the square root of ``avar / n``.

    Raises
    ------
    ValueError
        If the sample cannot be fitted at all.
    """
    fitted = mixture(x)
    model = _model(fitted)
    found: Report = {"n": len(x)}
    if "kmeans" in estimators:
        found["kmeans"] = _kmeans(x, clusters, model)
    if "mixture" in estimators:
        found["mixture"] = _mixture(fitted, model, len(x)) | {"unique": _unique(x, fitted, model)}
    if "known_variance" in estimators:
        found["known_variance"] = [_known_variance(x, value, weight, model) for value in eps]
    if "classification" in estimators:
        found["classification"] = _pair(classification(x), {})
    if "debiased" in estimators:
        found["debiased"] = _pair(debiased(x), _errors("debiased", {}, model, len(x)))
    found["warnings"] = _warnings(found, fitted, model)
    return found


def _model(fitted: Any) -> Mixture | None:
    """The fitted mixture as a model; None if the fit has not two components."""
    if fitted.status != Status.CONVERGED or not fitted.variance > 0:
        return None
    sd = math.sqrt(fitted.variance)
    return Mixture(tuple(fitted.weights), tuple(fitted.means), (sd, sd))


def _errors(method: str, parameters: Report, model: Mixture | None, n: int) -> dict[str, float | None]:
    """Standard errors by quantity, from the method's limit theorem at the fitted mixture."""
    if model is None:
        return {}
    near, _, unit = standardised(model)
    if "eps" in parameters:
        parameters = parameters | {"eps": parameters["eps"] / unit / unit}
    units = {"weight": 1.0, "variance": unit**2}
    return {
        quantity: math.sqrt(prediction.avar / n) * units.get(quantity, unit)
        for quantity, prediction in limits.predict(method, parameters, near).items()
        if prediction.avar is not None
    }


def _kmeans(x: FloatArray, clusters: int, model: Mixture | None) -> Report:
    fit = kmeans(x, clusters)
    errors = _errors("kmeans", {}, model, len(x)) if clusters == 2 else {}
    return {
        "centers": fit.centers.tolist(),
        "distance": float(fit.centers[-1] - fit.centers[0]),
        "within": fit.objective,
        "unique": fit.unique,
        "se_centers": [errors.get("lower"), errors.get("upper")] if clusters == 2 else None,
        "se_distance": errors.get("distance"),
        "limit_distance": _limit(model) if clusters == 2 else None,
        "status": fit.status.name.lower(),
    }


def _limit(model: Mixture | None) -> float | None:
    """Where k-means' distance would go if the fitted mixture were the truth."""
    if model is None:
        return None
    near, _, unit = standardised(model)
    limit = limits.predict("kmeans", {}, near)["distance"].limit
    return None if limit is None else limit * unit


def _mixture(fitted: Any, model: Mixture | None, n: int) -> Report:
    errors = _errors("mixture", {}, model, n)
    merged = fitted.status == Status.MERGED
    return {
        "weights": None if model is None else fitted.weights.tolist(),
        "means": [_number(mean) for mean in fitted.means],
        "sd": math.sqrt(fitted.variance) if fitted.variance >= 0 else None,
        "distance": 0.0 if merged else _number(fitted.means[1] - fitted.means[0]),
        "log_likelihood": _number(fitted.objective),
        "gradient": _number(fitted.gradient),
        "se_weight": errors.get("weight"),
        "se_means": [errors.get("lower"), errors.get("upper")],
        "se_distance": errors.get("distance"),
        "status": fitted.status.name.lower(),
    }


def _unique(x: FloatArray, fitted: Any, model: Mixture | None) -> bool | None:
    """Whether the mirror image of a fit about the sample's mean is the same, or less likely."""
    if model is None:
        return None
    sd = math.sqrt(fitted.variance)
    z, means = (x - x.mean()) / sd, (fitted.means - x.mean()) / sd
    if max(abs(means.sum()), abs(fitted.weights[0] - 0.5)) < 1e-5:
        return True
    own, mirrored = (
        np.logaddexp(*(math.log(w) - 0.5 * (z - m) ** 2 for w, m in zip(weights, places, strict=True))).sum()
        for weights, places in ((fitted.weights, means), (fitted.weights, -means))
    )
    return bool(abs(own - mirrored) > 1e-9 * max(abs(own), 1.0))


def _known_variance(x: FloatArray, eps: float, weight: float, model: Mixture | None) -> Report:
    fit = known_variance(x, eps, weight=weight)
    errors = _errors("known_variance", {"eps": eps, "weight": weight}, model, len(x))
    return {
        "eps": eps,
        "weight": weight,
        "means": [_number(mean) for mean in fit.means],
        "distance": _number(abs(fit.means[1] - fit.means[0])),
        "log_likelihood": _number(fit.objective),
        "se_distance": errors.get("distance"),
        "status": fit.status.name.lower(),
    }


def _pair(fit: Any, errors: dict[str, float | None]) -> Report:
    """A fit of two components without a likelihood of its own."""
    weights = [_number(weight) for weight in fit.weights]
    distance = fit.means[1] - fit.means[0]
    return {
        "weights": None if None in weights else weights,
        "means": [_number(mean) for mean in fit.means],
        "sd": math.sqrt(fit.variance) if fit.variance >= 0 else None,
        "distance": _number(distance),
        "se_distance": errors.get("distance"),
        "status": fit.status.name.lower(),
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _warnings(found: Report, fitted: Any, model: Mixture | None) -> list[str]:
    """Say what the user should know before using the numbers."""
    lines = []
    if model is None:
        lines.append(
            f"The mixture's fit is {fitted.status.name.lower()}: the data do not show two components with a "
            "common variance, so there are no standard errors."
        )
        return lines
    error = found.get("mixture", {}).get("se_distance")
    if error is not None and 2 * error > model.distance:
        lines.append(
            f"The mixture's distance is less than twice its standard error ({error:.3g}): at this "
            "separation and sample size neither estimator tells where the components are."
        )
    return lines


# --- command line ------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        raise RequestError(f"{message}; {self.prog} --help lists the options")


def main(argv: Sequence[str] | None = None, prog: str = "fit") -> int:
    """Fit each estimator to a column of numbers in a file, and say how wrong k-means is on it."""
    parser = _Parser(prog=prog, description=main.__doc__, allow_abbrev=False)
    parser.add_argument(
        "file",
        type=Path,
        help="a table: text (CSV and the like, also gzipped) or Parquet; - reads standard input",
    )
    parser.add_argument(
        "--column",
        nargs="+",
        default=[],
        metavar="NAME",
        help="names of columns, or their numbers if the table has no header; of several columns there is "
        "the diagnosis alone",
    )
    parser.add_argument(
        "--decimal", choices=(".", ","), default=".", help="the decimal mark (default: a point)"
    )
    parser.add_argument(
        "--drop-missing", action="store_true", help="leave out the lines in which the value is missing"
    )
    parser.add_argument("--clusters", type=int, default=2, help="clusters of k-means, 2 to 10")
    parser.add_argument("--estimators", nargs="+", choices=ESTIMATORS, default=ESTIMATORS)
    parser.add_argument("--eps", nargs="+", type=float, default=[], help="variances taken as known")
    parser.add_argument(
        "--weight",
        type=float,
        default=0.5,
        help="weight of the first component, taken as known with each variance (default: 0.5)",
    )
    parser.add_argument("--scale", action="store_true", help="divide each column by its standard deviation")
    diagnosis.add_options(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object, at full precision")
    try:
        args = parser.parse_args(argv)
        if "known_variance" in args.estimators and args.estimators is not ESTIMATORS and not args.eps:
            raise RequestError("known_variance needs variances to take as known: give them by --eps")
        if args.eps and "known_variance" not in args.estimators:
            raise RequestError("--eps is for known_variance, which is not among --estimators: add it there")
        if args.weight != 0.5 and not args.eps:
            raise RequestError("--weight is for known_variance, which needs variances: give them by --eps")
        table = reading.read(args.file, args.column, args.decimal, args.drop_missing)
        if args.scale:
            table = _scaled(table)
        diagnosis.check(args)
        notice.give(asked=True)
        found: Report = {"n": len(table.numbers)}
        if len(table.names) == 1:
            found = describe(table.numbers[:, 0], args.clusters, args.eps, args.estimators, args.weight)
        answer = diagnosis.run(table.numbers, table.names, args)
    except reading.TableError as error:
        print("\n".join(error.problems), file=sys.stderr)
        return 2
    except (RequestError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    for note in table.notes:
        print(note, file=sys.stderr)
    if args.json:
        found["diagnosis"] = diagnosis.as_json(answer)
        print(json.dumps(found, indent=2, allow_nan=False))
    else:
        print(f"{text(found)}\n\n{diagnosis.text(answer)}")
    return 0


def _scaled(table: reading.Table) -> reading.Table:
    """With each column in units of its standard deviation."""
    units = table.numbers.std(axis=0)
    for name, unit, column in zip(table.names, units, table.numbers.T, strict=True):
        if (column == column[0]).all() or not 0 < unit < math.inf:
            raise RequestError(
                f"--scale: column {name!r} has no standard deviation to divide by; leave it out"
            )
    said = ", ".join(f"{name} {unit:.6g}" for name, unit in zip(table.names, units, strict=True))
    note = f"divided by their standard deviations: {said}"
    return reading.Table(table.names, table.numbers / units, (*table.notes, note))


def text(found: Report) -> str:
    """Lay the fits out for reading."""
    lines = [f"{found['n']} observations"]
    if "kmeans" in found:
        fit = found["kmeans"]
        lines += ["", f"k-means ({_status(fit)})", _row("centers", fit["centers"], fit["se_centers"])]
        lines.append(_row("distance", [fit["distance"]], [fit["se_distance"]]))
        lines.append(_row("within-cluster sum of squares", [fit["within"]]))
    if "mixture" in found:
        fit = found["mixture"]
        lines += [
            "",
            f"mixture, common variance ({_status(fit)})",
            _row("means", fit["means"], fit["se_means"]),
        ]
        lines.append(_row("distance", [fit["distance"]], [fit["se_distance"]]))
        lines.append(_row("weights", fit["weights"] or [None, None], [fit["se_weight"]] * 2))
        lines.append(_row("standard deviation", [fit["sd"]]))
        lines.append(_row("log-likelihood", [fit["log_likelihood"]]))
    for fit in found.get("known_variance", []):
        known = f"{fit['eps']:g}" if fit["weight"] == 0.5 else f"{fit['eps']:g}, weight {fit['weight']:g}"
        lines += ["", f"known variance {known} ({fit['status']})", _row("means", fit["means"])]
        lines.append(_row("distance", [fit["distance"]], [fit["se_distance"]]))
    for name, title in (("classification", "classification likelihood"), ("debiased", "debiased k-means")):
        if name in found:
            fit = found[name]
            lines += ["", f"{title} ({fit['status']})", _row("means", fit["means"])]
            lines.append(_row("distance", [fit["distance"]], [fit["se_distance"]]))
            lines.append(_row("weights", fit["weights"] or [None, None]))
    return "\n".join([*lines, *(f"\n{warning}" for warning in found.get("warnings", []))])


def _status(fit: Report) -> str:
    several = ", one of several optima" if fit["unique"] is False else ""
    return f"{fit['status']}{several}"


def _row(name: str, values: Sequence[float | None], errors: Sequence[float | None] | None = None) -> str:
    shown = digits.apart(values)
    for i, (value, error) in enumerate(zip(values, errors or [None] * len(values), strict=True)):
        if value is not None and error is not None:
            shown[i] = digits.to_error(value, error)
    return f"  {name:30}" + "  ".join(f"{item:>22}" for item in shown)
