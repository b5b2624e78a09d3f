"""Numbers: everything that the paper may quote, as it is to be printed.

Rows that a table of the paper prints have, below their experiment's name, the key
``<scenario>/n=<n>/<method>[,<parameter>=<value>]/<quantity>/<measure>``. Named numbers say what they mean
whatever the grid: ``headline.kmeans.limit``. They come from the
modules of this package, found by themselves, with

- ``EXPERIMENTS``: the experiments that the study must have;
- ``named(study, tables)``: yields names and numbers from the tables of the experiments.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from kmeans_inconsistency import text
from kmeans_inconsistency.findings.cells import Address, configured
from kmeans_inconsistency.findings.numbers._quoting import Named, Number, measured, number, said
from kmeans_inconsistency.findings.summaries import COUNTS, MEASURES
from kmeans_inconsistency.findings.tables import Row, Tables, value
from kmeans_inconsistency.study.design import ADEMP, Experiment, Study, Value

NOT_STATED = "not stated"

PRINTED = ("consistency", "small_variance")
"""The experiments whose rows the paper's tables print; of the others it quotes named numbers."""


def names() -> list[str]:
    """Names of the modules of named numbers."""
    return sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_"))


def experiments() -> set[str]:
    """The experiments that the named numbers come from."""
    return {name for module in names() for name in _module(module).EXPERIMENTS}


def _module(name: str) -> ModuleType:
    return import_module(f"{__name__}.{name}")


def design_of(study: Study) -> dict[str, Any]:
    """The design as the paper prints it."""
    return {
        "study": {
            "title": study.title,
            "seed": study.seed,
            "date": study.date,
            "scale": scale(study),
            "decisive": study.decisive,
        },
        "experiments": {name: _experiment(e) for name, e in study.experiments.items()},
    }


def numbers_of(study: Study, tables: Mapping[str, Tables]) -> dict[str, Any]:
    """Collect all numbers.

    Parameters
    ----------
    study : Study
    tables : mapping from str to Tables
        Of every experiment.
    """
    found: dict[str, Any] = {
        name: dict(_generic(study.experiments[name], tables[name].summary))
        for name in PRINTED
        if name in study.experiments
    }
    named: dict[str, Number] = dict(_of_the_study(study, tables))
    for name in names():
        module = _module(name)
        if set(module.EXPERIMENTS) <= set(study.experiments):
            named |= dict(module.named(study, tables))
    found["named"] = named
    return found


def _of_the_study(study: Study, tables: Mapping[str, Tables]) -> Named:
    yield "study.seed", said(str(study.seed), [configured("study", "seed")])
    yield "study.date", said(study.date, [configured("study", "date")])
    yield "study.scale", said(scale(study), [configured("study", "scale")])
    yield "study.decisive", number(study.decisive, of=[configured("study", "decisive")])
    experiments = study.experiments.values()

    def each(*columns: str) -> list[Address]:
        return [configured(name, column) for name in study.experiments for column in columns]

    fits = sum(int(e.replicates) * len(e.scenarios) * len(e.groups) for e in experiments)
    datasets = sum(int(e.replicates) * len(e.scenarios) * len(e.sizes) for e in experiments)
    yield "study.fits", number(fits, of=each("replicates", "scenarios", "n", "fits"))
    yield "study.datasets", number(datasets, of=each("replicates", "scenarios", "n"))
    yield "study.experiments", number(len(study.experiments), of=each("replicates"))
    for status in ("merged", "degenerate", "not_converged", "stopped", "failed"):
        rows = (
            row for experiment in experiments for row in _one_quantity_each(tables[experiment.name].summary)
        )
        of = [Address(f"summaries/{name}", (), status) for name in study.experiments]
        yield f"study.{status}", number(sum(int(row[status]) for row in rows), of=of)
    for name, experiment in study.experiments.items():
        yield from _grid(name, experiment)


def _one_quantity_each(summary: Iterable[Row]) -> list[Row]:
    """One row of the summary for each group of fits, whose counts its quantities share."""
    names = ("quantity", *MEASURES, "used")
    return list({tuple(v for k, v in row.items() if k not in names): row for row in summary}.values())


def scale(study: Study) -> str:
    return "full" if study.results.name == "results" else study.results.name


def _experiment(experiment: Experiment) -> dict[str, Any]:
    factors = {name: [text.show(v) for v in grid_of(experiment, name)] for name in experiment.factors}
    return {
        **{part: experiment.ademp.get(part, NOT_STATED) for part in ADEMP},
        "replicates": experiment.replicates,
        "n": list(experiment.sizes),
        "n_text": text.listing([text.plain(n) for n in experiment.sizes]),
        "scenarios": [
            {"key": s.key, **{name: text.show(v) for name, v in s.factors}} for s in experiment.scenarios
        ],
        "factors": factors,
        "factors_text": {name: text.listing(values) for name, values in factors.items()},
        "fits": [
            {
                "key": group.name,
                "method": group.variant,
                **{name: text.show(v) for name, v in group.numbers},
            }
            for group in experiment.groups
            if group.n == experiment.sizes[0]
        ],
    }


def _generic(experiment: Experiment, summary: Iterable[Row]) -> Named:
    for row in summary:
        scenario = ",".join(f"{name}={row[name]}" for name in experiment.factors)
        parameters = [f"{name}={row[name]}" for name in experiment.parameters if row[name]]
        method = ",".join([row["method"], *parameters])
        base = f"{scenario}/n={row['n']}/{method}/{row['quantity']}"
        for name in (*COUNTS, *MEASURES):
            if math.isfinite(value(row[name])) and not name.endswith("_mcse"):
                # the key is the address
                yield f"{base}/{name}", measured(row, name) | {"from": []}


def _grid(name: str, experiment: Experiment) -> Named:
    sizes = [configured(name, "n")]
    yield f"{name}.replicates", number(experiment.replicates, of=[configured(name, "replicates")])
    yield f"{name}.n_smallest", number(experiment.sizes[0], of=sizes)
    yield f"{name}.n_largest", number(experiment.sizes[-1], of=sizes)
    yield f"{name}.n_count", number(len(experiment.sizes), of=sizes)
    for factor in experiment.factors:
        values = grid_of(experiment, factor)
        of = configured(name, "scenarios")
        yield f"{name}.{factor}s", said(text.listing([text.show(v) for v in values]), [of])
        yield from ends(f"{name}.{factor}", values, of)
    for parameter in experiment.parameters:
        given = sorted({v for _, values in experiment.methods for k, v in values if k == parameter})
        yield from ends(f"{name}.{parameter}", given, configured(name, "fits"))


def grid_of(experiment: Experiment, factor: str) -> list[Value]:
    """The values of a factor, in the order of the scenarios."""
    return list(dict.fromkeys(dict(s.factors)[factor] for s in experiment.scenarios))


def ends(name: str, values: Sequence[Value], of: Address) -> Named:
    for end, found in (("smallest", values[0]), ("largest", values[-1])):
        yield f"{name}_{end}", said(found, [of]) if isinstance(found, str) else number(found, of=[of])
    yield f"{name}_count", number(len(values), of=[of])
