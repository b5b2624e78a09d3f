"""Receipts: for each number that the paper prints, what it is, where it stands, and what makes it again."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["Printed", "Receipts", "printed"]

Receipt = dict[str, Any]

_MARKED = re.compile(r"<(?:data|mn)((?: [\w-]+=\"[^\"]*\")*)>", re.DOTALL)
_ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')


class Printed(NamedTuple):
    """A number as a page marks it: the key of its receipt, and how it is computed from which others."""

    key: str
    how: str
    of: tuple[str, ...]


def printed(page: str) -> list[Printed]:
    """Collect the numbers that a page marks, each once."""
    found: dict[str, Printed] = {}
    for mark in _MARKED.finditer(page):
        given = {name: unescape(text) for name, text in _ATTRIBUTE.findall(mark[1])}
        if "data-receipt" in given:
            one = Printed(
                given["data-receipt"], given.get("data-how", ""), tuple(given.get("data-of", "").split())
            )
            # of two marks, keep the one that says from which numbers it is computed
            if one.key not in found or len(one.of) > len(found[one.key].of):
                found[one.key] = one
    return list(found.values())


class Receipts:
    """The receipts of one folder of results.

    Parameters
    ----------
    results : Path
        With ``numbers.json``, ``design.json``, ``claims.json``, the tables and the records of the figures.
    times : Path
        The table of measured times.
    """

    def __init__(self, results: Path, times: Path) -> None:
        self._results = results
        self._times = times
        self._tables: dict[str, list[dict[str, str]]] = {}

    @cached_property
    def _numbers(self) -> dict[str, dict[str, Any]]:
        return dict(self._json("numbers.json"))

    @cached_property
    def _design(self) -> Any:
        return self._json("design.json")

    @cached_property
    def _claims(self) -> list[dict[str, Any]]:
        return list(self._json("claims.json"))

    def _json(self, name: str) -> Any:
        return json.loads((self._results / name).read_text(encoding="utf-8"))

    def of(self, marks: Iterable[Printed]) -> dict[str, Receipt]:
        """Make the receipts of some printed numbers, by key.

        Raises
        ------
        ValueError
            If a key leads nowhere.
        """
        return {mark.key: self.receipt(mark) for mark in sorted(set(marks))}

    def receipt(self, mark: Printed) -> Receipt:
        """Make one receipt."""
        family, _, rest = mark.key.partition("/")
        make = {
            "design": self._of_design,
            "derived": self._derived,
            "claims": self._of_claims,
            "times": self._of_times,
            "figures": self._of_figure,
            "limits": self._of_limits,
        }.get(family)
        try:
            found = make(rest, mark) if make else self._of_number(mark.key)
        except (KeyError, StopIteration, FileNotFoundError) as error:
            raise ValueError(f"the number {mark.key!r} that the paper prints leads nowhere") from error
        return found | {"seed": self._design["study"]["seed"]}

    # --- families of keys ---

    def _of_number(self, key: str) -> Receipt:
        part, _, name = key.partition("/") if "/" in key else ("named", "", key)
        number = self._numbers[part][name]
        addresses = number.get("from") or ([self._generic(part, name)] if part != "named" else [])
        found = {name: number.get(name) for name in ("value", "text", "mcse", "mcse_text")}
        found["addresses"] = addresses
        found |= self._place(addresses)
        found["checks"] = list(self._checks(number, addresses))
        return found | {"commands": self._commands(addresses)}

    def _derived(self, rest: str, mark: Printed) -> Receipt:
        del rest
        parts = [self._of_number(key) for key in mark.of]
        addresses = [address for part in parts for address in part["addresses"]]
        return {
            "how": mark.how,
            "of": {key: {"text": part["text"]} for key, part in zip(mark.of, parts, strict=True)},
            "addresses": addresses,
            **self._place(addresses),
            "checks": [],
            "commands": self._commands(addresses),
        }

    def _of_design(self, rest: str, mark: Printed) -> Receipt:
        del mark
        name, _, column = rest.partition("/")
        if name == "protocol":
            said = self._design[name][column]
            return {
                "how": "what the protocol says",
                "value": said if isinstance(said, str) else json.dumps(said),
                "addresses": [{"table": "design", "keys": {"name": name}, "column": column}],
                "checks": [],
                "commands": ["./run check"],
            }
        entry = self._design["experiments"][name]
        address = {"table": "design", "keys": {"name": name}, "column": column or "grid"}
        found = {"how": "set in the configuration", "addresses": [address], "experiment": name}
        found |= {"replicates": entry["replicates"]}
        return found | {"checks": [], "commands": ["./run check"]}

    def _of_claims(self, rest: str, mark: Printed) -> Receipt:
        claims = [claim for claim in self._claims if claim["id"] == rest or rest.isalpha()]
        if rest != "all":
            claims = [claim for claim in claims if claim["id"].startswith(rest)]
        if not claims:
            raise KeyError(rest)
        return {
            "how": mark.how,
            "addresses": [
                {"table": "claims", "keys": {"claim": claim["id"]}, "column": "verdict"} for claim in claims
            ],
            "verdicts": {claim["id"]: claim["verdict"] for claim in claims},
            "checks": [_check(claims[0], check) for check in claims[0]["checks"]] if len(claims) == 1 else [],
            "commands": [self._make("claims.json")],
        }

    def _of_times(self, rest: str, mark: Printed) -> Receipt:
        what, n = rest.rsplit("/n=", 1)
        with self._times.open(newline="", encoding="utf-8") as file:
            rows = [r for r in csv.DictReader(file) if r["algorithm"] in what.split(":") and r["n"] == n]
        first = next(iter(rows))
        keys = [{"algorithm": name, "n": n} for name in what.split(":")]
        return {
            "how": mark.how,
            "addresses": [{"table": "paper/times", "keys": k, "column": "microseconds"} for k in keys],
            "n": n,
            "method": what,
            "measure": "processor time",
            "replicates": first["runs"],
            "note": "measured on one machine, and different on every other: " + first["processor"],
            "checks": [],
            "commands": ["./run bench times"],
        }

    def _of_figure(self, name: str, mark: Printed) -> Receipt:
        del mark
        record = self._json(f"figures/{name}.json")
        made, simulated = record["made_by"], record.get("simulation") or {}
        return {
            "how": "a number of the figure's caption, written by its script",
            "addresses": [{"table": f"figures/{name}", "keys": {}, "column": "all"}],
            "experiment": ", ".join(made.get("experiments", [])),
            "replicates": ", ".join(map(str, simulated.get("replicates", []))),
            "script": made["script"].split()[0],
            "inputs": list(made["inputs"]),
            "checks": [],
            "commands": [self._make(f"figures/{name}.svg"), f"./run cite {name}"],
        }

    def _of_limits(self, rest: str, mark: Printed) -> Receipt:
        """Rows of a table of limits, ``curves/NAME:delta=2:crossover``."""
        name, spelt, column = rest.split(":")
        keys = dict(pair.split("=", 1) for pair in spelt.split(",") if pair)
        row = next(r for r in self._rows(f"limits/{name}") if all(_same(r[k], v) for k, v in keys.items()))
        address = {"table": f"limits/{name}", "keys": {k: row[k] for k in keys}, "column": column}
        return {
            "how": mark.how,
            "addresses": [address],
            "checks": [],
            "commands": [self._make(f"limits/{name}.csv")],
        }

    # --- what an address says ---

    def _generic(self, experiment: str, name: str) -> dict[str, Any]:
        """The address that the key of a row's number spells."""
        scenario, n, fit, quantity, measure = name.rsplit("/", 4)
        group = next(f for f in self._design["experiments"][experiment]["fits"] if f["key"] == fit)
        keys = dict(pair.split("=", 1) for pair in scenario.split(","))
        keys |= {"n": n.removeprefix("n="), "method": group["method"]}
        given = {k: v for k, v in group.items() if k not in ("key", "method")}
        # as the table spells it
        given = {k: text for k in given for text in self._spelt(f"summaries/{experiment}", k, given[k])}
        return {
            "table": f"summaries/{experiment}",
            "keys": keys | given | {"quantity": quantity},
            "column": measure,
        }

    def _spelt(self, table: str, column: str, text: str) -> Iterator[str]:
        yield next(row[column] for row in self._rows(table) if row[column] and _same(row[column], text))

    def _rows(self, table: str) -> list[dict[str, str]]:
        if table not in self._tables:
            with (self._results / f"{table}.csv").open(newline="", encoding="utf-8") as file:
                self._tables[table] = list(csv.DictReader(file))
        return self._tables[table]

    def _place(self, addresses: list[dict[str, Any]]) -> Receipt:
        """Experiment, scenario, n, method, quantity and measure, as far as all addresses agree."""
        if not addresses:
            return {}
        known = [self._read(address) for address in addresses]
        common = {k: v for k, v in known[0].items() if all(other.get(k) == v for other in known)}
        experiment = self._design["experiments"].get(common.get("experiment"))
        return common | ({"replicates": experiment["replicates"]} if experiment else {})

    def _read(self, address: Mapping[str, Any]) -> dict[str, Any]:
        table, keys = address["table"], dict(address["keys"])
        found: dict[str, Any] = {"measure": address["column"]}
        folder, _, name = table.rpartition("/")
        if table == "design":
            return found | ({"experiment": keys["name"]} if keys["name"] != "study" else {})
        names = [e for e in self._design["experiments"] if name == e or name.startswith(f"{e}_")]
        if folder in ("summaries", "limits") and names:
            experiment = max(names, key=len)
            found["experiment"] = experiment
            factors = self._design["experiments"][experiment]["factors"]
            scenario = {k: v for k, v in keys.items() if k in factors}
            found["scenario"] = ",".join(f"{k}={v}" for k, v in scenario.items())
            found |= {k: v for k, v in keys.items() if k in ("n", "method", "quantity")}
            others = {k: v for k, v in keys.items() if k not in factors and k not in found}
            found["parameters"] = ",".join(f"{k}={v}" for k, v in others.items())
        return {k: v for k, v in found.items() if v != ""}

    # --- commands ---

    def _make(self, path: str) -> str:
        scale = self._design["study"]["scale"]
        folder, run = ("results", "./run") if scale == "full" else (f"results/{scale}", "./run quick")
        return f"{run} -- --force {folder}/{path}"

    def _commands(self, addresses: list[dict[str, Any]]) -> list[str]:
        """What replays one of the rows that a number rests on, and what computes its tables again."""
        replays = [line for address in addresses for line in self._replay(address)][:1]
        tables = dict.fromkeys(address["table"] for address in addresses)
        again = [
            self._make(f"{t}.csv") for t in tables if t.startswith(("summaries/", "limits/", "real_data"))
        ]
        # the rates, contrasts and intervals of an experiment are made with its summary
        again = [re.sub(r"_(rates|contrasts|intervals)\.csv$", ".csv", line) for line in again]
        return list(dict.fromkeys([*replays, *again])) or [self._make("numbers.json")]

    def _replay(self, address: Mapping[str, Any]) -> Iterator[str]:
        place = self._read(address)
        if not address["table"].startswith("summaries/") or "experiment" not in place:
            return
        experiment, keys = self._design["experiments"][place["experiment"]], address["keys"]

        def fits(entry: Mapping[str, str]) -> bool:
            return all(_same(entry[k], v) for k, v in keys.items() if k in entry and k != "key")

        scenario = next(filter(fits, experiment["scenarios"]), None)
        group = next(filter(fits, experiment["fits"]), None)
        sizes = [n for n in experiment["n"] if _same(str(n), keys.get("n", str(n)))]
        if scenario and group and sizes:
            config = "" if self._design["study"]["scale"] == "full" else " --config config/quick.yaml"
            named = f"{place['experiment']} {scenario['key']} {sizes[-1]} 0 {group['key']}"
            yield f"./run replay {named}{config}"

    # --- checks ---

    def _checks(self, number: Mapping[str, Any], addresses: list[dict[str, Any]]) -> Iterator[Receipt]:
        """The checks whose estimate or target is this number or the one cell that it is made from."""
        cells = {value for value in [number["value"], *self._cells(addresses)] if _telling(value)}
        keys = addresses[0]["keys"] if len(addresses) == 1 else {}
        for claim in self._claims:
            for check in claim["checks"]:
                if cells & {check["estimate"], check["target"]} and _agrees(check["condition"], keys):
                    yield _check(claim, check)

    def _cells(self, addresses: list[dict[str, Any]]) -> Iterator[float]:
        if len(addresses) == 1 and addresses[0]["table"].startswith(("summaries/", "limits/")):
            (address,) = addresses
            rows = [r for r in self._rows(address["table"]) if address["keys"].items() <= r.items()]
            if len(rows) == 1 and (text := rows[0][address["column"]]):
                yield float(text)


def _check(claim: Mapping[str, Any], check: Mapping[str, Any]) -> Receipt:
    names = (
        "id",
        "statement",
        "condition",
        "estimate_text",
        "mcse_text",
        "target_text",
        "margin_text",
        "verdict",
    )
    return {"claim": claim["id"], **{name: check.get(name) for name in names}}


def _same(one: str, other: str) -> bool:
    """Whether two texts are the same, or the same number."""
    try:
        return float(one) == float(other)
    except ValueError:
        return one == other


def _telling(value: Any) -> bool:
    """Whether a number has so many digits that no other equals it by chance."""
    return isinstance(value, float) and math.isfinite(value) and value != float(f"{value:.5g}")


def _agrees(condition: str, keys: Mapping[str, str]) -> bool:
    """Whether where a check was made, ``delta = 2, n = 100``, does not contradict an address."""
    said = dict(re.findall(r"(\w+) = ([\d.\u2009]+)", condition))
    return all(_same(said[k].replace("\u2009", "").rstrip("."), v) for k, v in keys.items() if k in said)
