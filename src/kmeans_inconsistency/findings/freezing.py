"""Freezing: what the protocol of a study says, and how the study has moved away from it since."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from typing import Any

from kmeans_inconsistency.findings import claims, predictions
from kmeans_inconsistency.study import protocol, provenance
from kmeans_inconsistency.study.design import Study

#: What can change a number, below the package; a folder stands for all in it.
CODE = (
    "models",
    "algorithms",
    "estimators",
    "limits",
    "outcome.py",
    "asymptotics.py",
    "study/design.py",
    "study/simulate.py",
    "study/streams.py",
    "findings/intervals.py",
    "findings/measures.py",
    "findings/performance.py",
    "findings/predictions.py",
    "findings/regions.py",
    "findings/summaries.py",
    "findings/tables.py",
    "findings/verdicts.py",
    "findings/claims",
)
#: Within these, what only prints or encloses.
APART = ("limits/report.py", "limits/certificates")


def code() -> dict[str, str]:
    """Digest of each file that can change a number."""
    found = {}
    for path in sorted(provenance.PACKAGE.rglob("*.py")):
        name = path.relative_to(provenance.PACKAGE).as_posix()
        if name.startswith(CODE) and not name.startswith(APART):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return found


def part(config: Mapping[str, Any], study: Study) -> dict[str, Any]:
    """Designs, claims and predictions of a study."""
    return {
        "designs": {name: protocol.design_of(entry) for name, entry in config["experiments"].items()},
        "decisive": study.decisive,
        "claims": config["claims"],
        "predictions": list(predicted(study)),
    }


def predicted(study: Study) -> Iterator[dict[str, Any]]:
    """What the theory says of every check, to ten digits, in the order of the checks."""
    tables = {name: predictions.tables_of(e) for name, e in study.experiments.items()}
    for name, claim in study.claims.items():
        judged = claims.judge(name, claim, tables, study.decisive)
        for check in judged["checks"]:
            given = ("id", "statement", "condition", "asserted")
            yield {key: check[key] for key in given} | {
                key: _rounded(check[key]) for key in ("target", "margin", "estimate")
            }


def _rounded(number: float | None) -> float | None:
    return None if number is None or not math.isfinite(number) else float(f"{number:.10g}")


def freeze(main: dict[str, Any], ground: dict[str, Any], date: str, earlier: list[dict[str, Any]]) -> Any:
    """The protocol of a study and of its new ground."""
    content: dict[str, Any] = {**main, "new_ground": ground, "code": code(), "earlier": earlier}
    digest = protocol.digest(content)
    return {"digest": digest, "seed": protocol.seed(digest), "date": date, **content}


def superseded(old: Mapping[str, Any], reason: str) -> list[dict[str, Any]]:
    """What a new protocol keeps of those before it."""
    return [*old["earlier"], {"digest": old["digest"], "date": old["date"], "reason": reason}]


def deviations(config: Mapping[str, Any], frozen: Mapping[str, Any]) -> list[str]:
    """Everything that is no longer as the protocol has it."""
    found = [f"the design of {name}" for name in protocol.beyond(config["experiments"], frozen)]
    found += [f"no experiment {name}" for name in frozen["designs"] if name not in config["experiments"]]
    found += [f"the claim {n}" for n, claim in config["claims"].items() if claim != frozen["claims"].get(n)]
    found += [f"no claim {name}" for name in frozen["claims"] if name not in config["claims"]]
    now, then = code(), frozen["code"]
    found += [f"the code of {name}" for name in sorted({*now, *then}) if now.get(name) != then.get(name)]
    return found


def summary(config: Mapping[str, Any], frozen: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What the paper says of the protocol; nothing of a study that is not frozen."""
    if frozen is None:
        return None
    said = {key: frozen[key] for key in ("digest", "seed", "date", "earlier")}
    return said | {"deviations": deviations(config, frozen)}
