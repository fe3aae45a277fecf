# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks one claim about the golden cases: check.py CLAIM --golden DIR --work DIR (see golden_claims.py)."""
import argparse
import pathlib
import shutil
import sys

import cases
import claims
import compare
import programs


def check(claim, golden, work):
    if claim == "index":
        wrong = cases.problems(golden)
        if wrong:
            raise compare.Mismatch("\n".join(wrong))
        return
    name, _, what = claim.partition("/")
    case = next(case for case in cases.load(golden) if case.name == name)
    if what == "unlisted":
        raise compare.Mismatch(f"{name}: no check for cases of kind '{case.kind}', and refused.txt does not list it")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    if what == "refused":
        claims.refused(case, work)
    elif what == "compiled":
        claims.compiled(case, work)
    else:
        {"infer": claims.infer, "stateful": claims.stateful, "train": claims.train, "fit": claims.fit, "script": claims.script}[case.kind](case, work)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claim", help="CASE/object, CASE/compiled, CASE/refused or index")
    parser.add_argument("--golden", required=True, help="folder of the golden cases")
    parser.add_argument("--work", required=True, type=pathlib.Path, help="scratch folder, emptied first")
    arguments = parser.parse_args()
    try:
        check(arguments.claim, arguments.golden, arguments.work)
    except (compare.Mismatch, programs.Failure) as problem:
        sys.exit(f"{arguments.claim}: {problem}")


if __name__ == "__main__":
    main()
