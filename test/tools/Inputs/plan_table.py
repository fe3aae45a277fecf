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
cells = checked = 0
for line in table[1:]:
    entry, steps, values = re.fullmatch(r" (\w+)(?:, (\d+) steps)? +([\d ]+)", line).groups()
    for batch, value in zip(batches, values.split(), strict=True):
        cells += 1
        if entry == "evaluate_step":
            continue
        with tempfile.TemporaryDirectory() as folder:
            header = os.path.join(folder, "m.h")
            maxima = [f"--max-batch={batch}"] + ([f"--max-steps={steps}"] if steps else [])
            keratin("compile", model, "-o", header, "--emit=header", "--name=m", f"--entry={entry}", *maxima)
            with open(header) as file:
                text = file.read()
        if not re.search(rf"\b{value}\b", text):
            sys.exit(f"{line}: a header for batch {batch} does not say {value}")
        checked += 1
print(cells, "cells,", checked, "checked")
sys.exit(checked < 8)
