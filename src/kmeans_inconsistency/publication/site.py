"""A static site of everything that there is to read: paper, page, gallery, claims, how-tos, reference."""

from __future__ import annotations

import html
import json
import re
import shutil
import warnings
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import yaml

from kmeans_inconsistency.publication import citation, webpage
from kmeans_inconsistency.study import verify

__all__ = ["build"]

HOW_TOS = citation.TOP / "docs"
FURTHER = (citation.TOP / "CONTRIBUTING.md",)
DOCUMENTED = ("estimators", "limits")
"""The rooms of the library whose public modules the reference has, one page each."""

_PARTS = {
    "index.html": "Start",
    "paper.html": "Paper",
    "explore.html": "Explore",
    "gallery.html": "Figures",
    "claims.html": "Claims",
    "how-to.html": "How to",
    "library.html": "Library",
}
_KINDS = {"svg": "SVG", "pdf": "PDF", "png": "PNG", "csv": "data", "json": "record"}


def build(results: Path, folder: Path) -> list[Path]:
    """Build the site.

    Parameters
    ----------
    results : Path
        The results folder of a finished study.
    folder : Path
        Where the site goes; what an earlier one left there is removed.

    Returns
    -------
    list of Path
        The files, relative to the folder.
    """
    if folder.exists():
        shutil.rmtree(folder)
    for path in list(verify.made_files(results)):
        copy = folder / path.relative_to(results)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    if (results / verify.MANIFEST).exists():
        shutil.copyfile(results / verify.MANIFEST, folder / verify.MANIFEST)
    title = json.loads((results / "design.json").read_text(encoding="utf-8"))["study"]["title"]
    claims = json.loads((results / "claims.json").read_text(encoding="utf-8"))
    records = citation.records(results)
    pages = {
        "index.html": (title, _start(title, claims, records)),
        "gallery.html": ("Figures", _gallery(records)),
        "claims.html": ("Claims", _claims(claims)),
        **{f"figures/{name}.html": (r["title"], _figure(name, r)) for name, r in records.items()},
        **dict(_how_tos()),
        "library.html": ("Library", _library()),
    }
    for place, (head, body) in pages.items():
        _write(folder / place, _page(place, head, body))
    _reference(folder / "api")
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _page(place: str, title: str, body: str) -> str:
    """A page of the site, which needs no file beside those that it shows."""
    up = "../" * place.count("/")
    links = "".join(
        f'<a href="{up}{to}"{" aria-current=page" if to == place else ""}>{shown}</a>'
        for to, shown in _PARTS.items()
    )
    text = (webpage.WEB / "site.html").read_text(encoding="utf-8")
    style = (webpage.WEB / "style.css").read_text(encoding="utf-8")
    style += (webpage.WEB / "site.css").read_text(encoding="utf-8")
    for name, part in {"title": html.escape(title), "style": style, "links": links, "body": body}.items():
        text = text.replace("{{" + name + "}}", part)
    return text


def _start(title: str, claims: list[dict[str, Any]], records: Mapping[str, Any]) -> str:
    described = {
        "paper.html": "a click on a number shows what it is and how to make it again",
        "paper.pdf": "the same for print",
        "explore.html": "a page on which to move the mixture and see what the estimators do",
        "gallery.html": f"all {len(records)}, each with its data, its record and how to cite it",
        "claims.html": f"all {len(claims)}, with every check behind each verdict",
        "how-to.html": "how to use the library and to extend the study",
        "library.html": "the reference of the library, made from its docstrings",
    }
    names = _PARTS | {"paper.pdf": "Paper (PDF)"}
    items = "".join(f'<li><a href="{to}">{names[to]}</a>: {words}</li>' for to, words in described.items())
    abstract = yaml.safe_load((citation.TOP / "CITATION.cff").read_text(encoding="utf-8"))["abstract"]
    first = "bias_curve" if "bias_curve" in records else next(iter(records), None)
    picture = ""
    if first:
        caption = html.escape(records[first]["caption"])
        image = _image("figures/", first, records)
        picture = f"<figure>{image}<figcaption>{caption}</figcaption></figure>"
    return f"<h1>{html.escape(title)}</h1><p>{html.escape(abstract.strip())}</p><ul>{items}</ul>{picture}"


def _image(folder: str, name: str, records: Mapping[str, Any]) -> str:
    title = html.escape(records[name]["title"])
    to = f"figures/{name}.html"
    return f'<a class="shown" href="{to}"><img src="{folder}{name}.svg" alt="{title}" loading="lazy"></a>'


def _gallery(records: Mapping[str, Any]) -> str:
    items = "".join(
        f'<li>{_image("figures/", name, records)}<p><a href="figures/{name}.html">'
        f"{html.escape(record['title'])}</a></p></li>"
        for name, record in records.items()
    )
    return f'<h1>Figures</h1><ul class="gallery">{items}</ul>'


def _figure(name: str, record: Mapping[str, Any]) -> str:
    """The page of a figure: caption, data, record and a citation to copy."""
    title, made = html.escape(record["title"]), record["made_by"]
    files = " · ".join(f'<a href="{name}.{kind}">{shown}</a>' for kind, shown in _KINDS.items())
    script = citation.TOP / made["script"].split()[0]
    source = html.escape(script.read_text(encoding="utf-8")) if script.is_file() else ""
    rows = {
        "identifier": record["identifier"],
        "version": record["version"],
        "licence": record["licence"],
        "script": made["script"].split()[0],
        "experiments": ", ".join(made.get("experiments", [])) or "none: theory alone",
        "root seed": made.get("seed") or "none",
        "made from": ", ".join(made.get("inputs", {})),
        "make it again": f"./run -- --force results/figures/{name}.svg",
    }
    listed = "".join(f"<dt>{key}</dt><dd>{html.escape(str(value))}</dd>" for key, value in rows.items())
    return (
        f'<h1>{title}</h1><figure><img src="{name}.svg" alt="{title}">'
        f"<figcaption>{html.escape(record['caption'])}</figcaption></figure><p>{files}</p>"
        f'<h2>Citation</h2><button type="button" class="copy">Copy</button>'
        f'<pre tabindex="0" class="citation">{html.escape(record["bibtex"])}</pre>'
        f"<h2>What made it</h2><dl>{listed}</dl>"
        f'<details class="script"><summary>script</summary><pre tabindex="0">{source}</pre></details>'
    )


def _claims(claims: list[dict[str, Any]]) -> str:
    listed = "".join(
        f'<tr><td><a href="#{c["id"]}">{c["id"]}</a></td><td>{html.escape(c["statement"])}</td>'
        f"<td>{c['verdict']}</td></tr>"
        for c in claims
    )
    head = "<thead><tr><th>claim</th><th>statement</th><th>verdict</th></tr></thead>"
    table = f"<table>{head}<tbody>{listed}</tbody></table>"
    return f'<h1>Claims</h1><p>All checks as data: <a href="claims.csv">claims.csv</a>.</p>{table}' + "".join(
        map(_claim, claims)
    )


def _claim(claim: Mapping[str, Any]) -> str:
    heads = ("check", "statement", "where", "estimate", "target", "margin", "verdict")
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in _cells(check)) + "</tr>"
        for check in claim["checks"]
    )
    head = "".join(f"<th>{name}</th>" for name in heads)
    checks = (
        f'<details><summary>{len(claim["checks"])} checks</summary><div class="wide" tabindex="0">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></details>"
        if rows
        else "<p>No check of its own.</p>"
    )
    conditions = f"<p>{html.escape(claim['conditions'])}</p>" if claim.get("conditions") else ""
    return (
        f'<h2 id="{claim["id"]}">{claim["id"]}: {claim["verdict"]}</h2>'
        f"<p>{html.escape(claim['statement'])}</p>{conditions}{checks}"
    )


def _cells(check: Mapping[str, Any]) -> list[str]:
    error = f" ({check['mcse_text']})" if check.get("mcse_text") else ""
    texts = [check.get(name) for name in ("id", "statement", "condition")]
    texts += [f"{check.get('estimate_text') or '–'}{error}"]
    texts += [check.get(name) for name in ("target_text", "margin_text", "verdict")]
    return [str(text) if text not in (None, "") else "–" for text in texts]


def _how_tos() -> Iterator[tuple[str, tuple[str, str]]]:
    """A page for each how-to, and one that lists them."""
    import pypandoc

    sources = [*sorted(HOW_TOS.glob("*.md")), *(path for path in FURTHER if path.exists())]
    places = {path.name: f"how-to/{path.stem.lower()}.html" for path in sources}
    listed = []
    for path in sources:
        text = path.read_text(encoding="utf-8")
        title = next(
            (line.removeprefix("# ") for line in text.splitlines() if line.startswith("# ")), path.stem
        )
        body: str = pypandoc.convert_text(
            text, "html", format="gfm", extra_args=["--syntax-highlighting=none"]
        )
        yield places[path.name], (title, _linked(body, places))
        listed.append(f'<li><a href="{places[path.name]}">{html.escape(title)}</a></li>')
    yield "how-to.html", ("How to", f"<h1>How to</h1><ul>{''.join(listed)}</ul>")


def _linked(body: str, places: Mapping[str, str]) -> str:
    """Links between how-tos; files of the repository that the site lacks are named alone."""

    def link(found: re.Match[str]) -> str:
        to, _, mark = found[1].partition("#")
        if to.startswith(("http:", "https:", "mailto:")) or not to:
            return found[0]
        name = to.rpartition("/")[2]
        if name in places:
            target = places[name].removeprefix("how-to/") + (f"#{mark}" if mark else "")
            return f'<a href="{target}">{found[2]}</a>'
        return f"<code>{found[2]}</code>" if "<code>" not in found[2] else found[2]

    body = re.sub(r'<a\s+href="([^"]*)"[^>]*>(.*?)</a>', link, body, flags=re.DOTALL)
    return body.replace("<pre", '<pre tabindex="0"')


def _modules() -> list[str]:
    """The modules that the reference has."""
    import kmeans_inconsistency as library

    modules = [
        library.__name__,
        *(f"{library.__name__}.{name}" for name in ("classes", "models", "diagnosis")),
    ]
    for room in DOCUMENTED:
        found = iter_modules([str(Path(library.__path__[0]) / room)])
        modules += [f"{library.__name__}.{room}"]
        modules += [
            f"{library.__name__}.{room}.{m.name}" for m in found if not m.name.startswith("_") and not m.ispkg
        ]
    return modules


def _library() -> str:
    """The modules of the reference, each with the first line of its docstring."""
    items = "".join(
        f'<li><a href="api/{name.replace(".", "/")}.html"><code>{name}</code></a>: '
        f"{html.escape((import_module(name).__doc__ or '').splitlines()[0])}</li>"
        for name in _modules()
    )
    return f"<h1>Library</h1><ul>{items}</ul>"


def _reference(folder: Path) -> None:
    """The reference of the library, by pdoc."""
    import pdoc
    import pdoc.render

    import kmeans_inconsistency as library

    hidden = rf"!{library.__name__}\.(?!(?:classes|models|diagnosis|estimators|limits)(?:\.[a-z]|$))"
    private = rf"!{library.__name__}\..*\._"
    pdoc.render.configure(docformat="numpy", search=True, show_source=True)
    with warnings.catch_warnings():
        # of types that are imported for type checkers alone
        warnings.simplefilter("ignore")
        pdoc.pdoc(*_modules(), hidden, private, output_directory=folder)
