"""What a run says while it goes on, and the processor time that it keeps account of."""

import atexit
import logging
import sys
import time

from snakemake_interface_logger_plugins.common import LogEvent


def show(workflow, rule, expected, start, other):
    """Say after each job of a rule how many files are done, of how many, and how long the run will take yet.

    Parameters
    ----------
    expected : dict
        Processor seconds of each file of the rule that is missing when the run begins.
    start, other : float
        Those of the start of a process, and of a job of another rule.
    """
    logger = logging.getLogger("snakemake.logging")
    for handler in logger.handlers:
        handler.addFilter(_not_counted)
    logger.addHandler(_Progress(workflow, rule, expected, start, other))


def keep_what_it_takes(workflow, run, forks):
    """Keep, after each job and at the end, the processor time of the run."""
    logging.getLogger("snakemake.logging").addHandler(_Taken(workflow, run, forks))


class _Taken(logging.Handler):
    """Has the processor time noted once a job has finished: a run that makes nothing leaves no note."""

    def __init__(self, workflow, run, forks):
        super().__init__()
        self.workflow, self.run, self.forks, self.noted = workflow, run, forks, False

    def emit(self, record):
        if getattr(record, "event", None) == LogEvent.JOB_FINISHED:
            self._note()
            if not self.noted:
                atexit.register(self._finish)
                self.noted = True

    def _note(self):
        self.run.note(self.workflow.local_exec, self.forks.seconds())

    def _finish(self):
        self.forks.end()
        self._note()


NOISE = {LogEvent.PROGRESS, LogEvent.JOB_FINISHED, LogEvent.JOB_STARTED, LogEvent.WORKFLOW_STARTED}


def _not_counted(record):
    return getattr(record, "event", None) not in NOISE and record.msg != "Select jobs to execute..."


class _Progress(logging.Handler):
    """Follows the jobs as Snakemake reports them, each with what it is expected to take."""

    PRIOR = 20.0  # processor seconds as expected that count for what was expected against what is measured
    PAUSE = 15.0  # seconds between two lines on jobs of other rules

    def __init__(self, workflow, rule, expected, start, other):
        super().__init__()
        self.workflow, self.rule, self.expected = workflow, rule, expected
        self.of_start, self.of_other = start, other
        self.weight, self.files, self.begun = {}, {}, {}
        self.made, self.said = 0, 0.0
        self.done = self.taken = self.PRIOR

    def emit(self, record):
        event = getattr(record, "event", None)
        if event == LogEvent.RUN_INFO:
            self._lay_out()
        elif event == LogEvent.JOB_INFO and record.jobid in self.weight:
            self.begun[record.jobid] = time.monotonic()
        elif event == LogEvent.JOB_FINISHED and record.job_id in self.weight:
            self.done += self.weight.pop(record.job_id)
            self.taken += time.monotonic() - self.begun.pop(record.job_id, time.monotonic())
            files = self.files.pop(record.job_id, 0)
            self.made += files
            self._say(files)

    def _lay_out(self):
        dag = self.workflow.dag
        for job in dag.needrun_jobs():
            name, made = dag.jobid(job), self.expected.keys() & set(job.output)
            self.weight[name] = self.of_other
            if job.rule.name == self.rule:
                self.weight[name] = self.of_start + sum(self.expected[file] for file in made)
                self.files[name] = len(made)
        self.total = sum(self.files.values())
        self.others = len(self.weight) - len(self.files)

    def _left(self):
        """Seconds to the end of the run: what is expected, by the pace of the jobs that have ended."""
        now, pace = time.monotonic(), self.taken / self.done
        left = sum(pace * weight for name, weight in self.weight.items() if name not in self.begun)
        left += sum(max(pace * self.weight[name] - (now - start), 0) for name, start in self.begun.items())
        return left / (self.workflow.cores or 1)

    def _say(self, files):
        now = time.monotonic()
        left = "all done"
        if self.weight and self.workflow.local_exec:
            left = f"about {_spell(self._left())} left"
        elif self.weight:  # how long jobs wait in a cluster's queue is not known here
            left = f"{len(self.weight)} jobs left"
        if files:
            blocks = left if self.made < self.total else "all done"
            print(f"{self.rule}s: {self.made} of {self.total}, {blocks}", file=sys.stderr, flush=True)
        elif not self.files and (not self.weight or now - self.said > self.PAUSE):
            self.said = now
            done = self.others - len(self.weight)
            print(f"then: {done} of {self.others} jobs, {left}", file=sys.stderr, flush=True)


def _spell(seconds):
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
