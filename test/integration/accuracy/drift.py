# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Whether errors of a compiled LSTM grow over 1,000 steps: drift.py WORK.

Compares all hidden states with numpy's in float64. The yardstick is what float32 itself costs: the same formulas in
numpy's float32. Fails where an error exceeds four times the yardstick, or 1e-6 (2e-5 for cells that remember hundreds
of steps, in which float32 itself is off by up to 7e-6), or is in the last 500 steps more than three times that of the
first 500.
"""
import pathlib
import subprocess
import sys

import numpy as np

STEPS, FEATURES, ROWS = 1000, 3, 3


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(x, kernel, recurrent, bias):
    """Hidden states [rows, steps, units] in the arguments' precision, with Keras's order of gates."""
    h = c = np.zeros((len(x), len(recurrent)), x.dtype)
    states = []
    for t in range(x.shape[1]):
        i, f, g, o = np.split(x[:, t] @ kernel + h @ recurrent + bias, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        states.append(h)
    return np.stack(states, axis=1)


def weights_of(random, units, forget_bias):
    kernel = random.normal(0, 1, (FEATURES, 4 * units))
    recurrent = np.hstack([np.linalg.qr(random.normal(size=(units, units)))[0] for _ in range(4)])
    # Keras's bias of 1 forgets within ten steps; 5 remembers hundreds.
    bias = np.repeat([0.0, forget_bias, 0.0, 0.0], units)
    return [array.astype(np.float32) for array in (kernel, recurrent, bias)]


def compiled(work, units, weights, x):
    script = work / "model.py"
    script.write_text("from keras.models import Sequential\nfrom keras.layers import Input, LSTM\n"
                      f"model = Sequential([Input((None, {FEATURES})), LSTM({units}, return_sequences=True)])\n")
    np.savez(work / "w.npz", *weights)
    np.savez(work / "x.npz", x=x)
    subprocess.run(["keratin", "-q", "predict", script, "--weights", work / "w.npz", "--inputs", work / "x.npz",
                    "--outputs", work / "y.npz"], check=True)
    return np.load(work / "y.npz")["out_0"]


def main():
    work = pathlib.Path(sys.argv[1])
    work.mkdir(parents=True, exist_ok=True)
    failed = False
    for units in [1, 7, 17, 64, 128]:
        for forget_bias, most in [(1, 1e-6), (5, 2e-5)]:
            random = np.random.default_rng(units)
            weights = weights_of(random, units, forget_bias)
            x = random.normal(0, 1, (ROWS, STEPS, FEATURES)).astype(np.float32)
            exact = lstm(*[array.astype(np.float64) for array in (x, *weights)])
            error = np.abs(compiled(work, units, weights, x) - exact).max(axis=(0, 2))
            yardstick = np.abs(lstm(x, *weights) - exact).max()
            begin, end = error[:STEPS // 2].max(), error[STEPS // 2:].max()
            good = max(begin, end) <= min(most, 4 * yardstick) and end <= 3 * begin
            failed |= not good
            print(f"{units:3} units, forget bias {forget_bias}: {begin:.2e} in the first half, {end:.2e} "
                  f"in the second; float32 itself {yardstick:.2e}{'' if good else '  TOO FAR OFF'}")
    sys.exit(failed)


main()
