"""Publish: the finished results that git keeps, with what made them."""

from __future__ import annotations

import math
import os
import platform
import shutil
import subprocess
from importlib.metadata import version

from kmeans_inconsistency.study import files, timings, verify
from kmeans_inconsistency.study.design import Study

PACKAGES = ("numpy", "scipy", "numba", "llvmlite", "pandas", "pyarrow", "matplotlib", "snakemake", "typst")


def publish(study: Study) -> None:
    """Refresh ``results/published``: paper, figures, tables, numbers, claims and a manifest.

    Only here do the commit, the machine and what the study took have a place; the results know none of them.
    """
    results = study.results
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
            "files": verify.checksums(folder),
        },
    )


def cost(study: Study) -> dict[str, float | None]:
    """Fits, blocks and bytes of the estimates, and the seconds of the fits if all were computed here."""
    blocks = study.blocks.values()
    seconds = timings.taken(blocks)
    return {
        "fits": sum(int(timings.fits_of(block)) for block in blocks),
        "blocks": len(blocks),
        "bytes": sum(int(study.block_file(block).stat().st_size) for block in blocks),
        "seconds": None if math.isnan(seconds) else round(seconds),
    }


def _git(*arguments: str) -> str | None:
    try:
        said = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        return None
    return said.stdout.strip()
