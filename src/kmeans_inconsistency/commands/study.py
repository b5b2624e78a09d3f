"""What users ask of a study: check, plan, verify, replay, publish."""

from __future__ import annotations

import argparse

from kmeans_inconsistency.commands._common import FAILED, OK, KnownError, study_of


def check(args: argparse.Namespace) -> int:
    """Say every problem of a configuration."""
    from kmeans_inconsistency.findings import claims
    from kmeans_inconsistency.study import config, remarks
    from kmeans_inconsistency.study.design import design

    for line in remarks.lines(design(config.load(args.config, claims.problems))):
        print(line)
    return OK


def plan(args: argparse.Namespace) -> int:
    """Say what a run would compute, what is done and what is unused, before anything runs."""
    from kmeans_inconsistency.study import plan as planning
    from kmeans_inconsistency.study import remarks

    study = study_of(args)
    print("\n".join([*remarks.lines(study), *planning.lines(study, args.cores)]))
    return OK


def results(args: argparse.Namespace) -> int:
    """Print the folder of a study's results."""
    print(study_of(args).results)
    return OK


def verify(args: argparse.Namespace) -> int:
    """Name every file of the results that is damaged, edited, foreign or stale."""
    from kmeans_inconsistency.study import verify as verifying

    study = study_of(args)
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


def publish(args: argparse.Namespace) -> int:
    """Copy the finished results that git keeps to results/published, and their numbers to the README."""
    from kmeans_inconsistency.publication import publish as publishing

    try:
        publishing.publish(study_of(args), args.config)
    except publishing.NotPublishableError as error:
        raise KnownError(str(error)) from None
    return OK


def replay(args: argparse.Namespace) -> int:
    """Do one fit of the study again, step by step, and compare it with its row in the results.

    Named as in: replay small_variance delta=2,weight=0.5 100 17 known_variance,eps=0.5
    """
    from kmeans_inconsistency.study import replay as replaying

    study = study_of(args)
    try:
        row = replaying.find(study, args.experiment, args.scenario, args.n, args.replicate, args.method)
    except replaying.UnknownNameError as error:
        raise KnownError(str(error)) from None
    lines, agrees = replaying.replay(study, row)
    print("\n".join(lines))
    return OK if agrees else FAILED
