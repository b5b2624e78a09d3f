"""Verify: compare every file of the results with what it should be, and with the published one."""

from __future__ import annotations

import csv
import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kmeans_inconsistency.study import blocks, plan, provenance
from kmeans_inconsistency.study.design import Study

PUBLISHED = Path("results") / "published"
TOLERANCE = 1e-9  # relative; what another processor or library may change
MANIFEST = "manifest.json"
NOT_LISTED = {MANIFEST, "verdicts.txt", "report.html"}


@dataclass(frozen=True)
class Fault:
    """A file that is not what it should be."""

    path: Path
    kind: str
    reason: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.path}: {self.reason}"


def made_files(results: Path) -> Iterator[Path]:
    """The files of a study but the estimates: what a manifest lists.

    Other studies may lie in folders of the same folder; these are told by their own manifest or estimates.
    """
    for path in sorted(results.iterdir()) if results.is_dir() else []:
        if path.is_dir() and path.name in {"limits", "summaries", "figures", "tables"}:
            yield from (p for p in sorted(path.rglob("*")) if p.is_file())
        elif path.is_file() and path.name not in NOT_LISTED:
            yield path


def checksums(results: Path) -> dict[str, str]:
    """SHA-256 of every file of a study but the estimates, by its path in the results."""
    return {
        path.relative_to(results).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in made_files(results)
    }


def manifest(study: Study) -> dict[str, Any]:
    """What a finished run says of itself: its configuration, its sources, checksums of its files."""
    return {**_made_by(study), "files": checksums(study.results)}


def _made_by(study: Study) -> dict[str, str]:
    return {"configuration": study.digest, "sources": provenance.everything()}


def faults(study: Study) -> list[Fault]:
    """Find every file that is damaged, edited, foreign or stale."""
    found = []
    versions: dict[str, Path] = {}
    for block in study.blocks.values():
        path = study.block_file(block)
        state = blocks.state(block, path)
        if state.verdict == "stale":
            kind = "damaged" if state.reasons[0].startswith("damaged") else "stale"
            found.append(Fault(path, kind, state.reasons[0].removeprefix("damaged: ")))
        elif state.verdict == "partial":
            found.append(Fault(path, "partial", state.reasons[0]))
        if state.verdict in ("done", "partial"):
            for version in sorted(state.versions):
                versions.setdefault(version, path)
    found += [Fault(path, "foreign", "no block of this study has it") for path in plan.unused_files(study)]
    return [*found, *_mixed(versions), *_edited(study)]


def _mixed(versions: dict[str, Path]) -> list[Fault]:
    """Rows made by different versions of one package."""
    packages: dict[str, list[tuple[str, Path]]] = {}
    for version, path in versions.items():
        packages.setdefault(version.split()[0], []).append((version, path))
    return [
        Fault(path, "mixed versions", f"{version}, elsewhere {of[0][0]}")
        for of in packages.values()
        for version, path in of[1:]
    ]


def _edited(study: Study) -> list[Fault]:
    """Files that differ from the manifest that the last finished run wrote at its end."""
    results = study.results
    try:
        written = json.loads((results / MANIFEST).read_text(encoding="utf-8"))
        listed: dict[str, str] = written["files"]
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, TypeError):
        return [Fault(results / MANIFEST, "damaged", "it is not a manifest")]
    found = [
        Fault(results / MANIFEST, "stale", f"the {name} changed after the last finished run")
        for name, made in _made_by(study).items()
        if written[name] != made
    ]
    now = checksums(results)
    for name in sorted({*listed, *now}):
        if name not in now:
            found.append(Fault(results / name, "missing", "the last finished run wrote it"))
        elif name not in listed:
            found.append(Fault(results / name, "foreign", "the last finished run did not write it"))
        elif now[name] != listed[name]:
            found.append(Fault(results / name, "edited", "it is not what the last finished run wrote"))
    return found


def fix(found: list[Fault]) -> None:
    """Remove the files that are at fault; the next run makes them again and completes partial ones."""
    for fault in found:
        if fault.kind not in ("partial", "missing"):
            fault.path.unlink(missing_ok=True)


def summary(found: list[Fault], fixed: bool) -> str:
    """Say in a line how many faults there are and what to do."""
    if not found:
        return "every file is what it should be"
    if fixed:
        return f"{len(found)} faults; the files are removed: run the study again"
    return f"{len(found)} faults; ./run verify --fix removes the files, the next run makes them again"


# --- comparison with what was published --------------------------------------------------------------


def compare(results: Path, published: Path) -> list[str]:
    """Compare a finished run with the published one, file by file: identical, equal or different."""
    here, there = checksums(results), checksums(published)
    lines = []
    for name in sorted(set(here) & set(there)):
        if here[name] == there[name]:
            lines.append(f"identical: {name}")
        else:
            lines.append(_comparison(name, results / name, published / name))
    lines += [f"only in this run: {name}" for name in sorted(set(here) - set(there))]
    lines += [f"only in the published one: {name}" for name in sorted(set(there) - set(here))]
    return lines


def _comparison(name: str, one: Path, other: Path) -> str:
    values = [_values(path) for path in (one, other)]
    if values[0] is None or values[1] is None:
        return f"different: {name}"
    apart = [key for key in {**values[0], **values[1]} if not _close(values[0].get(key), values[1].get(key))]
    if not apart:
        return f"equal to {TOLERANCE:g}: {name}"
    return f"different: {name}: {apart[0]}" + (f" and {len(apart) - 1} more" if apart[1:] else "")


def _close(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        both_missing = math.isnan(one) and math.isnan(other)
        return both_missing or math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=1e-12)
    return bool(one == other)


def _values(path: Path) -> dict[str, Any] | None:
    """Every value of a table or of JSON by its place; None for a file that has none to compare."""
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return {f"row {i + 2}, {k}": _number(v) for i, row in enumerate(rows) for k, v in row.items()}
    if path.suffix == ".json":
        return dict(_flat(json.loads(path.read_text(encoding="utf-8")), ""))
    return None


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _flat(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _flat(item, f"{place}/{key}")
    else:
        yield place, float(value) if isinstance(value, int | float) else value
