"""What users ask of a study: check, plan, verify, replay, publish."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

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


def freeze(args: argparse.Namespace) -> int:
    """Write protocol.json: designs, margins, predictions and code, whose digest gives the root seed."""
    from kmeans_inconsistency.findings import freezing
    from kmeans_inconsistency.study import config, files, protocol
    from kmeans_inconsistency.study.design import design

    earlier = []
    if protocol.PATH.exists():
        if not args.again:
            raise KnownError(f"the study is frozen in {protocol.PATH}; give a reason after --again")
        earlier = freezing.superseded(protocol.read(), args.again)
    parts = []
    for path in (args.config, args.ground):
        found = config.load(path, frozen=False)
        found["study"]["seed"] = 0  # which is not known yet, and which no prediction depends on
        parts.append(freezing.part(found, design(found)))
    main, ground = parts
    content = freezing.freeze(main, ground, datetime.now(UTC).date().isoformat(), earlier)
    files.write_json(protocol.PATH, content)
    print(f"frozen as {content['digest'][:16]}, root seed {content['seed']}")
    print(f"{args.config} must say 'seed: protocol' to be the frozen study")
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


def compare(args: argparse.Namespace) -> int:
    """Compare a confirming study with the published one, and remember what it found."""
    import json

    from kmeans_inconsistency.commands._common import frozen_of
    from kmeans_inconsistency.findings import confirmation
    from kmeans_inconsistency.study import files, verify

    study = study_of(args)
    written, frozen = frozen_of(args)
    if frozen is None:
        raise KnownError(f"{args.config} names no protocol; its seed must be protocol:1 or a later one")
    kind = "new ground" if str(written["study"]["seed"]) == "protocol:2" else "repeated"
    paths = study.results / "claims.json", verify.PUBLISHED / "claims.json"
    for path in paths:
        if not path.exists():
            raise KnownError(f"there is no {path}; run and publish the frozen study, then this one")
    claims, published = (json.loads(path.read_text(encoding="utf-8")) for path in paths)
    before = {claim["id"]: claim["verdict_text"] for claim in published}
    for claim in claims:
        print(f"{claim['id']}: {claim['verdict_text']} ({before.get(claim['id'], 'not made')})")
    said = confirmation.remembered(kind, study.seed, frozen, claims, published)
    files.write_json(confirmation.VERDICTS, said)
    if kind == "repeated":
        rows = list(confirmation.differences(verify.PUBLISHED, study.results, study.experiments))
        files.write_csv(confirmation.COMPARED / confirmation.DIFFERENCES, confirmation.COLUMNS, rows)
        spreads = list(confirmation.spreads(rows, confirmation.bands(confirmation.samples(study))))
        for row in spreads:
            print(f"{row['measure']}: root mean square {row['rms']:.2f} of {row['numbers']} differences")
        files.write_csv(confirmation.COMPARED / confirmation.SPREADS, confirmation.SPREAD_COLUMNS, spreads)
    return OK
