"""Checking: what a schema cannot say of a configuration, every problem in one line."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kmeans_inconsistency import models
from kmeans_inconsistency.estimators import _method as methods
from kmeans_inconsistency.study import own, schema
from kmeans_inconsistency.study.design import Group, Values, fits, grids, variant
from kmeans_inconsistency.study.schema import wrong_type
from kmeans_inconsistency.study.wording import did_you_mean, place, show, unknown

Config = dict[str, Any]
Checker = Callable[[Config], Iterator[str]]

MOST_BLOCKS = 100_000
SMALLEST, LARGEST = 1e-6, 1e6  # in a grid; beyond, double precision loses the theory's numbers

REPOSITORY = (
    "benchmarks", "config", "docs", "logs", "paper", "profiles", "publishing", "results/published", "src",
    "studies", "tests", "workflow", "license", "run", "snakefile",
)  # fmt: skip
"""What is part of the repository, in lower case, for not every file system tells cases apart."""

PARTS = ("estimates", "figures", "limits", "published", "summaries", "tables")
"""Folders in those of a study's results."""


def problems_of(config: Config, *further: Checker) -> Iterator[str]:
    """Yield every problem of a configuration as one line: place, fault, remedy.

    Parameters
    ----------
    config : dict
        As read.
    *further : callable
        Checks of what the study itself does not know, such as its claims: from a configuration of the right
        structure to lines.
    """
    structural = list(schema.problems(config))
    yield from structural
    yield from _not_finite(config)
    if not structural:
        yield from _folder_problems(config["study"]["results"])
    unusable = list(own.problems())
    yield from unusable
    experiments = config.get("experiments")
    for name, experiment in experiments.items() if isinstance(experiments, dict) else ():
        if isinstance(experiment, dict) and not unusable:
            where = f"experiments.{name}"
            yield from _model_problems(where, experiment)
            yield from _method_problems(where, experiment)
            yield from _size_problems(where, experiment)
    if not structural:
        for check in further:
            yield from check(config)


def _folder_problems(results: str) -> Iterator[str]:
    """Refuse to write results among the sources, or among the results of another study."""
    path = Path(results.lower())
    inside = {path, *path.parents} & {Path(name) for name in REPOSITORY}
    if inside:
        yield (
            f"study.results: {show(results)} is part of the repository; write a folder of its own, "
            "such as results/mine"
        )
    elif len(path.parts) > 1 and set(path.parts[1:]) & set(PARTS):
        yield (
            f"study.results: {show(results)} lies among the results of another study; write a folder of its "
            "own, such as results/mine"
        )


def _not_finite(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[str]:
    """Yield the numbers that are not finite, which YAML allows and no computation can use."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _not_finite(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _not_finite(item, (*path, index))
    elif isinstance(value, float) and not math.isfinite(value):
        yield f"{place(path)}: {value} is not a finite number; write a finite one"


def _numbers(values: Any) -> list[tuple[int, float]]:
    """The finite numbers of a list with their places; the schema refuses what is not a number."""
    if not isinstance(values, list):
        return []
    return [
        (i, v)
        for i, v in enumerate(values)
        if isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v)
    ]


_IN_RANGE = f"out of range; write 0 or a number of size {SMALLEST:f} to {LARGEST:.0f}"


def _extreme(value: float) -> bool:
    return value != 0 and not SMALLEST <= abs(value) <= LARGEST


def _model_problems(where: str, experiment: Config) -> Iterator[str]:
    """Check the family of models and, one factor at a time, each value with the others at their first."""
    name, factors = experiment.get("model"), experiment.get("factors")
    if not isinstance(name, str) or not isinstance(factors, dict):
        return
    if name not in models.FAMILIES:
        yield f"{where}.model: {unknown(name, models.FAMILIES)}"
        return
    family = models.FAMILIES[name]
    parameters = inspect.signature(family).parameters
    known = {key: values for key, values in factors.items() if key in parameters}
    for key in sorted(set(factors) - set(known)):
        remedy = did_you_mean(key, list(parameters))
        yield f"{where}.factors: {show(key)} is no parameter of {name}; {remedy}"
    required = {key for key, p in parameters.items() if p.default is inspect.Parameter.empty}
    for key in sorted(required - set(known)):
        yield f"{where}.factors: the factor {key!r} of {name} is missing; add a list of values"
    if required - set(known):
        return
    tried: set[str] = set()
    firsts = {key: _numbers(values)[0][1] for key, values in known.items() if _numbers(values)}
    if required - set(firsts):
        return
    for key, values in known.items():
        for index, value in _numbers(values):
            reason = _no_model(family, firsts | {key: value})
            if reason and reason not in tried:
                yield f"{where}.factors.{key}[{index}]: {show(value)}: {reason}"
            tried.add(reason)


def _no_model(family: Callable[..., models.Model], factors: Mapping[str, float]) -> str:
    """Why these factors give no model to study; nothing if they do."""
    if any(map(_extreme, factors.values())):
        return _IN_RANGE
    try:
        model = family(**{key: float(value) for key, value in factors.items()})
    except (ValueError, OverflowError) as error:
        return " ".join(str(error).split())
    if min(model.weights) < SMALLEST:
        return f"a component has weight {min(model.weights):.3g}; give each {SMALLEST:f} at least"
    return "" if model.distance > 0 else "the means coincide; write a separation above 0"


def _method_problems(where: str, experiment: Config) -> Iterator[str]:
    named = experiment.get("methods")
    if not isinstance(named, dict):
        return
    outputs: set[str] = set()
    for name, given in named.items():
        here = f"{where}.{place(['methods', name])}"
        if name not in methods.names():
            yield f"{here}: unknown method; {did_you_mean(name, methods.names())}"
            return
        found: list[Values] = []
        for index, grid in enumerate(grids(given)):
            if isinstance(grid, dict):
                there = f"{here}[{index}]" if isinstance(given, list) else here
                problems = list(_parameter_problems(there, name, grid))
                yield from problems
                if not problems and all(map(_is_list_of_values, grid.values())):
                    found += [values for _, values in fits({name: grid})]
        for values in dict.fromkeys(values for values in found if found.count(values) > 1):
            yield f"{here}: {Group(0, name, values).name} stands twice; keep one"
        variants = {variant(name, values): dict(values) for values in found}
        for spelt, chosen in (variants or {name: {}}).items():
            method = methods.load(name, chosen)
            outputs |= set(method.outputs)
            yield from _scope_problems(f"{where}.{place(['methods', spelt])}", method, experiment)
            for key in sorted(set(chosen) - set(method.parameters)):
                yield f"{here}: {spelt} takes no {key}; leave one of the two out"
    quantities = experiment.get("quantities")
    for index, quantity in enumerate(quantities if isinstance(quantities, list) else ()):
        if isinstance(quantity, str) and quantity not in outputs:
            remedy = did_you_mean(quantity, sorted(outputs))
            yield f"{where}.quantities[{index}]: {show(quantity)} is no output of these methods; {remedy}"


def _is_list_of_values(values: Any) -> bool:
    """Whether the schema finds nothing wrong with a list of numbers or choices."""
    return isinstance(values, list) and all(isinstance(value, str | int | float) for value in values)


def _parameter_problems(where: str, name: str, grid: Config) -> Iterator[str]:
    """Check the grid of one method: which parameters it has, and the values of each."""
    kinds, optional = methods.parameters(name), methods.load(name).optional
    for key in sorted(set(grid) - set(kinds)):
        remedy = did_you_mean(key, list(kinds)) if kinds else "it takes none; leave it empty"
        yield f"{where}: {show(key)} is no parameter of {name}; {remedy}"
    for key in (key for key, kind in kinds.items() if not isinstance(kind, tuple)):
        if key not in grid and key not in optional:
            yield f"{where}: the parameter {key!r} is missing; add a list of values"
    for key in (key for key in kinds if key in grid):
        yield from _grid_problems(f"{where}.{key}", grid[key], kinds[key])


def _scope_problems(where: str, method: methods.Method, experiment: Config) -> Iterator[str]:
    """Compare what a method can fit with the dimensions and numbers of components that are to be drawn."""
    family, factors = models.FAMILIES.get(str(experiment.get("model"))), experiment.get("factors")
    if family is None or not isinstance(factors, dict):
        return
    grids = {key: [value for _, value in _numbers(values)] for key, values in factors.items()}
    for wanted, able in (("dimension", method.any_dimension), ("clusters", method.any_clusters)):
        usual = 1 if wanted == "dimension" else 2
        found = set()
        for value in grids.get(wanted, [None]):
            firsts = {key: values[0] for key, values in grids.items() if values}
            try:
                model = family(**firsts | ({} if value is None else {wanted: value}))
            except (ValueError, OverflowError, TypeError):
                continue
            found.add(getattr(model, wanted))
        if not able and found - {usual}:
            thing = "one dimension" if wanted == "dimension" else "two components"
            others = [name for name in methods.names() if getattr(methods.load(name), f"any_{wanted}")]
            reason = f"it fits {thing} only, and {experiment['model']} has {max(found)}"
            yield f"{where}: {reason}; use {' or '.join(others)}"


def _grid_problems(where: str, values: Any, kind: methods.Kind) -> Iterator[str]:
    for index, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            continue  # the schema has refused it
        if isinstance(kind, tuple) and value not in kind:
            yield f"{where}[{index}]: {unknown(str(value), kind)}"
        elif isinstance(kind, str) and isinstance(value, str):
            yield f"{where}[{index}]: {wrong_type(value, 'number')}"
    for index, value in _numbers(values) if isinstance(kind, str) else ():
        if value <= 0:
            yield f"{where}[{index}]: {show(value)} is not above zero; write a number above 0"
        elif _extreme(value):
            yield f"{where}[{index}]: {show(value)}: {_IN_RANGE}"
        elif kind == "share" and value >= 1:
            yield f"{where}[{index}]: {show(value)} is no share; write a number between 0 and 1"
        elif kind == "count" and not isinstance(value, int):
            yield f"{where}[{index}]: {show(value)} is not a whole number; write {math.ceil(value)}"


def _size_problems(where: str, experiment: Config) -> Iterator[str]:
    replicates, block, factors = (experiment.get(key) for key in ("replicates", "block", "factors"))
    if not (
        isinstance(replicates, int) and isinstance(block, int) and isinstance(factors, dict) and block > 0
    ):
        return
    scenarios = math.prod(len(v) for v in factors.values() if isinstance(v, list))
    blocks = scenarios * math.ceil(replicates / block)
    if blocks > MOST_BLOCKS:
        yield f"{where}.block: {block} makes {blocks} blocks; write a larger one, for {MOST_BLOCKS} at most"
