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
        return design(config.load(args.config))
    study = design(config.resolved(config.read(args.config, checked=True), args.config))
    if study.digest != args.design:
        raise KnownError(f"{args.config} has changed since the run began; nothing is written; run again")
    return study


def experiment_of(study: Study, name: str) -> Any:
    if name not in study.experiments:
        raise KnownError(f"there is no experiment {name!r}; there are: {', '.join(study.experiments)}")
    return study.experiments[name]


def frozen_of(args: argparse.Namespace) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The configuration as it is written, and the protocol that it names, if it names one."""
    from kmeans_inconsistency.study import config, protocol

    written = config.read(args.config, checked=True)
    return written, protocol.read() if isinstance(written["study"]["seed"], str) else None
