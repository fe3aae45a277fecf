# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fails where an include runs against the dependency arrows: dialect <- compiler <- tools, runtime alone."""
import pathlib
import re
import sys

PLAIN = r"(llvm|llvm-c|mlir|mlir-c|dialect)/"  # what a folder without LLVM must not see

# Folder -> what its files must not include. Every rule whose folder holds the file applies.
RULES = {
    "runtime": r"(llvm|llvm-c|mlir|mlir-c|fmt|dialect|compiler|tools|test)/",
    "dialect": r"(compiler|tools|test|runtime|keratin|fmt)/",
    "compiler": r"(tools|test|runtime)/",
    "compiler/Frontend/Dsl": PLAIN,
    "compiler/Frontend/Layers": PLAIN,
    "compiler/Frontend/KerasFile": PLAIN,
    "compiler/Frontend/Datasets": PLAIN,
    "tools": r"test/",
    "": r"\.\./",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
SUFFIXES = {".h", ".hpp", ".cpp", ".c"}


def violations(root):
    for folder in ["runtime", "dialect", "compiler", "tools", "test"]:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in SUFFIXES:
                continue
            name = path.relative_to(root).as_posix()
            rules = [rule for prefix, rule in RULES.items() if not prefix or name.startswith(prefix + "/")]
            for number, line in enumerate(path.read_text().splitlines(), 1):
                include = INCLUDE.match(line)
                if include and any(re.match(rule, include[1]) for rule in rules):
                    yield f"{name}:{number}: must not include '{include[1]}'"


def main():
    found = list(violations(pathlib.Path(sys.argv[1])))
    print("\n".join(found))
    sys.exit(bool(found))


main()
