"""Design: the experiments, scenarios, blocks and groups of rows that a configuration asks for."""

from __future__ import annotations

import hashlib
import inspect
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kmeans_inconsistency import models
from kmeans_inconsistency.study.files import number

Value = float | str
Values = tuple[tuple[str, Value], ...]


def spell(values: Values) -> str:
    """Spell named values the one way they are spelt in paths, keys and tables: ``delta=2,weight=0.5``."""
    return ",".join(f"{name}={number(value)}" for name, value in values)


def _plain(value: Value) -> Value:
    """One value, one number: 2 and 2.0 are the same."""
    return float(value) if isinstance(value, int | float) else value


@dataclass(frozen=True, order=True)
class Group:
    """The rows of one method, with its parameters, at one sample size: one row per replicate."""

    n: int
    method: str
    parameters: Values = ()

    @property
    def name(self) -> str:
        """The method with its parameters: ``known_variance,eps=0.5``."""
        return ",".join(filter(None, [self.method, spell(self.parameters)]))

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
        """Names of all parameters of the methods."""
        return tuple(sorted({name for _, values in self.methods for name, _ in values}))

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
    digest: str

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
    return Study(
        title=study["title"],
        date=study["date"],
        seed=study["seed"],
        decisive=study["decisive"],
        expect=study["expect"],
        results=Path(study["results"]),
        experiments={
            name: _experiment(name, entry, study["seed"]) for name, entry in config["experiments"].items()
        },
        claims=config["claims"],
        digest=_digest(config),
    )


def _digest(config: Mapping[str, Any]) -> str:
    """Digest of all that can change a result: not where results lie, nor how blocks are cut."""
    study = {key: value for key, value in config["study"].items() if key != "results"}
    experiments = {
        name: {key: value for key, value in entry.items() if key != "block"}
        for name, entry in config["experiments"].items()
    }
    content = json.dumps({**config, "study": study, "experiments": experiments}, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _experiment(name: str, entry: Mapping[str, Any], seed: int) -> Experiment:
    family = entry["model"]
    parameters = inspect.signature(models.FAMILIES[family]).parameters
    grid = {key: entry["factors"].get(key, [p.default]) for key, p in parameters.items()}
    return Experiment(
        name=name,
        ademp={key: " ".join(text.split()) for key, text in entry["ademp"].items()},
        scenarios=tuple(Scenario(family, values) for values in _combinations(grid)),
        sizes=tuple(sorted(entry["n"])),
        replicates=entry["replicates"],
        block=entry["block"],
        quantities=tuple(entry["quantities"]),
        methods=tuple(
            (method, values)
            for method, grids in entry["methods"].items()
            for values in _combinations(grids or {})
        ),
        seed=seed,
    )


def _combinations(grid: Mapping[str, list[Value]]) -> list[Values]:
    """All combinations of a grid, in ascending order whatever the order in which it was written."""
    names = list(grid)
    ordered = (sorted(map(_plain, grid[name]), key=lambda v: (isinstance(v, str), v)) for name in names)
    return [tuple(zip(names, values, strict=True)) for values in itertools.product(*ordered)]
