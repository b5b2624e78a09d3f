"""A deposit: one archive for a repository such as Zenodo, described as a Workflow Run RO-Crate."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tarfile
import zipfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from kmeans_inconsistency.publication import citation
from kmeans_inconsistency.study import verify

__all__ = ["PLACEHOLDER", "NotReadyError", "codemeta", "deposit", "snapshot", "swhid", "zenodo"]

TOP = citation.TOP
CITATION = TOP / "CITATION.cff"
PLACEHOLDER = "The kmeans-inconsistency authors"
"""Stands for the authors until a release names them."""

CRATE = "https://w3id.org/ro/wfrun"
PROFILES = {
    f"{CRATE}/process/0.5": ("Process Run Crate", "0.5"),
    f"{CRATE}/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
LICENCES = {
    "MIT": "https://spdx.org/licenses/MIT",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
}
_KINDS = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
}


class NotReadyError(Exception):
    """What is missing before a deposit can be made, a line for each."""


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
    identifier = swhid()
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
    _describe(crate, cited, identifier)
    archive = folder / f"kmeans-inconsistency-{cited['version']}.zip"
    _pack(crate, archive, cited["date-released"])
    return archive


def _unfilled(cited: dict[str, Any]) -> list[str]:
    """What a release must have filled in, a line for each thing that it has not."""
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
    told = yaml.safe_load((TOP / "config.yaml").read_text(encoding="utf-8"))
    return str(told["study"]["title"])


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


def _people(cited: dict[str, Any]) -> list[dict[str, Any]]:
    """The authors in the terms of schema.org."""
    people = []
    for author in cited["authors"]:
        if "name" in author:
            person = {"@type": "Organization", "name": author["name"]}
        else:
            given, family = author.get("given-names", ""), author["family-names"]
            person = {"@type": "Person", "givenName": given, "familyName": family}
            person |= (
                {"affiliation": {"@type": "Organization", "name": author["affiliation"]}}
                if "affiliation" in author
                else {}
            )  # type: ignore[dict-item]
        people.append(person | ({"@id": author["orcid"]} if "orcid" in author else {}))
    return people


def codemeta(cited: dict[str, Any], identifier: str) -> dict[str, Any]:
    """The description of the software by CodeMeta 3.0."""
    told: dict[str, Any] = {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": cited["title"],
        "description": cited["abstract"].strip(),
        "version": str(cited["version"]),
        "license": LICENCES["MIT"],
        "author": _people(cited),
        "keywords": cited["keywords"],
        "datePublished": str(cited["date-released"]),
        "dateModified": str(cited["date-released"]),
        "programmingLanguage": [{"@type": "ComputerLanguage", "name": "Python", "version": "3.11 to 3.14"}],
        "runtimePlatform": "Snakemake",
        "operatingSystem": ["Linux", "macOS"],
        "identifier": identifier,
        "developmentStatus": "active",
    }
    return told | ({"codeRepository": cited["repository-code"]} if "repository-code" in cited else {})


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


def _describe(crate: Path, cited: dict[str, Any], identifier: str) -> None:
    """Write ``ro-crate-metadata.json``: the workflow, the run that made the results, and every file."""
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate

    made = ROCrate()
    date = datetime.fromisoformat(str(cited["date-released"])).replace(tzinfo=UTC)
    made.name, made.description = _study_title(), cited["abstract"].strip()
    made.datePublished, made.keywords = date, cited["keywords"]
    licences = {
        name: made.add(ContextEntity(made, address, properties={"@type": "CreativeWork", "name": name}))
        for name, address in LICENCES.items()
    }
    made.license = licences["CC-BY-4.0"]
    people = []
    for i, person in enumerate(_people(cited)):
        affiliation = person.pop("affiliation", None)
        given = person.pop("@id", f"#author-{i + 1}")
        if "familyName" in person:
            person["name"] = f"{person['givenName']} {person['familyName']}".strip()
        entity = made.add(ContextEntity(made, given, properties=person))
        if affiliation:
            place = ContextEntity(made, f"#affiliation-{i + 1}", properties=affiliation)
            entity["affiliation"] = made.add(place)
        people.append(entity)
    made.root_dataset["author"] = made.root_dataset["publisher"] = people
    made.root_dataset["identifier"] = identifier
    profiles = [
        made.add(
            ContextEntity(
                made, address, properties={"@type": "CreativeWork", "name": name, "version": number}
            )
        )
        for address, (name, number) in PROFILES.items()
    ]
    made.root_dataset["conformsTo"] = profiles
    workflow = made.add_workflow(
        "code/Snakefile",
        "code/Snakefile",
        main=True,
        lang="snakemake",
        lang_version=version("snakemake"),
    )
    workflow["name"], workflow["license"], workflow["creator"] = cited["title"], licences["MIT"], people
    workflow["version"], workflow["description"] = str(cited["version"]), "The study and the paper"
    configuration = made.add_file(
        "code/config.yaml",
        "code/config.yaml",
        properties={"encodingFormat": "text/yaml", "name": "The configuration"},
    )
    results = []
    for path in sorted(p for p in crate.rglob("*") if p.is_file()):
        name = path.relative_to(crate).as_posix()
        if name in ("code/Snakefile", "code/config.yaml"):
            continue
        given = {"name": name, "encodingFormat": _KINDS.get(path.suffix, "text/plain")}
        file = made.add_file(name, name, properties=given | {"contentSize": str(path.stat().st_size)})
        if name.startswith("results/"):
            results.append(file)
    engine = made.add(
        ContextEntity(
            made,
            "#snakemake",
            properties={
                "@type": "SoftwareApplication",
                "name": "Snakemake",
                "softwareVersion": version("snakemake"),
                "url": "https://snakemake.github.io",
            },
        )
    )
    action = ContextEntity(
        made,
        "#run",
        properties={
            "@type": "CreateAction",
            "name": "The run of the study that made the results",
            "description": "Everything in the folder results, by the command ./run in the folder code",
            "endTime": date.isoformat(),
            "actionStatus": "http://schema.org/CompletedActionStatus",
        },
    )
    action = made.add(action)
    action["instrument"], action["object"], action["result"] = workflow, [configuration], results
    action["agent"] = people[0]
    workflow["softwareRequirements"] = [engine]
    made.root_dataset["mentions"] = [action]
    _write(crate / "ro-crate-metadata.json", _json(made.metadata.generate()))


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

- `results/`: the paper (`paper.pdf`, `paper.html`), the figures with data and records, the summaries, the limits,
  the claims with every check, all printed numbers with their receipts.
- `code/`: the snapshot of the code that made them, `{swhid}`; its lock file names every package.
- `CITATION.cff`, `codemeta.json`, `.zenodo.json`, `ro-crate-metadata.json`: what all this is, for machines.

The estimates of the single fits are not here. `./run` in `code/` makes them again, to the same bits on any machine,
with everything that rests on them; `./run plan` says first how long it takes, and `./run replay` does one fit again.
"""
