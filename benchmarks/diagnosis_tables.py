"""Tables of the simulation of ``diagnose``: on the screen, as a file and in the document for users."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from benchmarks.diagnosis_designs import RIGHT, SINGLE, WRONG, Design

TOP = Path(__file__).parents[1]
FILE = TOP / "benchmarks" / "diagnosis.csv"
DOCUMENT = TOP / "docs" / "own-data.md"
BEGIN, END = "<!-- made by python -m benchmarks.diagnosis --store -->", "<!-- end -->"

#: Goals: of the bias that is left, as a share of k-means' or in standard deviations; of coverage; of the
#: share of samples with a warning where the model is wrong, and where there is one group.
SHARE, LEFT = 0.1, 0.02
COVERAGE = 0.92, 0.97
WARNED = {"wrong": 0.8, "single": 0.95}

KINDS = {"right": RIGHT, "wrong": WRONG, "single": SINGLE}
_AVERAGED = ("stated", "said", "warned", "slight", "plug_in", "kmeans", "corrected", "covered")
_WITH_ERROR = ("warned", "kmeans", "corrected", "covered")
_DIGITS = 6


class Cell(NamedTuple):
    """What is known of one design at one sample size.

    Attributes
    ----------
    kind, design : str
    n, replicates : int
    row : Series
        Means, and Monte Carlo standard errors under the name with ``_mcse``.
    """

    kind: str
    design: str
    n: int
    replicates: int
    row: Any

    @property
    def met(self) -> bool:
        """Whether the goal is met, or missed by no more than two Monte Carlo standard errors."""
        row = self.row
        if self.kind != "right":
            return bool(row.warned + 2 * row.warned_mcse >= WARNED[self.kind])
        near = abs(row.corrected) <= max(SHARE * abs(row.kmeans), LEFT) + 2 * row.corrected_mcse
        low, high = COVERAGE[0] - 2 * row.covered_mcse, COVERAGE[1] + 2 * row.covered_mcse
        return bool(near and low <= row.covered <= high)


def summary(samples: pd.DataFrame) -> pd.DataFrame:
    """One line for each design and sample size, in the order of the designs.

    Biases, coverage and the share of plug-in corrections are of samples in which a correction is stated.
    """
    cells = dict(list(samples.groupby(["design", "n"])))
    sizes = sorted(samples["n"].unique())
    places = ((kind, d, n) for kind, designs in KINDS.items() for d in designs for n in sizes)
    return pd.DataFrame(
        [_line(kind, d, int(n), cells[d.name, n]) for kind, d, n in places if (d.name, n) in cells]
    )


def _line(kind: str, design: Design, n: int, rows: pd.DataFrame) -> dict[str, Any]:
    stated = rows[rows["stated"] == 1]
    line: dict[str, Any] = {"kind": kind, "design": design.name, "n": n, "replicates": len(rows)}
    for name in _AVERAGED:
        values = (stated if name in ("plug_in", "kmeans", "corrected", "covered") else rows)[name]
        line[name] = round(float(values.mean()), _DIGITS)
        if name in _WITH_ERROR:
            line[f"{name}_mcse"] = round(_error(values), _DIGITS)
    return line


def _error(values: Any) -> float:
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else np.nan


def cells(table: pd.DataFrame) -> Iterator[Cell]:
    """The lines of a summary."""
    for row in table.itertuples(index=False):
        yield Cell(str(row.kind), str(row.design), int(row.n), int(row.replicates), row)


# --- on the screen -----------------------------------------------------------------------------------


def text(table: pd.DataFrame) -> str:
    """Format all tables for the screen; a mark shows a goal missed by more than two standard errors."""
    lines = [f"{'design':28}     n  reps  k-means corrected  (MCSE) cover (MCSE) stated plugin warned slight"]
    for cell in cells(table[table["kind"] == "right"]):
        row = cell.row
        lines.append(
            f"{cell.design:28} {cell.n:5} {cell.replicates:5} {row.kmeans:+8.4f} {row.corrected:+9.4f} "
            f"{row.corrected_mcse:7.4f} {100 * row.covered:5.1f} {100 * row.covered_mcse:6.1f} "
            f"{100 * row.stated:6.1f} {100 * row.plug_in:6.1f} {100 * row.warned:6.1f} "
            f"{100 * row.slight:6.1f} {_mark(cell)}"
        )
    for kind, title in (("wrong", "wrong model"), ("single", "one group")):
        lines += ["", f"{title:38}     n  reps warned (MCSE) bias said (per cent)"]
        for cell in cells(table[table["kind"] == kind]):
            row = cell.row
            lines.append(
                f"{cell.design:38} {cell.n:5} {cell.replicates:5} {100 * row.warned:6.1f} "
                f"{100 * row.warned_mcse:6.1f} {100 * row.said:6.1f} {_mark(cell)}"
            )
    return "\n".join(lines)


def _mark(cell: Cell) -> str:
    return "" if cell.met else "<"


# --- in the document ---------------------------------------------------------------------------------


def document(whole: str, table: pd.DataFrame) -> str:
    """Replace the tables of the section in the text of the document."""
    before, rest = whole.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n{markdown(table)}\n{END}{after}"


def markdown(table: pd.DataFrame) -> str:
    """The tables for users, with the numbers of samples and of designs that meet their goals."""
    right, wrong = (list(cells(part)) for _, part in table.groupby(table["kind"] != "right"))
    sizes = " and ".join(f"n = {n:,}" for n in sorted({cell.n for cell in right}))
    least = min(cell.replicates for cell in [*right, *wrong])
    met, met_too = (sum(cell.met for cell in part) for part in (right, wrong))
    said = (
        f"There are {least:,} samples or more of each design at {sizes}. Of the {len(right)} lines of the "
        f"first table {met} meet both goals, and of the {len(wrong)} of the second {met_too} meet theirs, up "
        "to two of the Monte Carlo standard errors that stand after ±. A mark (*) stands where one is missed."
    )
    lines = [
        *textwrap.wrap(said, 120),
        "",
        "| clusters, columns, weights, distances | n | bias of k-means | left by the correction | "
        "95 % intervals cover | bias stated | warned |",
        "|---|---|---|---|---|---|---|",
    ]
    for cell in right:
        row = cell.row
        parts = (
            cell.design,
            f"{cell.n:,}",
            f"{row.kmeans:+.3f}",
            f"{row.corrected:+.3f} ± {row.corrected_mcse:.3f}",
            f"{_percent(row.covered)} ± {_percent(row.covered_mcse)} %",
            f"{_percent(row.stated)} %",
            f"{_percent(row.warned)} %{_star(cell)}",
        )
        lines.append(f"| {' | '.join(parts)} |")
    lines += ["", "| the model does not hold | n | warned | a bias stated in words |", "|---|---|---|---|"]
    for cell in wrong:
        row = cell.row
        title = f"one group: {cell.design}" if cell.kind == "single" else cell.design
        warned = f"{_percent(row.warned)} ± {_percent(row.warned_mcse)} %"
        lines.append(f"| {title} | {cell.n:,} | {warned} | {_percent(row.said)} %{_star(cell)} |")
    return "\n".join(lines)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _star(cell: Cell) -> str:
    return "" if cell.met else r" \*"


def store(table: pd.DataFrame) -> None:
    """Keep the summary, and the document's tables with it."""
    table.to_csv(FILE, index=False, lineterminator="\n")
    kept = document(DOCUMENT.read_text(encoding="utf-8"), read())
    DOCUMENT.write_text(kept, encoding="utf-8")


def read() -> pd.DataFrame:
    """The summary that is kept."""
    return pd.read_csv(FILE)
