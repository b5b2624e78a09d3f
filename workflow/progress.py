"""What a run says while it goes on, and the processor time that it keeps account of."""

import atexit
import logging
import sys
import time

from snakemake_interface_logger_plugins.common import LogEvent


def show(workflow, rule, missing):
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
