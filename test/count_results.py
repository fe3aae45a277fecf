# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints the counts of a lit results file; fails when a test failed or none passed."""
import collections
import json
import sys

CLASSES = {
    "PASS": "passed", "FLAKYPASS": "passed", "XFAIL": "passed",
    "UNSUPPORTED": "skipped", "SKIPPED": "skipped", "EXCLUDED": "skipped",
}  # every other code, also one that lit may invent, is a failure

with open(sys.argv[1]) as file:
    tests = json.load(file)["tests"]
counts = collections.Counter(CLASSES.get(test["code"], "failed") for test in tests)
print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
sys.exit(counts["failed"] > 0 or counts["passed"] == 0)
