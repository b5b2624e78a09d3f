"""The data: shipped with the package or with scikit-learn, each checked against its digest."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent


class DamagedDataError(ValueError):
    """Data that are not those whose digest is known."""


@dataclass(frozen=True, eq=False)
class Data:
    """One column of measurements.

    Attributes
    ----------
    name, title, variable, unit : str
        ``unit`` as it stands beside a number.
    source, licence, digest : str
        ``digest`` is the SHA-256 of the file that they are in.
    column : ndarray, shape (n,)
    groups : tuple of str
        The group with the smaller mean and the one with the larger; none where no labels are known.
    upper : ndarray of bool, shape (n,), or None
        Whether an observation is of the second group.
    """

    name: str
    title: str
    variable: str
    unit: str
    source: str
    licence: str
    digest: str
    column: NDArray[np.float64]
    groups: tuple[str, ...] = ()
    upper: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class _Known:
    title: str
    variable: str
    unit: str
    source: str
    licence: str
    digest: str
    groups: tuple[str, ...]
    place: str
    text: Callable[[], bytes]
    only: str = ""  # what the first of three columns has to be


def _shipped(name: str) -> Callable[[], bytes]:
    return lambda: (FOLDER / f"{name}.csv").read_bytes()


def _iris() -> bytes:
    from sklearn.datasets import load_iris

    found = load_iris()
    names, lengths = found.target_names[found.target], found.data[:, 2].tolist()
    rows = (f"{name},{x}\n" for name, x in zip(names, lengths, strict=True) if name != "setosa")
    return "".join(["species,petal_length_cm\n", *rows]).encode()


_KNOWN: Mapping[str, _Known] = {
    "iris": _Known(
        "Iris versicolor and Iris virginica",
        "petal length",
        "cm",
        "Fisher (1936), as scikit-learn has them",
        "BSD-3-Clause",
        "228ab5d974f805b4540488ff19eedae08d828394410971e1f3e0496d7c4d5b41",
        ("versicolor", "virginica"),
        "scikit-learn's copy of iris",
        _iris,
    ),
    **{
        species: _Known(
            f"{title} penguins, female and male",
            "body mass",
            "g",
            "Gorman, Williams and Fraser (2014), as palmerpenguins has them",
            "CC0-1.0",
            "809c1effce3482bba932a7ba9940740096b5421039c52fdd016099ce49e7e132",
            ("female", "male"),
            "penguins.csv",
            _shipped("penguins"),
            species,
        )
        for species, title in (("gentoo", "Gentoo"), ("adelie", "Adélie"), ("chinstrap", "Chinstrap"))
    },
    "heights": _Known(
        "Students, female and male",
        "reported height",
        "in",
        "Irizarry and Gill (2019), as dslabs has them",
        "Artistic-2.0",
        "8ddf21a3f0be94a18bdd6f9efb2f932f8039227b31396600e23fa671c7a7652e",
        ("female", "male"),
        "heights.csv",
        _shipped("heights"),
    ),
    "faithful": _Known(
        "Old Faithful",
        "waiting time",
        "min",
        "Härdle (1991), as R has them",
        "published measurements",
        "faa797a022d8641b25acd673f264ea2a5112e285fa06e71d8860ed37ed57a2b5",
        (),
        "faithful.csv",
        _shipped("faithful"),
    ),
}

NAMES = tuple(_KNOWN)
"""The names of the data, those with labels first."""


def load(name: str) -> Data:
    """Read one of the columns.

    Parameters
    ----------
    name : str
        One of :data:`NAMES`.

    Returns
    -------
    Data

    Raises
    ------
    KeyError
        If there are no data of this name.
    DamagedDataError
        If they are not those whose digest is known.

    Examples
    --------
    >>> load("iris").column.mean().round(3)
    np.float64(4.906)
    """
    known = _KNOWN[name]
    text = known.text()
    digest = hashlib.sha256(text).hexdigest()
    if digest != known.digest:
        raise DamagedDataError(
            f"{known.place} has the SHA-256 {digest[:12]}…, not {known.digest[:12]}…: it is damaged "
            "or another version; install the package again"
        )
    _, *lines = csv.reader(io.StringIO(text.decode()))
    lines = [line for line in lines if line[0] == known.only or not known.only]
    return Data(
        name=name,
        title=known.title,
        variable=known.variable,
        unit=known.unit,
        source=known.source,
        licence=known.licence,
        digest=digest,
        column=np.array([float(line[-1]) for line in lines]),
        groups=known.groups,
        upper=np.array([line[-2] == known.groups[1] for line in lines]) if known.groups else None,
    )
