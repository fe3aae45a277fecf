# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fails where a file is too long, too deep, badly named, or lacks its two-line header."""
import os
import pathlib
import re
import sys

MAX_PATH = 75     # characters
MAX_FOLDERS = 4   # above a file
SKIPPED = re.compile(r"\.git$|build(-.*)?$|__pycache__$|test/golden$")

# The first pattern that matches a path gives its most lines.
MAX_LINES = [
    (r"(^|/)CMakeLists\.txt$", 80),
    (r"^tools/.*\.cpp$", 150),
    (r"^test/.*\.(mlir|test)$", 200),
    (r"\.(h|hpp)$", 250),
    (r"\.td$", 600),
    (r"\.(cpp|py)$", 500),
]
HEADER = "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"
WITH_HEADER = re.compile(r"^(?!examples/).*\.(cpp|h|hpp|td|py)$")
TEXT = re.compile(r"\.(cpp|h|hpp|td|py|mlir|test|txt|cmake|md|in)$")


def files(root):
    for folder, folders, names in os.walk(root):
        here = pathlib.Path(folder).relative_to(root)
        folders[:] = sorted(name for name in folders if not SKIPPED.search((here / name).as_posix()))
        yield from ((here / name).as_posix() for name in sorted(names))


def problems(root):
    for name in files(root):
        if len(name) >= MAX_PATH:
            yield f"{name}: path of {len(name)} characters, at most {MAX_PATH - 1}"
        if name.count("/") > MAX_FOLDERS:
            yield f"{name}: {name.count('/')} folders deep, at most {MAX_FOLDERS}"
        if not TEXT.search(name):
            continue
        text = (root / name).read_text()
        lines = text.splitlines()
        for pattern, most in MAX_LINES:
            if re.search(pattern, name):
                if len(lines) > most:
                    yield f"{name}: {len(lines)} lines, at most {most}"
                break
        if WITH_HEADER.search(name) and not any(HEADER in line for line in lines[:2]):
            yield f"{name}: no '{HEADER}' in its first two lines"
        if text and not text.endswith("\n"):
            yield f"{name}: no newline at the end"
        for number, line in enumerate(lines, 1):
            if line != line.rstrip():
                yield f"{name}:{number}: blank at the end of the line"
            if "\t" in line:
                yield f"{name}:{number}: tab"


def main():
    found = list(problems(pathlib.Path(sys.argv[1])))
    print("\n".join(found))
    sys.exit(bool(found))


main()
