"""Fit: what each estimator makes of a user's own column of numbers."""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from kmeans_inconsistency import limits, notice
from kmeans_inconsistency.commands import diagnosis
from kmeans_inconsistency.estimators.classification import classification
from kmeans_inconsistency.estimators.debiased import debiased
from kmeans_inconsistency.estimators.kmeans import kmeans
from kmeans_inconsistency.estimators.known_variance import known_variance
from kmeans_inconsistency.estimators.mixture import mixture
from kmeans_inconsistency.models import Mixture
from kmeans_inconsistency.outcome import Status

FloatArray = NDArray[np.float64]
Report = dict[str, Any]

ESTIMATORS = ("kmeans", "mixture", "known_variance", "classification", "debiased")


class FitError(Exception):
    """Something about the request or the file, said in one line."""


def describe(
    x: FloatArray,
    clusters: int = 2,
    eps: Sequence[float] = (),
    estimators: Sequence[str] = ESTIMATORS,
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
        found["mixture"] = _mixture(fitted, model, len(x))
    if "known_variance" in estimators:
        found["known_variance"] = [_known_variance(x, value, model) for value in eps]
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
    predictions = limits.predict(method, parameters, model)
    return {q: math.sqrt(p.avar / n) for q, p in predictions.items() if p.avar is not None}


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
    return limits.predict("kmeans", {}, model)["distance"].limit if model else None


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


def _known_variance(x: FloatArray, eps: float, model: Mixture | None) -> Report:
    fit = known_variance(x, eps)
    errors = _errors("known_variance", {"eps": eps}, model, len(x))
    return {
        "eps": eps,
        "means": [_number(mean) for mean in fit.means],
        "distance": _number(fit.means[1] - fit.means[0]),
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
    told = []
    if model is None:
        told.append(
            f"The mixture's fit is {fitted.status.name.lower()}: the data do not show two components with a "
            "common variance, so there are no standard errors."
        )
        return told
    error = found.get("mixture", {}).get("se_distance")
    if error is not None and 2 * error > model.distance:
        told.append(
            f"The mixture's distance is less than twice its standard error ({error:.3g}): at this "
            "separation and sample size neither estimator tells where the components are."
        )
    return told


# --- reading -----------------------------------------------------------------------------------------


def read_column(path: Path, column: str | None = None) -> FloatArray:
    """Read one column of numbers from a text file, with or without a header.

    Values are separated by commas, semicolons or tabs.

    Raises
    ------
    FitError
        If there is no such file or column, or something in it is not a number.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise FitError(f"{path}: cannot be read: {reason}") from None
    lines = text.splitlines()
    separator = next((mark for mark in ",;\t" if lines and mark in lines[0]), ",")
    rows = [
        (i, row)
        for i, row in enumerate(csv.reader(lines, delimiter=separator), 1)
        if any(map(str.strip, row))
    ]
    if not rows:
        raise FitError(f"{path}: the file is empty; it needs a column of numbers")
    header = [cell.strip() for cell in rows[0][1]]
    named = not all(map(_is_number, header))
    place = _place(path, header if named else None, len(header), column)
    values = []
    for line, row in rows[named:]:
        cell = row[place].strip() if place < len(row) else ""
        if not _is_number(cell):
            what = f"{cell!r} is not a number" if cell else "the value is missing"
            raise FitError(f"{path}, line {line}: {what}; mend the line or remove it")
        values.append(float(cell))
    return np.array(values)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _place(path: Path, header: list[str] | None, width: int, column: str | None) -> int:
    if column is None:
        if width > 1:
            names = ", ".join(header) if header else f"1 to {width}"
            raise FitError(f"{path}: there are {width} columns; choose one with --column: {names}")
        return 0
    if header and column in header:
        return header.index(column)
    if header is None and column.isdigit() and 1 <= int(column) <= width:
        return int(column) - 1
    known = ", ".join(header) if header else f"numbers from 1 to {width}, since the file has no header"
    raise FitError(f"{path}: there is no column {column!r}; there are: {known}")


# --- command line ------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        raise FitError(f"{message}; ./run fit --help says what there is")


def main(argv: Sequence[str] | None = None) -> int:
    """Say what each estimator makes of a column of numbers in a file."""
    parser = _Parser(prog="./run fit", description=main.__doc__, allow_abbrev=False)
    parser.add_argument(
        "file", type=Path, help="a text file with a column of numbers, with or without header"
    )
    parser.add_argument("--column", help="its name, or its number if there is no header")
    parser.add_argument("--clusters", type=int, default=2, help="clusters of k-means")
    parser.add_argument("--estimators", nargs="+", choices=ESTIMATORS, default=ESTIMATORS)
    parser.add_argument("--eps", nargs="+", type=float, default=[], help="variances taken as known")
    diagnosis.add_options(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object, at full precision")
    try:
        args = parser.parse_args(argv)
        x = read_column(args.file, args.column)
        notice.give(asked=True)
        found = describe(x, args.clusters, args.eps, args.estimators)
        answer = diagnosis.run(x[:, np.newaxis], [args.column or ""], args)
    except (FitError, ValueError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    if args.json:
        found["diagnosis"] = diagnosis.as_json(answer)
        print(json.dumps(found, indent=2, allow_nan=False))
    else:
        print(f"{text(found)}\n\n{diagnosis.text(answer)}")
    return 0


def text(found: Report) -> str:
    """Lay the fits out for reading."""
    lines = [f"{found['n']} observations"]
    if "kmeans" in found:
        fit = found["kmeans"]
        lines += ["", f"k-means ({fit['status']})", _row("centers", fit["centers"], fit["se_centers"])]
        lines.append(_row("distance", [fit["distance"]], [fit["se_distance"]]))
        lines.append(_row("within-cluster sum of squares", [fit["within"]]))
    if "mixture" in found:
        fit = found["mixture"]
        lines += [
            "",
            f"mixture, common variance ({fit['status']})",
            _row("means", fit["means"], fit["se_means"]),
        ]
        lines.append(_row("distance", [fit["distance"]], [fit["se_distance"]]))
        lines.append(_row("weights", fit["weights"] or [None, None], [fit["se_weight"]] * 2))
        lines.append(_row("standard deviation", [fit["sd"]]))
        lines.append(_row("log-likelihood", [fit["log_likelihood"]]))
    for fit in found.get("known_variance", []):
        lines += ["", f"known variance {fit['eps']:g} ({fit['status']})", _row("means", fit["means"])]
        lines.append(_row("distance", [fit["distance"]], [fit["se_distance"]]))
    for name, told in (("classification", "classification likelihood"), ("debiased", "debiased k-means")):
        if name in found:
            fit = found[name]
            lines += ["", f"{told} ({fit['status']})", _row("means", fit["means"])]
            lines.append(_row("distance", [fit["distance"]], [fit["se_distance"]]))
            lines.append(_row("weights", fit["weights"] or [None, None]))
    return "\n".join([*lines, *(f"\n{warning}" for warning in found["warnings"])])


def _row(name: str, values: Sequence[float | None], errors: Sequence[float | None] | None = None) -> str:
    shown = []
    for value, error in zip(values, errors or [None] * len(values), strict=True):
        number = "none" if value is None else f"{value:.6g}"
        shown.append(number if error is None else f"{number} ({error:.2g})")
    return f"  {name:30}" + "  ".join(f"{item:>22}" for item in shown)
