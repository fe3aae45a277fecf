# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks one row of bad input: refuse.py ROW --work DIR. It must end with the row's code and message, and leave the
work folder as it was: no output, whole or half."""
import argparse
import os
import pathlib
import re
import resource
import shlex
import shutil
import subprocess
import sys

import makers
import rows

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "golden"


def prepare(row, work):
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for name, content in row.files.items():
        path = work / name
        path.parent.mkdir(exist_ok=True)
        if content.startswith("@"):
            path.write_bytes(getattr(makers, content[1:])(GOLDEN))
        else:
            path.write_text(content)


def contents(work):
    return {path.relative_to(work).as_posix(): path.read_bytes() if path.is_file() else None
            for path in work.rglob("*")}


def run(row, work):
    # Python ignores SIGXFSZ and leaves it so for the child here: writing too much fails as on a full disk.
    limit = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (row.file_size, row.file_size))) if row.file_size else None
    return subprocess.run(shlex.split(row.command.format(golden=GOLDEN)), cwd=work, capture_output=True, text=True,
                          errors="replace", timeout=60, env={**os.environ, "KERAS_HOME": str(work)},
                          restore_signals=not row.file_size, preexec_fn=limit)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("row", choices=rows.ROWS)
    parser.add_argument("--work", required=True, type=pathlib.Path, help="scratch folder, emptied first")
    arguments = parser.parse_args()
    row = rows.ROWS[arguments.row]
    prepare(row, arguments.work)
    before = contents(arguments.work)
    done = run(row, arguments.work)
    after = contents(arguments.work)
    wrong = []
    if done.returncode != row.code:
        wrong.append(f"exit code {done.returncode}, expected {row.code}")
    if not re.search(row.message, done.stderr, re.M):
        wrong.append(f"no message matches {row.message!r}")
    if before != after:
        changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        wrong.append(f"the folder changed: {', '.join(changed)}")
    if wrong:
        sys.exit("\n".join([row.command, *wrong, done.stdout, done.stderr]))


main()
