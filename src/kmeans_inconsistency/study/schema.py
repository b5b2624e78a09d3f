"""Schema: the structure of a configuration, each fault of it said in a line."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kmeans_inconsistency.study.wording import did_you_mean, place, show, unknown

SCHEMA = Path(__file__).parents[3] / "workflow" / "schemas" / "config.schema.yaml"


def problems(config: Any) -> Iterator[str]:
    """Yield every fault of the structure: place, fault, remedy."""
    errors = _validator().iter_errors(config)
    for error in sorted(errors, key=lambda e: [str(p) for p in e.path]):
        yield from _explain(error)


@cache
def _validator() -> Any:
    """JSON Schema takes 2.0 for an integer; a count must be written as one."""
    from jsonschema import Draft202012Validator, validators

    def whole(_: Any, value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)

    checker = Draft202012Validator.TYPE_CHECKER.redefine("integer", whole)
    strict: Any = validators.extend(Draft202012Validator, type_checker=checker)  # type: ignore[no-untyped-call]
    return strict(yaml.safe_load(SCHEMA.read_text(encoding="utf-8")))


def _explain(error: Any) -> Iterator[str]:
    """Turn one error of the schema into lines that say the remedy."""
    where, value, wanted = place(error.absolute_path), error.instance, error.validator_value
    match error.validator:
        case "additionalProperties":
            known = sorted(error.schema.get("properties", {}))
            for key in sorted(set(value) - set(known)):
                yield f"{where}: unknown key {show(key)}; {did_you_mean(key, known)}"
        case "required":
            missing = error.message.split("'")[1]
            yield f"{where}: the key {missing!r} is missing; add it"
        case "dependentRequired":
            missing = error.message.split("'")[1]
            yield f"{where}: the key {missing!r} is missing; a claim with tests needs it"
        case "type":
            yield f"{where}: {wrong_type(value, wanted)}"
        case "uniqueItems":
            seen: list[Any] = []
            for item in value:
                if item in seen:
                    yield f"{where}: {show(item)} stands twice; keep one"
                seen.append(item)
        case "minItems":
            yield f"{where}: the list is empty; give at least one value"
        case "minProperties":
            yield f"{where}: nothing stands here; give at least one entry"
        case "minLength":
            yield f"{where}: the text is empty; write a sentence"
        case "minimum":
            yield f"{where}: {show(value)} is too small; write {wanted} or more"
        case "maximum":
            yield f"{where}: {show(value)} is too large; write {wanted} or less"
        case "exclusiveMinimum":
            yield f"{where}: {show(value)} is too small; write a number above {wanted}"
        case "exclusiveMaximum":
            yield f"{where}: {show(value)} is too large; write a number below {wanted}"
        case "enum":
            yield f"{where}: {unknown(str(value), wanted)}"
        case "pattern":
            yield f"{where}: {show(value)} has not the right form; it must match {wanted}"
        case _:
            yield f"{where}: {' '.join(error.message.split())[:200]}"


def wrong_type(value: Any, wanted: str | list[str]) -> str:
    kinds = [wanted] if isinstance(wanted, str) else wanted
    if isinstance(value, str) and {"number", "integer"} & set(kinds):
        try:
            meant = float(value.replace("_", ""))
        except ValueError:
            return f"{show(value)} is text, not a number; write a number"
        if math.isfinite(meant):
            plain = (
                str(int(meant)) if meant.is_integer() and abs(meant) < 1e15 else f"{meant:.15f}".rstrip("0")
            )
            return f"{show(value)} is text, not a number; write {plain}"
        return f"{show(value)} is not a finite number; write a finite one"
    names = {
        "object": "a mapping", "array": "a list in brackets", "string": "text", "integer": "a whole number",
        "number": "a number", "null": "nothing",
    }  # fmt: skip
    remedy = " or ".join(names.get(kind, kind) for kind in kinds)
    if kinds == ["integer"] and isinstance(value, float) and value.is_integer():
        remedy = show(int(value))
    return f"{show(value)} is of the wrong kind; write {remedy}"
