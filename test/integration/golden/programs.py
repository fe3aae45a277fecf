# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The two ways to run a model: the keratin tool, and a native program made of it.

Both understand predict and fit with the same options; the tool takes a model file first.
"""
import json
import os
import pathlib
import subprocess

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[3]
STRICT = ["-std=c++17", "-Wall", "-Wextra", "-Wconversion", "-Werror"]
COMPILERS = {"g++": "g++", "clang++": os.environ.get("KERATIN_CLANGXX", "clang++-22")}
PROGRAMS = ["exe", *COMPILERS]


class Failure(Exception):
    pass


def run(words, cwd=None, expect=0):
    """Runs a command, requires its exit code, and returns the finished process with its texts."""
    done = subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True, timeout=120)
    if done.returncode != expect:
        raise Failure(f"{' '.join(map(str, words))}\nexit code {done.returncode}, expected {expect}\n"
                      f"{done.stdout}{done.stderr}")
    return done


class Model:
    """Something that predicts and fits: the leading words of its command lines, and files in a work folder."""

    def __init__(self, label, words, options, work):
        self.label = label
        self.words = words      # ["keratin"] or [PROGRAM]
        self.options = options  # [MODEL, "--weights", FILE] after the command's name
        self.work = work

    def path(self, name):
        return self.work / f"{self.label.replace(' ', '-').replace('/', '-')}-{name}"

    def predict(self, inputs, options=()):
        """Outputs in the model's order. `inputs` maps names to arrays."""
        source, target = self.path("in.npz"), self.path("out.npz")
        target.unlink(missing_ok=True)
        np.savez(source, **inputs)
        run([*self.words, "predict", *self.options, "--inputs", source, "--outputs", target, *options])
        with np.load(target) as file:
            return numbered(file, "out_")

    def fit(self, data, options):
        """Trains; returns the history as a dict, the weights afterwards, the first step's gradients and the
        path of the saved weights."""
        source, history = self.path("data.npz"), self.path("history.json")
        saved, gradients = self.path("trained.npz"), self.path("gradients.npz")
        np.savez(source, **data)
        run([*self.words, "fit", *self.options, "--data", source, "--history", history, "--save", saved,
             "--gradients", gradients, *options])
        with np.load(saved) as weights, np.load(gradients) as slopes:
            return json.loads(history.read_text()), numbered(weights, "w_"), numbered(slopes, "g_"), saved


def numbered(file, prefix):
    """The arrays of an .npz whose names are `prefix` and a number, in that order."""
    names = [name for name in file.files if name.startswith(prefix) and name[len(prefix):].isdigit()]
    return [file[name] for name in sorted(names, key=lambda name: int(name[len(prefix):]))]


def save_weights(path, arrays):
    """The path of a file with the weights, or None where there are none."""
    if not arrays:
        return None
    np.savez(path, **{f"w_{i:03}": array for i, array in enumerate(arrays)})
    return path


def legacy_weights(path):
    """The arrays of a legacy .h5 file in get_weights() order."""
    with h5py.File(path) as file:
        attributes = file["model_weights"].attrs
        # An attribute of more than 64512 bytes is split: layer_names0, layer_names1, …
        parts = ["layer_names"] if "layer_names" in attributes else sorted(
            (name for name in attributes if name.startswith("layer_names")), key=lambda name: int(name[11:]))
        layers = [file["model_weights"][name] for part in parts for name in attributes[part]]
        return [np.array(layer[name]) for layer in layers for name in layer.attrs["weight_names"]]


def tool(label, model, work, weights=None):
    """The keratin tool on a model file."""
    return Model(label, ["keratin"], [model, *(["--weights", weights] if weights else [])], work)


def compiled(kind, model, work, weights, trains, options=()):
    """A native program of a model: the tool's own ("exe"), or of the emitted C++ ("g++", "clang++")."""
    folder = work / kind
    folder.mkdir()
    entries = "predict,evaluate_step,train_step,gradients" if trains else "predict"
    compile_model = ["keratin", "compile", model, "--name=model", f"--entry={entries}", *options]
    program = folder / "program"
    if kind == "exe":
        run([*compile_model, "--emit=exe", "-o", program])
    else:
        run([*compile_model, "--emit=cpp,header", "-o", folder / "model"])
        build_emitted(COMPILERS[kind], folder, program)
    return Model(kind, [program], ["--weights", weights] if weights else [], work)


def build_emitted(compiler, folder, program):
    """Builds model.cpp of a folder under strict flags, where any warning is an error."""
    glue = pathlib.Path(__file__).parent / "glue.cpp"
    flags = [*STRICT, "-O2", "-I", folder, "-I", ROOT / "runtime" / "include"]
    for source in [folder / "model.cpp", glue]:
        run([compiler, *flags, "-c", source, "-o", folder / f"{source.stem}.o"])
    run([compiler, folder / "model.o", folder / "glue.o", pathlib.Path(os.environ["KERATIN_LIBRARIES"], "keratin_program.o"),
         "-Wl,--gc-sections", "-o", program])

