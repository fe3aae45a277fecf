# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The golden cases as the index files describe them. Standard library only: lit imports this."""
import json
import pathlib

INDEXES = ["index.json", "index_keras2.json"]
CHECKED_KINDS = {"infer", "stateful", "train", "fit", "script"}
COMPILED_KINDS = {"infer", "stateful", "train"}
CHECKED_ELSEWHERE = {"utils"}  # no model: values for the unit tests of data sets and array functions


class Case:
    """One case: its fields of the index as attributes, and its directory."""

    def __init__(self, golden, fields):
        self.directory = pathlib.Path(golden) / fields["name"]
        self.name = fields["name"]
        self.kind = fields["kind"]
        self.files = fields.get("files", {})
        self.fields = fields

    def file(self, role):
        """The path of a file by its role in the index, or None where the case has none."""
        return self.directory / self.files[role] if role in self.files else None


def load(golden):
    """All cases of all index files."""
    return [Case(golden, fields) for index in INDEXES
            for fields in json.loads((pathlib.Path(golden) / index).read_text())["cases"]]


def refused_names():
    """Names in refused.txt and refused_by_design.txt: one a line, then the reason; # starts a comment."""
    folder = pathlib.Path(__file__).parent
    lines = [line.split("#")[0].split() for name in ("refused.txt", "refused_by_design.txt")
             for line in (folder / name).read_text().splitlines()]
    return {words[0]: " ".join(words[1:]) for words in lines if words}


def problems(golden):
    """What is wrong with the set of cases itself, one sentence each."""
    found = load(golden)
    names = [case.name for case in found]
    directories = {path.name for path in pathlib.Path(golden).iterdir() if path.is_dir()}
    wrong = [f"{name}: named by the index, but there is no such directory" for name in names if name not in directories]
    wrong += [f"{name}: a directory that no index names" for name in sorted(directories - set(names))]
    wrong += [f"{name}: named twice" for name in sorted(set(names)) if names.count(name) > 1]
    wrong += [f"{name}: in refused.txt, but there is no such case" for name in refused_names() if name not in names]
    wrong += [f"{case.name}: {path.name} is missing" for case in found
              for path in map(case.file, case.files) if case.name in directories and not path.exists()]
    if not any(case.kind in CHECKED_KINDS and case.name not in refused_names() for case in found):
        wrong.append("no golden case to check")
    return wrong
