# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs two compiled models on every kind of target and compares what they compute: other_targets.py FOLDER TARGET…

Each target's object and emitted C++ go into a program without libc (Inputs/bare.c), with their weights embedded, which
runs here or in QEMU's user mode. The weights read back must be those that were given, bit by bit; predictions, metrics
and weights after three training steps must be those of the first program within 1e-6; a product below the normal
range must be zero where the target can flush it, and the caller's own must not.
"""
import os
import pathlib
import subprocess
import sys

import numpy as np

INPUTS = pathlib.Path(__file__).parent / "Inputs"
CLANGXX = os.environ["KERATIN_CLANGXX"]
ROWS, STEPS, TRAINING_STEPS = 5, 8, 3
MOST_ROWS, MOST_STEPS = 6, 9
SHAPES = [(11, 5), (5, 28), (7, 28), (28,), (7, 12), (3, 12), (12,), (3, 5), (5,), (5, 3), (3,)]
TOLERANCE = 1e-6
SMALLEST = np.finfo(np.float32).tiny

# name: keratin's options, clang's options, command that runs the program, whether denormals can flush to zero
TARGETS = {
    "x86-64": (["--cpu=x86-64"], ["--target=x86_64-linux-gnu", "-march=x86-64"], [], True),
    "x86-64-v3": (["--cpu=x86-64-v3"], ["--target=x86_64-linux-gnu", "-march=x86-64-v3"], [], True),
    "x86-64-v4": (["--cpu=x86-64-v4"], ["--target=x86_64-linux-gnu", "-march=x86-64-v4"], [], True),
    "aarch64": (["--target=aarch64-linux-gnu"], ["--target=aarch64-linux-gnu"], ["qemu-aarch64"], True),
    "cortex-m4": (["--target=thumbv7em-none-eabihf", "--cpu=cortex-m4"],
                  ["--target=thumbv7em-none-eabihf", "-mcpu=cortex-m4"], ["qemu-arm"], True),
    "rv32imf": (["--target=riscv32-unknown-elf"], ["--target=riscv32-unknown-elf", "-march=rv32imf", "-mabi=ilp32f"],
                ["qemu-riscv32"], False),
}
# What the host must have for a target that runs without an emulator.
CPU_FLAGS = {"x86-64-v3": {"avx2", "fma"}, "x86-64-v4": {"avx512f", "avx512vl", "avx512dq"}}


def run(*command):
    return subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE).stdout


def write_data(folder, weights):
    """The batch, with padding before, after and within reviews, and one review that is all padding."""
    random = np.random.default_rng(3)
    tokens = random.integers(1, 11, (ROWS, STEPS))
    tokens[0, :3] = tokens[1, 5:] = tokens[2, 2:4] = tokens[3] = 0
    labels = random.integers(0, 3, ROWS)

    def array(name, values):
        return f"static const int32_t {name}[] = {{{', '.join(str(value) for value in np.ravel(values))}}};\n"

    text = "#pragma once\n#include <stdint.h>\n"
    text += f"enum {{ ROWS = {ROWS}, STEPS = {STEPS}, TRAINING_STEPS = {TRAINING_STEPS} }};\n"
    text += f"enum {{ MOST_WEIGHTS = {max(weight.size for weight in weights)} }};\n"
    text += array("tokens", tokens) + array("labels", labels)
    text += array("weightSizes", [weight.size for weight in weights])
    (folder / "data.h").write_text(text)


def compile_models(folder, weights_file, options):
    run("keratin", "compile", INPUTS / "odd_shapes.py", "-o", folder / "odd_shapes", "--emit=obj,header,cpp",
        "--entry=predict,train_step", f"--max-batch={MOST_ROWS}", f"--max-steps={MOST_STEPS}", "--embed-weights",
        f"--weights={weights_file}", *options)
    run("keratin", "compile", INPUTS / "product.py", "-o", folder / "product", "--emit=obj,header,cpp", *options)


def link(folder, form, options):
    """A program of the two models, as objects or as C++; nothing else could define a symbol that they lack."""
    common = [CLANGXX, "-c", "-O1", "-ffreestanding", "-fomit-frame-pointer", *options, f"-I{folder}",
              f"-I{folder.parent}"]
    objects = [folder / "bare.o"]
    run(*common, "-x", "c", "-std=c99", "-Wall", "-Wextra", "-Werror", INPUTS / "bare.c", "-o", objects[0])
    for model in ["odd_shapes", "product"]:
        objects.append(folder / f"{model}.o")
        if form == "C++":
            objects[-1] = folder / f"{model}-cpp.o"
            run(*common, "-std=c++17", folder / f"{model}.cpp", "-o", objects[-1])
    program = folder / f"program-{form}"
    run("ld.lld", "-static", *objects, "-o", program)
    return program


def problems(values, first, weights, flushes):
    """What is wrong with the floats that a program wrote, next to those of the first program."""
    given = np.concatenate([weight.ravel() for weight in weights])
    if values.size != given.size * 2 + ROWS * 3 + TRAINING_STEPS * 4 + 2:
        yield f"{values.size} numbers"
        return
    if values[:given.size].tobytes() != given.tobytes():
        yield "other weights than the ones given"
    computed = slice(given.size, values.size - 2)
    difference = (np.abs(values[computed] - first[computed]) / np.maximum(1, np.abs(first[computed]))).max()
    if not difference <= TOLERANCE:
        yield f"differs by {difference}"
    inside, outside = values[-2:]
    if inside != 0 if flushes else not 0 < inside < SMALLEST:
        yield f"{inside} for a product below the normal range"
    if not 0 < outside < SMALLEST:
        yield f"{outside} for the caller's product: its mode is not restored"
    if np.array_equal(values[-2 - given.size:-2], given):
        yield "training changed nothing"


def main():
    work = pathlib.Path(sys.argv[1])
    work.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    weights = [(random.standard_normal(shape) / 2).astype(np.float32) for shape in SHAPES]
    weights[0][1, :4] = [-0.0, 1e-40, 0.1, 1 / 3]  # bits that a careless printer loses
    weights_file = work / "weights.npz"
    np.savez(weights_file, **{f"w_{i:02}": weight for i, weight in enumerate(weights)})
    write_data(work, weights)
    cpu_flags = set(pathlib.Path("/proc/cpuinfo").read_text().split("flags", 1)[1].split("\n", 1)[0].split())

    first = None
    for name in sys.argv[2:]:
        keratin_options, clang_options, runner, flushes = TARGETS[name]
        folder = work / name
        folder.mkdir(exist_ok=True)
        compile_models(folder, weights_file, keratin_options)
        for form in ["object", "C++"]:
            program = link(folder, form, clang_options)
            if not CPU_FLAGS.get(name, set()) <= cpu_flags:
                print(f"{name}, {form}: not run, this CPU lacks its instructions")
                continue
            values = np.frombuffer(run(*runner, program), np.float32)
            first = values if first is None else first
            print(f"{name}, {form}: {'; '.join(problems(values, first, weights, flushes)) or 'the same'}")


main()
