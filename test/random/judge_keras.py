# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random models against real Keras: judge_keras.py WORK [--models N] [--seed S].

Keras builds each model from the same script and runs it eagerly: outputs, first-step gradients, and all weights after 3
training steps; Keratin must compute them within 1e-5 of the largest element of a tensor. Models that draw random numbers
in training are compared in inference only. Where that differs, Keras computes the same in float64: a difference from it of up to four times that
of Keras's own float32 is rounding. Where Keras's numbers are huge or not finite, or Keratin refuses a layer by name, a
model is left out.
"""
import argparse
import multiprocessing
import os
import pathlib
import sys
import warnings

import judge_reference
import models

STEPS = 3


def batch_of(model, numpy, random, rows):
    """Inputs and targets as the model's script says."""
    vocabulary = {}
    for layer in model.layers:
        if type(layer).__name__ == "Embedding":
            vocabulary[layer.input.name] = layer.input_dim
    masks = any(type(layer).__name__ == "Masking" for layer in model.layers)
    x, y = [], []
    for tensor in model.inputs:
        shape = (rows, *tensor.shape[1:])
        if tensor.name in vocabulary:
            array = random.integers(1, vocabulary[tensor.name], shape) * (random.random(shape) < 0.8)
            array[:, random.integers(0, shape[1])] = 1  # Keras divides by zero where all of a row is masked
            x.append(array.astype("int32"))
        else:
            array = random.normal(size=shape)
            if masks and len(shape) == 3:
                array *= random.random(shape[:2] + (1,)) < 0.8
            x.append(array.astype("float32"))
    for tensor, loss in zip(model.outputs, model.loss):
        shape, name = (rows, *tensor.shape[1:]), str(getattr(loss, "name", loss))
        if "sparse" in name:
            y.append(random.integers(0, shape[-1], shape[:-1]).astype("int32"))
        elif "categorical" in name:
            y.append(numpy.eye(shape[-1], dtype="float32")[random.integers(0, shape[-1], shape[:-1])])
        elif "binary" in name:
            y.append((random.random(shape) < 0.5).astype("float32"))
        else:
            y.append(random.normal(size=shape).astype("float32"))
    return x, y


def random_weights(model, random):
    """Of a size that keeps what they make near 1; variances are positive."""
    weights = []
    for variable in model.weights:
        scale = 1 / max(1, (variable.shape[-2] if len(variable.shape) > 1 else 4)) ** 0.5
        array = scale * random.normal(size=tuple(variable.shape))
        weights.append((abs(array) + 0.5 if "variance" in variable.path else array).astype("float32"))
    return weights


def computed(keras, numpy, seed, text, floatx="float32"):
    """What Keras makes of a script: the start weights, and the arrays that Keratin is to reproduce."""
    import tensorflow
    keras.config.set_floatx(floatx)
    random, rows, trains = numpy.random.default_rng(models.number(seed)), 1 + models.number(seed) % 5, not models.is_random(text)
    keras.utils.clear_session()
    scope = {}
    exec(text, scope)  # noqa: S102: a script of models.py
    model = scope["model"]
    weights = random_weights(model, random)
    model.set_weights(weights)
    x, y = batch_of(model, numpy, random, rows)
    flat = lambda value: value if isinstance(value, (list, tuple)) else [value]  # noqa: E731
    arrays = {f"out_{i}": array.numpy() for i, array in enumerate(flat(model(x if len(x) > 1 else x[0], training=False)))}
    arrays |= {f"x_{i}": array for i, array in enumerate(x)}
    arrays |= {f"y_{i}": array for i, array in enumerate(y)}
    for step in range(STEPS if trains else 0):
        with tensorflow.GradientTape() as tape:
            predicted = model(x if len(x) > 1 else x[0], training=True)
            loss = model.compute_loss(x, y if len(y) > 1 else y[0], predicted)
        slopes = tape.gradient(loss, [variable.value for variable in model.trainable_variables])
        slopes = [tensorflow.zeros_like(variable) if slope is None else tensorflow.convert_to_tensor(slope)
                  for variable, slope in zip(model.trainable_variables, slopes)]
        if step == 0:
            arrays |= {f"g_{i}": slope.numpy() for i, slope in enumerate(slopes)}
        model.optimizer.apply(slopes, model.trainable_variables)
    if trains:
        arrays |= {f"end_{i}": array for i, array in enumerate(model.get_weights())}
    return weights, arrays


def rounding(arrays, exact):
    """How far float32 is from float64, measured as keratin verify does."""
    largest = max([abs(array).max(initial=0) for name, array in exact.items() if name[0] == "g"] + [1e-3])
    worst = 0
    for name, array in exact.items():
        if name[0] in "oge":
            least = 0.25 * largest if name[0] == "g" else 1
            worst = max(worst, abs(arrays[name] - array).max(initial=0) / max(least, abs(array).max(initial=0)))
    return worst


def shard(job):
    """Judges some seeds in a process of its own; returns (seed, "", "left out" or a report)."""
    seeds, work = job
    os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0", CUDA_VISIBLE_DEVICES="")
    import keras
    import numpy
    import tensorflow
    warnings.filterwarnings("ignore")  # of masks that are dropped
    tensorflow.get_logger().setLevel("ERROR")
    tensorflow.config.threading.set_intra_op_parallelism_threads(1)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    results = []
    for seed in seeds:
        text = models.script(seed)
        try:
            weights, arrays = computed(keras, numpy, seed, text)
        except Exception as problem:  # noqa: BLE001: the script and Keras's words are the report
            results.append((seed, "left out"))
            print(f"seed {seed} is not for Keras: {problem}", flush=True)
            continue
        if not all(numpy.isfinite(array).all() and abs(array).max(initial=0) < 1e4 for array in arrays.values()):
            results.append((seed, "left out"))
            continue
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
            result = judge_reference.verify(path, models.number(seed), *more, f"--tolerance={max(1e-5, 4 * rounding(arrays, exact))}")
        refused = judge_reference.is_refused(result)
        results.append((seed, "left out" if refused else result.stdout + result.stderr if result.returncode else ""))
        if result.returncode and not refused:
            judge_reference.report(seed, text, result)
        else:
            for used in (path, recorded, start):
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
    failed = sorted(seed for seed, text in results if text and text != "left out")
    print(f"{len(results) - len(left_out)} models against Keras from seed {arguments.seed}, {len(failed)} differ: {failed}; "
          f"{len(left_out)} left out")
    sys.exit(bool(failed) or len(left_out) > len(results) // 5)


if __name__ == "__main__":
    main()
