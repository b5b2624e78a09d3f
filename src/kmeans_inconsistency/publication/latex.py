"""The paper as a LaTeX bundle for a journal or arXiv, from the same text, by way of pandoc."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path

from kmeans_inconsistency.publication import paper, webpage

__all__ = ["bundle"]

LATEX = paper.TEXT / "latex"
FILTER, MAIN = LATEX / "filter.lua", LATEX / "main.tex"

_LABELLED = re.compile(
    r'<figure(?: id="([^"]*)")?><div class="statement" data-kind="(\w+)">(?:<p>)?'
    r'<span class="head">(.*?)</span>(.*?)</div></figure>',
    re.DOTALL,
)
_TABLE = re.compile(
    r'<figure(?: id="([^"]*)")?>\s*<figcaption>(.*?)</figcaption>\s*<table>(.*?)</table>\s*</figure>',
    re.DOTALL,
)
_IMAGE = re.compile(
    r'(?:<p>)?<span data-figure="(\w+)"><img\b[^>]*?alt="([^"]*)"[^>]*></span>(?:</p>)?', re.DOTALL
)
_CAPTION = re.compile(r"<figcaption>\w+[\s\u00a0]S?\d+:(?:\s|<span[^>]*>(?:\s|&#x20;)*</span>)*")
_NUMBER = re.compile(r"(<h[2-6][^>]*>)((?:\d+|[A-Z]\d*)(?:\.\d+)*)\s")
_REFERENCES = '<h2 id="sec-references">References</h2>'
_APPENDIX, _SUPPLEMENT = "<!-- appendix -->", "<!-- supplement -->"
_NOTE = re.compile(r'<sup[^>]*role="doc-noteref"[^>]*><a href="#([^"]+)"[^>]*>.*?</a></sup>', re.DOTALL)


def bundle(results: Path, folder: Path) -> list[Path]:
    """Write the bundle: ``main.tex``, ``sections/``, ``references.bib`` and the figures as PDF.

    Parameters
    ----------
    results : Path
        The results folder.
    folder : Path
        Where the bundle goes; what an earlier one left there is removed.

    Returns
    -------
    list of Path
        The files, relative to the folder.
    """
    (made,) = paper.typeset(results, "html", way="latex")
    raw = webpage.formulas(made.decode())
    body = raw[raw.index("<body>") + len("<body>") : raw.rindex("</body>")]
    header, body = body.split("</header>", 1)
    body = _prepared(body)
    if folder.exists():
        shutil.rmtree(folder)
    (folder / "sections").mkdir(parents=True)
    (folder / "figures").mkdir()
    for name in re.findall(r'src="figures/(\w+)\.pdf"', body):
        shutil.copyfile(results / "figures" / f"{name}.pdf", folder / "figures" / f"{name}.pdf")
    shutil.copyfile(paper.TEXT / "references.bib", folder / "references.bib")
    lines: list[str] = []
    for name, part in _parts(body):
        if name == "references":
            lines += ["\\bibliographystyle{plainnat}", "\\bibliography{references}"]
            continue
        for mark, command in ((_APPENDIX, "\\appendix"), (_SUPPLEMENT, "\\supplement")):
            if mark in part and command not in lines:
                lines.append(command)
            part = part.replace(mark, "")
        _write(folder / "sections" / f"{name}.tex", _converted(part))
        shown = f"\\input{{sections/{name}}}"
        lines.append(f"\\begin{{abstract}}\n{shown}\n\\end{{abstract}}" if name == "abstract" else shown)
    text = MAIN.read_text(encoding="utf-8")
    parts = {
        "title": r"<h1>(.*?)</h1>",
        "authors": r'class="authors">(.*?)</p>',
        "date": r'class="date">(.*?)</p>',
    }
    for name, pattern in parts.items():
        found = re.search(pattern, header, re.DOTALL)
        text = text.replace("{{" + name + "}}", _converted(found[1]).strip() if found else "")
    _write(folder / "main.tex", text.replace("{{body}}", "\n".join(lines)))
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def _write(path: Path, text: str) -> None:
    path.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")


def _prepared(body: str) -> str:
    """The page with what pandoc understands in place of what it does not."""
    notes = dict(
        re.findall(r'<li id="([^"]+)"><sup role="doc-backlink">.*?</sup>(.*?)</li>', body, re.DOTALL)
    )
    body = re.sub(r'<section role="doc-endnotes">.*?</section>', "", body, flags=re.DOTALL)
    body = re.sub(r'<section role="doc-bibliography">.*?</section>', _REFERENCES, body, flags=re.DOTALL)
    body = _NOTE.sub(lambda found: f'<span class="note">{notes.get(found[1], "")}</span>', body)
    body = re.sub(
        r"<figcaption>\w+[\s\u00a0]S?\d+:(?:\s|<span[^>]*>(?:\s|&#x20;)*</span>)*", "<figcaption>", body
    )
    body = _LABELLED.sub(
        r'<div class="statement" id="\1" data-kind="\2"><div class="head">\3</div>\4</div>', body
    )
    body = _TABLE.sub(r'<table id="\1"><caption>\2</caption>\3</table>', body)
    # LaTeX numbers the sections itself
    body = _NUMBER.sub(lambda found: f"{found[1]}{_part_of(found[2])}", body)
    return _IMAGE.sub(r'<img src="figures/\1.pdf" alt="\2">', body)


def _part_of(number: str) -> str:
    """The mark of a heading of the appendix, A.1, or of the supplement, S1.1."""
    if number[0].isdigit():
        return ""
    return _SUPPLEMENT if number[1:2].isdigit() else _APPENDIX


def _parts(body: str) -> list[tuple[str, str]]:
    """The abstract, and a part for each section, by name."""
    first, *sections = re.split(r"(?=<h2\b)", body)
    abstract = re.search(r'<section class="abstract">(.*?)</section>', first, re.DOTALL)
    found = []
    if abstract:
        found.append(("abstract", re.sub(r"<p><strong>Abstract</strong></p>", "", abstract[1])))
    before = re.sub(r'<section class="abstract">.*?</section>', "", first, flags=re.DOTALL)
    if re.sub(r"<[^>]*>", "", before).strip():
        found.append(("before", before))
    for section in sections:
        title = re.search(r"<h2[^>]*>(.*?)</h2>", section, re.DOTALL)
        label = re.match(r'<h2[^>]* id="sec-([\w-]+)"', section)
        words = re.sub(r"<[^>]*>", "", title[1] if title else "")
        name = label[1] if label else re.sub(r"\W+", "-", unescape(words).strip().lower())
        found.append((name, section))
    return found


def _converted(part: str) -> str:
    """LaTeX of a part of the page."""
    import pypandoc

    options = ["--shift-heading-level-by=-1", f"--lua-filter={FILTER}", "--wrap=none"]
    text: str = pypandoc.convert_text(part, "latex", format="html", extra_args=options)
    # sets of a figure that floats; no option repeats the alternative text
    text = re.sub(r"\\includegraphics\[[^\]]*\]", r"\\includegraphics", text)
    # figures stay where they are: a longtable below a float at the top of its page makes the page too long
    return text.replace("\\begin{figure}\n", "\\begin{figure}[H]\n")
