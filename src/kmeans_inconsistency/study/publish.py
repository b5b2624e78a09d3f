"""Publish: the finished results that git keeps, with what made them."""

from __future__ import annotations

import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

from kmeans_inconsistency.study import files, verify

PACKAGES = ("numpy", "scipy", "numba", "llvmlite", "pandas", "pyarrow", "matplotlib", "snakemake", "typst")


def publish(results: Path) -> None:
    """Refresh ``results/published``: paper, figures, tables, numbers, claims and a manifest.

    Only here do the commit and the machine have a place; the results themselves know neither.
    """
    folder = verify.PUBLISHED
    for old in sorted(folder.rglob("*"), reverse=True) if folder.exists() else []:
        old.unlink() if old.is_file() else old.rmdir()
    for path in verify.made_files(results):
        copy = folder / path.relative_to(results)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    files.write_json(
        folder / verify.MANIFEST,
        {
            "commit": _git("rev-parse", "HEAD"),
            "clean": _git("status", "--porcelain", "--", "src", "workflow", "config.yaml", "paper") == "",
            "versions": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
            "machine": {"system": platform.system(), "processor": platform.machine()},
            "files": verify.checksums(folder),
        },
    )


def _git(*arguments: str) -> str | None:
    try:
        said = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        return None
    return said.stdout.strip()
