"""YAML that means what it looks like: what YAML 1.1 reads as something else is refused, with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

__all__ = ["YamlError", "parse"]

_TAG = "tag:yaml.org,2002:"
_KNOWN = {_TAG + kind for kind in ("map", "seq", "str", "int", "float", "bool", "null")}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+][0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


class YamlError(Exception):
    """A text that is not YAML of this kind.

    Attributes
    ----------
    problems : list of str
        One line each: the place, what is wrong, what to write instead.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Loader(yaml.SafeLoader):
    """Safe YAML that leaves dates as text."""


class _FastLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same in C, where it is to be had."""


_Loader.yaml_implicit_resolvers = _FastLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TAG + "timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parse(text: str, checked: bool = False) -> Any:
    """Read one YAML document.

    Parameters
    ----------
    text : str
    checked : bool
        Whether it has been read before: a fast parser will do, which a hostile text could crash.

    Raises
    ------
    YamlError
        With every key that stands twice, is a merge key or no text, and every value that YAML 1.1 reads as
        another than it looks (``0100`` is 64, ``1:30`` is 90, ``no`` is false); or with the first fault of
        syntax.
    """
    try:
        if checked:
            return yaml.load(text, Loader=_FastLoader)  # noqa: S506 (a safe loader)
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            problems = sorted(_problems(node, {})) if node else []
            if problems:
                raise YamlError([f"line {line}, column {column}: {said}" for line, column, said in problems])
            return loader.construct_document(node) if node else None
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "not valid YAML"
        raise YamlError([f"{place}: {error.problem or error.context}"]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        deep = isinstance(error, RecursionError)
        reason = "it is nested too deeply" if deep else " ".join(str(error).split())
        raise YamlError([f"not valid YAML: {reason}"]) from None


Problem = tuple[int, int, str]
"""Line, column, and what is wrong."""


def _problems(node: yaml.Node, known: dict[int, bool]) -> Iterator[Problem]:
    """Yield what is wrong in a node; ``known`` has those met before, and whether they are at their end."""
    if id(node) in known:  # an alias
        if not known[id(node)]:
            yield _problem(node, "it stands within itself; write its content out instead of an alias")
        return
    known[id(node)] = False
    if node.tag not in _KNOWN:
        yield _problem(node, _unknown(node))
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _problems(item, known)
    elif isinstance(node, yaml.MappingNode):
        yield from _key_problems(node)
        for _, value in node.value:
            yield from _problems(value, known)
    elif isinstance(node, yaml.ScalarNode) and (remedy := _surprise(node)):
        yield _problem(node, remedy)
    known[id(node)] = True


def _problem(node: yaml.Node, said: str) -> Problem:
    return node.start_mark.line + 1, node.start_mark.column + 1, said


def _key_problems(node: yaml.MappingNode) -> Iterator[Problem]:
    lines: dict[str, int] = {}
    for key, _ in node.value:
        if key.tag == _TAG + "merge":
            remedy = "write the keys out, or use 'extends' for a whole file"
            yield _problem(key, f"'<<' does not merge here; {remedy}")
        elif not isinstance(key, yaml.ScalarNode):
            yield _problem(key, "a key must be text, not a list or a mapping")
        elif key.tag != _TAG + "str":
            yield _problem(key, f"the key {key.value!r} is not text; put it in quotes")
        elif key.value in lines:
            yield _problem(
                key, f"the key {key.value!r} stands twice (first in line {lines[key.value]}); keep one"
            )
        else:
            lines[key.value] = key.start_mark.line + 1


def _unknown(node: yaml.Node) -> str:
    if node.tag == _TAG + "merge" or node.tag == _TAG + "value":
        return f"{node.value!r} has a meaning of its own in YAML; put it in quotes"
    tag = node.tag.replace(_TAG, "!!")
    return f"the tag {tag} is not allowed; write a plain value"


def _surprise(node: yaml.ScalarNode) -> str:
    """Say what a value is read as if that is not what it looks like."""
    text = node.value
    if node.tag == _TAG + "bool" and text.lower() not in ("true", "false"):
        read = "true" if text.lower() in ("yes", "on", "y") else "false"
        return f"{text} is read as {read}; write {read}, or '{text}' in quotes for the word"
    if node.tag == _TAG + "int" and not _INTEGER.fullmatch(text):
        looks = re.sub("_", "", text)
        meant = f"{int(looks)} or " if re.fullmatch("[-+]?[0-9]+", looks) else ""
        number = _SAFE.construct_yaml_int(node)
        if meant == f"{number} or ":
            meant = ""
        return f"{text} is read as {number}; write {meant}{number} in plain digits"
    if node.tag == _TAG + "float" and not _FLOAT.fullmatch(text):
        real = _SAFE.construct_yaml_float(node)
        return f"{text} is read as {real!r}; write {real!r} in plain digits"
    return ""


_SAFE = yaml.constructor.SafeConstructor()
