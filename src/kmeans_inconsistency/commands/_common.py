"""What the commands share: how they end, what they say in one line, the study that they work on."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kmeans_inconsistency.study.design import Study

OK, FAILED, REFUSED, UNEXPECTED = 0, 1, 2, 3


class KnownError(Exception):
    """Something that one line on standard error explains."""


def study_of(args: argparse.Namespace) -> Study:
    """Lay out the study; the workflow has checked the configuration before any job runs."""
    from kmeans_inconsistency.study import config
    from kmeans_inconsistency.study.design import design

    if args.design is None:
        from kmeans_inconsistency.findings import claims

        return design(config.load(args.config, claims.problems))
    written = config.read(args.config, checked=True)
    now = _as_laid_out(written)
    if args.design in _kept and _kept[args.design][0] == now:
        return _kept[args.design][1]
    study = design(config.resolved(written, args.config))
    if study.digest != args.design:
        raise KnownError(f"{args.config} has changed since the run began; nothing is written; run again")
    if "code" not in written:
        _kept[args.design] = now, study
    return study


#: By digest the studies that were laid out here, or where this was forked, each with what it rests on.
_kept: dict[str, tuple[Any, Study]] = {}


def _as_laid_out(written: dict[str, Any]) -> tuple[Any, ...]:
    """What a study is laid out from: its configuration, and the protocol that may give its seed."""
    from kmeans_inconsistency.study import protocol

    status = protocol.PATH.stat() if protocol.PATH.exists() else None
    return written, status and (status.st_mtime_ns, status.st_size)


def experiment_of(study: Study, name: str) -> Any:
    if name not in study.experiments:
        raise KnownError(f"there is no experiment {name!r}; there are: {', '.join(study.experiments)}")
    return study.experiments[name]


def frozen_of(args: argparse.Namespace) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The configuration as it is written, and the protocol that it names, if it names one."""
    from kmeans_inconsistency.study import config, protocol

    written = config.read(args.config, checked=True)
    return written, protocol.read() if isinstance(written["study"]["seed"], str) else None
