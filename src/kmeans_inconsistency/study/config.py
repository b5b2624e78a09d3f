"""Configuration: read safely, with what it extends, and checked whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kmeans_inconsistency.study import checking, own, plain_yaml, protocol
from kmeans_inconsistency.study.checking import Checker
from kmeans_inconsistency.study.wording import place, unknown

Config = dict[str, Any]


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

    What stands in its folder of code is known from then on.

    Parameters
    ----------
    path : Path
    checked : bool
        Whether :func:`load` has read it before: a fast parser will do, which a hostile file could crash.

    Raises
    ------
    ConfigError
        If a file cannot be read as one YAML mapping, or takes away what is not there.
    """
    config = _read(path, (), checked)
    code = config.get("code")
    own.use(Path(code) if isinstance(code, str) else None)
    return config


def load(path: Path, *further: Checker, frozen: bool = True) -> Config:
    """Read a configuration and check all of it; the seed is a number unless it is not ``frozen`` yet.

    Parameters
    ----------
    path : Path
    *further : callable
        See :func:`.checking.problems_of`.

    Raises
    ------
    ConfigError
        With every problem found.
    """
    config = read(path)
    problems = list(checking.problems_of(config, *further))
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
    if isinstance(config.get("code"), str):
        config["code"] = (path.parent / config["code"]).as_posix()
    base = config.pop("extends", None)
    if base is None:
        if "only" in config or "without" in config:
            raise ConfigError([f"{path}: only, without: there is no 'extends' from which to take away"])
        return config
    if not isinstance(base, str):
        raise ConfigError([f"{path}: extends: {base!r} is not the name of a file"])
    extended = _read(path.parent / base, (*parents, path.resolve()), checked)
    return _merge(_reduced(path, extended, config), config)


def _reduced(path: Path, extended: Config, changes: Config) -> Config:
    """What is extended, without the experiments that are taken away; their names stay in ``without``."""
    asked = {key: changes.pop(key) for key in ("only", "without") if key in changes}
    if not asked:
        return extended
    if len(asked) > 1:
        raise ConfigError([f"{path}: only, without: both are given; keep one"])
    there, changed = (
        entry["experiments"] if isinstance(entry.get("experiments"), dict) else {}
        for entry in (extended, changes)
    )
    ((key, names),) = asked.items()
    if not isinstance(names, list) or not names:
        raise ConfigError([f"{path}: {key}: {names!r} is not a list of experiments; write [NAME, NAME]"])
    problems = [
        f"{path}: {place([key, index])}: not in what is extended: {unknown(str(name), there)}"
        for index, name in enumerate(names)
        if name not in list(there)
    ]
    taken = [name for name in there if (name in names) == (key == "without")]
    problems += [
        f"{path}: experiments.{name}: {key} takes it away and it is changed here; leave one of the two out"
        for name in taken
        if name in changed
    ]
    if problems:
        raise ConfigError(problems)
    kept = {name: entry for name, entry in there.items() if name not in taken}
    return extended | {"experiments": kept, "without": [*extended.get("without", []), *taken]}


def _merge(base: Config, changes: Config) -> Config:
    """Mappings merge key by key; anything else replaces."""
    merged = dict(base)
    for key, value in changes.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
