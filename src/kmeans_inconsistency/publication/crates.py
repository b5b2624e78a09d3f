"""RO-Crates: the description of a folder with a workflow, a run of it and its results."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

__all__ = ["LICENCES", "describe"]

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


def describe(
    crate: Path, cited: dict[str, Any], title: str, authors: list[dict[str, Any]], identifier: str
) -> dict[str, Any]:
    """Describe a folder: the workflow in it, the run that made its results, and every file.

    Parameters
    ----------
    crate : Path
        The folder, with ``code`` and ``results``.
    cited : dict
        What ``CITATION.cff`` says.
    title : str
        Of the study.
    authors : list of dict
        In the terms of schema.org.
    identifier : str
        Of the snapshot of the code.

    Returns
    -------
    dict
        The content of ``ro-crate-metadata.json``.
    """
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate

    made = ROCrate(version="1.1")  # which the profiles extend
    date = datetime.fromisoformat(str(cited["date-released"])).replace(tzinfo=UTC)
    made.name, made.description = title, cited["abstract"].strip()
    made.datePublished, made.keywords = date, cited["keywords"]
    licences = {
        name: made.add(ContextEntity(made, address, properties={"@type": "CreativeWork", "name": name}))
        for name, address in LICENCES.items()
    }
    made.license = licences["CC-BY-4.0"]
    people = []
    for i, author in enumerate(authors):
        person = dict(author)
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
    described: dict[str, Any] = made.metadata.generate()
    return described
