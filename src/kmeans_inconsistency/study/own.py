"""Code of one's own: estimators, their theory and figures that stand beside a configuration.

A configuration may name a folder (``code``) with folders ``estimators``, ``limits`` and ``figures`` in it.
Their modules are found as if they stood in the package's folders of these names, and are part of the
fingerprints of what they make; nothing else depends on them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module, invalidate_caches
from pathlib import Path

from kmeans_inconsistency.study import provenance
from kmeans_inconsistency.study.provenance import ROOMS

_folder: list[Path] = []


def use(folder: Path | None) -> None:
    """Have the modules of a folder found, and those of no other one."""
    if folder is None and not _folder:
        return
    _folder[:] = [] if folder is None else [folder.absolute()]
    provenance.include(*_folder)
    invalidate_caches()
    for room in ROOMS:
        # by name: the study itself knows neither figures nor theory
        package = import_module(f"{provenance.PACKAGE.name}.{room}")
        package.__path__ = [str(provenance.PACKAGE / room), *(str(path / room) for path in _folder)]


def names(room: str) -> list[str]:
    """Names of the modules of one's own in a room."""
    found = (path for folder in _folder for path in (folder / room).glob("*.py"))
    return sorted(path.stem for path in found if not path.name.startswith("_"))


def problems() -> Iterator[str]:
    """Yield what makes the code of one's own unusable, one line each."""
    for folder in _folder:
        if not any((folder / room).is_dir() for room in ROOMS):
            yield f"code: there is no folder {', '.join(ROOMS[:-1])} or {ROOMS[-1]} in it; add one"
        for room in ROOMS:
            for path in sorted((folder / room).glob("*.py")):
                yield from (f"code: {room}/{path.name}: {fault}" for fault in _faults(room, path))


def _faults(room: str, path: Path) -> Iterator[str]:
    if (provenance.PACKAGE / room / path.name).exists():
        yield "the package has a module of this name; give it another"
        return
    try:
        source = ast.parse(path.read_bytes())
    except SyntaxError as error:
        yield f"line {error.lineno}: {error.msg}"
        return
    if path.name.startswith("_"):
        return
    assigned = {
        target.id
        for statement in source.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    wanted = {"estimators": {"METHOD"}, "figures": {"INPUTS", "CAPTION"}, "limits": set()}[room]
    for name in sorted(wanted - assigned):
        yield f"it has no {name}; see docs/own-study.md"
    if room == "figures" and not ast.get_docstring(source):
        yield "it has no docstring, whose first line is the title of the figure; add one"
    if room != "estimators" or wanted - assigned:
        return
    try:
        import_module(f"{provenance.PACKAGE.name}.{room}.{path.stem}")
    except Exception as error:  # whatever somebody's code raises
        yield f"it cannot be imported: {type(error).__name__}: {' '.join(str(error).split())}"
