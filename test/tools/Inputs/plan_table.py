# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fails unless every cell of summary's table is what a compilation for those maxima says: plan_table.py MODEL."""
import os
import re
import subprocess
import sys
import tempfile

model = sys.argv[1]


def keratin(*arguments):
    return subprocess.run(["keratin", *arguments, "--cpu=x86-64-v3"], check=True, capture_output=True, text=True).stdout


table = keratin("summary", model).split("compiled for other maxima\n")[1].splitlines()
batches = [int(n) for n in re.findall(r"batch +(\d+)", table[0])]
plan = {}  # steps and batch: workspaces by entry
for line in table[1:]:
    entry, steps, values = re.fullmatch(r" (\w+)(?:, (\d+) steps)? +([\d ]+)", line).groups()
    for batch, value in zip(batches, values.split(), strict=True):
        plan.setdefault((steps, batch), {})[entry] = value
cells = 0
for (steps, batch), workspaces in plan.items():
    with tempfile.TemporaryDirectory() as folder:
        header = os.path.join(folder, "m.h")
        maxima = [f"--max-batch={batch}"] + ([f"--max-steps={steps}"] if steps else [])
        keratin("compile", model, "-o", header, "--emit=header", "--name=m", f"--entry={','.join(workspaces)}", *maxima)
        with open(header) as file:
            text = file.read()
    for entry, value in workspaces.items():
        if f"#define M_{entry.upper()}_WORKSPACE_BYTES {value}\n" not in text:
            sys.exit(f"{entry}: a header for batch {batch} does not say {value}")
        cells += 1
print(cells, "cells")
sys.exit(cells < 12)
