"""What the paper quotes of classification likelihood, of degenerate fits and of noise across the means."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency.findings.measures import share
from kmeans_inconsistency.findings.numbers._quoting import Named, measured, number
from kmeans_inconsistency.findings.tables import Row, Tables, count, pick, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("classification_ml", "degeneracy", "more_starts", "anisotropy")


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """The nearest cells to what the text speaks of, at the largest n unless said."""
    del study
    yield from _classification(tables["classification_ml"])
    yield from _degeneracy(tables["degeneracy"], tables["more_starts"])
    yield from _anisotropy(tables["anisotropy"])


def _classification(tables: Tables) -> Named:
    n = tables.sizes[-1]
    delta = min((value(row["delta"]) for row in tables.summary), key=lambda found: abs(found - 2))
    yield "classification.delta", number(delta)
    yield "classification.n", number(n)
    for row in pick(tables.summary, delta=delta, n=n, quantity="variance", method="kmeans"):
        for measure in ("mean", "limit"):
            yield f"classification.variance.{measure}", measured(row, measure)
    pairs = pick(tables.contrasts, method="classification,weights=equal")
    yield "classification.largest", number(max(value(row["largest"]) for row in pairs))
    cells = tables.at("classification", n)
    yield from _percent("classification.empty.closest", min(cells, key=_delta), "merged")
    yield from _percent("classification.empty.widest", max(cells, key=_delta), "merged")
    yield "classification.empty.closest_delta", number(min(map(_delta, cells)))
    yield "classification.empty.widest_delta", number(max(map(_delta, cells)))


def _degeneracy(one: Tables, more: Tables) -> Named:
    for place, n in (("small", one.sizes[0]), ("large", one.sizes[-1])):
        cells = one.at("normal_mixture", n)
        yield f"degeneracy.{place}.n", number(n)
        for name, row in (("closest", min(cells, key=_delta)), ("widest", max(cells, key=_delta))):
            yield from _percent(f"degeneracy.{place}.{name}", row, "degenerate")
            yield f"degeneracy.{place}.{name}_delta", number(_delta(row))
    equal = [row for n in one.sizes for row in one.at("mixture", n)]
    yield "degeneracy.equal.count", number(sum(count(row["degenerate"]) for row in equal))
    yield "degeneracy.equal.fits", number(sum(count(row["replicates"]) for row in equal))
    cells = more.at("normal_mixture", more.sizes[0])
    yield "more_starts.n", number(more.sizes[0])
    yield "more_starts.delta", number(_delta(cells[0]))
    for name, row in (("fewest", min(cells, key=_starts)), ("most", max(cells, key=_starts))):
        yield f"more_starts.{name}.starts", number(_starts(row))
        yield from _percent(f"more_starts.{name}", row, "degenerate")


def _anisotropy(tables: Tables) -> Named:
    n = tables.sizes[-1]
    yield "anisotropy.n", number(n)
    yield "anisotropy.delta", number(_delta(tables.summary[0]))
    noises = sorted({value(row["noise"]) for row in tables.summary})
    for place, noise in (("quiet", noises[0]), ("noisy", noises[-1])):
        yield f"anisotropy.{place}.noise", number(noise)
        for row in pick(tables.summary, n=n, noise=noise):
            name = f"anisotropy.{place}.{row['method']}.{row['quantity']}"
            yield name, number(value(row["median"]), value(row["median_mcse"]))
            yield (
                f"{name}.degenerate",
                number(100 * count(row["degenerate"]) / count(row["replicates"]), decimals=1),
            )


def _percent(name: str, row: Row, status: str) -> Named:
    found = share(count(row[status]), count(row["replicates"]))
    yield name, number(100 * found.value, 100 * found.mcse)


def _delta(row: Row) -> float:
    return value(row["delta"])


def _starts(row: Row) -> float:
    return value(row["starts"])
