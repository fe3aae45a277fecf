# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""lit test format: every golden case gives one test for each claim about it.

CASE/object    the tools compute what Keras computed, from each of the case's files
CASE/compiled  so do the program of --emit=exe and the emitted C++ under g++ and clang++, and they agree
CASE/refused   a case of refused.txt is refused with a located message
index          the index names every case directory, and there are cases at all
"""
import os
import subprocess

import lit.Test
import lit.formats

import cases

TIMEOUT = 240  # seconds; a case takes a few


class GoldenFormat(lit.formats.TestFormat):
    def __init__(self, python, golden):
        self.python = python
        self.golden = golden

    def getTestsInDirectory(self, suite, path, lit_config, local_config):
        names = ["index"]
        refused = cases.refused_names()
        for case in cases.load(self.golden):
            if case.name in refused:
                names.append(f"{case.name}/refused")
            elif case.kind in cases.CHECKED_KINDS:
                names.append(f"{case.name}/object")
                if case.kind in cases.COMPILED_KINDS:
                    names.append(f"{case.name}/compiled")
            elif case.kind not in cases.CHECKED_ELSEWHERE:
                names.append(f"{case.name}/unlisted")  # fails: neither checked nor listed as refused
        for name in names:
            yield lit.Test.Test(suite, path + tuple(name.split("/")), local_config)

    def execute(self, test, lit_config):
        claim = "/".join(test.path_in_suite[2:])
        work = test.getExecPath()
        script = os.path.join(os.path.dirname(__file__), "check.py")
        command = [self.python, script, claim, "--golden", self.golden, "--work", work]
        try:
            done = subprocess.run(command, env=test.config.environment, capture_output=True, text=True,
                                  timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            return lit.Test.TIMEOUT, f"{' '.join(command)}\nno result after {TIMEOUT} s"
        text = f"{' '.join(command)}\n{done.stdout}{done.stderr}"
        return (lit.Test.PASS if done.returncode == 0 else lit.Test.FAIL), text
