"""Figures: one module each, one shared style; they read result files only.

A figure is a module of this package with

- a docstring whose first line is its title;
- ``INPUTS``: names of the result files (CSV) that it reads and their paths in the results folder, a literal;
- ``CAPTION``: a template that can stand alone, every number in it filled from the results;
- ``draw(tables)``: from one DataFrame per input to a :class:`~._style.Drawing`.

This module imports no plotting library until a figure is made: the workflow asks it for names and paths.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

__all__ = ["experiments", "inputs", "make", "names", "outputs", "overview", "source", "title"]

FORMATS = ("svg", "pdf", "png", "csv", "txt", "json")


def names() -> list[str]:
    """Names of all figures."""
    return sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_"))


def inputs(name: str) -> list[str]:
    """Paths, in the results folder, of the files that figure ``name`` reads."""
    for statement in _parsed(name).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "INPUTS":
            return list(ast.literal_eval(statement.value).values())
    raise LookupError(f"figure {name} does not say what it reads: it has no INPUTS")


def experiments(name: str) -> set[str]:
    """The experiments whose summaries figure ``name`` reads."""
    tables = (Path(path) for path in inputs(name))
    stems = (path.stem for path in tables if path.parent.name == "summaries")
    return {re.sub("_(rates|contrasts|intervals)$", "", stem) for stem in stems}


def title(name: str) -> str:
    """Title of figure ``name``: the first line of its module's docstring."""
    docstring = ast.get_docstring(_parsed(name))
    if not docstring:
        raise LookupError(f"figure {name} has no title: its module has no docstring")
    return docstring.partition("\n")[0].removesuffix(".")


def outputs(name: str) -> list[str]:
    """Paths, in the results folder, of the files that figure ``name`` writes."""
    _check(name)
    return [f"figures/{name}.{kind}" for kind in FORMATS]


def make(
    name: str,
    results: str | Path,
    write: Callable[[Path, bytes], object] = Path.write_bytes,
    made_by: Mapping[str, Any] | None = None,
) -> None:
    """Draw figure ``name`` from the files in ``results``; write it and its record to ``results/figures``.

    Parameters
    ----------
    name : str
        One of :func:`names`.
    results : str or Path
        The results folder.
    write : callable
        Writes a file, given its path and content; first called when the whole figure is drawn.
    made_by : mapping, optional
        What the record says of the making beside the checksums of the inputs.

    Raises
    ------
    KeyError
        If there is no such figure.
    """
    import pandas as pd

    from kmeans_inconsistency.figures import _citable as citable
    from kmeans_inconsistency.figures import _style as style

    _check(name)
    module = import_module(f"{__package__}.{name}")
    folder = Path(results)
    tables = {key: pd.read_csv(folder / path) for key, path in module.INPUTS.items()}
    read = {path: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in inputs(name)}
    made = {**(made_by or {}), "inputs": read}
    with style.applied():
        drawing = module.draw(tables)
        caption = module.CAPTION.format_map(drawing.facts)
        citable.save(drawing, name, title(name), caption, folder / "figures", write, made)


def overview(
    experiment: str,
    results: str | Path,
    write: Callable[[Path, bytes], object] = Path.write_bytes,
    made_by: Mapping[str, Any] | None = None,
) -> None:
    """Draw an experiment that no figure knows, from its summary, as :func:`make` does."""
    import pandas as pd

    from kmeans_inconsistency.figures import _citable, _overview, _style

    folder, path = Path(results), f"summaries/{experiment}.csv"
    made = {**(made_by or {}), "inputs": {path: hashlib.sha256((folder / path).read_bytes()).hexdigest()}}
    with _style.applied():
        drawing = _overview.draw(pd.read_csv(folder / path))
        caption = _overview.CAPTION.format_map(drawing.facts)
        _citable.save(
            drawing,
            f"overview_{experiment}",
            f"{experiment} at a glance",
            caption,
            folder / "figures",
            write,
            made,
        )


def source(name: str) -> Path:
    """The file of figure ``name``, which may stand beside a configuration."""
    spec = find_spec(f"{__package__}.{name}")
    if name not in names() or spec is None or spec.origin is None:
        raise KeyError(name)
    return Path(spec.origin)


def _parsed(name: str) -> ast.Module:
    return _tree(source(name).read_text(encoding="utf-8"))


@cache
def _tree(text: str) -> ast.Module:
    """The syntax tree of a figure, of which the workflow asks five times as it begins."""
    return ast.parse(text)


def _check(name: str) -> None:
    if name not in names():
        raise KeyError(name)
