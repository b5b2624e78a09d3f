"""What is made of a finished study for others: a LaTeX bundle, a site, a deposit."""

from __future__ import annotations

import argparse
from pathlib import Path

from kmeans_inconsistency.commands._common import OK, KnownError


def latex(args: argparse.Namespace) -> int:
    """Write the paper as a bundle that a journal or arXiv takes."""
    from kmeans_inconsistency.publication import latex as bundling

    results = _finished(args.results)
    made = bundling.bundle(results, args.into or results / "latex")
    return _say(args.into or results / "latex", len(made))


def site(args: argparse.Namespace) -> int:
    """Make a static site: paper, figures, claims, how-tos, and the reference of the library."""
    from kmeans_inconsistency.publication import site as building

    results = _finished(args.results)
    made = building.build(results, args.into or results / "site")
    return _say(args.into or results / "site", len(made))


def deposit(args: argparse.Namespace) -> int:
    """Make one archive for a repository: paper, figures, tables, claims, code, and how to go on."""
    from kmeans_inconsistency.publication import deposit as depositing

    results = _finished(args.results)
    try:
        made = depositing.deposit(results, args.into or results / "deposit", draft=args.draft)
    except depositing.NotReadyError as error:
        raise KnownError(str(error)) from None
    print(made)
    return OK


def _finished(results: Path | None) -> Path:
    """The results folder: that of the last run, or what was published if there is none."""
    folders = [results] if results else [Path("results"), Path("results/published")]
    for folder in folders:
        if (folder / "paper.html").exists():
            return folder
    raise KnownError(f"{folders[0]} has no finished study with its paper; make one with ./run")


def _say(folder: Path, count: int) -> int:
    print(f"{folder}: {count} files")
    return OK
