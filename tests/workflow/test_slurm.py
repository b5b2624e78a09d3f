"""The study on a real Slurm of one node, listening on the loopback interface alone."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from checkouts import QUICK, SEED, Checkout

CONFIGURATION = Path("/etc/slurm/slurm.conf")  # Slurm's jobs look nowhere else
DAEMONS = ("munged", "slurmctld", "slurmd")
SECONDS = 300
MOST_SECONDS = 1800  # for the quick study

SLURM_CONF = """
ClusterName=toy
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
# Else it listens on every address.
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=root
AuthInfo=socket={top}/munge.socket
StateSaveLocation={top}/state
SlurmdSpoolDir={top}/spool
SlurmctldPidFile={top}/slurmctld.pid
SlurmdPidFile={top}/slurmd.pid
SlurmctldLogFile={top}/slurmctld.log
SlurmdLogFile={top}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
AccountingStorageType=accounting_storage/none
ReturnToService=2
MinJobAge=300
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=4000 State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("cluster"),
    pytest.mark.skipif(
        os.geteuid() != 0
        or CONFIGURATION.exists()
        or not all(shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") for name in DAEMONS),
        reason="needs root, slurmctld, slurmd and munged, and no Slurm that is configured already",
    ),
]


def wait_for(condition: Callable[[], Any]) -> Any:
    """Wait until something is true, and return it."""
    until = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < until, "nothing happened"
        time.sleep(0.2)
    return found


def slurm(*command: str) -> str:
    """Ask Slurm; nothing while it is not there."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A Slurm of one node, for as long as the tests of this file run."""
    top = tmp_path_factory.mktemp("slurm")
    for folder in ("state", "spool"):
        (top / folder).mkdir()
    (top / "munge.key").write_bytes(os.urandom(128))
    (top / "munge.key").chmod(0o400)
    configuration = top / "slurm.conf"
    configuration.write_text(
        SLURM_CONF.format(host=socket.gethostname(), top=top, ports=free_ports(2), cpus=os.cpu_count())
    )
    CONFIGURATION.parent.mkdir(exist_ok=True)
    CONFIGURATION.symlink_to(configuration)
    # munged wants folders that others cannot write to, which a temporary one is not
    munged = [
        "munged",
        "--foreground",
        "--force",
        f"--key-file={top}/munge.key",
        f"--socket={top}/munge.socket",
    ]
    munged += [f"--{kind}-file={top}/munge.{kind}" for kind in ("pid", "log", "seed")]
    commands = [munged, ["slurmctld", "-D"], ["slurmd", "-D"]]
    environment = os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin"}
    daemons = []
    try:
        for command in commands:
            with (top / f"{command[0]}.said").open("w") as said:
                daemons.append(subprocess.Popen(command, env=environment, stdout=said, stderr=said))
            wait_for((top / "munge.socket").exists)
        wait_for(lambda: "idle" in slurm("sinfo", "--noheader", "--format=%T"))
        yield top
    finally:
        slurm("scancel", "--user=root")
        for daemon in reversed(daemons):
            daemon.terminate()
            daemon.wait()
        CONFIGURATION.unlink()


PROFILE = ("--workflow-profile", "profiles/slurm", "--group-components", "blocks=2")


def finish_though_a_job_dies(checkout: Checkout, *arguments: str) -> None:
    """Run the study on the cluster, and kill the first of its jobs that runs."""
    process = checkout.start(*arguments)
    running = wait_for(
        lambda: (
            process.poll() is not None or slurm("squeue", "--noheader", "--states=R", "--format=%i").split()
        )
    )
    subprocess.run(["scancel", "--signal=KILL", "--full", running[0]], check=True)
    assert process.wait(MOST_SECONDS) == 0, (checkout.top / "said").read_text()
    assert "Trying to restart" in (checkout.top / "said").read_text()


def test_a_cluster_makes_the_bytes_of_one_machine_though_a_job_dies(checkout, finished):
    finish_though_a_job_dies(checkout, *PROFILE)
    assert checkout.results() == finished.results()


def test_the_quick_study_is_the_same_on_a_cluster(checkout, tmp_path):
    checkout.write(QUICK | {"study": QUICK["study"] | {"results": "results", "seed": SEED}})
    local = checkout.copy(tmp_path / "local")
    done = local.run()
    assert done.returncode == 0, done.stderr
    finish_though_a_job_dies(checkout, "--workflow-profile", "profiles/slurm")
    assert checkout.results() == local.results()


def test_a_cluster_finds_nothing_to_do_where_one_machine_has_finished(finished, tmp_path):
    checkout = finished.copy(tmp_path / "checkout")
    code, said = checkout.finish(*PROFILE)
    assert code == 0
    assert "Nothing to be done" in said
