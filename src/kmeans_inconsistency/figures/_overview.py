"""An experiment at a glance: what each of its methods estimates against the sample size.

For studies of one's own, whose experiments no other figure knows: methods are told apart by the colours of
matplotlib's cycle and by markers, scenarios by panels.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from kmeans_inconsistency.asymptotics import Z95
from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.text import plain

MOST = 12  # panels
MARKERS = "osD^vPX*<>"

CAPTION = (
    "Mean of {quantity} over {replicates} replicates against the sample size n, with 95 % Monte Carlo "
    "intervals, in {shown} of {scenarios} scenarios. Dashed lines are the limits that theory gives; the grey "
    "line is the truth."
)


def draw(summary: pd.DataFrame) -> style.Drawing:
    """Draw the first quantity of an experiment in its first scenarios.

    Parameters
    ----------
    summary : DataFrame
        ``results/summaries/EXPERIMENT.csv``.
    """
    columns = list(summary.columns)
    factors = columns[1 : columns.index("n")]
    parameters = columns[columns.index("method") + 1 : columns.index("quantity")]
    quantity = str(summary["quantity"].iloc[0])
    rows = summary[summary["quantity"] == quantity].copy()
    rows["fit"] = [_fit(row, parameters) for _, row in rows.iterrows()]
    rows["scenario"] = [
        ", ".join(f"{name} = {_plain(row[name])}" for name in factors) for _, row in rows.iterrows()
    ]
    scenarios, fits = list(rows["scenario"].unique()), list(rows["fit"].unique())
    shown = scenarios[:MOST]
    figure, axes = style.panels(len(shown), height=1.9)
    for panel, scenario in zip(axes, shown, strict=True):
        here = rows[rows["scenario"] == scenario]
        style.sample_size_axis(panel, sorted(here["n"].unique()))
        for value in here["truth"].dropna().unique():
            panel.axhline(value, color="0.6", linewidth=2.2, zorder=1)
        for index, fit in enumerate(fits):
            _add(panel, here[here["fit"] == fit].sort_values("n"), index)
        panel.set_title(scenario)
        panel.set_ylabel(quantity)
    handles, labels = axes[0].get_legend_handles_labels()
    options: Any = {"ncols": min(len(labels), 3), "frameon": False, "loc": "outside upper left"}
    figure.legend(handles, labels, **options)
    facts = {
        "quantity": quantity,
        "replicates": plain(int(rows["replicates"].max())),
        "shown": plain(len(shown)),
        "scenarios": plain(len(scenarios)),
    }
    kept = [*factors, "n", "method", *parameters, "quantity", "replicates", "used", "truth", "limit"]
    return style.Drawing(figure, rows.loc[rows["scenario"].isin(shown), [*kept, "mean", "mean_mcse"]], facts)


def _add(panel: Any, fitted: pd.DataFrame, index: int) -> None:
    colour = f"C{index % 10}"
    for limit in fitted["limit"].dropna().unique():
        panel.axhline(limit, color=colour, linewidth=0.9, linestyle=(0.0, (5.0, 1.6)), zorder=2)
    panel.errorbar(
        fitted["n"],
        fitted["mean"],
        yerr=Z95 * fitted["mean_mcse"].fillna(0.0),
        color=colour,
        marker=MARKERS[index % len(MARKERS)],
        linewidth=0.7,
        elinewidth=0.9,
        label=fitted["fit"].iloc[0] if len(fitted) else None,
        zorder=3,
    )


def _fit(row: pd.Series, parameters: list[str]) -> str:
    given = [f"{name}={_plain(row[name])}" for name in parameters if not pd.isna(row[name])]
    return ", ".join([str(row["method"]), *given])


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else plain(float(value))
