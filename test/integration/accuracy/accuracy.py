# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The largest errors of compiled tanh, sigmoid and exp, and of an LSTM's gates: accuracy.py WORK [--all].

Compiles a model a function and CPU, and lets all_floats.cpp run them, two processes at once. Functions for the
default CPU are seen at all 2^32 floats; for others that this machine can run, and in gates, at all where they bend and
at a sixteenth beyond, or with --all everywhere; those for plain x86-64 at a sample. Fails above 2 units in the last
place, or 2.5e-7 for gates.
"""
import concurrent.futures
import os
import pathlib
import subprocess
import sys

LAYERS = {
    "tanh": "Activation('tanh')",
    "sigmoid": "Activation('sigmoid')",
    "exponential": "Activation('exponential')",
    "gate_tanh": "LSTM({columns}, recurrent_activation='linear')",
    "gate_sigmoid": "LSTM({columns}, activation='linear')",
}
ULPS, GATE_ERROR = 2, 2.5e-7
NEEDS = {"x86-64-v3": "avx2", "x86-64-v4": "avx512vl", "x86-64": "sse2"}  # the flag in /proc/cpuinfo


class Job:
    """A function for a CPU."""

    def __init__(self, work, function, cpu, everything):
        self.function, self.cpu = function, cpu
        self.gate = function.startswith("gate")
        # One block of floats in so many: where the function bends, and elsewhere.
        if everything:
            self.strides = 1, 1
        elif cpu == "x86-64":
            self.strides = 251, 251
        else:
            self.strides = 1, 1 if cpu == "x86-64-v3" and not self.gate else 16
        # Gates: one vector of units.
        self.columns = 64 if not self.gate else 16 if cpu == "x86-64-v4" else 8
        shape = f"(1, {self.columns})" if self.gate else f"({self.columns},)"
        script, self.library = work / f"{function}.{cpu}.py", work / f"{function}.{cpu}.so"
        script.write_text("from keras.models import Sequential\nfrom keras.layers import Activation, Input, LSTM\n"
                          f"model = Sequential([Input({shape}), {LAYERS[function].format(columns=self.columns)}])\n")
        subprocess.run(["keratin", "-q", "compile", script, "--name=model", "--emit=shared", f"--cpu={cpu}",
                        f"--max-batch={4096 // self.columns}", "-o", self.library], check=True)

    def run(self, program, sign):
        command = [program, self.function, sign, *map(str, self.strides), str(self.columns), self.library]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()

    def report(self, sign, output):
        """Prints a line; returns whether the error is within its bound."""
        _, seen, error, x, y = output
        good = float(error) <= (GATE_ERROR if self.gate else ULPS)
        print(f"{self.function:12} {sign} {self.cpu:10} {error}{'' if self.gate else ' ULP'} over {seen} floats, "
              f"at {x}: {y}{'' if good else '  TOO FAR OFF'}", flush=True)
        return good


def build(work):
    here = pathlib.Path(__file__).resolve().parent
    program = work / "all_floats"
    subprocess.run([os.environ["KERATIN_CLANGXX"], "-std=c++17", "-O3", "-march=native", "-ffp-contract=off", "-Wall",
                    "-Werror", f"-I{here.parents[2] / 'runtime/include'}", here / "all_floats.cpp", "-o", program,
                    "-ldl"], check=True)
    return program


def main():
    work = pathlib.Path(sys.argv[1])
    work.mkdir(parents=True, exist_ok=True)
    flags = pathlib.Path("/proc/cpuinfo").read_text().split()
    program = build(work)
    jobs = [(Job(work, function, cpu, "--all" in sys.argv), sign)
            for cpu, flag in NEEDS.items() if flag in flags for function in LAYERS for sign in "+-"]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        outputs = pool.map(lambda job: job[0].run(program, job[1]), jobs)
        good = [job.report(sign, output) for (job, sign), output in zip(jobs, outputs)]
    sys.exit(not all(good))


main()
