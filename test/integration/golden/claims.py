# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is claimed about a golden case, by its kind."""
import ast
import json
import re
import shutil
import zipfile

import numpy as np

import programs
from compare import ATOL, Mismatch, close, same_text


def sources(case, work):
    """The model from each of the case's files, and from its script with the weights of each file."""
    files = [case.file(role) for role in ("keras", "h5") if case.file(role)]
    script = case.file("source")
    found = [programs.tool(path.name, path, work) for path in files]
    weights = files + [case.file("weights")]
    return found + [programs.tool(f"model.py with {path.name}", script, work, path) for path in weights]


def infer(case, work):
    """The outputs are Keras's, from every file."""
    with np.load(case.file("io")) as io:
        inputs = {name: io[name] for name in io.files if name.startswith("in_")}
        expected = programs.numbered(io, "out_")
    for source in sources(case, work):
        same_outputs(source.label, source.predict(inputs), expected)


def same_outputs(label, got, expected):
    if len(got) != len(expected):
        raise Mismatch(f"{label}: expected {len(expected)} outputs, got {len(got)}")
    for i, (mine, theirs) in enumerate(zip(got, expected)):
        close(f"{label}: out_{i}", mine, theirs)


class Calls:
    """A stateful case: batches that the model gets one after another, here as the batches of one predict."""

    def __init__(self, case):
        with np.load(case.file("io")) as io:
            self.batch = io["in_calls"].shape[1]
            self.inputs = {"in_0": np.concatenate(io["in_calls"])}
            self.expected = [np.concatenate(io["out_calls"])]
            self.after_reset = [io["out_after_reset"]]
        self.options = ["--batch-size", self.batch]


def stateful(case, work):
    """States are carried from batch to batch, and begin anew, from every file; a script carries them between calls
    of predict until it resets them."""
    calls = Calls(case)
    for source in sources(case, work):
        same_outputs(source.label, source.predict(calls.inputs, calls.options), calls.expected)
        first = {"in_0": calls.inputs["in_0"][:calls.batch]}
        same_outputs(f"{source.label}: anew", source.predict(first), calls.after_reset)
    shutil.copy(case.file("io"), work)
    shutil.copy(case.file("weights"), work)
    (work / "script.py").write_text(case.file("source").read_text() + """
import numpy as np
calls = np.load('io.npz')['in_calls']
model.load_weights('model.weights.h5')
outputs = [model.predict(call, verbose=0) for call in calls]
model.reset_states()
again = model.predict(calls[0], verbose=0)
for layer in model.layers:
    if layer.name != 'dense':
        layer.reset_states()
for array in outputs + [again, model.predict(calls[0], verbose=0)]:
    print([float(value) for value in array.reshape(-1)])
""")
    lines = programs.run(["keratin", "run", "script.py"], cwd=work).stdout.splitlines()
    shown = [np.reshape(json.loads(line), calls.after_reset[0].shape) for line in lines]
    expected = [*np.split(calls.expected[0], len(shown) - 2), *calls.after_reset, *calls.after_reset]
    same_outputs("script", shown, expected)


def apart_steps(case, inputs):
    """Options that fix the steps of each input where the arrays of several inputs have different numbers of them."""
    arrays = [inputs[name] for name in sorted(inputs)]
    if len({array.shape[1] for array in arrays if array.ndim == 3}) < 2:
        return []
    with zipfile.ZipFile(case.file("keras")) as file:
        config = json.loads(file.read("config.json"))["config"]
    return [f"--input-shape={name}={','.join(map(str, array.shape[1:]))}"
            for (name, _, _), array in zip(config["input_layers"], arrays)]


class Training:
    """The data of a train case and how it is to be run: `steps` steps of `batch` rows in order."""

    def __init__(self, case):
        with np.load(case.file("train")) as file:
            self.arrays = {name: file[name] for name in file.files}
            self.start = programs.numbered(file, "w0_")
            self.final = programs.numbered(file, "wf_")
            self.before = programs.numbered(file, "pred0_")
            self.after = programs.numbered(file, "pred1_")
        self.fields = case.fields
        self.batch = case.fields["batch"]
        self.data = {name: array for name, array in self.arrays.items()
                     if re.fullmatch(r"(x|y|sample_weight)(_\d+)?", name)}
        self.options = ["--epochs", 1, "--steps", case.fields["steps"], "--batch-size", self.batch, "--shuffle=false"]

    def first_batch(self):
        return {name: array[:self.batch] for name, array in self.data.items() if name.startswith("x")}

    def expected_logs(self):
        """The epoch's values: the steps' values weighted by rows, weighted metrics by the rows' weights; metrics of
        masked sequences by the steps that are not padding."""
        logs, steps = self.fields["step_logs"], self.fields["steps"]
        weights = self.data.get("sample_weight")
        rows = np.ones(steps) if weights is None else [
            weights[s * self.batch:(s + 1) * self.batch].sum(dtype=np.float64) for s in range(steps)]
        real = None
        if "masked metric" in self.fields["tags"]:
            # The last input's mask is that of the output: the only one's, or the decoder's.
            padded = self.data[max(name for name in self.data if name.startswith("x"))]
            real = [np.count_nonzero(padded[s * self.batch:(s + 1) * self.batch]) for s in range(steps)]
        counts = {name: rows if name.startswith("weighted_") else None if name == "loss" else real for name in logs[0]}
        return {name: np.average([log[name] for log in logs], weights=counts[name]) for name in logs[0]}


# Keras does not save the delta of Huber: what it loads trains otherwise than what was saved.
SCRIPT_ONLY = {"tr_huber_adamax"}


def train(case, work):
    """Step losses, metrics, first-step gradients, final weights and predictions are Keras's, from every file;
    and what Keras saved after training predicts what Keras predicted."""
    training = Training(case)
    start = programs.save_weights(work / "start.npz", training.start)
    for source in sources(case, work) + [programs.tool("model.py with w0", case.file("source"), work, start)]:
        same_outputs(f"{source.label}: before", source.predict(training.first_batch()), training.before)
        if case.name in SCRIPT_ONLY and not source.label.startswith("model.py"):
            continue
        _, _, _, saved = same_training(source, training)
        trained = programs.tool(f"{source.label}, trained", case.file("source"), work, saved)
        same_outputs(trained.label, trained.predict(training.first_batch()), training.after)
    for role in filter(case.file, ("final_keras", "final_h5")):
        final = programs.tool(role, case.file(role), work)
        same_outputs(role, final.predict(training.first_batch()), training.after)


def same_training(source, training):
    """Runs the steps and compares them; returns what Model.fit returned."""
    fields, label = training.fields, source.label
    result = history, weights, gradients, _ = source.fit(training.data, training.options)
    loss_atol = fields["suggested_atol_step_loss"]
    close(f"{label}: step losses", history["step_loss"], training.arrays["step_losses"], atol=loss_atol)
    for name, value in training.expected_logs().items():
        close(f"{label}: {name}", history[name], [value], atol=loss_atol)
    names = [weight["grad"] for weight in fields["weights"] if weight.get("grad")]
    if len(gradients) != len(names):
        raise Mismatch(f"{label}: expected {len(names)} gradients, got {len(gradients)}")
    for name, slope in zip(names, gradients):
        expected = training.arrays[name]
        ill_conditioned = max(loss_atol, fields["suggested_atol_final_weights"]) > ATOL
        atol = max(ATOL, 1e-4 * np.abs(expected).max()) if ill_conditioned else ATOL
        close(f"{label}: gradient {name}", slope, expected, atol=atol)
    same_weights(label, weights, training.final, fields["suggested_atol_final_weights"])
    return result


def same_weights(label, got, expected, atol):
    if len(got) != len(expected):
        raise Mismatch(f"{label}: expected {len(expected)} weights, got {len(got)}")
    for i, (mine, theirs) in enumerate(zip(got, expected)):
        close(f"{label}: weight {i}", mine, theirs, atol=atol)


def compiled(case, work):
    """The native program, and the emitted C++ under both compilers without a warning, give Keras's numbers, and agree
    within 1e-6 with the object that the tool runs in memory."""
    script, apart, options = case.file("source"), {"rtol": 1e-6, "atol": 1e-6}, []
    if case.kind == "infer":
        with np.load(case.file("io")) as io:
            inputs = {name: io[name] for name in io.files if name.startswith("in_")}
            expected = programs.numbered(io, "out_")
        start = programs.legacy_weights(case.file("h5"))
    elif case.kind == "stateful":
        calls = Calls(case)
        inputs, expected, options = calls.inputs, calls.expected, calls.options
        start = programs.legacy_weights(case.file("h5"))
    else:
        training = Training(case)
        inputs, expected, start = training.first_batch(), training.before, training.start
    weights = programs.save_weights(work / "start.npz", start)
    native = programs.tool("object", script, work, weights)
    outputs = native.predict(inputs, options)
    if case.kind == "train":
        trained = native.fit(training.data, training.options)
    for kind in programs.PROGRAMS:
        program = programs.compiled(kind, script, work, weights, case.kind == "train",
                                    apart_steps(case, inputs))
        got = program.predict(inputs, options)
        same_outputs(kind, got, expected)
        for mine, theirs in zip(got, outputs):
            close(f"{kind} and object: output", mine, theirs, **apart)
        if case.kind == "train":
            history, final, gradients, _ = same_training(program, training)
            close(f"{kind} and object: step losses", history["step_loss"], trained[0]["step_loss"], **apart)
            # Optimizers enlarge rounding where a gradient nearly vanishes, by as much as the case was measured to.
            atol = case.fields["suggested_atol_final_weights"]
            steps_apart = {"rtol": 1e-6, "atol": atol if atol > ATOL or case.fields["stage"] != "first" else 1e-6}
            for what, mine, theirs, bound in [("weight", final, trained[1], steps_apart),
                                              ("gradient", gradients, trained[2], apart)]:
                for i, pair in enumerate(zip(mine, theirs)):
                    close(f"{kind} and object: {what} {i}", *pair, **bound)


def option_text(value):
    """An argument of fit as the command line has it."""
    if isinstance(value, dict):
        return ",".join(f"{label}:{weight}" for label, weight in value.items())
    return str(value).lower()


def fit(case, work):
    """History, final weights, evaluation and the verbose=2 text of a whole fit are Keras's. Callbacks, which only a
    script has, write the files that Keras's wrote."""
    with np.load(case.file("train")) as file:
        data = {name: file[name] for name in ("x_0", "y_0")}
        start, final = programs.numbered(file, "w0_"), programs.numbered(file, "wf_")
    arguments = dict(case.fields["fit"])
    if "class_weight" in arguments:
        arguments["class_weight"] = {int(label): weight for label, weight in arguments["class_weight"].items()}
    source = case.file("source").read_text()
    callbacks = ", callbacks=callbacks" if "callbacks = [" in source else ""
    if not callbacks:
        options = [f"--{name.replace('_', '-')}={option_text(value)}" for name, value in arguments.items()]
        weights = programs.save_weights(work / "start.npz", start)
        model = programs.tool("model.py", case.file("source"), work, weights)
        history, trained, _, _ = model.fit(data, options)
        same_history(case, history)
        same_weights("model.py", trained, final, 1e-4)

    for name in ("train.npz", "model.weights.h5"):
        shutil.copy(case.directory / name, work)
    keywords = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    # The loss of a masked model is a mean for each batch: it depends on their size.
    batch = arguments.get("batch_size", 32)
    text = f"WORKDIR = 'WORKDIR'\n{source}" + f"""
import numpy as np
data = np.load('train.npz')
model.load_weights('model.weights.h5')
fitted = model.fit(data['x_0'], data['y_0'], {keywords}, verbose=2{callbacks})
print('after:')
print(fitted.history)
model.save('final.h5')
for name, value in model.evaluate(data['x_0'], data['y_0'], {batch}, verbose=0, return_dict=True).items():
    print(name, value)
"""
    (work / "script.py").write_text(text)
    (work / "WORKDIR").mkdir()
    shown, _, after = programs.run(["keratin", "run", "script.py"], cwd=work).stdout.partition("after:\n")
    shown = re.sub(r"- \d+m?s - \d+[mu]?s/step -", "- <T> - <T> -", shown)
    same_text("verbose=2", shown, case.file("stdout").read_text())
    history, *lines = after.splitlines()
    same_history(case, ast.literal_eval(history))
    same_weights("script", programs.legacy_weights(work / "final.h5"), final, 1e-4)
    values = dict(line.split() for line in lines)
    for name, value in case.fields["evaluate_after"].items():
        close(f"evaluate: {name}", float(values[name]), value)
    if case.file("csv"):
        same_table("csv", work / "WORKDIR" / "log.csv", case.file("csv"))
    if "ModelCheckpoint" in case.fields["tags"]:  # the best weights, which are restored in the end
        best = programs.tool("checkpoint", case.file("keras"), work, work / "WORKDIR" / "best.weights.h5")
        restored = programs.tool("final", case.file("keras"), work, work / "final.h5")
        inputs = {"x_0": data["x_0"]}
        same_outputs("checkpoint", best.predict(inputs), restored.predict(inputs))


def same_history(case, history):
    if set(case.fields["history"]) - set(history):
        raise Mismatch(f"history: expected {sorted(case.fields['history'])}, got {sorted(history)}")
    for name, values in case.fields["history"].items():
        close(f"history: {name}", history[name], values)


def same_table(label, got, expected):
    """Two CSV files with the same header, line ends and numbers."""
    mine, theirs = ([line.split(",") for line in path.read_bytes().decode().split("\r\n")] for path in (got, expected))
    same_text(f"{label}: header", ",".join(mine[0]), ",".join(theirs[0]))
    if [len(row) for row in mine] != [len(row) for row in theirs]:
        raise Mismatch(f"{label}: other rows than Keras's")
    for row, (numbers, values) in enumerate(zip(mine[1:-1], theirs[1:-1])):
        close(f"{label}: row {row}", [float(text) for text in numbers], [float(text) for text in values])


def script(case, work):
    """A whole program, run in its own directory, prints what it prints under Keras, and ends with its weights."""
    folder = work / case.name
    shutil.copytree(case.directory, folder)
    done = programs.run(["keratin", "run", "script.py"], cwd=folder)
    same_text("stdout", done.stdout, case.file("stdout").read_text())


LOCATED = re.compile(r"^\S*(\.py:\d+:\d+|\.(keras|h5|json|mlir)(:\S+)?): (error: )?\S", re.M)


def refused(case, work):
    """From every file the program ends with code 1 and a message that names the place, and writes nothing."""
    # What a fit case needs stands in its script; the model alone may well be fine.
    roles = ("source", "script") if case.kind in ("fit", "script") else ("source", "keras", "h5", "script")
    files = [case.file(role) for role in roles if case.file(role)]
    target = work / "model.o"
    for path in files:
        words = ["keratin", "compile", path, "-o", target, "--emit=obj"]
        # A model that cannot be trained may still predict.
        words += ["--entry=train_step"] if case.kind == "train" else []
        done = programs.run(words, expect=1)
        if not LOCATED.search(done.stderr) or path.name not in done.stderr:
            raise Mismatch(f"{path.name}: refused without its location:\n{done.stderr}")
        if any(work.iterdir()):
            raise Mismatch(f"{path.name}: refused, but wrote {[left.name for left in work.iterdir()]}")
