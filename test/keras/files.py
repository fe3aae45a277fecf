# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""For every golden training case that Keratin reads: Keratin trains and writes each format, real Keras
loads it, predicts the same, and after one more epoch in either the weights are the same. What Keras then
saves, Keratin reads: it predicts the same, and a further epoch in either gives the same weights."""
import json
import os
import shutil
import subprocess
import sys

import numpy as np

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras  # noqa: E402

GOLDEN, WORK = sys.argv[1:3]
BATCH = 4
FIT = ["--shuffle=false", "--batch-size", BATCH, "-q"]
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


def data_of(name):
    """What fit takes in Keras: inputs, targets and weights of samples, a list where there are several. The same is in
    data.npz and in.npz."""
    with np.load(os.path.join(GOLDEN, name, "train.npz")) as arrays:
        data = {key: arrays[key] for key in sorted(arrays.files) if key.split("_")[0] in ("x", "y", "sample")}
    np.savez(os.path.join(WORK, "data.npz"), **data)
    np.savez(os.path.join(WORK, "in.npz"), **{key: array for key, array in data.items() if key[0] == "x"})
    several = {first: [array for key, array in data.items() if key[0] == first] for first in "xys"}
    return [arrays[0] if len(arrays) == 1 else arrays or None for arrays in several.values()]


def check(name, formats):
    model = os.path.join(GOLDEN, name, "model.keras")
    x, y, sample_weight = data_of(name)

    def fit(loaded):
        loaded.fit(x, y, sample_weight=sample_weight, batch_size=BATCH, shuffle=False, verbose=0)

    def predict(loaded):
        return as_list(loaded.predict(x, batch_size=BATCH, verbose=0))

    for suffix in formats:
        keratin("fit", model, "--data", "data.npz", "--save", f"out.{suffix}", *FIT)
    keratin("predict", "out.keras", "--inputs", "in.npz", "--outputs", "ours.npz", "--batch-size", BATCH)
    keratin("fit", "out.keras", "--data", "data.npz", "--save", "further.npz", *FIT)
    for suffix in formats:
        loaded = load(model, suffix)
        expect_close(f"{name}: predict from .{suffix}", outputs_of("ours.npz"), predict(loaded))
        # Keras 3 builds the optimizer of an .h5 file for no weights, and then cannot train; its JAX back end
        # clips probabilities where Keratin and TensorFlow go back to the logits, as these cases show.
        if suffix == "h5" or name.startswith("sat_"):
            continue
        fit(loaded)
        expect_close(f"{name}: one more epoch from .{suffix}", weights_of("further.npz"), loaded.get_weights(), 2e-4)
        if suffix == "keras":
            check_reverse(name, loaded, fit, predict)


def check_reverse(name, trained, fit, predict):
    """What real Keras trained and saved, in Keratin."""
    trained.save(os.path.join(WORK, "theirs.keras"))
    keratin("predict", "theirs.keras", "--inputs", "in.npz", "--outputs", "read.npz", "--batch-size", BATCH)
    keratin("fit", "theirs.keras", "--data", "data.npz", "--save", "read_further.npz", *FIT)
    expect_close(f"{name}: predict what Keras saved", outputs_of("read.npz"), predict(trained))
    fit(trained)
    expect_close(f"{name}: train on what Keras saved", weights_of("read_further.npz"), trained.get_weights(), 2e-4)


def main():
    with open(os.path.join(GOLDEN, "index.json")) as file:
        cases = [case for case in json.load(file)["cases"] if case["kind"] == "train"]
    # States are carried from batch to batch: the golden cases compare them with Keras on TensorFlow.
    cases = [case for case in cases if "stateful" not in case["name"]]
    cases = [case for case in cases if not sys.argv[3:] or case["name"] in sys.argv[3:]]
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(WORK)
    for case in cases:
        # Where Keras cannot read the .h5 file that it wrote itself, the case has none.
        check(case["name"], [suffix for suffix in FORMATS if suffix != "h5" or "h5" in case["files"]])
    print(f"{len(cases)} cases, {compared} comparisons, {len(failures)} failures")
    print("\n".join(failures))
    sys.exit(bool(failures) or compared < 2 * len(cases))


main()
