# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fails where documentation is stale: check_docs.py REPOSITORY GENERATED.

Every op has a summary and an example; every pass has a description and stands in docs/passes.md,
which names no other; every relative link of a Markdown file leads somewhere.
"""
import pathlib
import re
import sys

SECTION = re.compile(r"^### `(-?[\w.-]+)`", re.M)
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def sections(page):
    """Name and text of each op or pass of a generated page."""
    parts = SECTION.split(page.read_text())
    return list(zip(parts[1::2], parts[2::2]))


def op_problems(page):
    for name, text in sections(page):
        if not name.startswith("keratin."):
            continue
        prose = re.split(r"^(?:Traits|Interfaces|Effects|####)", text, maxsplit=1, flags=re.M)[0]
        if not re.search(r"^_.+_$", prose, re.M):
            yield f"{name}: no summary"
        if "```mlir" not in prose:
            yield f"{name}: no example"


def pass_problems(root, pages):
    passes = {name.lstrip("-"): text for page in pages for name, text in sections(page)}
    shell = (root / "docs" / "passes.md").read_text()
    named = set(re.findall(r"^\| `((?:keratin|convert|test)-[\w-]+)` \|", shell, re.M))
    for name, text in sorted(passes.items()):
        if not re.search(r"^(?!_|####|\s)\S", text, re.M):
            yield f"{name}: no description"
    yield from (f"{name}: not in docs/passes.md" for name in sorted(passes.keys() - named))
    yield from (f"docs/passes.md: there is no pass {name}" for name in sorted(named - passes.keys()))


def link_problems(root):
    pages = [path for folder in ("", "docs", "examples", "examples/*") for path in root.glob(f"{folder}/*.md".lstrip("/"))]
    for page in sorted(set(pages)):
        for link in LINK.findall(page.read_text()):
            if not (page.parent / link).exists():
                yield f"{page.relative_to(root)}: link to '{link}', which does not exist"


def main():
    root, generated = map(pathlib.Path, sys.argv[1:])
    pages = sorted(page for page in generated.glob("*.md") if page.name != "dialect.md")
    found = [*op_problems(generated / "dialect.md"), *pass_problems(root, pages), *link_problems(root)]
    print("\n".join(found))
    sys.exit(bool(found))


main()
