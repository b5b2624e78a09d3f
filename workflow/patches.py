"""What is amended in Snakemake: each a part of it that is replaced, with the reason why."""

from pathlib import Path

import snakemake.workflow
from snakemake.iocontainers import OutputFiles
from snakemake.jobs import Job
from snakemake.persistence import FileBackupMixin
from snakemake.scheduling.job_scheduler import JobScheduler


def force(files):
    """Have these files made again where they are needed, whether or not Snakemake sees a reason.

    Snakemake's own setting for this makes targets of them, so that a run for a single figure would make all.
    """
    files, lay_out = set(files), snakemake.workflow.DAG

    def with_forced(*args, forcefiles, **rest):
        return lay_out(*args, forcefiles=forcefiles | files, **rest)

    snakemake.workflow.DAG = with_forced


def bundle(rule, bundles):
    """Have each job of a rule make the files of a whole bundle; the job is named after the first.

    The rule has one output with one wildcard, whose values are in the bundles. Snakemake gives all jobs of a
    rule equally many outputs; with a rule for each bundle, every list of rules would have a hundred more.
    """
    (wildcard,) = rule.wildcard_names
    members = {names[0]: names for names in bundles}
    first = {name: names[0] for names in bundles for name in names}
    match, expand = rule.get_wildcards, rule.expand_output

    def get_wildcards(file, **_):
        name = match(file)[wildcard]
        return {wildcard: first.get(name, name)}

    def expand_output(wildcards):
        output, patterns = OutputFiles(), {}
        for name in members.get(wildcards[wildcard], [wildcards[wildcard]]):
            files, pattern = expand({wildcard: name})
            output.extend(files)
            patterns |= pattern
        return output, patterns

    rule.get_wildcards, rule.expand_output = get_wildcards, expand_output


def keep_finished(folder):
    """Leave the files of a folder as they are when a job that was to make some of them fails.

    Each is whole and says itself what it has. Snakemake would remove those that are new, and put the old
    version in the place of others.
    """
    clean, back_up, restore = Job.cleanup, FileBackupMixin.backup_output, FileBackupMixin.restore_output

    def is_kept(file):
        return Path(file).is_relative_to(folder)

    async def cleanup(job, skip_outputs):
        await clean(job, {*skip_outputs, *filter(is_kept, job.output)})

    def backup_output(persistence, path):
        if not is_kept(path):
            back_up(persistence, path)

    def restore_output(persistence, path):
        return not is_kept(path) and restore(persistence, path)

    Job.cleanup = cleanup
    FileBackupMixin.backup_output, FileBackupMixin.restore_output = backup_output, restore_output


def do_not_limit(workflow):
    """Take away the limit on jobs a second, which no machine reaches.

    With it every look for jobs asks for another one a second later, and each job that ends starts such a
    chain of its own: after some hundred jobs Snakemake is busy with nothing else.
    """
    if workflow.local_exec:
        JobScheduler.job_rate_limiter = property(lambda _: None, lambda *_: None)
