"""Sheets: web pages of tables in one file each, with contents, and tables that readers can sort."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

__all__ = ["SOURCES", "Sheet", "page", "table"]

_FOLDER = Path(__file__).parents[3] / "paper" / "sheets"
SOURCES = (_FOLDER / "style.css", _FOLDER / "sort.js")

_PAGE = """\
<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1 id="top">{title}</h1>
</header>
<nav aria-label="Contents">
<ul>
{contents}
</ul>
</nav>
<main>
{body}
</main>
<script>
{script}</script>
</body>
</html>
"""


class Sheet(NamedTuple):
    """One part of a page.

    Attributes
    ----------
    name : str
        Its place in the page, for links.
    title : str
        Its line in the contents, as plain text.
    body : str
        As HTML.
    """

    name: str
    title: str
    body: str


def page(title: str, sheets: Sequence[Sheet]) -> str:
    """Put a page together that needs no other file."""
    style, script = (path.read_text(encoding="utf-8") for path in SOURCES)
    contents = "\n".join(
        f'<li><a href="#{html.escape(sheet.name)}">{html.escape(sheet.title)}</a></li>' for sheet in sheets
    )
    body = "\n".join(f'{sheet.body}\n<p class="back"><a href="#top">Contents</a></p>' for sheet in sheets)
    return _PAGE.format(title=html.escape(title), style=style, contents=contents, body=body, script=script)


def table(inside: str, label: str) -> str:
    """A table that scrolls by itself where the page is narrow, and by keyboard.

    Parameters
    ----------
    inside : str
        What stands between its tags, as HTML. A heading of which nothing is to be read becomes an empty cell.
    label : str
        What it shows, for those who do not see it, as plain text.
    """
    rows = _HEADING.sub(_heading, inside)
    name = html.escape(label, quote=True)
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{name}"><table>{rows}</table></div>'


_HEADING = re.compile(r"<th\b([^>]*)>(.*?)</th>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def text_of(fragment: str) -> str:
    """The text of a piece of HTML."""
    return " ".join(html.unescape(_TAG.sub("", fragment)).split())


def _heading(found: re.Match[str]) -> str:
    attributes, content = found.groups()
    words = text_of(content)
    if not words:
        return f"<td{attributes}></td>"
    if "<math" in content:  # which some screen readers do not take for text
        attributes += f' aria-label="{html.escape(words)}"'
    scope = (
        "" if "scope=" in attributes else ' scope="colgroup"' if "colspan=" in attributes else ' scope="col"'
    )
    return f"<th{attributes}{scope}>{content}</th>"
