# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks, without Keratin's own verifier, that every op in every dump leads to a layer and a line of the script:
origins.py FOLDER SCRIPT LAYER...

Reads the text of the .mlir files. Constants belong to no layer; everything else in a function, its end included, has
an origin that names a layer and an entry, around a line of SCRIPT. Each LAYER has ops of its forward pass in every
dump, and of its backward pass from keratin-differentiate on.
"""
import pathlib
import re
import sys

CONSTANT = re.compile(r"%\S+ = (arith\.constant|llvm\.mlir\.(constant|zero|undef|poison))\b")
ORIGIN = re.compile(r'fused<#keratin\.origin<layer = "([^"]+)", entry = "([^"]+)", backward = (true|false)>>\[(.*)\]')


def problems_and_layers(text, script):
    aliases = dict(re.findall(r"^(#loc\d*) = loc\((.*)\)$", text, re.M))
    line_of_script = re.compile(re.escape(f'{script}":') + r"[1-9]\d*:\d+$")
    problems, layers, ops = [], set(), 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("    ") or line.lstrip().startswith("^") or CONSTANT.match(line.lstrip()):
            continue
        location = re.search(r" loc\((.*)\)$", line)
        if not location:  # the beginning of an op with regions, which has its location where it ends
            if not line.endswith("{"):
                problems.append(f"{number}: no location: {line.strip()}")
            continue
        ops += 1
        origin = ORIGIN.match(aliases.get(location[1], location[1]))
        if not origin:
            problems.append(f"{number}: no origin: {line.strip()}")
            continue
        if not line_of_script.search(aliases.get(origin[4], origin[4])):
            problems.append(f"{number}: no line of the script: {line.strip()}")
        layers.add((origin[1], origin[3] == "true"))
    return problems, layers, ops


def main():
    folder, script, wanted = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    dumps, total, failed, backward = sorted(folder.glob("*.mlir")), 0, 0, False
    for dump in dumps:
        problems, layers, ops = problems_and_layers(dump.read_text(), script)
        backward |= "differentiate" in dump.name
        for layer in wanted:
            for direction in [False, True][:1 + backward]:
                if (layer, direction) not in layers:
                    problems.append(f"no op of {layer}, {'backward' if direction else 'forward'}")
        for problem in problems[:5]:
            print(f"{dump.name}:{problem}")
        failed += len(problems)
        total += ops
    print(f"{len(dumps)} dumps, {total} ops, {failed} problems")
    sys.exit(failed > 0 or not dumps or not total)


main()
