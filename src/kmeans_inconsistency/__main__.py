"""Command line: what the rules of the workflow call, and what users do."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from kmeans_inconsistency.commands import calling, terminal

if TYPE_CHECKING:
    from kmeans_inconsistency.study.design import Study

OK, FAILED, REFUSED, UNEXPECTED = 0, 1, 2, 3


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        print(f"{message}; {self.prog} --help lists what there is", file=sys.stderr)
        sys.exit(REFUSED)


class KnownError(Exception):
    """Something that one line on standard error explains."""


def _study(args: argparse.Namespace) -> Study:
    """Lay out the study; the workflow has checked the configuration before any job runs."""
    from kmeans_inconsistency.study import config
    from kmeans_inconsistency.study.design import design

    if args.design is None:
        return design(config.load(args.config))
    study = design(config.read(args.config, checked=True))
    if study.digest != args.design:
        raise KnownError(f"{args.config} has changed since the run began; nothing is written; run again")
    return study


def _experiment(study: Study, name: str) -> Any:
    if name not in study.experiments:
        raise KnownError(f"there is no experiment {name!r}; there are: {', '.join(study.experiments)}")
    return study.experiments[name]


def check(args: argparse.Namespace) -> int:
    """Say every problem of a configuration."""
    from kmeans_inconsistency.study import config

    config.load(args.config)
    return OK


def kernels(_: argparse.Namespace) -> int:
    """Compile what a worker needs, once, so that workers that start together find it."""
    from kmeans_inconsistency.algorithms import compiling

    compiling.warm()
    return OK


def _load_numba() -> None:
    """Load numba without the half of scipy in which it looks for BLAS: no kernel calls that."""
    blas = "scipy.linalg.cython_blas"
    if blas not in sys.modules:
        sys.modules[blas] = None  # type: ignore[assignment]
        importlib.import_module("numba.np.arraymath")
        del sys.modules[blas]


def block(args: argparse.Namespace) -> int:
    """Complete the file of one block."""
    _load_numba()
    from kmeans_inconsistency.study import blocks, timings

    study = _study(args)
    if args.name not in study.blocks:
        raise KnownError(f"there is no block {args.name!r} in {args.config}")
    wanted = study.blocks[args.name]
    timings.remember(args.name, blocks.complete(wanted, study.block_file(wanted)))
    return OK


def plan(args: argparse.Namespace) -> int:
    """Say what a run would compute, what is done and what is unused, before anything runs."""
    from kmeans_inconsistency.study import plan as planning

    print("\n".join(planning.lines(_study(args), args.cores)))
    return OK


def verify(args: argparse.Namespace) -> int:
    """Name every file of the results that is damaged, edited, foreign or stale."""
    from kmeans_inconsistency.study import verify as verifying

    study = _study(args)
    faults = verifying.faults(study)
    for fault in faults:
        print(fault)
    if args.fix:
        verifying.fix(faults)
    print(verifying.summary(faults, args.fix))
    if study.results != verifying.PUBLISHED.parent or not verifying.PUBLISHED.exists():
        return FAILED if faults and not args.fix else OK
    differences = verifying.compare(study.results, verifying.PUBLISHED)
    print("\n".join(differences))
    return FAILED if faults and not args.fix else OK


def manifest(args: argparse.Namespace) -> int:
    """Write what made the results, and their checksums; the estimates carry their own."""
    from kmeans_inconsistency.study import files
    from kmeans_inconsistency.study import verify as verifying

    files.write_json(args.output, verifying.manifest(_study(args)))
    return OK


def publish(args: argparse.Namespace) -> int:
    """Copy the finished results that git keeps to results/published, and their numbers to the README."""
    from kmeans_inconsistency import readme
    from kmeans_inconsistency.study import publish as publishing

    study = _study(args)
    if not (study.results / "verdicts.txt").exists():
        raise KnownError(f"{study.results} has no finished study; run it first")
    publishing.publish(study)
    return readme.main([])


def replay(args: argparse.Namespace) -> int:
    """Do one fit of the study again, told step by step, and hold its row in the results against it.

    Named as in: replay small_variance delta=2,weight=0.5 100 17 known_variance,eps=0.5
    """
    from kmeans_inconsistency.study import replay as replaying

    study = _study(args)
    try:
        row = replaying.find(study, args.experiment, args.scenario, args.n, args.replicate, args.method)
    except replaying.UnknownNameError as error:
        raise KnownError(str(error)) from None
    same = True
    for line in replaying.lines(study, row):
        print(line)
        same = not line.startswith(replaying.DIFFERENT)
    return OK if same else FAILED


def failures(args: argparse.Namespace) -> int:
    """List every fit that failed or did not converge, with the command that replays it."""
    from kmeans_inconsistency.study import failures as failed
    from kmeans_inconsistency.study import files, summaries

    try:
        lines = list(failed.lines(_study(args), args.config))
    except summaries.NotDoneError as error:
        raise KnownError(str(error)) from None
    files.write_bytes(args.output, ("\n".join(lines) + "\n").encode())
    return OK


def predict(args: argparse.Namespace) -> int:
    """Write what the theory says of an experiment."""
    from kmeans_inconsistency.study import files, predictions, tables

    experiment = _experiment(_study(args), args.experiment)
    columns = [*tables.limit_keys(experiment), "limit", "avar"]
    files.write_csv(args.output, columns, predictions.rows(experiment))
    return OK


def curve(args: argparse.Namespace) -> int:
    """Write one of the theory's curves."""
    from kmeans_inconsistency.limits import curves
    from kmeans_inconsistency.study import files

    columns = curves.curve(args.name, _study(args).separations)
    rows = (
        dict(zip(columns, row, strict=True))
        for row in zip(*(c.tolist() for c in columns.values()), strict=True)
    )
    files.write_csv(args.output, list(columns), rows)
    return OK


def summarise(args: argparse.Namespace) -> int:
    """Write the tables of an experiment."""
    from kmeans_inconsistency.study import files, summaries

    study = _study(args)
    experiment = _experiment(study, args.experiment)
    try:
        found = summaries.summarise(study, experiment, args.limits)
    except summaries.NotDoneError as error:
        raise KnownError(str(error)) from None
    base = args.output.with_suffix("")
    files.write_csv(Path(f"{base}_rates.csv"), summaries.rate_columns(experiment), found.rates)
    files.write_csv(Path(f"{base}_contrasts.csv"), summaries.contrast_columns(experiment), found.contrasts)
    files.write_csv(Path(f"{base}_intervals.csv"), summaries.interval_columns(experiment), found.intervals)
    files.write_csv(args.output, summaries.summary_columns(experiment), found.measures)
    return OK


def claims(args: argparse.Namespace) -> int:
    """Test every claim."""
    from kmeans_inconsistency.study import claims as tested
    from kmeans_inconsistency.study import files, tables

    study = _study(args)
    found = {name: tables.of_experiment(study.results, name) for name in study.experiments}
    judged = [tested.judge(name, claim, found, study.decisive) for name, claim in study.claims.items()]
    rows = ({"claim": claim["id"], **check} for claim in judged for check in claim["checks"])
    files.write_csv(args.output.with_suffix(".csv"), ["claim", *tested.COLUMNS], rows)
    files.write_json(args.output, judged)
    return OK


def numbers(args: argparse.Namespace) -> int:
    """Write the design and every number that the paper may quote."""
    from kmeans_inconsistency.study import files, tables
    from kmeans_inconsistency.study import numbers as quoted

    study = _study(args)
    found = {name: tables.of_experiment(study.results, name) for name in study.experiments}
    files.write_json(args.output.with_name("design.json"), quoted.design_of(study))
    files.write_json(args.output, quoted.numbers_of(study, found))
    return OK


def figure(args: argparse.Namespace) -> int:
    """Draw one figure from the results, and write how to cite it."""
    from kmeans_inconsistency import citation, figures
    from kmeans_inconsistency.study import files

    study = _study(args)
    figures.make(args.name, study.results, files.write_bytes, citation.made_by(study, args.name))
    return OK


def paper(args: argparse.Namespace) -> int:
    """Set the paper."""
    from kmeans_inconsistency import paper as setting
    from kmeans_inconsistency.study import files

    setting.compile_paper(args.results, args.output, files.write_bytes)
    return OK


def tables(args: argparse.Namespace) -> int:
    """Write the paper's tables as a web page."""
    from kmeans_inconsistency import paper as setting
    from kmeans_inconsistency.study import files

    files.write_bytes(args.output, setting.tables(args.results).encode())
    return OK


def explore(args: argparse.Namespace) -> int:
    """Put the explorable page together."""
    from kmeans_inconsistency import explore as exploring
    from kmeans_inconsistency.study import files

    measured = [row for path in args.measured for row in exploring.measured(path)]
    files.write_bytes(args.output, exploring.page(measured).encode())
    return OK


def verdicts(args: argparse.Namespace) -> int:
    """Hold the verdicts against those that the configuration expects."""
    from kmeans_inconsistency.study import files

    study = _study(args)
    judged = json.loads(args.claims.read_text(encoding="utf-8"))
    surprises = [c for c in judged if study.expect and c["verdict"] != c["expected"]]
    for c in surprises:
        line = (
            f"claim {c['id']}: the verdict is '{c['verdict']}', the configuration expects '{c['expected']}'"
        )
        print(f"{line}: {c['conditions']}" if c["conditions"] else line, file=sys.stderr)
    if surprises:
        return UNEXPECTED
    lines = [f"{c['id']}: {c['verdict']}" for c in judged]
    files.write_bytes(args.output, ("\n".join(lines) + "\n").encode())
    return OK


def _cores(word: str) -> int:
    """A number of cores, or ``all``, as Snakemake takes them."""
    if word == "all":
        return os.cpu_count() or 1
    if not (word.isascii() and word.isdecimal() and int(word) > 0):
        raise argparse.ArgumentTypeError(f"{word!r} is not a number of cores; write 1 or more, or all")
    return int(word)


def _elsewhere(module: str) -> Callable[[argparse.Namespace], int]:
    """Hand all further arguments to a module's own ``main``."""

    def run(args: argparse.Namespace) -> int:
        entry = importlib.import_module(f"kmeans_inconsistency.{module}").main
        code: int = entry(args.rest, prog=calling.called(args.command))
        return code

    return run


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog=calling.called(), description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(run: Callable[[argparse.Namespace], int], *arguments: str) -> None:
        told = run.__doc__ or ""
        sub = commands.add_parser(run.__name__, help=told, description=told, allow_abbrev=False)
        for name in arguments:
            match name:
                case "config":
                    sub.add_argument(
                        "--config", type=Path, default=Path("config.yaml"), help="the configuration"
                    )
                    sub.add_argument("--design", help="digest that the configuration must have")
                case "cores":
                    sub.add_argument(
                        "--cores", type=_cores, default=os.cpu_count() or 1, help="cores at hand"
                    )
                case "fix":
                    sub.add_argument(
                        "--fix", action="store_true", help="remove them; the next run remakes them"
                    )
                case "measured":
                    sub.add_argument(
                        name, nargs="*", type=Path, help="summaries with root mean squared errors"
                    )
                case "output" | "results" | "limits" | "claims":
                    sub.add_argument(f"--{name}", type=Path, required=True)
                case _:
                    sub.add_argument(name)
        sub.set_defaults(run=run)

    command(check, "config")
    command(kernels)
    command(block, "config", "name")
    command(plan, "config", "cores")
    command(verify, "config", "fix")
    command(manifest, "config", "output")
    command(publish, "config")
    command(replay, "config", "experiment", "scenario", "n", "replicate", "method")
    command(failures, "config", "output")
    command(predict, "config", "experiment", "output")
    command(curve, "config", "name", "output")
    command(summarise, "config", "experiment", "limits", "output")
    command(claims, "config", "output")
    command(numbers, "config", "output")
    command(figure, "config", "name")
    command(paper, "results", "output")
    command(tables, "results", "output")
    command(explore, "measured", "output")
    command(verdicts, "config", "claims", "output")
    for name, module, told in (
        ("limits", "limits.report", "Print the limits of a mixture that you name."),
        ("fit", "commands.fit", "Fit each estimator to your own column of numbers."),
        ("cite", "citation", "Print how to cite a figure; without a name, list the figures."),
    ):
        sub = commands.add_parser(name, help=told, add_help=False)
        sub.set_defaults(run=_elsewhere(module), forwarded=True)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; what goes wrong for a known reason is said in one line."""
    from kmeans_inconsistency.study import provenance

    provenance.begin()
    from kmeans_inconsistency.study.config import ConfigError
    from kmeans_inconsistency.study.files import DamagedFileError

    parser = _parser()
    args, rest = parser.parse_known_args(argv)
    if rest and not getattr(args, "forwarded", False):
        parser.error(f"unknown arguments: {' '.join(rest)}")
    args.rest = rest
    try:
        code: int = args.run(args)
    except ConfigError as error:
        print("\n".join(error.problems), file=sys.stderr)
        return REFUSED
    except (KnownError, DamagedFileError, provenance.SourcesChangedError) as error:
        print(error, file=sys.stderr)
        return FAILED
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"{place}{error.strerror or error}; nothing is lost; mend this and run again", file=sys.stderr)
        return FAILED
    return code


if __name__ == "__main__":
    terminal.prepare()
    # Ctrl-C ends it at once and without a traceback: no file is ever half written.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(main())
