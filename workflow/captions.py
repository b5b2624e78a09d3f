"""Texts of Snakemake's report on figures and failures, as reStructuredText."""

import json
import re


class Records(dict):
    """The records of figures, each read when it is needed, with titles and captions as reStructuredText."""

    def __init__(self, folder):
        super().__init__()
        self.folder = folder

    def __missing__(self, name):
        record = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        return record | {key: _escaped(record[key]) for key in ("title", "caption")}


class Failures(dict):
    """The list of failures as reStructuredText, read when it is needed: the first replicate of each."""

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
