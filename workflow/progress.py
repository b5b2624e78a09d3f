"""What the workflow asks of Snakemake beyond its rules: clear refusals, forced files, progress."""

import atexit
import contextlib
import fcntl
import hashlib
import json
import logging
import os
import re
import shutil
import sys
import time
from pathlib import Path

import snakemake.workflow
import yaml
from snakemake.iocontainers import OutputFiles
from snakemake.jobs import Job
from snakemake.persistence import FileBackupMixin
from snakemake.scheduling.job_scheduler import JobScheduler
from snakemake.settings.types import ExecMode
from snakemake_interface_logger_plugins.common import LogEvent

BUSY = 75  # exit code of a run that another one keeps out


def config_file(workflow):
    """The one configuration file of this run."""
    files = workflow.configfiles
    if len(files) > 1:
        refuse([f"one --configfile only, not {len(files)}; let one file extend the other (key 'extends')"])
    if workflow.config_settings.config and not files:
        refuse(["--config changes nothing here; write a configuration and name it with --configfile"])
    return Path(os.path.relpath(files[0])) if files else Path("config.yaml")


def is_module(workflow):
    """Whether another workflow imports this one."""
    return not workflow.modifier.is_main_snakefile()


def config_of_module(workflow, config):
    """Write the configuration that a module is given to a file, which its jobs read; paths are from here."""
    modifier = workflow.modifier.path_modifier
    if modifier.prefix or modifier._prefix_replacements:
        refuse(["the module takes no prefix; name the folder of its results in its config: study.results"])
    if not config:
        refuse(["the module has no configuration; give it one with config: (see config/README.md)"])
    folder = Path(".cache") / "modules"
    given = dict(config)
    for key in {"code", "extends"} & set(given):
        given[key] = os.path.relpath(given[key], folder)
    text = yaml.safe_dump(given, sort_keys=False, allow_unicode=True)
    path = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.yaml"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(f".{os.getpid()}")
        made.write_text(text, encoding="utf-8")
        made.replace(path)
    return path


def refuse(problems, code=2):
    """Say why nothing runs, one line each, and stop."""
    print("\n".join(problems), file=sys.stderr)
    sys.exit(code)


def is_main(workflow):
    """Whether this process plans the run, and is not one job of it."""
    return workflow.exec_mode == ExecMode.DEFAULT


def hold():
    """Hold, until this process ends, the lock that keeps a second run out of this folder.

    Snakemake's own locks are of single files and outlive a run that is killed; as we are alone, they go.
    """
    path = Path(".cache") / "run.lock"
    try:
        path.parent.mkdir(exist_ok=True)
        fcntl.flock(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        refuse(["another run is at work in this folder; wait for it to end, then run again"], BUSY)
    except OSError as error:
        refuse([f"{path}: cannot be locked: {error.strerror}; mend this and run again"])
    shutil.rmtree(Path(".snakemake") / "locks", ignore_errors=True)


def require_writable(folder):
    """Refuse to start when nothing could be written where the results go."""
    there = next(path for path in [folder, *folder.absolute().parents] if path.exists())
    if not os.access(there, os.W_OK):
        refuse([f"{there}: cannot be written; mend this and run again"])


def say_interruptions():
    """Say Ctrl-C in a line, not in a traceback, in the phases in which Snakemake does not catch it."""

    def say(kind, value, trace):
        if not issubclass(kind, KeyboardInterrupt):
            return sys.__excepthook__(kind, value, trace)
        return print("interrupted; run again to go on", file=sys.stderr)

    sys.excepthook = say


def say(lines):
    """Say what the study is without."""
    for line in lines:
        print(line, file=sys.stderr)


def say_lacking(experiments):
    """Say why there will be no paper, and what stands in its place."""
    if experiments:
        needed = ", ".join(experiments)
        print(
            f"no paper, which needs the experiments {needed}, too; study.html stands in its place",
            file=sys.stderr,
        )


class Told(dict):
    """What the records of figures say, read when it is asked for, with its text as reStructuredText."""

    def __init__(self, folder):
        super().__init__()
        self.folder = folder

    def __missing__(self, name):
        record = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        return record | {key: _escaped(record[key]) for key in ("title", "caption")}


class Failures(dict):
    """The list of failures as reStructuredText, read when it is asked for: the first replicate of each."""

    def __init__(self, file):
        super().__init__()
        self.file = file

    def __missing__(self, name):
        lines = self.file.read_text(encoding="utf-8").splitlines()
        shown = (line for line in lines if not line.startswith("  and "))
        return "\n".join(
            f"| ``{line.strip()}``" if line.startswith("  ") else f"| {_escaped(line)}" for line in shown
        )


def _escaped(text):
    return re.sub(r"([\\*`|_])", r"\\\1", text)


def sweep(results):
    """Remove what killed writers have left: every file is written under such a name and then renamed."""
    for path in Path(results).rglob(".*.tmp"):
        with contextlib.suppress(OSError):
            path.unlink()


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


def report(workflow, rule, missing):
    """Say after each job of a rule how many files are done, of how many, and how long the rest will take.

    Those are counted that are ``missing`` when the run begins.
    """
    logger = logging.getLogger("snakemake.logging")
    for handler in logger.handlers:
        handler.addFilter(_not_counted)
    logger.addHandler(_Progress(workflow, rule, missing))


def keep_what_it_takes(workflow, run):
    """Keep, after each job and at the end, the processor time of the run."""
    logging.getLogger("snakemake.logging").addHandler(_Taken(workflow, run))


class _Taken(logging.Handler):
    """Has the processor time noted once a job has finished: a run that makes nothing leaves no note."""

    def __init__(self, workflow, run):
        super().__init__()
        self.workflow, self.run, self.noted = workflow, run, False

    def emit(self, record):
        if getattr(record, "event", None) == LogEvent.JOB_FINISHED:
            self.run.note(self.workflow.local_exec)
            if not self.noted:
                atexit.register(lambda: self.run.note(self.workflow.local_exec))
                self.noted = True


NOISE = {LogEvent.PROGRESS, LogEvent.JOB_FINISHED, LogEvent.JOB_STARTED, LogEvent.WORKFLOW_STARTED}


def _not_counted(record):
    return getattr(record, "event", None) not in NOISE and record.msg != "Select jobs to execute..."


class _Progress(logging.Handler):
    """Counts the missing files of one rule as Snakemake reports its jobs."""

    def __init__(self, workflow, rule, missing):
        super().__init__()
        self.workflow, self.rule, self.missing = workflow, rule, missing
        self.makes, self.start, self.total, self.done = {}, None, 0, 0

    def emit(self, record):
        event = getattr(record, "event", None)
        if event == LogEvent.RUN_INFO:
            dag = self.workflow.dag
            self.makes = {
                dag.jobid(job): len(self.missing.intersection(job.output))
                for job in dag.needrun_jobs()
                if job.rule.name == self.rule
            }
            self.total = sum(self.makes.values())
        elif event == LogEvent.JOB_INFO and record.jobid in self.makes:
            self.start = self.start or time.monotonic()
        elif event == LogEvent.JOB_FINISHED and self.makes.get(record.job_id):
            self.done += self.makes.pop(record.job_id)
            self._say()

    def _say(self):
        left = (time.monotonic() - self.start) * (self.total - self.done) / self.done
        rest = f"about {_spell(left)} left" if self.done < self.total else "all done"
        print(f"{self.rule}s: {self.done} of {self.total}, {rest}", file=sys.stderr, flush=True)


def _spell(seconds):
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
