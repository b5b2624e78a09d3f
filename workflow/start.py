"""Start a job: as a fork of the process that has loaded what jobs need, or afresh if there is none.

  python start.py SOCKET COMMAND ...

It imports as little as it can, since a run has hundreds of jobs.
"""

import json
import os
import socket
import sys


def fork(path, words):
    """Have the job done by a fork; its exit code, or None if the job must start afresh."""
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(path)
        except OSError:
            return None
        socket.send_fds(connection, [json.dumps(words).encode() + b"\n"], [1, 2])
        said = b""
        while part := connection.recv(64):
            said += part
    if said == b"afresh":
        return None
    return int(said) if said else 1  # killed, it has said nothing


if __name__ == "__main__":
    code = fork(sys.argv[1], sys.argv[2:])
    if code is None:
        words = [sys.executable, "-m", "kmeans_inconsistency", *sys.argv[2:]]
        os.execv(words[0], words)  # noqa: S606
    sys.exit(code)
