"""The paper: set by Typst from the text in ``paper/`` and the files in the results folder."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from kmeans_inconsistency import figures
from kmeans_inconsistency.findings import numbers

__all__ = ["SOURCES", "compile_paper", "drawn", "experiments", "inputs", "typeset"]

TEXT = Path(__file__).parents[3] / "paper"

SECTIONS = tuple(sorted((TEXT / "sections").glob("*.typ")))
"""One section of the results each, which the body includes."""

SOURCES = (
    *(
        TEXT / name
        for name in (
            "main.typ",
            "template.typ",
            "body.typ",
            "references.bib",
            "times.csv",
            "pilot.csv",
            "deviations.csv",
        )
    ),
    *SECTIONS,
)
"""The files of the paper itself; its tables of times, moves and reasons are no results of the study."""


def drawn() -> list[str]:
    """The figures that the paper shows or names, as its text has them."""
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCES if path.suffix == ".typ")
    named = set(re.findall(r'\b(?:fig|gallery)\("(\w+)"', text))
    return [name for name in figures.names() if name in named]


def experiments() -> set[str]:
    """The experiments without which there is no paper."""
    return numbers.experiments().union(*map(figures.experiments, drawn()))


def inputs() -> list[str]:
    """Paths, in the results folder, of the files that the paper reads."""
    files = [f"figures/{name}.{kind}" for name in drawn() for kind in ("svg", "txt")]
    curves = [f"limits/curves/{name}.csv" for name in ("finite_samples", "approach_t", "approach_laplace")]
    limits = ["limits/certificates.csv", *curves]
    return ["design.json", "numbers.json", "claims.json", *limits, *files]


def compile_paper(
    results: str | Path, output: str | Path, write: Callable[[Path, bytes], object] = Path.write_bytes
) -> None:
    """Set the paper as PDF/A-2b.

    Its bytes depend on the text and the results alone: the date is the study's, and no font comes from the
    system.

    Parameters
    ----------
    results : str or Path
        The results folder.
    output : str or Path
        The PDF.
    write : callable
        Writes a file, given its path and content.

    Raises
    ------
    ValueError
        If the text cannot be set; a number that is missing from the results is one reason.
    """
    (document,) = typeset(results, "pdf")
    write(Path(output), document)


def typeset(
    results: str | Path, kind: Literal["pdf", "png", "html"], *, text: Path = TEXT, way: str = ""
) -> list[bytes]:
    """Set the paper and return its files: one page for each of ``"png"``, else a single file.

    ``way`` is what the text is set as where that is not the kind of the file: ``"latex"`` is a kind of page.
    """
    import typst

    results = Path(results)
    date = json.loads((results / "design.json").read_text(encoding="utf-8"))["study"]["date"]
    with TemporaryDirectory() as folder:
        # A folder with exactly what the paper may read: an undeclared input is an error, not a stale paper.
        root = Path(folder)
        for source in SOURCES:
            name = source.relative_to(TEXT)
            _copy(text / name, root / "paper" / name)
        for path in inputs():
            _copy(results / path, root / "results" / path)
        try:
            made = typst.compile(
                str(root / "paper" / "main.typ"),
                root=str(root),
                format=kind,
                sys_inputs={"format": way or kind},
                ppi=110.0,
                pdf_standards="a-2b" if kind == "pdf" else None,
                font_paths=[_fonts()],
                ignore_system_fonts=True,
                timestamp=datetime.fromisoformat(date).replace(tzinfo=UTC),
            )
        except typst.TypstError as error:
            raise ValueError(error.diagnostic or str(error)) from None
    return made if isinstance(made, list) else [made]


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _fonts() -> str:
    """The folder of the fonts that matplotlib ships, so that text and figures have the same."""
    spec = find_spec("matplotlib")
    assert spec is not None and spec.submodule_search_locations is not None  # noqa: S101, PT018
    return str(Path(spec.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf")
