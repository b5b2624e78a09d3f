"""Serving: a process that loads what the jobs of a run need once, and forks itself for each job.

A job started afresh spends a second or more on loading; a fork has everything already.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kmeans_inconsistency.commands import workflow
from kmeans_inconsistency.commands._common import OK, study_of
from kmeans_inconsistency.study import provenance

if TYPE_CHECKING:
    import socket

AFRESH = b"afresh"
"""The answer to a request when a source has changed since this process loaded it."""

BEGUN = b"begun "
"""The first answer of a fork, before its exit code: without it the job must start afresh."""

OF_JOBS = (signal.SIGINT, signal.SIGPIPE)

#: Modules of the package to load before forking, for each command that has many jobs.
LOADED = {
    "block": ("study.blocks", "study.bundles", "study.timings"),
    "predict": ("findings.predictions",),
    "curve": ("limits.curves",),
    "certify": ("findings.certified", "limits.certificates.table"),
    "summarise": ("findings.summaries",),
    "figure": ("figures._citable", "publication.citation"),
    "overview": ("figures._overview", "figures._citable", "publication.citation"),
}


def serve(args: argparse.Namespace) -> int:
    """Fork a job for each request at a listening socket, until standard input ends."""
    import select
    import socket

    # an interrupt is meant for the jobs, and a job that nobody waits for must not end this process
    for kind in OF_JOBS:
        signal.signal(kind, signal.SIG_IGN)
    before, loaded = _sources(), set[str]()
    with socket.socket(fileno=int(args.socket)) as listener:
        listener.setblocking(True)
        while True:
            readable, _, _ = select.select([listener, sys.stdin], [], [], 1.0)
            _reap()
            if sys.stdin in readable:
                break
            if readable:
                with contextlib.suppress(OSError):
                    _answer(listener, args, before, loaded)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    return OK


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _sources() -> dict[Path, tuple[int, int]]:
    """Modification times and sizes of the source files of the package."""
    stamps = ((path, path.stat()) for path in provenance.PACKAGE.rglob("*.py"))
    return {path: (status.st_mtime_ns, status.st_size) for path, status in stamps}


def _answer(listener: socket.socket, args: argparse.Namespace, before: Any, loaded: set[str]) -> None:
    """Take one request and fork a job for it."""
    import socket

    connection, _ = listener.accept()
    with connection:
        said, streams, _, _ = socket.recv_fds(connection, 1 << 16, 2)
        while not said.endswith(b"\n") and (more := connection.recv(1 << 16)):
            said += more
        if said.endswith(b"\n"):
            argv = json.loads(said)
            if argv[0] in LOADED and argv[0] not in loaded:
                loaded.add(argv[0])
                _load(args, argv)
            if _sources() != before:
                connection.sendall(AFRESH)
            elif os.fork() == 0:
                listener.close()
                _work(args, argv, connection, streams)
        for stream in streams:
            os.close(stream)


def _load(args: argparse.Namespace, argv: Sequence[str]) -> None:
    """Load what the jobs of a command need; the job itself reports what goes wrong."""
    command = argv[0]
    with contextlib.suppress(Exception, SystemExit):
        if command == "block":
            workflow.load_numba()
        if command in ("figure", "overview"):
            workflow.load_seaborn()
        if command in ("block", "summarise"):
            importlib.import_module("pyarrow.parquet")
        for name in LOADED[command]:
            importlib.import_module(f"{provenance.PACKAGE.name}.{name}")
        provenance.sources(*LOADED[command])  # reads what they import
        asked = args.parse(argv)
        if hasattr(asked, "design"):
            _load_study(asked)
    # so that the forks share what is there
    gc.collect()
    gc.freeze()


def _load_study(asked: argparse.Namespace) -> None:
    """Lay out a study and load its methods; where a study has code of its own, each job does so itself."""
    from kmeans_inconsistency.study import config

    if "code" in config.read(asked.config, checked=True):
        return
    study = study_of(asked)
    if asked.command == "block":
        from kmeans_inconsistency.algorithms import compiling

        workflow.load_methods(study)
        compiling.warm()


def _work(
    args: argparse.Namespace, argv: Sequence[str], connection: socket.socket, streams: Sequence[int]
) -> None:
    """Do the job in this fork and send its exit code; a job that is killed sends nothing."""
    for kind in OF_JOBS:
        signal.signal(kind, signal.SIG_DFL)
    connection.sendall(BEGUN)
    for number, stream in enumerate([os.open(os.devnull, os.O_RDONLY), *streams]):
        os.dup2(stream, number)
    code = 1
    try:
        code = args.perform(argv)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        connection.sendall(str(code).encode())
        os._exit(code)
