# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fails unless every planned workspace is at most 1.1 times the bytes alive at once: plan_ratio.py MODULE.mlir."""
import re
import sys

text = open(sys.argv[1]).read()
workspaces, alive = ([int(n) for n in re.findall(rf"keratin.{name} = (\d+)", text)] for name in ("workspace_bytes", "live_bytes"))
ratios = [workspace / live for workspace, live in zip(workspaces, alive, strict=True)]
print("workspace over bytes alive:", ", ".join(f"{ratio:.3f}" for ratio in ratios))
sys.exit(not ratios or max(ratios) > 1.1)
