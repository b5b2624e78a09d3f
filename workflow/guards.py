"""What a run asks before it starts: its configuration, that it is alone and can write, and clear refusals."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import sys
from pathlib import Path

import yaml
from snakemake.settings.types import ExecMode

BUSY = 75  # exit code of a run that another one keeps out


def refuse(problems, code=2):
    """Say why nothing runs, one line each, and stop."""
    print("\n".join(problems), file=sys.stderr)
    sys.exit(code)


def is_main(workflow):
    """Whether this process plans the run, and is not one job of it."""
    return workflow.exec_mode == ExecMode.DEFAULT


def is_module(workflow):
    """Whether another workflow imports this one."""
    return not workflow.modifier.is_main_snakefile()


def config_file(workflow):
    """The one configuration file of this run."""
    files = workflow.configfiles
    if len(files) > 1:
        refuse([f"one --configfile only, not {len(files)}; let one file extend the other (key 'extends')"])
    if workflow.config_settings.config and not files:
        refuse(["--config changes nothing here; write a configuration and name it with --configfile"])
    return Path(os.path.relpath(files[0])) if files else Path("config.yaml")


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
        refuse([f"{path}: cannot be locked: {error.strerror}; remove the cause and run again"])
    shutil.rmtree(Path(".snakemake") / "locks", ignore_errors=True)


def require_writable(folder):
    """Refuse to start when nothing could be written where the results go."""
    there = next(path for path in [folder, *folder.absolute().parents] if path.exists())
    if not os.access(there, os.W_OK):
        refuse([f"{there}: cannot be written; remove the cause and run again"])


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


def sweep(results):
    """Remove what killed writers have left: every file is written under such a name and then renamed."""
    for path in Path(results).rglob(".*.tmp"):
        with contextlib.suppress(OSError):
            path.unlink()
