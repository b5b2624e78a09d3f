"""The page of a study of one's own: designs, tables, figures and claims, each number linked to its cell."""

from __future__ import annotations

import html
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kmeans_inconsistency.findings import tables
from kmeans_inconsistency.publication import sheets
from kmeans_inconsistency.study import remarks
from kmeans_inconsistency.study.design import ADEMP, Experiment, Study
from kmeans_inconsistency.text import plain, show, with_error

__all__ = ["SOURCES", "page"]

SOURCES = sheets.SOURCES

SHOWN = (
    ("used", "used", ""),
    ("truth", "truth", ""),
    ("limit", "limit", ""),
    ("mean", "mean", "mean_mcse"),
    ("bias", "bias", "mean_mcse"),
    ("empse", "empirical SE", "empse_mcse"),
    ("rmse", "RMSE", "rmse_mcse"),
)
"""Measures in the tables: their column, its heading, and the column of the Monte Carlo standard error."""

FAILED = ("merged", "degenerate", "not_converged", "stopped", "failed")


def page(study: Study) -> str:
    """Write the page from the files of a study's results, which its links lead to."""
    parts = [_about(study)]
    for name, experiment in study.experiments.items():
        parts += [_design(experiment), _overview(study, experiment), _table(study, name, experiment)]
    parts += _figures(study)
    parts.append(_claims(study))
    return sheets.page(study.title, parts)


def _about(study: Study) -> sheets.Sheet:
    said = "".join(f"<li>{html.escape(line)}</li>" for line in remarks.lines(study))
    without = f"<p>What the configuration does without:</p><ul>{said}</ul>" if said else ""
    body = (
        f"<section><h2 id='about'>The study</h2><p>{html.escape(study.date)}, root seed {study.seed}. "
        "Numbers in tables lead to the file, row and column that they come from; Monte Carlo standard errors "
        f"are in parentheses.</p>{without}</section>"
    )
    return sheets.Sheet("about", "The study", body)


def _design(experiment: Experiment) -> sheets.Sheet:
    name, title = f"design-{experiment.name}", f"Design of {experiment.name}"
    grid = {
        factor: list(dict.fromkeys(show(dict(s.factors)[factor]) for s in experiment.scenarios))
        for factor in experiment.factors
    }
    lines = {part: experiment.ademp.get(part, "not stated") for part in ADEMP}
    lines |= {"model": experiment.scenarios[0].family}
    lines |= {factor: ", ".join(values) for factor, values in grid.items()}
    lines |= {
        "n": ", ".join(plain(n) for n in experiment.sizes),
        "replicates": plain(experiment.replicates),
        "fits": "; ".join(group.name for group in experiment.groups if group.n == experiment.sizes[0]),
        "quantities": ", ".join(experiment.quantities),
    }
    rows = "".join(
        f"<tr><td>{html.escape(key)}</td><td>{html.escape(value)}</td></tr>" for key, value in lines.items()
    )
    inside = f"<thead><tr><th>what</th><th>value</th></tr></thead><tbody>{rows}</tbody>"
    body = f"<section><h2 id='{name}'>{html.escape(title)}</h2>{sheets.table(inside, title)}</section>"
    return sheets.Sheet(name, title, body)


def _overview(study: Study, experiment: Experiment) -> sheets.Sheet:
    return _figure(study, f"overview_{experiment.name}")


def _figure(study: Study, name: str) -> sheets.Sheet:
    folder = study.results / "figures"
    record = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    title, caption = record["title"], record["caption"]
    links = " · ".join(
        f'<a href="figures/{name}.{kind}">{label}</a>'
        for kind, label in (("csv", "data"), ("json", "record"), ("pdf", "PDF"), ("png", "PNG"))
    )
    body = (
        f"<section><h2 id='figure-{name}'>{html.escape(title)}</h2><figure>"
        f'<img src="figures/{name}.svg" alt="{html.escape(title)}">'
        f"<figcaption>{html.escape(caption)} {links}</figcaption></figure></section>"
    )
    return sheets.Sheet(f"figure-{name}", f"Figure: {title}", body)


def _figures(study: Study) -> Iterator[sheets.Sheet]:
    own = {f"overview_{name}" for name in study.experiments}
    for path in sorted((study.results / "figures").glob("*.json")):
        if path.stem not in own:
            yield _figure(study, path.stem)


def _table(study: Study, name: str, experiment: Experiment) -> sheets.Sheet:
    path = f"summaries/{name}.csv"
    rows = tables.read(study.results / path)
    columns = list(rows[0])
    keys = [
        key
        for key in tables.summary_keys(experiment)[1:]
        if key in ("n", "method", "quantity") or len({row[key] for row in rows}) > 1
    ]
    shown = [entry for entry in SHOWN if any(row[entry[0]] for row in rows)]
    head = "".join(f"<th>{html.escape(key)}</th>" for key in keys)
    head += (
        "".join(f"<th>{html.escape(label)}</th>" for _, label, _ in shown) + "<th>without a proper fit</th>"
    )
    body = "".join(
        f"<tr>{''.join(f'<td>{html.escape(row[key])}</td>' for key in keys)}"
        f"{''.join(_cell(path, columns, line, row, entry) for entry in shown)}"
        f"<td>{_failures(row)}</td></tr>"
        for line, row in enumerate(rows, 2)
    )
    title = f"Table: performance in {name}"
    inside = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    whole = f'<p><a href="{path}">All measures ({path})</a></p>'
    heading = f"<h2 id='table-{name}'>{html.escape(title)}</h2>"
    section = f"<section>{heading}{sheets.table(inside, title)}{whole}</section>"
    return sheets.Sheet(f"table-{name}", title, section)


def _cell(
    path: str, columns: Sequence[str], line: int, row: Mapping[str, str], entry: tuple[str, str, str]
) -> str:
    """A number with a link to its cell, as RFC 7111 names it: row and column, counted from one."""
    column, _, error = entry
    if not row[column]:
        return "<td></td>"
    value, mcse = tables.value(row[column]), tables.value(row.get(error, "")) if error else math.nan
    text = _text(value, mcse)
    where = f"{path}, row {line}, column {column}"
    place = f"{path}#cell={line},{columns.index(column) + 1}"
    return f'<td><a href="{place}" title="{html.escape(where)}">{html.escape(text)}</a></td>'


def _text(value: float, mcse: float) -> str:
    if value.is_integer() and math.isnan(mcse):
        return plain(value)
    if math.isnan(mcse) or mcse == 0:
        return plain(value, 4)
    number, error = with_error(value, mcse)
    return f"{number} ({error})"


def _failures(row: Mapping[str, str]) -> str:
    found = [f"{row[status]} {status.replace('_', ' ')}" for status in FAILED if row[status] not in ("", "0")]
    return html.escape(", ".join(found)) or "none"


def _claims(study: Study) -> sheets.Sheet:
    judged: list[dict[str, Any]] = json.loads((study.results / "claims.json").read_text(encoding="utf-8"))
    if not judged:
        return sheets.Sheet(
            "claims", "Claims", "<section><h2 id='claims'>Claims</h2><p>There are none.</p></section>"
        )
    rows = "".join(
        f"<tr><td>{html.escape(c['id'])}</td><td>{html.escape(c['statement'])}</td>"
        f'<td><a href="claims.csv">{html.escape(c["verdict"])}</a></td></tr>'
        for c in judged
    )
    inside = f"<thead><tr><th>claim</th><th>statement</th><th>verdict</th></tr></thead><tbody>{rows}</tbody>"
    body = f"<section><h2 id='claims'>Claims</h2>{sheets.table(inside, 'Claims')}</section>"
    return sheets.Sheet("claims", "Claims", body)
