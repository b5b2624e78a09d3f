"""Configuration: read safely, checked whole, every problem said in one line."""

from __future__ import annotations

import difflib
import inspect
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kmeans_inconsistency import models
from kmeans_inconsistency.estimators import _method as methods
from kmeans_inconsistency.study import plain_yaml, protocol
from kmeans_inconsistency.study.design import Group, Values, fits, grids, variant

Config = dict[str, Any]

SCHEMA = Path(__file__).parents[3] / "workflow" / "schemas" / "config.schema.yaml"
MOST_BLOCKS = 100_000
SMALLEST, LARGEST = 1e-6, 1e6  # in a grid; beyond, double precision loses the theory's numbers


class ConfigError(Exception):
    """A configuration that cannot be run.

    Attributes
    ----------
    problems : list of str
        One line each: the file, the place, what is wrong, what to write instead.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def read(path: Path, checked: bool = False) -> Config:
    """Read a configuration and what it extends, without judging its content.

    Parameters
    ----------
    path : Path
    checked : bool
        Whether :func:`load` has read it before: a fast parser will do, which a hostile file could crash.

    Raises
    ------
    ConfigError
        If a file cannot be read as one YAML mapping.
    """
    return _read(path, (), checked)


def load(path: Path, frozen: bool = True) -> Config:
    """Read a configuration and check all of it; the seed is a number unless it is not ``frozen`` yet.

    Raises
    ------
    ConfigError
        With every problem found.
    """
    config = read(path)
    problems = list(problems_of(config))
    if problems:
        raise ConfigError([f"{path}: {problem}" for problem in problems])
    return resolved(config, path) if frozen else config


def resolved(config: Config, path: Path) -> Config:
    """Put the number in the place of a seed that a protocol gives.

    Raises
    ------
    ConfigError
        If the protocol cannot be read.
    """
    seed = config["study"]["seed"]
    if not isinstance(seed, str):
        return config
    try:
        number = protocol.seed_of(seed, protocol.read())
    except protocol.ProtocolError as error:
        raise ConfigError([f"{path}: study.seed: {error}, or write a number"]) from None
    return {**config, "study": {**config["study"], "seed": number}}


def problems_of(config: Config) -> Iterator[str]:
    """Yield every problem of a configuration as one line: place, fault, remedy."""
    errors = _validator().iter_errors(config)
    structural = [
        line for error in sorted(errors, key=lambda e: [str(p) for p in e.path]) for line in _explain(error)
    ]
    yield from structural
    yield from _not_finite(config)
    experiments = config.get("experiments")
    for name, experiment in experiments.items() if isinstance(experiments, dict) else ():
        if isinstance(experiment, dict):
            where = f"experiments.{name}"
            yield from _model_problems(where, experiment)
            yield from _method_problems(where, experiment)
            yield from _size_problems(where, experiment)
    if not structural:
        yield from _claim_problems(config)


# --- reading -----------------------------------------------------------------------------------------


def _read(path: Path, parents: tuple[Path, ...], checked: bool) -> Config:
    if path.resolve() in parents:
        raise ConfigError([f"{path}: extends itself; name another file after 'extends'"])
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError([f"{path}: cannot be read: {reason}"]) from None
    try:
        config = plain_yaml.parse(text, checked)
    except plain_yaml.YamlError as error:
        raise ConfigError([f"{path}: {problem}" for problem in error.problems]) from None
    if not isinstance(config, dict):
        raise ConfigError([f"{path}: must be a mapping with the keys study, experiments and claims"])
    base = config.pop("extends", None)
    if base is None:
        return config
    if not isinstance(base, str):
        raise ConfigError([f"{path}: extends: {base!r} is not the name of a file"])
    return _merge(_read(path.parent / base, (*parents, path.resolve()), checked), config)


def _merge(base: Config, changes: Config) -> Config:
    """Mappings merge key by key; anything else replaces."""
    merged = dict(base)
    for key, value in changes.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


@cache
def _validator() -> Any:
    """JSON Schema takes 2.0 for an integer; a count must be written as one."""
    from jsonschema import Draft202012Validator, validators

    def whole(_: Any, value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)

    checker = Draft202012Validator.TYPE_CHECKER.redefine("integer", whole)
    strict: Any = validators.extend(Draft202012Validator, type_checker=checker)  # type: ignore[no-untyped-call]
    return strict(yaml.safe_load(SCHEMA.read_text(encoding="utf-8")))


# --- checking ----------------------------------------------------------------------------------------


_NAME = re.compile("[A-Za-z0-9_-]{1,60}")


def place(path: Sequence[str | int]) -> str:
    """Say a place in the configuration: ``experiments.consistency.n[3]``."""
    text = ""
    for part in path:
        key = f"[{part}]" if isinstance(part, int) else part if _NAME.fullmatch(part) else _show(part)
        text += f".{key}" if text and not isinstance(part, int) else key
    return text or "the top level"


def did_you_mean(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"use one of: {', '.join(known)}"


def _unknown(word: str, known: Iterable[str]) -> str:
    return f"{_show(word)} is unknown; {did_you_mean(word, sorted(known))}"


def _explain(error: Any) -> Iterator[str]:
    """Turn one error of the schema into lines that say the remedy."""
    where, value, wanted = place(error.absolute_path), error.instance, error.validator_value
    match error.validator:
        case "additionalProperties":
            known = sorted(error.schema.get("properties", {}))
            for key in sorted(set(value) - set(known)):
                yield f"{where}: unknown key {_show(key)}; {did_you_mean(key, known)}"
        case "required":
            missing = error.message.split("'")[1]
            yield f"{where}: the key {missing!r} is missing; add it"
        case "type":
            yield f"{where}: {_wrong_type(value, wanted)}"
        case "uniqueItems":
            seen: list[Any] = []
            for item in value:
                if item in seen:
                    yield f"{where}: {_show(item)} stands twice; keep one"
                seen.append(item)
        case "minItems":
            yield f"{where}: the list is empty; give at least one value"
        case "minProperties":
            yield f"{where}: nothing stands here; give at least one entry"
        case "minLength":
            yield f"{where}: the text is empty; write a sentence"
        case "minimum":
            yield f"{where}: {_show(value)} is too small; write {wanted} or more"
        case "maximum":
            yield f"{where}: {_show(value)} is too large; write {wanted} or less"
        case "exclusiveMinimum":
            yield f"{where}: {_show(value)} is too small; write a number above {wanted}"
        case "exclusiveMaximum":
            yield f"{where}: {_show(value)} is too large; write a number below {wanted}"
        case "enum":
            yield f"{where}: {_unknown(str(value), wanted)}"
        case "pattern":
            yield f"{where}: {_show(value)} has not the right form; it must match {wanted}"
        case _:
            yield f"{where}: {' '.join(error.message.split())[:200]}"


def _show(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _wrong_type(value: Any, wanted: str | list[str]) -> str:
    kinds = [wanted] if isinstance(wanted, str) else wanted
    if isinstance(value, str) and {"number", "integer"} & set(kinds):
        try:
            meant = float(value.replace("_", ""))
        except ValueError:
            return f"{_show(value)} is text, not a number; write a number"
        if math.isfinite(meant):
            plain = (
                str(int(meant)) if meant.is_integer() and abs(meant) < 1e15 else f"{meant:.15f}".rstrip("0")
            )
            return f"{_show(value)} is text, not a number; write {plain}"
        return f"{_show(value)} is not a finite number; write a finite one"
    names = {
        "object": "a mapping", "array": "a list in brackets", "string": "text", "integer": "a whole number",
        "number": "a number", "null": "nothing",
    }  # fmt: skip
    remedy = " or ".join(names.get(kind, kind) for kind in kinds)
    if kinds == ["integer"] and isinstance(value, float) and value.is_integer():
        remedy = _show(int(value))
    return f"{_show(value)} is of the wrong kind; write {remedy}"


def _not_finite(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[str]:
    """Yield what YAML takes for a number and arithmetic does not."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _not_finite(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _not_finite(item, (*path, index))
    elif isinstance(value, float) and not math.isfinite(value):
        yield f"{place(path)}: {value} is not a finite number; write a finite one"


def _numbers(values: Any) -> list[tuple[int, float]]:
    """The finite numbers of a list with their places; what is not a number the schema has refused."""
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
        yield f"{where}.model: {_unknown(name, models.FAMILIES)}"
        return
    family = models.FAMILIES[name]
    parameters = inspect.signature(family).parameters
    known = {key: values for key, values in factors.items() if key in parameters}
    for key in sorted(set(factors) - set(known)):
        remedy = did_you_mean(key, list(parameters))
        yield f"{where}.factors: {_show(key)} is no parameter of {name}; {remedy}"
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
                yield f"{where}.factors.{key}[{index}]: {_show(value)}: {reason}"
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
            yield f"{where}.quantities[{index}]: {_show(quantity)} is no output of these methods; {remedy}"


def _is_list_of_values(values: Any) -> bool:
    """Whether the schema finds nothing wrong with a list of numbers or choices."""
    return isinstance(values, list) and all(isinstance(value, str | int | float) for value in values)


def _parameter_problems(where: str, name: str, grid: Config) -> Iterator[str]:
    """Check the grid of one method: which parameters it has, and the values of each."""
    kinds, optional = methods.parameters(name), methods.load(name).optional
    for key in sorted(set(grid) - set(kinds)):
        remedy = did_you_mean(key, list(kinds)) if kinds else "it takes none; leave it empty"
        yield f"{where}: {_show(key)} is no parameter of {name}; {remedy}"
    for key in (key for key, kind in kinds.items() if not isinstance(kind, tuple)):
        if key not in grid and key not in optional:
            yield f"{where}: the parameter {key!r} is missing; add a list of values"
    for key in (key for key in kinds if key in grid):
        yield from _grid_problems(f"{where}.{key}", grid[key], kinds[key])


def _scope_problems(where: str, method: methods.Method, experiment: Config) -> Iterator[str]:
    """Hold what a method can fit against the dimensions and numbers of components that are to be drawn."""
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
            told = f"it fits {thing} only, and {experiment['model']} has {max(found)}"
            yield f"{where}: {told}; use {' or '.join(others)}"


def _grid_problems(where: str, values: Any, kind: methods.Kind) -> Iterator[str]:
    for index, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            continue  # the schema has refused it
        if isinstance(kind, tuple) and value not in kind:
            yield f"{where}[{index}]: {_unknown(str(value), kind)}"
        elif isinstance(kind, str) and isinstance(value, str):
            yield f"{where}[{index}]: {_wrong_type(value, 'number')}"
    for index, value in _numbers(values) if isinstance(kind, str) else ():
        if value <= 0:
            yield f"{where}[{index}]: {_show(value)} is not above zero; write a number above 0"
        elif _extreme(value):
            yield f"{where}[{index}]: {_show(value)}: {_IN_RANGE}"
        elif kind == "count" and not isinstance(value, int):
            yield f"{where}[{index}]: {_show(value)} is not a whole number; write {math.ceil(value)}"


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


def _claim_problems(config: Mapping[str, Any]) -> Iterator[str]:
    from kmeans_inconsistency.findings import regions

    for name, claim in config["claims"].items():
        for index, statement in enumerate(claim["statements"]):
            where = f"claims.{name}.statements[{index}]"
            try:
                regions.parse(statement["region"])
            except regions.RegionError as error:
                yield f"{where}.region: {error}"
            for number, test in enumerate(statement["tests"]):
                yield from _test_problems(f"{where}.tests[{number}]", test, config)
            if not any(test["asserts"] for test in statement["tests"]):
                yield f"{where}.tests: nothing is asserted; name a check after 'asserts'"


def _test_problems(where: str, test: Mapping[str, Any], config: Mapping[str, Any]) -> Iterator[str]:
    """Check the names that a test gives, and that what it asserts has a reason."""
    from kmeans_inconsistency.findings import claims

    if test["experiment"] not in config["experiments"]:
        yield f"{where}.experiment: {_unknown(test['experiment'], config['experiments'])}"
    if test["test"] not in claims.names():
        yield f"{where}.test: {_unknown(test['test'], claims.names())}"
        return
    wanted = {"margins": claims.margins(test["test"]), "only": claims.only(test["test"])}
    for kind, names in wanted.items():
        given = test.get(kind, {})
        thing = "margin" if kind == "margins" else "number"
        for key in sorted(set(names) - set(given)):
            yield f"{where}.{kind}: the {thing} {key!r} is missing; add it"
        for key in sorted(set(given) - set(names)):
            remedy = did_you_mean(key, list(names)) if names else "the test takes none"
            yield f"{where}.{kind}: unknown key {_show(key)}; {remedy}"
    for index, key in enumerate(test["asserts"]):
        if key not in wanted["margins"]:
            yield f"{where}.asserts[{index}]: {_unknown(key, wanted['margins'])}"
        elif not isinstance(test["margins"].get(key, {}), dict):
            yield f"{where}.margins.{key}: it has no reason, and is asserted; write {{margin: …, reason: …}}"
