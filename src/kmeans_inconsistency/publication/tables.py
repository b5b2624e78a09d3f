"""The tables of the paper as a web page."""

from __future__ import annotations

import json
import re
from pathlib import Path

from kmeans_inconsistency.publication import paper, sheets

__all__ = ["SOURCES", "tables"]

SOURCES = sheets.SOURCES

_FIGURE = re.compile(r"<figure\b([^>]*)>(.*?)</figure>", re.DOTALL)
_TABLE = re.compile(r"<table\b[^>]*>(.*?)</table>", re.DOTALL)
_CAPTION = re.compile(r"<figcaption>(.*?)</figcaption>", re.DOTALL)
_REFERENCE = re.compile(r'<a href="#([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_MOST = 90  # characters of a caption in the contents


def tables(results: str | Path) -> str:
    """Set the paper as a web page and return the tables alone, as a page that needs no other file."""
    (document,) = paper.typeset(results, "html")
    found = [figure for figure in _FIGURE.findall(document.decode()) if "<table" in figure[1]]
    parts = [_sheet(number, *figure) for number, figure in enumerate(found, 1)]
    known = {sheet.name for sheet in parts}

    def reference(link: re.Match[str]) -> str:
        return link[0] if link[1] in known else link[2]

    title = json.loads((Path(results) / "design.json").read_text(encoding="utf-8"))["study"]["title"]
    linked = [sheet._replace(body=_REFERENCE.sub(reference, sheet.body)) for sheet in parts]
    return sheets.page(f"{title}: tables", linked)


def _sheet(number: int, attributes: str, content: str) -> sheets.Sheet:
    named = re.search(r'id="([^"]*)"', attributes)
    name = named[1] if named else f"table-{number}"
    caption = _CAPTION.search(content)
    words = sheets.text_of(caption[1]) if caption else f"Table {number}"
    first = re.split(r"(?<=[a-z)])[.;:] ", words, maxsplit=1)[0]
    title = first if len(first) <= _MOST else first[:_MOST].rpartition(" ")[0] + " …"
    body = _TABLE.sub(lambda table: sheets.table(table[1], title), content)
    return sheets.Sheet(name, title.removesuffix("."), f'<figure id="{name}">{body}</figure>')
