"""The command line: finds the command, runs it, and puts what goes wrong for a known reason in one line."""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import NoReturn

from kmeans_inconsistency.commands import calling, terminal

#: The commands of each module of :mod:`.commands`, with their arguments.
COMMANDS: dict[str, dict[str, tuple[str, ...]]] = {
    "study": {
        "check": ("config",),
        "plan": ("config", "cores"),
        "results": ("config",),
        "verify": ("config", "fix"),
        "publish": ("config",),
        "compare": ("config",),
        "freeze": ("config", "ground", "again"),
        "replay": ("config", "experiment", "scenario", "n", "replicate", "method"),
    },
    "new": {"new": ("name",)},
    "publication": {
        "latex": ("finished", "into"),
        "site": ("finished", "into"),
        "deposit": ("finished", "into", "draft"),
    },
    "workflow": {
        "kernels": ("config", "say"),
        "block": ("config", "name"),
        "predict": ("config", "experiment", "output"),
        "curve": ("config", "name", "output"),
        "certify": ("config", "part", "limits", "output"),
        "certificates": ("parts", "output"),
        "summarise": ("config", "experiment", "limits", "output"),
        "failures": ("config", "output"),
        "claims": ("config", "output"),
        "confirmation": ("results",),
        "numbers": ("config", "output"),
        "figure": ("config", "name"),
        "overview": ("config", "experiment"),
        "study_page": ("config", "output"),
        "paper": ("results", "output"),
        "webpage": ("results", "output"),
        "tables": ("results", "output"),
        "explore": ("measured", "predicted", "output"),
        "real_data": ("output",),
        "manifest": ("config", "output"),
        "verdicts": ("config", "claims", "output"),
    },
    "serving": {"serve": ("socket",)},
}
#: Modules that read their own arguments.
INDEPENDENT = {
    "limits": ("limits.report", "Print the limits of a mixture that you name."),
    "fit": ("commands.fit", "Fit each estimator to your own column of numbers."),
    "cite": ("publication.citation", "Print how to cite a figure; without a name, list the figures."),
}


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        print(f"{message}; {self.prog} --help lists what there is", file=sys.stderr)
        sys.exit(2)


def _cores(word: str) -> int:
    """A number of cores, or ``all``, as Snakemake takes them."""
    if word == "all":
        return os.cpu_count() or 1
    if not (word.isascii() and word.isdecimal() and int(word) > 0):
        raise argparse.ArgumentTypeError(f"{word!r} is not a number of cores; write 1 or more, or all")
    return int(word)


def _independent(module: str) -> Callable[[argparse.Namespace], int]:
    """Hand all further arguments to a module's own ``main``."""

    def run(args: argparse.Namespace) -> int:
        entry = importlib.import_module(f"kmeans_inconsistency.{module}").main
        code: int = entry(args.rest, prog=calling.called(args.command))
        return code

    return run


def _add(parser: argparse.ArgumentParser, argument: str) -> None:
    match argument:
        case "config":
            parser.add_argument("--config", type=Path, default=Path("config.yaml"), help="the configuration")
            parser.add_argument("--design", help="digest that the configuration must have")
        case "ground":
            where = Path("config") / "confirm.yaml"
            parser.add_argument("--ground", type=Path, default=where, help="the study on new ground")
        case "again":
            parser.add_argument("--again", metavar="REASON", help="why a frozen study is frozen again")
        case "cores":
            parser.add_argument("--cores", type=_cores, default=os.cpu_count() or 1, help="cores at hand")
        case "fix":
            parser.add_argument("--fix", action="store_true", help="remove them; the next run remakes them")
        case "finished":
            parser.add_argument(
                "--results", type=Path, help="folder of the results; else those of the last run"
            )
        case "into":
            parser.add_argument("--into", type=Path, help="folder to write; else one in the results")
        case "draft":
            parser.add_argument("--draft", action="store_true", help="let placeholders stand, to try it out")
        case "say":
            parser.add_argument(
                "--say", action="store_true", help="say how many are compiled as time goes on"
            )
        case "measured":
            parser.add_argument(
                argument, nargs="*", type=Path, help="summaries of the root mean squared error"
            )
        case "predicted":
            parser.add_argument("--predicted", type=Path, help="the curve of finite samples")
        case "parts":
            parser.add_argument(argument, nargs="+", type=Path, help="tables of certificates")
        case "output" | "results" | "limits" | "claims":
            parser.add_argument(f"--{argument}", type=Path, required=True)
        case _:
            parser.add_argument(argument)


@cache
def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog=calling.called(), description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module, known in COMMANDS.items():
        room = importlib.import_module(f"kmeans_inconsistency.commands.{module}")
        for name, arguments in known.items():
            run = getattr(room, name)
            sub = commands.add_parser(name, help=run.__doc__, description=run.__doc__, allow_abbrev=False)
            for argument in arguments:
                _add(sub, argument)
            sub.add_argument("--log", type=Path, help="file in which to keep what is said, too")
            sub.set_defaults(run=run)
    for name, (module, purpose) in INDEPENDENT.items():
        sub = commands.add_parser(name, help=purpose, add_help=False)
        sub.set_defaults(run=_independent(module), forwarded=True)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command."""
    from kmeans_inconsistency.study import provenance

    provenance.begin()
    return perform(argv)


def perform(argv: Sequence[str] | None = None) -> int:
    """Run one command in a process that knows how the sources were before it loaded them."""
    parser = _parser()
    args, rest = parser.parse_known_args(argv)
    if rest and not getattr(args, "forwarded", False):
        parser.error(f"unknown arguments: {' '.join(rest)}")
    args.rest, args.parse, args.perform = rest, parser.parse_args, perform
    with terminal.logged(getattr(args, "log", None)):
        return _run(args)


def _run(args: argparse.Namespace) -> int:
    """Run a command that is known, and say in a line what stops it."""
    from kmeans_inconsistency.commands._common import FAILED, REFUSED, KnownError
    from kmeans_inconsistency.study import provenance
    from kmeans_inconsistency.study.config import ConfigError
    from kmeans_inconsistency.study.files import DamagedFileError

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
        print(
            f"{place}{error.strerror or error}; nothing is lost: remove the cause and run again",
            file=sys.stderr,
        )
        return FAILED
    return code


def console() -> None:
    """Run as a program."""
    terminal.prepare()
    gc.set_threshold(100_000)  # objects that imports create are never garbage
    # Ctrl-C ends it at once and without a traceback: no file is ever half written.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(main())


if __name__ == "__main__":
    console()
