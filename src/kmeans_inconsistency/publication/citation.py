"""Citation: what made a figure, and ``./run cite``, which prints how to cite it."""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from kmeans_inconsistency import figures
from kmeans_inconsistency.study import provenance
from kmeans_inconsistency.study.design import Study

__all__ = ["SOURCES", "configuration", "made_by", "main", "overview_made_by", "records", "swhid"]

TOP = Path(__file__).parents[3]
RESULTS = TOP / "results"
PUBLISHED = RESULTS / "published"
SOURCES = (Path(__file__), TOP / "CITATION.cff")
"""The files on which the record of every figure depends, beside the figure's own sources."""


def configuration(study: Study, name: str) -> dict[str, Any]:
    """The part of the configuration that figure ``name`` rests on: what its experiments ask for.

    Returns
    -------
    dict
        Root seed, and the grid of every experiment of which the figure reads a table; theory curves are
        made from the model alone.
    """
    return _part(study, figures.experiments(name))


def _part(study: Study, read: Iterable[str]) -> dict[str, Any]:
    grids = {
        e.name: [[s.key for s in e.scenarios], e.sizes, e.replicates, e.quantities, e.methods]
        for e in study.experiments.values()
        if e.name in set(read)
    }
    return {"seed": study.seed, "experiments": grids}


def made_by(study: Study, name: str) -> dict[str, Any]:
    """What makes figure ``name``, for its record: script, sources, configuration, root seed."""
    return _made_by(study, configuration(study, name), figures.source(name), f"figures.{name}")


def overview_made_by(study: Study, experiment: str) -> dict[str, Any]:
    """What makes the overview of an experiment, likewise."""
    script = provenance.PACKAGE / "figures" / "_overview.py"
    return _made_by(study, _part(study, [experiment]), script, "figures._overview")


def _made_by(study: Study, part: Mapping[str, Any], script: Path, module: str) -> dict[str, Any]:
    # a script beside a configuration has the place that it would have in the package
    place = provenance.place(script)
    return {
        "script": f"{place} {_sha256(script.read_bytes())}",
        "sources": provenance.fingerprint(["figures", module]),
        "configuration": _sha256(json.dumps(part, sort_keys=True).encode()),
        "experiments": list(part["experiments"]),
        "seed": study.seed if part["experiments"] else None,
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def records(results: Path) -> dict[str, dict[str, Any]]:
    """Read the records of all figures in ``results``, by name, but for the overviews of experiments."""
    found = sorted(path for path in (results / "figures").glob("*.json") if "overview_" not in path.stem)
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in found}


def swhid(top: Path = TOP, commit: str = "HEAD") -> str | None:
    """The Software Heritage identifier of a snapshot of the code; None outside a repository.

    Git names a folder by the same digest of its content as Software Heritage does.
    """
    try:
        said = subprocess.run(
            ["git", "rev-parse", f"{commit}^{{tree}}"],  # noqa: S607
            cwd=top,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return f"swh:1:dir:{said.stdout.strip()}"


def main(argv: Sequence[str], prog: str = "cite") -> int:
    """Print how to cite a figure: its caption, BibTeX and provenance; without a name, list all figures."""
    parser = argparse.ArgumentParser(prog=prog, description=main.__doc__, allow_abbrev=False)
    parser.add_argument("figure", nargs="?", help="name or identifier of a figure")
    parser.add_argument("--results", type=Path, help="folder of the results; else those of the last run")
    parser.add_argument("--bibtex", action="store_true", help="print the BibTeX entry alone")
    args = parser.parse_args(argv)
    folders = [args.results] if args.results else [RESULTS, PUBLISHED]
    for folder in folders:
        known = records(folder)
        if known:
            break
    else:
        print(f"there are no figures in {folders[0]}; make them with ./run, or ./run quick", file=sys.stderr)
        return 1
    if args.figure is None:
        width = max(len(record["identifier"]) for record in known.values())
        for record in known.values():
            print(f"{record['identifier']:{width}}  {record['version']}  {record['title']}")
        snapshot = swhid()
        if snapshot:
            print(f"{'code':{width}}  {snapshot}")
        return 0
    name = args.figure.rpartition("/")[2]
    if name not in known:
        print(f"there is no figure {args.figure!r}; {_remedy(name, known, prog)}", file=sys.stderr)
        return 1
    print(known[name]["bibtex"] if args.bibtex else _told(known[name]))
    return _changed(known[name], folder / "figures")


def _remedy(name: str, known: Iterable[str], prog: str) -> str:
    """The figure with the nearest name, whatever its case and punctuation, and how to list all."""
    spelt = {re.sub(r"\W|_", "", figure).lower(): figure for figure in known}
    near = get_close_matches(re.sub(r"\W|_", "", name).lower(), spelt, n=1)
    return (f"did you mean {spelt[near[0]]}? " if near else "") + f"{prog} lists all"


def _told(record: dict[str, Any]) -> str:
    """Caption, BibTeX and provenance of a figure, for people to read."""
    made, simulated = record["made_by"], record["simulation"]
    lines = {key: made.get(key) for key in ("script", "sources", "configuration", "seed")}
    lines["experiments"] = ", ".join(made.get("experiments", []))
    lines |= {f"input {path}": digest for path, digest in made["inputs"].items()}
    if simulated:
        lines["replicates"] = ", ".join(map(str, simulated["replicates"]))
        errors = simulated["largest_monte_carlo_standard_error"]
        lines |= {f"Monte Carlo error of {key}, largest": f"{value:.2g}" for key, value in errors.items()}
    else:
        lines["simulation"] = "none"
    made_from = [f"  {key}: {value}" for key, value in lines.items() if value not in (None, "")]
    return "\n".join(
        [
            f"{record['identifier']}, version {record['version']}, {record['licence']}",
            "",
            textwrap.fill(f"{record['title']}. {record['caption']}", 100),
            "",
            record["bibtex"],
            "",
            "Provenance (digests are SHA-256)",
            *made_from,
        ]
    )


def _changed(record: dict[str, Any], folder: Path) -> int:
    """Say in a line which file of a figure is not the one that its record describes."""
    wrong = [
        name
        for name, digest in record["files"].items()
        if not (folder / name).exists() or _sha256((folder / name).read_bytes()) != digest
    ]
    if wrong:
        print(
            f"{', '.join(wrong)}: not as the record says; make the figure again with ./run", file=sys.stderr
        )
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
