"""What the rules of the workflow call: each command makes the files of one job."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from kmeans_inconsistency.commands._common import (
    OK,
    UNEXPECTED,
    KnownError,
    experiment_of,
    frozen_of,
    study_of,
)

if TYPE_CHECKING:
    from kmeans_inconsistency.study.design import Study


def kernels(args: argparse.Namespace) -> int:
    """Compile what the methods of a study need, once, so that workers that start together find it."""
    from kmeans_inconsistency.algorithms import compiling

    load_methods(study_of(args))
    # numba writes the index of a kernel once its code is on disk
    indices = [Path(dispatcher._cache._cache_file._index_path) for dispatcher, _ in compiling._entries]
    if all(path.exists() for path in indices):
        return OK
    if args.say:
        threading.Thread(target=_say_compiled, args=(indices,), daemon=True).start()
    compiling.warm()
    return OK


def load_methods(study: Study) -> None:
    """Load the methods of a study, and what draws for them."""
    from kmeans_inconsistency.estimators import _method as method
    from kmeans_inconsistency.study import streams  # noqa: F401  # draws with kernels of its own

    for experiment in study.experiments.values():
        for name, values in experiment.methods:
            method.load(name, dict(values))


def _say_compiled(indices: list[Path], pause: float = 10.0) -> None:
    """Say now and then how many kernels are compiled, until all are."""
    count = sum(int(not path.exists()) for path in indices)
    if count:
        print(f"compiling {count} kernels, once", file=sys.stderr, flush=True)
    left = count
    while left:
        time.sleep(pause)
        left = sum(int(not path.exists()) for path in indices)
        print(f"kernels: {count - left} of {count} compiled", file=sys.stderr, flush=True)


def _load(module: str, *without: str) -> None:
    """Load a module as if others could not be imported, which it would load and which are not used here."""
    hidden = [name for name in without if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        importlib.import_module(module)
    finally:
        for name in hidden:
            del sys.modules[name]


def load_numba() -> None:
    """Load numba without the half of scipy in which it looks for BLAS: no kernel calls that."""
    _load("numba.np.arraymath", "scipy.linalg.cython_blas")


def load_seaborn() -> None:
    """Load seaborn without most of scipy, which it needs for densities and dendrograms: no figure has one."""
    _load("seaborn", "scipy.stats", "scipy.cluster")


def block(args: argparse.Namespace) -> int:
    """Complete the files of a bundle of blocks, named after the first."""
    load_numba()
    from kmeans_inconsistency.study import blocks, bundles, timings

    study = study_of(args)
    found = {bundle[0].name: bundle for bundle in bundles.bundles(study)}
    if args.name not in found:
        raise KnownError(f"no bundle of blocks in {args.config} begins with {args.name!r}")
    for wanted in found[args.name]:
        timings.remember(wanted.name, blocks.complete(wanted, study.block_file(wanted)))
    return OK


def manifest(args: argparse.Namespace) -> int:
    """Write what made the results, and their checksums; the estimates carry their own."""
    from kmeans_inconsistency.study import files
    from kmeans_inconsistency.study import verify as verifying

    files.write_json(args.output, verifying.manifest(study_of(args)))
    return OK


def failures(args: argparse.Namespace) -> int:
    """List every fit that failed or did not converge, with the command that replays it."""
    from kmeans_inconsistency.study import failures as failed
    from kmeans_inconsistency.study import files, rows

    try:
        lines = list(failed.lines(study_of(args), args.config))
    except rows.NotDoneError as error:
        raise KnownError(str(error)) from None
    files.write_bytes(args.output, ("\n".join(lines) + "\n").encode())
    return OK


def predict(args: argparse.Namespace) -> int:
    """Write what the theory says of an experiment."""
    from kmeans_inconsistency.findings import predictions, tables
    from kmeans_inconsistency.study import files

    experiment = experiment_of(study_of(args), args.experiment)
    columns = [*tables.limit_keys(experiment), "limit", "avar"]
    files.write_csv(args.output, columns, predictions.rows(experiment))
    return OK


def curve(args: argparse.Namespace) -> int:
    """Write one of the theory's curves."""
    from kmeans_inconsistency.limits import curves
    from kmeans_inconsistency.study import files

    study = study_of(args)
    columns = curves.curve(args.name, study.separations, study.draws)
    rows = (
        dict(zip(columns, row, strict=True))
        for row in zip(*(c.tolist() for c in columns.values()), strict=True)
    )
    files.write_csv(args.output, list(columns), rows)
    return OK


def certify(args: argparse.Namespace) -> int:
    """Enclose by ball arithmetic one table of the theory's predictions, or one of its curves."""
    from kmeans_inconsistency.findings import certified
    from kmeans_inconsistency.limits.certificates import table
    from kmeans_inconsistency.study import files

    files.write_csv(args.output, table.COLUMNS, certified.rows(study_of(args), args.part, args.limits))
    return OK


def certificates(args: argparse.Namespace) -> int:
    """Put the certificates of all parts into one table."""
    from kmeans_inconsistency.findings import certified
    from kmeans_inconsistency.limits.certificates import table
    from kmeans_inconsistency.study import files

    files.write_csv(args.output, table.COLUMNS, certified.gathered(args.parts))
    return OK


def summarise(args: argparse.Namespace) -> int:
    """Write the tables of an experiment."""
    from kmeans_inconsistency.findings import summaries
    from kmeans_inconsistency.study import files, rows

    study = study_of(args)
    experiment = experiment_of(study, args.experiment)
    try:
        found = summaries.summarise(study, experiment, args.limits)
    except rows.NotDoneError as error:
        raise KnownError(str(error)) from None
    base = args.output.with_suffix("")
    files.write_csv(Path(f"{base}_rates.csv"), summaries.rate_columns(experiment), found.rates)
    files.write_csv(Path(f"{base}_contrasts.csv"), summaries.contrast_columns(experiment), found.contrasts)
    files.write_csv(Path(f"{base}_intervals.csv"), summaries.interval_columns(experiment), found.intervals)
    files.write_csv(args.output, summaries.summary_columns(experiment), found.measures)
    return OK


def claims(args: argparse.Namespace) -> int:
    """Test every claim."""
    from kmeans_inconsistency.findings import claims as tested
    from kmeans_inconsistency.findings import confirmation as confirming
    from kmeans_inconsistency.findings import tables
    from kmeans_inconsistency.study import files, protocol

    study = study_of(args)
    found = {name: tables.of_experiment(study.results, name) for name in study.experiments}
    written, frozen = frozen_of(args)
    beyond = protocol.beyond(written["experiments"], frozen) if frozen else ()
    confirmed = confirming.confirmed(frozen)
    judged = [
        tested.judge(name, claim, found, study.decisive, beyond, confirmed.get(name, ()))
        for name, claim in study.claims.items()
    ]
    rows = ({"claim": claim["id"], **check} for claim in judged for check in claim["checks"])
    files.write_csv(args.output.with_suffix(".csv"), ["claim", *tested.COLUMNS], rows)
    files.write_json(args.output, judged)
    return OK


def confirmation(args: argparse.Namespace) -> int:
    """Copy the tables of the confirming study; tables without a row if there was none."""
    from kmeans_inconsistency.findings import confirmation as confirming
    from kmeans_inconsistency.study import files

    found = confirming.tables_found()
    for name, columns in confirming.TABLES.items():
        if name in found:
            files.write_bytes(args.results / name, found[name].read_bytes())
        else:
            files.write_csv(args.results / name, columns, [])
    return OK


def numbers(args: argparse.Namespace) -> int:
    """Write the design and every number that the paper may quote."""
    from kmeans_inconsistency.findings import freezing, tables
    from kmeans_inconsistency.findings import numbers as quoted
    from kmeans_inconsistency.study import files

    study = study_of(args)
    found = {name: tables.of_experiment(study.results, name) for name in study.experiments}
    written, frozen = frozen_of(args)
    laid_out = quoted.design_of(study) | {"protocol": freezing.summary(written, frozen)}
    files.write_json(args.output.with_name("design.json"), laid_out)
    files.write_json(args.output, quoted.numbers_of(study, found))
    return OK


def figure(args: argparse.Namespace) -> int:
    """Draw one figure from the results, and write how to cite it."""
    load_seaborn()
    from kmeans_inconsistency import figures
    from kmeans_inconsistency.publication import citation
    from kmeans_inconsistency.study import files

    study = study_of(args)
    figures.make(args.name, study.results, files.write_bytes, citation.made_by(study, args.name))
    return OK


def overview(args: argparse.Namespace) -> int:
    """Draw one experiment that no figure knows."""
    load_seaborn()
    from kmeans_inconsistency import figures
    from kmeans_inconsistency.publication import citation
    from kmeans_inconsistency.study import files

    study = study_of(args)
    experiment = experiment_of(study, args.experiment).name
    figures.overview(
        experiment, study.results, files.write_bytes, citation.overview_made_by(study, experiment)
    )
    return OK


def study_page(args: argparse.Namespace) -> int:
    """Write the page of a study that has no paper."""
    from kmeans_inconsistency.publication import study_page as publishing
    from kmeans_inconsistency.study import files

    files.write_bytes(args.output, publishing.page(study_of(args)).encode())
    return OK


def paper(args: argparse.Namespace) -> int:
    """Set the paper."""
    from kmeans_inconsistency.publication import paper as setting
    from kmeans_inconsistency.study import files

    setting.compile_paper(args.results, args.output, files.write_bytes)
    return OK


def webpage(args: argparse.Namespace) -> int:
    """Set the paper as a web page, and write the receipts of its numbers beside it."""
    from kmeans_inconsistency.publication import webpage as setting
    from kmeans_inconsistency.study import files

    page, receipts = setting.page(args.results)
    files.write_json(args.output.with_name("receipts.json"), receipts)
    files.write_bytes(args.output, page.encode())
    return OK


def tables(args: argparse.Namespace) -> int:
    """Write the paper's tables as a web page."""
    from kmeans_inconsistency.publication import tables as page
    from kmeans_inconsistency.study import files

    files.write_bytes(args.output, page.tables(args.results).encode())
    return OK


def explore(args: argparse.Namespace) -> int:
    """Put the explorable page together."""
    from kmeans_inconsistency.publication import page as exploring
    from kmeans_inconsistency.study import files

    measured = [row for path in args.measured for row in exploring.measured(path)]
    predicted = exploring.predicted(args.predicted) if args.predicted else ()
    files.write_bytes(args.output, exploring.page(measured, predicted).encode())
    return OK


def real_data(args: argparse.Namespace) -> int:
    """Write what each estimator says of real data, the data, and what they are."""
    from kmeans_inconsistency.examples import data, results
    from kmeans_inconsistency.study import files

    try:
        found, seen, described = list(results.rows()), list(results.observations()), results.described()
    except data.DamagedDataError as error:
        raise KnownError(str(error)) from None
    base = args.output.with_suffix("")
    files.write_csv(Path(f"{base}_observations.csv"), results.OBSERVED, seen)
    files.write_json(base.with_suffix(".json"), described)
    files.write_csv(args.output, results.COLUMNS, found)
    return OK


def verdicts(args: argparse.Namespace) -> int:
    """Compare the verdicts with those that the expected regions give."""
    from kmeans_inconsistency.study import files

    study = study_of(args)
    judged = json.loads(args.claims.read_text(encoding="utf-8"))
    surprises = [c for c in judged if c["verdict"] != c["expected"]]
    for c in surprises:
        found, expected = c["verdict"], c["expected"]
        print(f"claim {c['id']}: the verdict is '{found}', theory predicts '{expected}'", file=sys.stderr)
    if surprises:
        print(f"where they differ: expected_region and region in {args.claims}", file=sys.stderr)
    if surprises and study.expect:
        return UNEXPECTED
    lines = [f"{c['id']}: {c['verdict_text']}" for c in judged]
    files.write_bytes(args.output, ("\n".join(lines) + "\n").encode())
    return OK
