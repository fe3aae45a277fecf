# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""lit test format: a folder whose script checks one claim a run; every claim is a lit test of its own."""
import os
import subprocess

import lit.Test
import lit.formats

TIMEOUT = 240  # seconds; a claim takes a few


class ScriptFormat(lit.formats.TestFormat):
    """Runs `command CLAIM --work FOLDER` for each claim, a name with slashes; exit code 0 is a pass."""

    def __init__(self, claims, command):
        self.claims = claims
        self.command = command

    def getTestsInDirectory(self, suite, path, lit_config, local_config):
        for claim in self.claims:
            yield lit.Test.Test(suite, path + tuple(claim.split("/")), local_config)

    def execute(self, test, lit_config):
        claim = next(claim for claim in self.claims if test.path_in_suite[-1 - claim.count("/"):] == tuple(claim.split("/")))
        command = [*self.command, claim, "--work", test.getExecPath()]
        try:
            done = subprocess.run(command, env=test.config.environment, capture_output=True, text=True, timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            return lit.Test.TIMEOUT, f"{' '.join(command)}\nno result after {TIMEOUT} s"
        return (lit.Test.FAIL if done.returncode else lit.Test.PASS), f"{' '.join(command)}\n{done.stdout}{done.stderr}"


def python_script(config, folder, name):
    """The command of a Python script beside a lit configuration."""
    return [config.python, os.path.join(folder, name)]
