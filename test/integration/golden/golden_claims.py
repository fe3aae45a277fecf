# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The names of the claims about golden cases, each a lit test.

CASE/object    the tools compute what Keras computed, from each of the case's files
CASE/compiled  so do the program of --emit=exe and the emitted C++ under g++ and clang++, and they agree
CASE/refused   a case of refused.txt is refused with a located message
index          the index names every case directory, and there are cases at all
"""
import cases


def names(golden):
    found = ["index"]
    refused = cases.refused_names()
    for case in cases.load(golden):
        if case.name in refused:
            found.append(f"{case.name}/refused")
        elif case.kind in cases.CHECKED_KINDS:
            found.append(f"{case.name}/object")
            # Keras cannot reload the .h5 of some models; it is where the weights are taken from.
            if case.kind == "train" or (case.kind in cases.COMPILED_KINDS and case.file("h5")):
                found.append(f"{case.name}/compiled")
        elif case.kind not in cases.CHECKED_ELSEWHERE:
            found.append(f"{case.name}/unlisted")  # fails: neither checked nor listed as refused
    return found
