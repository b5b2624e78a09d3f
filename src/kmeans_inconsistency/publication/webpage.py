"""The paper as a web page: one file, from the same text, in which each printed number has a receipt."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from kmeans_inconsistency import figures
from kmeans_inconsistency.publication import paper
from kmeans_inconsistency.publication.receipts import Receipts, printed

__all__ = ["SOURCES", "formulas", "inputs", "page", "scripts"]

WEB = paper.TEXT / "web"
SOURCES = (WEB / "style.css", WEB / "page.js")
"""What the page has beside the text of the paper."""
FIGURES = Path(figures.__file__).parent

_MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
_FIGURE = re.compile(r"<figure\b(?:(?!<figure\b).)*?</figure>", re.DOTALL)
_DRAWN = re.compile(r'<span data-figure="(\w+)">(<img\b[^>]*>)</span>', re.DOTALL)
_RECEIPT = re.compile(r'data-receipt="([^"]*)"')
_HEAD = re.compile(r"<th((?: [^>]*)?)>(.*?)</th>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_FOLLOWED = re.compile(r"(<math>(?:(?!</math>).)*</math>)([.,;:)]+|‑means|-means)", re.DOTALL)


def scripts() -> list[Path]:
    """The scripts of the figures, which the page shows."""
    return [FIGURES / f"{name}.py" for name in figures.names()]


def inputs() -> list[str]:
    """Paths, in the results folder, of the files that the page reads beside those of the paper."""
    drawn = [path for path in paper.inputs() if path.endswith(".svg")]
    return [path.removesuffix("svg") + "json" for path in drawn]


def page(results: str | Path) -> tuple[str, dict[str, dict[str, Any]]]:
    """Set the paper as a web page.

    Parameters
    ----------
    results : str or Path
        The results folder.

    Returns
    -------
    page : str
        HTML that needs no other file; it links to the data and the records beside it.
    receipts : dict
        By the key that ``data-receipt`` has on each printed number.

    Raises
    ------
    ValueError
        If the text cannot be set, or a printed number leads nowhere.
    """
    results = Path(results)
    (made,) = paper.typeset(results, "html")
    raw = made.decode()
    receipts = Receipts(results, paper.TEXT / "times.csv").of(printed(raw))
    title = json.loads((results / "design.json").read_text(encoding="utf-8"))["study"]["title"]
    style = re.findall(r"<style>(.*?)</style>", raw, re.DOTALL)
    body = formulas(raw[raw.index("<body>") + len("<body>") : raw.rindex("</body>")])
    body = _FIGURE.sub(lambda found: _with_sources(found[0], receipts), body)
    body = _landmarks(_unbroken(_HEAD.sub(_head, body)))
    css, script = (path.read_text(encoding="utf-8") for path in SOURCES)
    # the data must not contain an end tag
    data = json.dumps(receipts, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    return (
        _PAGE.format(
            title=html.escape(title),
            style="\n".join([*style, css]),
            body=body,
            receipts=data,
            script=script,
        ),
        receipts,
    )


def formulas(body: str) -> str:
    """Make the numbers marked within formulas elements of MathML."""

    def within(found: re.Match[str]) -> str:
        return re.sub(r"<data\b([^>]*)>(.*?)</data>", r"<mn\1>\2</mn>", found[0], flags=re.DOTALL)

    return _MATH.sub(within, body)


def _unbroken(body: str) -> str:
    """Keep a formula within the line on the line of what follows it without a space."""
    return _FOLLOWED.sub(r'<span class="whole">\1\2</span>', body)


def _with_sources(figure: str, receipts: dict[str, dict[str, Any]]) -> str:
    """A figure that can be enlarged, or a table, with links to its data, its record and its script."""
    drawn = _DRAWN.search(figure)
    if drawn:
        name = drawn[1]
        script = FIGURES / f"{name}.py"
        figure = _DRAWN.sub(r'<button type="button" class="enlarge">\2</button>', figure)
        links = [_link(f"figures/{name}.csv", "data"), _link(f"figures/{name}.json", "record")]
        links += [_link(f"figures/{name}.svg", "SVG"), _link(f"figures/{name}.pdf", "PDF")]
        shown = html.escape(script.read_text(encoding="utf-8"))
        code = f'<details class="script"><summary>script</summary><pre tabindex="0">{shown}</pre></details>'
        return _closed(figure, " · ".join(links), code)
    if "<table" not in figure:
        return figure
    figure = figure.replace("<table", '<div class="wide" tabindex="0"><table', 1)
    figure = "</table></div>".join(figure.rsplit("</table>", 1))
    keys = dict.fromkeys(html.unescape(key) for key in _RECEIPT.findall(figure))
    tables = dict.fromkeys(a["table"] for key in keys for a in receipts[key]["addresses"])
    data = {"design": "design.json", "claims": "claims.csv", "paper/times": ""}
    files = [data.get(table, f"{table}.csv") for table in tables]
    links = [_link(path, path) for path in files if path]
    if not links and not keys:
        return figure
    note = "times.csv of the paper" if "paper/times" in tables else ""
    listed = " · ".join([*links, *filter(None, [note])])
    return _closed(
        figure, f"data: {listed} · {_link('manifest.json', 'record')} · script: paper/template.typ", ""
    )


def _head(found: re.Match[str]) -> str:
    """A header cell with a name that can be read aloud; an empty one becomes a plain cell."""
    attributes, content = found.groups()
    words = _TAG.sub("", _MATH.sub("", content)).strip()
    if words:
        return found[0]
    formula = _TAG.sub("", content).strip()
    if not formula:
        return f"<td{attributes}></td>"
    spoken = unicodedata.normalize("NFKC", formula)
    return f'<th{attributes}><span class="read">{spoken}</span><span aria-hidden="true">{content}</span></th>'


def _closed(figure: str, links: str, code: str) -> str:
    return "".join([figure.removesuffix("</figure>"), f'<p class="sources">{links}</p>{code}', "</figure>"])


def _link(path: str, shown: str) -> str:
    return f'<a href="{html.escape(path)}">{html.escape(shown)}</a>'


def _landmarks(body: str) -> str:
    """Name the parts of the page for readers who navigate by landmarks."""
    contents = body.index('<nav role="doc-toc">')
    end = body.index("</nav>", contents) + len("</nav>")
    nav = body[contents:end].replace('<nav role="doc-toc">', '<nav role="doc-toc" aria-label="Contents">')
    nav = nav.replace("<h2>Contents</h2>", "<details open><summary>Contents</summary>", 1)
    nav = nav.removesuffix("</nav>") + "</details></nav>"
    return f'{nav}<main id="text">{body[:contents]}{body[end:]}</main>'


_PAGE = """\
<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<a class="skip" href="#text">To the text</a>
{body}
<dialog id="receipt" aria-labelledby="receipt-title"></dialog>
<dialog id="enlarged" aria-label="Enlarged figure"></dialog>
<script type="application/json" id="receipts">{receipts}</script>
<script>
{script}
</script>
</body>
</html>
"""
