"""A deposit: one archive for a repository such as Zenodo, described as a Workflow Run RO-Crate."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import yaml

from kmeans_inconsistency.publication import citation, crates
from kmeans_inconsistency.study import verify

__all__ = ["PLACEHOLDER", "NotReadyError", "codemeta", "deposit", "people", "snapshot", "zenodo"]

TOP = citation.TOP
CITATION = TOP / "CITATION.cff"
PLACEHOLDER = "The kmeans-inconsistency authors"
"""Stands for the authors until a release names them."""


class NotReadyError(Exception):
    """What is missing before a deposit can be made, a line for each."""


def snapshot(folder: Path, top: Path = TOP, commit: str = "HEAD") -> None:
    """Unpack the code of a commit, as git archives it, into a folder."""
    packed = subprocess.run(
        ["git", "archive", "--format=tar", commit],  # noqa: S607
        cwd=top,
        capture_output=True,
        check=True,
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")


def deposit(results: Path, folder: Path, *, draft: bool = False) -> Path:
    """Make the archive.

    Parameters
    ----------
    results : Path
        The results folder of a finished study.
    folder : Path
        Where the archive goes, and its content unpacked, in ``crate``.
    draft : bool
        Whether placeholders may stand.

    Returns
    -------
    Path
        The archive.

    Raises
    ------
    NotReadyError
        If there is no commit to archive, or a release has not filled in what it must.
    """
    cited = yaml.safe_load(CITATION.read_text(encoding="utf-8"))
    identifier = citation.swhid()
    missing = [] if identifier else ["a deposit has the code of a commit; make one with git"]
    missing += [] if draft else _unfilled(cited)
    if missing or identifier is None:
        raise NotReadyError("\n".join(missing))
    crate = folder / "crate"
    if crate.exists():
        shutil.rmtree(crate)
    snapshot(crate / "code")
    shutil.rmtree(crate / "code" / "results", ignore_errors=True)
    for path in [*verify.made_files(results), results / verify.MANIFEST]:
        if path.exists():
            copy = crate / "results" / path.relative_to(results)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    shutil.copyfile(TOP / "LICENSE", crate / "LICENSE")
    _write(crate / "README.md", _README.format(title=cited["title"], swhid=identifier))
    _write(crate / "CITATION.cff", _cff(cited, identifier))
    _write(crate / "codemeta.json", _json(codemeta(cited, identifier)))
    _write(crate / ".zenodo.json", _json(zenodo(cited, identifier)))
    metadata = crates.describe(crate, cited, _study_title(), people(cited), identifier)
    _write(crate / "ro-crate-metadata.json", _json(metadata))
    archive = folder / f"kmeans-inconsistency-{cited['version']}.zip"
    _pack(crate, archive, cited["date-released"])
    return archive


def _unfilled(cited: dict[str, Any]) -> list[str]:
    """What is still to be filled in before a release, one line each."""
    lines = []
    names = [author.get("name", "") for author in cited["authors"]]
    if PLACEHOLDER in names:
        lines.append(
            f"CITATION.cff: authors: {PLACEHOLDER!r} is a placeholder; write family-names and given-names"
        )
    if not cited.get("repository-code"):
        lines.append("CITATION.cff: repository-code: is missing; write the address of the code's repository")
    return lines


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _study_title() -> str:
    config = yaml.safe_load((TOP / "config.yaml").read_text(encoding="utf-8"))
    return str(config["study"]["title"])


def _cff(cited: dict[str, Any], identifier: str) -> str:
    """The citation file with the identifier of this snapshot and the paper as what to cite."""
    full = dict(cited)
    known = {"type": "swh", "value": identifier, "description": "The snapshot of the code in this deposit"}
    full["identifiers"] = [*cited.get("identifiers", []), known]
    full.setdefault(
        "preferred-citation",
        {
            "type": "report",
            "title": _study_title(),
            "authors": cited["authors"],
            "year": int(str(cited["date-released"])[:4]),
            "version": cited["version"],
        },
    )
    return yaml.safe_dump(full, sort_keys=False, allow_unicode=True, width=110)


def people(cited: dict[str, Any]) -> list[dict[str, Any]]:
    """The authors in the terms of schema.org."""
    found = []
    for author in cited["authors"]:
        person: dict[str, Any] = {"@type": "Organization", "name": author.get("name")}
        if "name" not in author:
            given, family = author.get("given-names", ""), author["family-names"]
            person = {"@type": "Person", "givenName": given, "familyName": family}
        if "affiliation" in author:
            person["affiliation"] = {"@type": "Organization", "name": author["affiliation"]}
        if "orcid" in author:
            person["@id"] = author["orcid"]
        found.append(person)
    return found


def codemeta(cited: dict[str, Any], identifier: str) -> dict[str, Any]:
    """The description of the software by CodeMeta 3.0."""
    fields: dict[str, Any] = {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": cited["title"],
        "description": cited["abstract"].strip(),
        "version": str(cited["version"]),
        "license": crates.LICENCES["MIT"],
        "author": people(cited),
        "keywords": cited["keywords"],
        "datePublished": str(cited["date-released"]),
        "dateModified": str(cited["date-released"]),
        "programmingLanguage": [{"@type": "ComputerLanguage", "name": "Python", "version": "3.11 to 3.14"}],
        "runtimePlatform": "Snakemake",
        "operatingSystem": ["Linux", "macOS"],
        "identifier": identifier,
        "developmentStatus": "active",
    }
    return fields | ({"codeRepository": cited["repository-code"]} if "repository-code" in cited else {})


def zenodo(cited: dict[str, Any], identifier: str) -> dict[str, Any]:
    """The metadata that Zenodo reads."""
    creators = []
    for author in cited["authors"]:
        name = author.get("name") or f"{author['family-names']}, {author.get('given-names', '')}".rstrip(", ")
        orcid = {"orcid": author["orcid"].rpartition("/")[2]} if "orcid" in author else {}
        creators.append({"name": name} | orcid | {k: author[k] for k in ("affiliation",) if k in author})
    return {
        "title": f"{_study_title()}: paper, data and code",
        "upload_type": "dataset",
        "description": f"<p>{cited['abstract'].strip()}</p>",
        "creators": creators,
        "version": str(cited["version"]),
        "publication_date": str(cited["date-released"]),
        "license": "cc-by-4.0",
        "access_right": "open",
        "language": "eng",
        "keywords": cited["keywords"],
        "notes": f"The code is under the MIT licence; its snapshot is {identifier}.",
    }


def _pack(crate: Path, archive: Path, date: Any) -> None:
    """Pack a folder; the bytes of the archive depend on its content and the date of the release alone."""
    year, month, day = map(int, str(date).split("-"))
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(p for p in crate.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(crate).as_posix(), (year, month, day, 0, 0, 0))
            entry.external_attr = (path.stat().st_mode & 0o755 | 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, path.read_bytes())


_README = """\
# {title}

- `results/`: the paper (`paper.pdf`, `paper.html`), the figures with data and records, the summaries,
  the limits, the claims with every check, all printed numbers with their receipts.
- `code/`: the snapshot of the code that made them, `{swhid}`; its lock file names every package.
- `CITATION.cff`, `codemeta.json`, `.zenodo.json`, `ro-crate-metadata.json`: what all this is, for machines.

The estimates of the single fits are not here. `./run` in `code/` makes them again, to the same bits on any
machine, with everything that rests on them; `./run plan` says first how long it takes, and `./run replay`
does one fit again.
"""
