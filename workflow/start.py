"""Start a job: as a fork of the process that has loaded what jobs need, or afresh if there is none.

  python start.py SOCKET COMMAND ...

It imports as little as it can, since a run has hundreds of jobs.
"""

import contextlib
import json
import os
import socket
import sys


def fork(path, words):
    """Have the job done by a fork; its exit code, or None if the job must start afresh."""
    said = b""
    # if the connection breaks, what has arrived so far decides
    with socket.socket(socket.AF_UNIX) as connection, contextlib.suppress(OSError):
        connection.connect(path)
        socket.send_fds(connection, [json.dumps(words).encode() + b"\n"], [1, 2])
        while part := connection.recv(64):
            said += part
    # the process that forks may have refused, or been killed before there was a fork
    begun, _, code = said.partition(b" ")
    if begun != b"begun":
        return None
    return int(code) if code else 1  # killed, it has said no more


if __name__ == "__main__":
    code = fork(sys.argv[1], sys.argv[2:])
    if code is None:
        words = [sys.executable, "-m", "kmeans_inconsistency", *sys.argv[2:]]
        os.execv(words[0], words)  # noqa: S606
    sys.exit(code)
