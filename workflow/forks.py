"""The process that forks the jobs of a run: see the package's ``commands/serving.py``."""

import contextlib
import os
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import psutil

SOCKET = Path(".cache") / "jobs"


class Forks:
    """Runs while this process does; without it each job starts afresh."""

    def __init__(self, wanted):
        # elsewhere not every library may be forked
        self._wanted, self._process = wanted and sys.platform == "linux", None

    def options(self):
        """What a Python is started with to do a job."""
        if not self._wanted:
            return "-m kmeans_inconsistency"
        start = Path(__file__).with_name("start.py")
        return f"-IS {shlex.quote(str(start))} {shlex.quote(str(SOCKET))}"

    def begin(self, environment):
        """Start it, with what its jobs find in their environment."""
        if not self._wanted:
            return
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as listener:
            SOCKET.unlink(missing_ok=True)
            listener.bind(str(SOCKET))
            listener.listen(1024)
            number = listener.fileno()
            # a Python that is interrupted while it starts prints a traceback
            command = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh"]
            self._process = subprocess.Popen(
                [*command, sys.executable, "-m", "kmeans_inconsistency", "serve", str(number)],
                stdin=subprocess.PIPE,
                pass_fds=[number],
                env=os.environ | environment,
            )

    def seconds(self):
        """Processor seconds of it and of all jobs that have ended, as long as it runs."""
        if self._process is None:
            return 0.0
        try:
            return sum(psutil.Process(self._process.pid).cpu_times()[:4])
        except psutil.Error:
            return 0.0

    def end(self):
        """Wait for it to end."""
        if self._process is not None:
            self._process.stdin.close()
            self._process.wait()
            self._process = None
            SOCKET.unlink(missing_ok=True)
