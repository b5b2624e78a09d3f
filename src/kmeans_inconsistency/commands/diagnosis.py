"""The diagnosis of a user's table: how wrong k-means is on it, as text, JSON and a picture."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmeans_inconsistency.diagnosis import Diagnosis, diagnose

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
    lines = textwrap.wrap(found.plain, _WIDTH)
    if found.corrected is not None and found.corrected_se is not None:
        lines += ["", "component means, corrected (standard error), for each centre of k-means"]
        for k in range(found.clusters):
            corrected = [
                f"{mean:.6g} ({error:.2g})"
                for mean, error in zip(found.corrected[k], found.corrected_se[k], strict=True)
            ]
            lines.append(f"  {k + 1}: {_listed(found.centers[k])} -> {', '.join(corrected)}")
    else:
        lines += ["", "centres of k-means"]
        lines += [f"  {k + 1}: {_listed(found.centers[k])}" for k in range(found.clusters)]
    lines += ["", "distances between centres"]
    for distance in found.distances:
        i, j = distance.pair
        line = f"  {i + 1} and {j + 1}: {distance.centers:.6g}"
        if distance.corrected is not None and distance.interval is not None:
            low, high = distance.interval
            line += (
                f" -> {distance.corrected:.6g} ({distance.standard_error:.2g}), 95 % {low:.4g} to {high:.4g}"
            )
        lines.append(line)
    return "\n".join(lines)


def as_json(found: Diagnosis) -> dict[str, Any]:
    """What ``--json`` prints under ``diagnosis``."""
    return found.to_dict()


def _listed(values: FloatArray) -> str:
    return ", ".join(f"{value:.6g}" for value in values)
