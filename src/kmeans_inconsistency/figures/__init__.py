"""Figures: one module each, one shared style; they read result files only.

A figure is a module of this package with

- ``INPUTS``: a name for each result file (CSV) that it reads, with its path in the results folder;
- ``CAPTION``: a template that can stand alone, every number in it filled from the results;
- ``draw(tables)``: from one DataFrame per input to a :class:`~.style.Drawing`.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pandas as pd

from kmeans_inconsistency.figures import style

__all__ = ["inputs", "make", "names", "outputs"]

_NOT_FIGURES = {"style", "summaries"}


def names() -> list[str]:
    """Names of all figures."""
    return sorted(m.name for m in iter_modules(__path__) if m.name not in _NOT_FIGURES)


def inputs(name: str) -> list[str]:
    """Paths, in the results folder, of the files that figure ``name`` reads."""
    return list(_module(name).INPUTS.values())


def outputs(name: str) -> list[str]:
    """Paths, in the results folder, of the files that figure ``name`` writes."""
    return [f"figures/{name}.{kind}" for kind in (*style.FORMATS, "csv", "txt")]


def make(name: str, results: str | Path) -> None:
    """Draw figure ``name`` from the files in ``results`` and write it to ``results/figures``.

    Parameters
    ----------
    name : str
        One of :func:`names`.
    results : str or Path
        The results folder.

    Raises
    ------
    KeyError
        If there is no such figure.
    """
    module = _module(name)
    tables = {key: pd.read_csv(Path(results) / path) for key, path in module.INPUTS.items()}
    with style.applied():
        drawing = module.draw(tables)
        style.save(drawing, module.CAPTION.format_map(drawing.facts), Path(results) / "figures", name)


def _module(name: str) -> Any:
    if name not in names():
        raise KeyError(name)
    return import_module(f"{__package__}.{name}")
