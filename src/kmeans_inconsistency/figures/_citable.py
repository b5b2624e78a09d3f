"""What makes a figure citable: its record, the same facts inside its files, and the one way to save it.

A record names what was drawn (identifier, version, title, caption, checksums of the files), what made it
(script, sources, configuration, root seed, checksums of the inputs), how sure its points are (replicates,
Monte Carlo errors), and how to cite it (authors, date, licence, BibTeX). It knows no commit and no clock, so
that the same figure has the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from matplotlib.figure import Figure

from kmeans_inconsistency import __version__
from kmeans_inconsistency.figures._style import Drawing

CITATION = Path(__file__).parents[3] / "CITATION.cff"
PROJECT = "kmeans-inconsistency"
FORMATS = ("svg", "pdf", "png", "csv", "txt")
"""Endings of the files of a figure, without that of its record."""

_METADATA = re.compile(rb"(?:<title>[^<]*</title>\s*)?<metadata>.*?</metadata>", re.DOTALL)

BIBTEX = """\
@misc{{{project}:{name},
  author = {{{authors}}},
  title = {{{{{title}}}}},
  howpublished = {{Figure of: {{{work}}}}},
  year = {{{year}}},
  note = {{{identifier}, version {version}, licence {licence}}},
}}"""


def identifier(name: str) -> str:
    """The name by which a figure is cited; it stays when the figure changes, and its version does not."""
    return f"{PROJECT}/figure/{name}"


@cache
def work() -> dict[str, Any]:
    """Read what ``CITATION.cff`` says of the whole work: title, authors, date and licence of the figures."""
    cited = yaml.safe_load(CITATION.read_text(encoding="utf-8"))
    names = (a.get("name") or f"{a['family-names']}, {a['given-names']}" for a in cited["authors"])
    (licence,) = (name for name in cited["license"] if name.startswith("CC-"))
    return {
        "title": cited["title"],
        "authors": list(names),
        "date": str(cited["date-released"]),
        "licence": licence,
    }


def save(
    drawing: Drawing,
    name: str,
    title: str,
    caption: str,
    directory: Path,
    write: Callable[[Path, bytes], object] = Path.write_bytes,
    made_by: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Write a figure as svg, pdf and png, its data as csv, its caption as txt, and its record as json.

    Each file is byte-stable; the record is the last.

    Parameters
    ----------
    drawing : Drawing
    name : str
        File name without its ending.
    title, caption : str
        The caption with its numbers filled in.
    directory : Path
        Made if it is missing.
    write : callable
        Writes a file, given its path and content; first called when all of them are made.
    made_by : mapping, optional
        What made the figure, for the record.

    Returns
    -------
    dict
        The record.
    """
    directory.mkdir(parents=True, exist_ok=True)
    texts = {
        "csv": drawing.data.to_csv(index=False, lineterminator="\n").encode(),
        "txt": (caption + "\n").encode(),
    }
    plain = _drawn(drawing.figure, "svg", {"Date": None})
    # laid out once, for all formats; to lay out takes longer than to draw
    drawing.figure.set_layout_engine(None)
    version = f"{__version__}+{_digest(plain, *texts.values())[:8]}"
    record = _record(name, title, caption, version, drawing.data, made_by or {})
    metadata = _metadata(record)
    contents = {"svg": _with_metadata(plain, metadata["svg"])}
    contents |= {kind: _drawn(drawing.figure, kind, metadata[kind]) for kind in ("pdf", "png")} | texts
    record["files"] = {f"{name}.{kind}": _digest(contents[kind]) for kind in FORMATS}
    for kind, content in contents.items():
        write(directory / f"{name}.{kind}", content)
    written = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write(directory / f"{name}.json", written.encode())
    return record


def _record(
    name: str, title: str, caption: str, version: str, data: pd.DataFrame, made_by: Mapping[str, Any]
) -> dict[str, Any]:
    whole = work()
    record = {
        "identifier": identifier(name),
        "version": version,
        "title": title,
        "caption": caption,
        "authors": whole["authors"],
        "date": whole["date"],
        "licence": whole["licence"],
    }
    bibtex = BIBTEX.format(
        project=PROJECT,
        name=name,
        authors=" and ".join(f"{{{_tex(author)}}}" for author in whole["authors"]),
        title=_tex(title),
        work=_tex(whole["title"]),
        year=whole["date"][:4],
        identifier=_tex(record["identifier"]),
        version=version,
        licence=whole["licence"],
    )
    return {**record, "bibtex": bibtex, "made_by": dict(made_by), "simulation": simulation(data)}


def simulation(data: pd.DataFrame) -> dict[str, Any] | None:
    """Say how many replicates stand behind the points, and the largest Monte Carlo error of each quantity.

    Returns
    -------
    dict or None
        None if nothing is simulated.
    """
    if "replicates" not in data:
        return None
    errors = {
        column.removesuffix("_mcse"): float(data[column].max())
        for column in map(str, data.columns)
        if column.endswith("_mcse") and data[column].notna().any()
    }
    replicates = sorted(int(count) for count in data["replicates"].dropna().unique())
    return {"replicates": replicates, "largest_monte_carlo_standard_error": errors}


def _metadata(record: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The main facts of a record, as each format can hold them."""
    authors, made_by = "; ".join(record["authors"]), record["made_by"]
    facts = {key: made_by[key] for key in ("script", "sources", "configuration", "seed") if made_by.get(key)}
    facts |= {f"input {path}": digest for path, digest in made_by.get("inputs", {}).items()}
    if record["simulation"]:
        facts["replicates"] = ", ".join(map(str, record["simulation"]["replicates"]))
    source = "; ".join(f"{key} {value}" for key, value in facts.items())
    name = f"{record['identifier']} {record['version']}"
    return {
        "svg": {
            "Date": None,
            "Title": record["title"],
            "Description": record["caption"],
            "Creator": authors,
            "Identifier": name,
            "Source": source,
            "Rights": record["licence"],
        },
        "pdf": {
            "CreationDate": None,
            "Title": record["title"],
            "Author": authors,
            "Subject": record["caption"],
            "Keywords": "; ".join(filter(None, [name, f"licence {record['licence']}", source])),
        },
        "png": {
            "Title": record["title"],
            "Author": authors,
            "Description": record["caption"],
            "Copyright": record["licence"],
            "Identifier": name,
            "Source": source,
        },
    }


def _tex(text: str) -> str:
    """Escape what TeX would take for a command."""
    return re.sub(r"([&%$#_{}])", r"\\\1", text)


def _drawn(figure: Figure, kind: str, metadata: Mapping[str, Any]) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, metadata=dict(metadata))
    return buffer.getvalue()


def _with_metadata(svg: bytes, metadata: Mapping[str, Any]) -> bytes:
    """A drawn figure with other metadata, which are those of an empty figure that is drawn with them."""
    (theirs,) = _METADATA.findall(_drawn(Figure(), "svg", metadata))
    made, count = _METADATA.subn(lambda _: theirs, svg)
    assert count == 1  # noqa: S101
    return made


def _digest(*contents: bytes) -> str:
    return hashlib.sha256(b"\0".join(contents)).hexdigest()
