"""Design: the experiments, scenarios, blocks and groups of rows that a configuration asks for."""

from __future__ import annotations

import hashlib
import inspect
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kmeans_inconsistency import models
from kmeans_inconsistency.estimators import _method as methods
from kmeans_inconsistency.study.files import number

Value = float | str
ADEMP = ("aims", "data", "estimands", "methods", "performance")
"""What a design says in words (Morris, White & Crowther 2019)."""

DECISIVE = 5.0
"""Monte Carlo standard errors that decide, where a configuration does not say."""

Values = tuple[tuple[str, Value], ...]


def spell(values: Values) -> str:
    """Spell named values the one way they are spelt in paths, keys and tables: ``delta=2,weight=0.5``."""
    return ",".join(f"{name}={number(value)}" for name, value in values)


def variant(method: str, parameters: Values) -> str:
    """Spell a method with its choices, as tables and figures name it: ``kmeans,interval=naive``."""
    return _joined(method, tuple(pair for pair in parameters if isinstance(pair[1], str)))


def numbers(parameters: Values) -> Values:
    """The parameters that are numbers, each with a column of its own in a table."""
    return tuple(pair for pair in parameters if not isinstance(pair[1], str))


def _joined(method: str, parameters: Values) -> str:
    return ",".join(filter(None, [method, spell(parameters)]))


@dataclass(frozen=True, order=True)
class Group:
    """The rows of one method, with its parameters, at one sample size: one row per replicate.

    Attributes
    ----------
    parameters : tuple of (name, value)
        Numbers, and those choices that are not the default, each in the order in which the method has them.
    """

    n: int
    method: str
    parameters: Values = ()

    @property
    def variant(self) -> str:
        """The method with its choices alone: ``mixture,search=local``."""
        return variant(self.method, self.parameters)

    @property
    def numbers(self) -> Values:
        """The parameters that are numbers."""
        return numbers(self.parameters)

    @property
    def name(self) -> str:
        """The method with its choices and then its numbers: ``lloyd,start=uniform,starts=20``."""
        return _joined(self.variant, self.numbers)

    @property
    def key(self) -> str:
        """Name of the group: ``n=100/known_variance,eps=0.5``."""
        return f"n={self.n}/{self.name}"


@dataclass(frozen=True)
class Scenario:
    """One model to draw from: a family and the values of all its parameters, defaults included."""

    family: str
    factors: Values

    @property
    def key(self) -> str:
        """Name of the scenario: ``delta=2,weight=0.5``."""
        return spell(self.factors)

    @cached_property
    def model(self) -> models.Model:
        """The model itself."""
        return models.FAMILIES[self.family](**dict(self.factors))


@dataclass(frozen=True)
class Block:
    """One job: one scenario of an experiment and one range of replicates.

    Attributes
    ----------
    first, last : int
        Replicates ``first`` to ``last - 1``, counted from zero, are wanted.
    end : int
        First replicate beyond the block's full range, which ``last`` may not have reached yet.
    """

    experiment: str
    scenario: Scenario
    first: int
    last: int
    end: int
    groups: tuple[Group, ...]
    seed: int

    @property
    def name(self) -> str:
        """Path of the block's file below the folder of estimates, without its suffix.

        One folder per factor, as readers of partitioned tables expect: they give each row its factors. No
        comma, at which Snakemake cuts the names of the jobs that it sends to a cluster.
        """
        folders = self.scenario.key.replace(",", "/")
        return f"{self.experiment}/{folders}/{self.first:07d}-{self.end - 1:07d}"


@dataclass(frozen=True)
class Experiment:
    """One experiment of the configuration."""

    name: str
    ademp: Mapping[str, str]
    scenarios: tuple[Scenario, ...]
    sizes: tuple[int, ...]
    replicates: int
    block: int
    quantities: tuple[str, ...]
    methods: tuple[tuple[str, Values], ...]
    seed: int

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the scenarios' factors."""
        return tuple(name for name, _ in self.scenarios[0].factors)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of all numbers among the methods' parameters; choices are part of a method's name."""
        return tuple(sorted({name for _, values in self.methods for name, _ in numbers(values)}))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The groups of rows in each block, in the order in which they stand in its file."""
        return tuple(sorted(Group(n, *method) for n in self.sizes for method in self.methods))

    @cached_property
    def blocks(self) -> list[Block]:
        """All blocks, scenario by scenario."""
        return [
            Block(
                self.name,
                scenario,
                first,
                min(first + self.block, self.replicates),
                first + self.block,
                self.groups,
                self.seed,
            )
            for scenario in self.scenarios
            for first in range(0, self.replicates, self.block)
        ]


@dataclass(frozen=True)
class Study:
    """Everything that a configuration asks for."""

    title: str
    date: str
    seed: int
    decisive: float
    expect: bool
    results: Path
    experiments: Mapping[str, Experiment]
    claims: Mapping[str, Mapping[str, Any]]
    unjudged: tuple[str, ...]
    digest: str
    draws: int | None = None  # behind the curves that are predicted from random draws; None: the theory's own
    every: int | None = None  # every so many points of a curve have a certificate; None: the theory's own

    @cached_property
    def blocks(self) -> dict[str, Block]:
        """All blocks of all experiments by name."""
        return {block.name: block for experiment in self.experiments.values() for block in experiment.blocks}

    @cached_property
    def separations(self) -> list[float]:
        """All separations of the experiments, in ascending order."""
        scenarios = (s for experiment in self.experiments.values() for s in experiment.scenarios)
        return sorted({float(dict(s.factors)["delta"]) for s in scenarios if "delta" in dict(s.factors)})

    def block_file(self, block: Block) -> Path:
        """Where a block's rows are kept."""
        return self.results / "estimates" / f"{block.name}.parquet"


def design(config: Mapping[str, Any]) -> Study:
    """Lay out the study of a valid configuration."""
    study = config["study"]
    claims, away = config.get("claims", {}), set(config.get("without", ())) - set(config["experiments"])
    unjudged = tuple(name for name, claim in claims.items() if away & _experiments_of(claim))
    return Study(
        title=study["title"],
        date=study["date"],
        seed=study["seed"],
        decisive=study.get("decisive", DECISIVE),
        expect=study.get("expect", False),
        results=Path(study["results"]),
        experiments={
            name: _experiment(name, entry, study["seed"]) for name, entry in config["experiments"].items()
        },
        claims={name: claim for name, claim in claims.items() if name not in unjudged},
        unjudged=unjudged,
        digest=_digest(config),
        draws=study.get("draws"),
        every=study.get("every"),
    )


def _experiments_of(claim: Any) -> set[str]:
    """The experiments that a claim names, wherever they stand in it."""
    if isinstance(claim, list):
        return set().union(*map(_experiments_of, claim))
    if not isinstance(claim, Mapping):
        return set()
    named = claim.get("experiment")
    return set().union({named} if isinstance(named, str) else set(), *map(_experiments_of, claim.values()))


def _digest(config: Mapping[str, Any]) -> str:
    """Digest of all that can change a result: not where results or code lie, nor how blocks are cut."""
    study = {key: value for key, value in config["study"].items() if key != "results"}
    experiments = {
        name: {key: value for key, value in entry.items() if key != "block"}
        for name, entry in config["experiments"].items()
    }
    config = {key: value for key, value in config.items() if key != "code"}
    content = json.dumps({**config, "study": study, "experiments": experiments}, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _experiment(name: str, entry: Mapping[str, Any], seed: int) -> Experiment:
    family = entry["model"]
    parameters = inspect.signature(models.FAMILIES[family]).parameters
    grid = {key: entry["factors"].get(key, [p.default]) for key, p in parameters.items()}
    return Experiment(
        name=name,
        ademp={key: " ".join(text.split()) for key, text in entry.get("ademp", {}).items()},
        scenarios=tuple(Scenario(family, values) for values in _combinations(grid)),
        sizes=tuple(sorted(entry["n"])),
        replicates=entry["replicates"],
        block=entry["block"],
        quantities=tuple(entry["quantities"]),
        methods=tuple(fits(entry["methods"])),
        seed=seed,
    )


def _combinations(
    grid: Mapping[str, Sequence[Value]], choices: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> list[Values]:
    """All combinations of a grid, in one order whatever the order in which it was written.

    Numbers ascend, and choices stand as their method has them.
    """
    ordered: list[list[Value]] = [
        [value for value in choices[name] if value in values]
        if name in choices
        else [*sorted(float(value) for value in values)]
        for name, values in grid.items()
    ]
    return [tuple(zip(grid, values, strict=True)) for values in itertools.product(*ordered)]


def grids(given: Any) -> list[Mapping[str, list[Value]]]:
    """The grids of one method in a configuration: none is written as nothing, several are a list."""
    return given if isinstance(given, list) else [given or {}]


def fits(named: Mapping[str, Any]) -> list[tuple[str, Values]]:
    """The methods of an experiment with the values of their parameters, in the order of the configuration."""
    return [
        (method, values)
        for method, given in named.items()
        for grid in grids(given)
        for values in _variants(method, grid)
    ]


def _variants(method: str, grid: Mapping[str, list[Value]]) -> list[Values]:
    """All combinations of a method's parameters, in the method's own order; defaults are left out."""
    kinds = {name: kind for name, kind in methods.parameters(method).items() if name in grid}
    choices = {name: kind for name, kind in kinds.items() if isinstance(kind, tuple)}
    ordered = _combinations({name: grid[name] for name in kinds}, choices)
    defaults = {(name, values[0]) for name, values in choices.items()}
    return [tuple(pair for pair in values if pair not in defaults) for values in ordered]
