"""Publish: the finished results that git keeps, with what made them."""

from __future__ import annotations

import json
import math
import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp

from kmeans_inconsistency.publication import readme
from kmeans_inconsistency.study import bundles, files, timings, verify
from kmeans_inconsistency.study.design import Study

PACKAGES = ("numpy", "scipy", "numba", "llvmlite", "pandas", "pyarrow", "matplotlib", "snakemake", "typst")

MAIN = Path("config.yaml")
"""The configuration of the one study that is published."""


class NotPublishableError(Exception):
    """Results that are not those of the main study, or are not finished."""


def publish(study: Study, configuration: Path) -> None:
    """Refresh ``results/published`` and the README from a finished run of the main study.

    Only here do the commit, the machine and what the study took have a place; the results know none of them.
    The new folder is made beside the old one and takes its place once it and the README's text are whole.

    Raises
    ------
    NotPublishableError
        Before any file is touched.
    """
    _require_main(study, configuration)
    new = Path(mkdtemp(prefix=".publishing-", dir=study.results))
    try:
        new.chmod(0o755)
        _fill(new, study)
        try:
            text = readme.refreshed(new)
        except (KeyError, ValueError) as error:
            reason = f"the README cannot be written from them: {' '.join(str(error).split())}"
            raise NotPublishableError(f"{study.results}: {reason}; nothing is changed") from None
        _swap(new, verify.PUBLISHED)
        files.write_bytes(readme.README, text.encode())
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _require_main(study: Study, configuration: Path) -> None:
    if configuration.resolve() != MAIN.resolve():
        raise NotPublishableError(
            f"{configuration} is not the main study: only that of {MAIN} is published; nothing is changed"
        )
    if study.results != verify.PUBLISHED.parent:
        raise NotPublishableError(
            f"{MAIN}: study.results: {study.results} is not {verify.PUBLISHED.parent}, from which the main "
            "study is published; nothing is changed"
        )
    if not (study.results / "verdicts.txt").exists():
        raise NotPublishableError(f"{study.results} has no finished study; run it first")
    made = json.loads((study.results / verify.MANIFEST).read_text(encoding="utf-8"))
    if made.get("configuration") != study.digest:
        raise NotPublishableError(
            f"{study.results} was made from another configuration than {configuration}; run it again"
        )


def _fill(folder: Path, study: Study) -> None:
    for path in verify.made_files(study.results):
        copy = folder / path.relative_to(study.results)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    files.write_json(
        folder / verify.MANIFEST,
        {
            "seed": study.seed,
            "commit": _git("rev-parse", "HEAD"),
            "clean": _git("status", "--porcelain", "--", "src", "workflow", "config.yaml", "paper") == "",
            "versions": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
            "machine": {
                "system": platform.system(),
                "processor": platform.machine(),
                "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
            },
            "cost": cost(study),
            "timings": timings.table(),
            "files": verify.checksums(folder),
        },
    )


def _swap(new: Path, folder: Path) -> None:
    """Put a finished folder in the place of another, which comes back if that fails."""
    old = new.with_name(f"{new.name}.old")
    if folder.exists():
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def cost(study: Study) -> dict[str, float | None]:
    """Fits, blocks and bytes of the estimates, and processor seconds, None where not all was computed here.

    ``processes`` are those that a run from nothing starts for the blocks.
    ``seconds`` are those of the drawing and the fits, ``processor_seconds`` those of the runs as wholes.
    """
    blocks = study.blocks.values()
    seconds, whole = timings.taken(blocks), timings.of_runs(study.results)
    return {
        "fits": sum(int(timings.fits_of(block)) for block in blocks),
        "blocks": len(blocks),
        "processes": len(bundles.bundles(study)),
        "bytes": sum(int(study.block_file(block).stat().st_size) for block in blocks),
        "seconds": None if math.isnan(seconds) else round(seconds, 3),
        "processor_seconds": None if math.isnan(whole) else round(whole, 3),
    }


def _git(*arguments: str) -> str | None:
    try:
        said = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        return None
    return said.stdout.strip()
