# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The error of compiled activations over floats of all sizes, in units in the last place: ulp.py WORK [SAMPLES].

Samples are random bit patterns and, where functions bend, normal numbers and a grid. Fails above 2 ULP.
"""
import pathlib
import subprocess
import sys

import numpy as np

COLUMNS = 1024
FUNCTIONS = {"tanh": np.tanh, "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "exponential": np.exp}
SMALLEST = np.finfo(np.float32).tiny  # results below are flushed to zero


def samples(count):
    random = np.random.default_rng(1)
    bits = random.integers(0, 2**32, count, dtype=np.uint32).view(np.float32)
    bits = bits[np.isfinite(bits) & (np.abs(bits) > SMALLEST)]
    x = np.concatenate([bits, random.normal(0, 3, count // 2).astype(np.float32),
                        np.linspace(-90, 90, count // 2, dtype=np.float32)])
    return x[:len(x) // COLUMNS * COLUMNS].reshape(-1, COLUMNS)


def largest_error(function, x, got):
    with np.errstate(over="ignore"):
        exact = function(x.astype(np.float64))
        rounded = exact.astype(np.float32)
    if not np.array_equal(np.isinf(got), np.isinf(rounded)):
        return np.inf
    normal = np.isfinite(rounded) & (np.abs(exact) >= SMALLEST)
    return np.max(np.abs(got[normal] - exact[normal]) / np.spacing(np.abs(rounded[normal])).astype(np.float64))


def main():
    work = pathlib.Path(sys.argv[1])
    work.mkdir(parents=True, exist_ok=True)
    x = samples(int(sys.argv[2]) if len(sys.argv) > 2 else 400_000)
    np.savez(work / "x.npz", x=x)
    worst = 0
    for name, function in FUNCTIONS.items():
        script = work / f"{name}.py"
        script.write_text("from keras.models import Sequential\nfrom keras.layers import Activation, Input\n"
                          f"model = Sequential([Input(({COLUMNS},)), Activation('{name}')])\n")
        subprocess.run(["keratin", "predict", script, "--inputs", work / "x.npz", "--outputs", work / "y.npz"],
                       check=True)
        error = largest_error(function, x.ravel(), np.load(work / "y.npz")["out_0"].ravel())
        print(f"{name}: {error:.3f} ULP over {x.size} floats")
        worst = max(worst, error)
    sys.exit(not worst <= 2)


main()
