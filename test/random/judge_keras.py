# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random models against real Keras: judge_keras.py WORK [--models N] [--seed S].

Keras builds each model from the same script and runs it eagerly: outputs, loss and metrics, first-step gradients, and all
weights after 3 training steps; Keratin must compute them within 1e-5 of the largest element of a tensor. Models that draw
random numbers in training are compared in inference only. Where that differs, Keras computes the same in float64: a
difference from it of up to four times that of Keras's own float32 is rounding. That covers what cancels: sums of large
terms that are zero but for their rounding have nothing else to be measured by. Where Keras's numbers are huge or not
finite, or Keratin refuses a layer by name, a model is left out.
"""
import argparse
import ast
import multiprocessing
import os
import pathlib
import subprocess
import sys
import warnings

import judge_reference
import models
import training

STEPS = 3


def layers_of(model):
    """Those of nested models too."""
    for layer in model.layers:
        yield layer
        if hasattr(layer, "layers"):
            yield from layers_of(layer)


def targets_of(loss, shape, numpy, random):
    kind = training.target_kind(loss)
    if kind == "labels":
        return random.integers(0, shape[-1], shape[:-1]).astype("int32")
    if kind == "classes":
        return numpy.eye(shape[-1], dtype="float32")[random.integers(0, shape[-1], shape[:-1])]
    if kind == "flags":
        return (random.random(shape) < 0.5).astype("float32")
    if kind == "signs":
        return random.choice([-1, 1], shape).astype("float32")
    if kind == "counts":
        return random.integers(0, 4, shape).astype("float32")
    numbers = random.normal(size=shape)
    return (numbers + numpy.copysign(0.5, numbers)).astype("float32")  # one of the losses divides by them


def data_of(model, text, numpy, random, rows):
    """Inputs, targets and, of every third model, sample weights as the script says."""
    vocabulary = {}
    for layer in layers_of(model):
        if type(layer).__name__ == "Embedding":
            vocabulary[layer.input.name] = layer.input_dim
    x, y, weights = [], [], []
    for tensor in model.inputs:
        shape = (rows, *tensor.shape[1:])
        # Keras divides by zero where all of a row is masked.
        seen = numpy.arange(shape[1]) == (0 if "causal" in text else random.integers(0, shape[1]))
        if tensor.name in vocabulary:
            array = random.integers(1, vocabulary[tensor.name], shape) * (random.random(shape) < 0.8)
            array[:, seen] = 1
            x.append(array.astype("int32"))
        else:
            array = random.normal(size=shape)
            if "Masking(" in text and len(shape) == 3:
                array *= ((random.random(shape[:2]) < 0.8) | seen)[..., None]
            x.append(array.astype("float32"))
    for tensor, loss in zip(model.outputs, losses_of(text)):
        shape = (rows, *tensor.shape[1:])
        y.append(targets_of(loss, shape, numpy, random))
        weights.append((0.5 + random.random(shape[:-1])).astype("float32"))
    return x, y, weights if random.random() < 1 / 3 else []


def losses_of(text):
    """As the rows of training.LOSSES have them."""
    call = ast.parse(text.strip().splitlines()[-1]).body[0].value
    losses = next(keyword.value.elts for keyword in call.keywords if keyword.arg == "loss")
    return [loss.value if isinstance(loss, ast.Constant) else ast.unparse(loss) for loss in losses]


def random_weights(model, random):
    """Of a size that keeps what they make near 1; variances are positive."""
    weights = []
    for variable in model.weights:
        scale = 1 / max(1, (variable.shape[-2] if len(variable.shape) > 1 else 4)) ** 0.5
        array = scale * random.normal(size=tuple(variable.shape))
        weights.append((abs(array) + 0.5 if "variance" in variable.path else array).astype("float32"))
    return weights


def computed(keras, numpy, seed, text, floatx="float32"):
    """What Keras makes of a script: the start weights, and the arrays that Keratin is to reproduce. Stateful models go
    on from batch to batch, of which there are two."""
    import tensorflow
    keras.config.set_floatx(floatx)
    random, rows, trains = numpy.random.default_rng(models.number(seed)), models.rows(seed), not models.is_random(text)
    keras.utils.clear_session()
    scope = {}
    exec(text, scope)  # noqa: S102: a script of models.py
    model = scope["model"]
    model.run_eagerly = True
    stateful = [layer for layer in layers_of(model) if getattr(layer, "stateful", False) and hasattr(layer, "reset_state")]

    def restart():
        for layer in stateful:
            layer.reset_state()

    def flat(value):
        return value if isinstance(value, (list, tuple)) else [value]

    def one(several):
        return several if len(several) > 1 else several[0] if several else None

    def batches():
        """x, y and sample weights, as a model takes them."""
        for i in range(0, len(x[0]), rows):
            parts = [[array[i:i + rows] for array in arrays] for arrays in (x, y, sample_weights)]
            yield [one(part) for part in parts]

    start = random_weights(model, random)
    model.set_weights(start)
    x, y, sample_weights = data_of(model, text, numpy, random, rows * (2 if stateful else 1))
    arrays = {f"{name}_{i}": array for name, several in (("x", x), ("y", y), ("sample_weight", sample_weights))
              for i, array in enumerate(several)}
    outputs = [[output.numpy() for output in flat(model(batch[0], training=False))] for batch in batches()]
    arrays |= {f"out_{i}": numpy.concatenate(parts) for i, parts in enumerate(zip(*outputs))}
    restart()
    logs = model.evaluate(one(x), one(y), rows, verbose=0, sample_weight=one(sample_weights))
    arrays["logs"] = numpy.array(flat(logs), "float64")
    restart()
    for batch_x, batch_y, weights in [*batches()] * (STEPS if trains else 0):
        with tensorflow.GradientTape() as tape:
            predicted = model(batch_x, training=True)
            loss = model.compute_loss(batch_x, batch_y, predicted, weights)
        slopes = tape.gradient(loss, [variable.value for variable in model.trainable_variables])
        slopes = [tensorflow.zeros_like(variable) if slope is None else tensorflow.convert_to_tensor(slope)
                  for variable, slope in zip(model.trainable_variables, slopes)]
        if "g_0" not in arrays:
            arrays |= {f"g_{i}": slope.numpy() for i, slope in enumerate(slopes)}
        model.optimizer.apply(slopes, model.trainable_variables)
    if trains:
        arrays |= {f"end_{i}": array for i, array in enumerate(model.get_weights())}
    return start, arrays


def rounding(arrays, exact):
    """How far float32 is from float64, measured as keratin verify does."""
    largest = max([abs(array).max(initial=0) for name, array in exact.items() if name[0] == "g"] + [1e-3])
    worst = 0
    for name, array in exact.items():
        if name == "logs":
            worst = max(worst, (abs(arrays[name] - array) / abs(array).clip(1)).max())
        elif name[0] in "oge":
            least = 0.25 * largest if name[0] == "g" else 1
            worst = max(worst, abs(arrays[name] - array).max(initial=0) / max(least, abs(array).max(initial=0)))
    return worst


class LeftOut(Exception):
    """Why a model is not compared."""


def judged(keras, numpy, work, seed, text):
    """How keratin verify ends with what Keras makes of a script."""
    try:
        weights, arrays = computed(keras, numpy, seed, text)
    except Exception as problem:  # of many kinds: layers that do not take a shape, masks of unequal shapes
        raise LeftOut(f"seed {seed} is not for Keras: {problem}") from problem
    if not all(numpy.isfinite(array).all() and abs(array).max(initial=0) < 1e4 for array in arrays.values()):
        raise LeftOut(f"seed {seed} makes numbers that are huge or not finite")
    path, recorded, start = (work / f"model{seed}{suffix}" for suffix in (".py", ".npz", ".w.npz"))
    path.write_text(text)
    numpy.savez(recorded, **arrays)
    numpy.savez(start, **{f"w_{i:03}": array for i, array in enumerate(weights)})
    more = ["--weights", start] if weights else []
    more += [f"--train-steps={STEPS}", "--recorded", recorded]
    result = judge_reference.verify(path, models.number(seed), *more)
    if result.returncode == 3:
        exact = computed(keras, numpy, seed, text, "float64")[1]
        numpy.savez(recorded, **exact)
        allowed = max(1e-5, 4 * rounding(arrays, exact))
        result = judge_reference.verify(path, models.number(seed), *more, f"--tolerance={allowed}")
    if judge_reference.is_refused(result):
        raise LeftOut(f"seed {seed} is refused: {result.stderr}")
    return result


def shard(job):
    """Judges some seeds in a process of its own; returns (seed, "", "left out" or "differs")."""
    seeds, work = job
    os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0", CUDA_VISIBLE_DEVICES="")
    import keras
    import numpy
    import tensorflow
    warnings.filterwarnings("ignore")  # of masks that are dropped
    tensorflow.get_logger().setLevel("ERROR")
    tensorflow.config.threading.set_intra_op_parallelism_threads(1)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)

    def again(seed, script):
        try:
            return judged(keras, numpy, work, seed, script)
        except LeftOut:
            return subprocess.CompletedProcess([], 0, "", "")

    results = []
    for seed in seeds:
        text = models.script(seed)
        try:
            result = judged(keras, numpy, work, seed, text)
        except LeftOut as why:
            print(why, flush=True)
            results.append((seed, "left out"))
            continue
        results.append((seed, "differs" if result.returncode else ""))
        if result.returncode:
            judge_reference.report(seed, text, result, lambda script: again(seed, script))
        for used in work.glob(f"model{seed}.*"):
            used.unlink()
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--models", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="of the first model")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    seeds = [*judge_reference.kept_seeds(), *range(arguments.seed, arguments.seed + arguments.models)]
    # Small shards: TensorFlow's memory grows with every model.
    shards = [(seeds[i:i + 50], arguments.work) for i in range(0, len(seeds), 50)]
    results = []
    with multiprocessing.get_context("spawn").Pool(arguments.processes, maxtasksperchild=2) as pool:
        for part in pool.imap_unordered(shard, shards):
            results += part
            print(f"{len(results)} of {len(seeds)} models", flush=True)
    left_out = [seed for seed, text in results if text == "left out"]
    failed = sorted((seed for seed, text in results if text == "differs"), key=str)
    print(f"{len(results) - len(left_out)} models against Keras from seed {arguments.seed}, {len(failed)} differ: {failed}; "
          f"{len(left_out)} left out")
    sys.exit(bool(failed) or len(left_out) > len(results) // 5)


if __name__ == "__main__":
    main()
