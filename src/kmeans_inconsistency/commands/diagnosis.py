"""The diagnosis of a user's table: how wrong k-means is on it, as text, JSON and a picture."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmeans_inconsistency import digits
from kmeans_inconsistency.diagnosis import Diagnosis, diagnose
from kmeans_inconsistency.diagnosis.result import Distance

FloatArray = NDArray[np.float64]

_WIDTH = 100


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of a diagnosis to a command that has ``--clusters`` and ``--json``."""
    parser.add_argument(
        "--plot", type=Path, metavar="FILE", help="draw data, centres and correction: .svg, .png or .pdf"
    )
    parser.add_argument(
        "--bootstrap", type=int, default=0, metavar="B", help="samples of a bootstrap against one component"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the bootstrap")


def check(args: argparse.Namespace) -> None:
    """Check the arguments before anything is computed.

    Raises
    ------
    ValueError
        If there can be no such picture.
    """
    if args.plot is None:
        return
    try:
        from kmeans_inconsistency.diagnosis import picture
    except ModuleNotFoundError as error:
        raise ValueError(
            f"--plot needs {error.name}, which is not installed: pip install kmeans-inconsistency[plot]"
        ) from None
    picture.check(args.plot)


def run(x: FloatArray, names: Sequence[str], args: argparse.Namespace) -> Diagnosis:
    """Diagnose a table, and draw it where that is asked for.

    Parameters
    ----------
    x : ndarray, shape (n, d)
    names : sequence of str
        Of the columns.
    args : Namespace
        With ``clusters``, ``plot``, ``bootstrap`` and ``seed``.

    Raises
    ------
    ValueError
        With one line for each problem with the data.
    """
    found = diagnose(x, clusters=args.clusters, bootstrap=args.bootstrap, seed=args.seed)
    if args.plot is not None:
        from kmeans_inconsistency.diagnosis import picture

        picture.save(found, x, args.plot, tuple(names))
    return found


def text(found: Diagnosis) -> str:
    """Lay a diagnosis out for reading: the paragraph, then centres and distances."""
    unbroken = found.plain.replace(" %", "\N{NO-BREAK SPACE}%")  # a number keeps its unit
    lines = [line.replace("\N{NO-BREAK SPACE}", " ") for line in textwrap.wrap(unbroken, _WIDTH)]
    columns = [digits.apart(column) for column in found.centers.T.tolist()]
    centers = [", ".join(center) for center in zip(*columns, strict=True)]
    if found.corrected is not None and found.corrected_se is not None:
        lines += ["", "component means, corrected (standard error), for each centre of k-means"]
        for k in range(found.clusters):
            corrected = map(digits.to_error, found.corrected[k].tolist(), found.corrected_se[k].tolist())
            lines.append(f"  {k + 1}: {centers[k]} -> {', '.join(corrected)}")
    else:
        lines += ["", "centres of k-means"]
        lines += [f"  {k}: {center}" for k, center in enumerate(centers, 1)]
    lines += ["", "distances between centres"]
    for distance in found.distances:
        i, j = distance.pair
        line = f"  {i + 1} and {j + 1}: {distance.centers:.6g}"
        if distance.corrected is not None and distance.interval is not None:
            error = distance.standard_error
            line += f" -> {digits.to_error(distance.corrected, error)}, 95 % {_interval(distance)}"
        lines.append(line)
    return "\n".join(lines)


def as_json(found: Diagnosis) -> dict[str, Any]:
    """What ``--json`` prints under ``diagnosis``."""
    return found.to_dict()


def _interval(distance: Distance) -> str:
    low, high = distance.interval or (0.0, 0.0)
    error = distance.standard_error
    if not error:
        return f"{low:.6g} to {high:.6g}"
    return f"{digits.down_to(low, error)} to {digits.down_to(high, error)}"
