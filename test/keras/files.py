# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""For every golden training case that Keratin reads: Keratin trains and writes each format, real Keras
loads it, predicts the same, and after one more epoch in either the weights are the same."""
import json
import os
import shutil
import subprocess
import sys

import numpy as np

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras  # noqa: E402

GOLDEN, WORK = sys.argv[1:]
FIT = ["--shuffle=false", "--batch-size", "4", "-q"]
FORMATS = ["keras", "h5", "weights.h5"]
failures, compared = [], 0


def keratin(*arguments):
    subprocess.run(["keratin", *map(str, arguments)], check=True, cwd=WORK)


def expect_close(what, ours, theirs, tolerance=2e-5):
    global compared
    compared += 1
    worst = max(float(np.max(np.abs(a - b) / (1 + np.abs(b)))) for a, b in zip(ours, theirs, strict=True))
    if not worst <= tolerance:
        failures.append(f"{what}: differs by {worst:.3g}")


def outputs_of(path):
    with np.load(os.path.join(WORK, path)) as arrays:
        return [arrays[f"out_{i}"] for i in range(len([n for n in arrays.files if n.startswith("out_")]))]


def weights_of(path):
    with np.load(os.path.join(WORK, path)) as arrays:
        names = [name for name in arrays.files if name.startswith("w") and name[1:].lstrip("_").isdigit()]
        return [arrays[name] for name in sorted(names)]


def as_list(value):
    return [np.asarray(v) for v in (value if isinstance(value, list) else [value])]


def load(model, suffix):
    """The file as a model: a weights file goes into the model that the case starts from."""
    if suffix != "weights.h5":
        return keras.models.load_model(os.path.join(WORK, f"out.{suffix}"))
    start = keras.models.load_model(model)
    start.load_weights(os.path.join(WORK, "out.weights.h5"))
    return start


def check(name):
    model = os.path.join(GOLDEN, name, "model.keras")
    with np.load(os.path.join(GOLDEN, name, "train.npz")) as arrays:
        x, y = arrays["x_0"], arrays["y_0"]
    np.savez(os.path.join(WORK, "data.npz"), x=x, y=y)
    np.savez(os.path.join(WORK, "in.npz"), x=x)
    for suffix in FORMATS:
        keratin("fit", model, "--data", "data.npz", "--save", f"out.{suffix}", *FIT)
    keratin("predict", "out.keras", "--inputs", "in.npz", "--outputs", "ours.npz")
    keratin("fit", "out.keras", "--data", "data.npz", "--save", "further.npz", *FIT)
    for suffix in FORMATS:
        loaded = load(model, suffix)
        expect_close(f"{name}: predict from .{suffix}", outputs_of("ours.npz"), as_list(loaded.predict(x, verbose=0)))
        # Keras 3 builds the optimizer of an .h5 file for no weights, and then cannot train; its JAX back end
        # clips probabilities where Keratin and TensorFlow go back to the logits, as these cases show.
        if suffix != "h5" and not name.startswith("sat_"):
            loaded.fit(x, y, batch_size=4, shuffle=False, verbose=0)
            expect_close(f"{name}: one more epoch from .{suffix}", weights_of("further.npz"), loaded.get_weights(), 2e-4)


def main():
    with open(os.path.join(GOLDEN, "index.json")) as file:
        cases = [case for case in json.load(file)["cases"] if case["kind"] == "train" and case["stage"] == "first"]
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(WORK)
    for case in cases:
        check(case["name"])
    print(f"{len(cases)} cases, {compared} comparisons, {len(failures)} failures")
    print("\n".join(failures))
    sys.exit(bool(failures) or compared < 45)


main()
