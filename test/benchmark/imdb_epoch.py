#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trains the IMDB example on the real reviews with Keras and with Keratin, side by side.

    KERAS_HOME=DIR test/benchmark/imdb_epoch.py --keratin build/bin/keratin --venv peers-venv

DIR/datasets holds the real imdb.npz. Every engine runs the same script, the example with its number of epochs
and its seed changed, on the same cores; engines alternate, so that a change in the machine's load meets all of them.
The virtual environment is made where it is missing (pinned versions, about 2 GB). Two tables are printed:

  speed     seconds of an epoch, by the time at which the engine prints its lines: the first epoch (with tracing
            and compilation) and the best of the later ones, and the whole process from start to exit
  accuracy  test accuracy after one epoch, mean and spread over the seeds
"""
import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "imdb_lstm" / "model.py"
PACKAGES = ["keras==3.15.1", "tensorflow-cpu==2.21.0", "jax==0.10.2"]
PEERS = ["keras-tensorflow", "keras-jax"]

# Keras downloads the file again when its hash is not the official one; the copy at hand is what is to be used.
KERAS_MAIN = """
import runpy, sys
from keras.src.utils import file_utils
file_utils.validate_file = lambda *arguments, **keywords: True
runpy.run_path(sys.argv[1], run_name="__main__")
"""


def script(seed, epochs):
    """The example with `epochs` epochs, a fixed seed and one line an epoch."""
    text = EXAMPLE.read_text()
    changed, count = re.subn(r"epochs=15\)", f"epochs={epochs}, verbose=2)", text)
    if count != 1:
        sys.exit(f"{EXAMPLE}: expected one 'epochs=15)'")
    changed = changed.replace("model.evaluate(x_test, y_test)", "model.evaluate(x_test, y_test, verbose=0)")
    return f"import keras\nkeras.utils.set_random_seed({seed})\n{changed}"


def make_venv(venv):
    if not (venv / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([venv / "bin" / "pip", "install", "-q", *PACKAGES], check=True)


def command(engine, arguments, path):
    if engine == "keratin":
        return [arguments.keratin, "run", "--real-data-only", path], {}
    python = str(arguments.venv / "bin" / "python")
    return [python, "-u", "-c", KERAS_MAIN, path], {"KERAS_BACKEND": engine[len("keras-"):]}


def measure(engine, threads, seed, epochs, arguments):
    """Runs one engine on `threads` cores; returns its epoch times in seconds and its test score.

    Keras announces an epoch ("Epoch 1/2") only where there are several: a single one is not timed."""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
        file.write(script(seed, epochs))
        file.flush()
        words, environment = command(engine, arguments, file.name)
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), TF_CPP_MIN_LOG_LEVEL="3", **environment)
        start = time.perf_counter()
        process = subprocess.Popen(
            words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, arguments.cores[:threads]))
        begun, times, lines = None, [], []
        for line in process.stdout:
            now = time.perf_counter()
            lines.append(line)
            if re.match(r"Epoch \d+/\d+", line):
                begun = now
            elif begun is not None and re.match(r"\d+/\d+ - ", line):
                times.append(now - begun)
                begun = None
        errors = process.stderr.read()
        process.wait()
        whole = time.perf_counter() - start
    output = "".join(lines)
    accuracy = re.search(r"^Test accuracy: (\S+)", output, re.M)
    score = re.search(r"^Test score: (\S+)", output, re.M)
    if process.returncode or not accuracy or not score or (epochs > 1 and len(times) != epochs):
        sys.exit(f"{engine} failed ({process.returncode}):\n{output}\n{errors}")
    return {"engine": engine, "threads": threads, "seed": seed, "epochs": epochs, "first_epoch": next(iter(times), None),
            "later_epoch": min(times[1:], default=None), "process": whole,
            "test_loss": float(score[1]), "test_accuracy": float(accuracy[1])}


def record(row, arguments):
    print(json.dumps(row), file=sys.stderr, flush=True)
    if arguments.json:
        with open(arguments.json, "a") as file:
            file.write(json.dumps(row) + "\n")
    return row


def speed(engines, arguments):
    rows = [record(measure(engine, threads, seed, 2, arguments), arguments)
            for threads in arguments.threads for seed in range(arguments.rounds) for engine in engines]
    print(f"\n{'engine':<18}{'threads':>8}{'first epoch s':>16}{'later epoch s':>16}{'process s':>12}")
    for threads in arguments.threads:
        for engine in engines:
            mine = [row for row in rows if (row["engine"], row["threads"]) == (engine, threads)]
            best = [min(row[key] for row in mine) for key in ("first_epoch", "later_epoch", "process")]
            print(f"{engine:<18}{threads:>8}{best[0]:>16.2f}{best[1]:>16.2f}{best[2]:>12.2f}")


def accuracy(engines, arguments):
    threads = max(arguments.threads)
    rows = [record(measure(engine, threads, seed, 1, arguments), arguments)
            for seed in range(1, arguments.seeds + 1) for engine in engines]
    print(f"\n{'engine':<18}{'seeds':>6}{'mean accuracy':>16}{'least':>9}{'most':>9}{'mean loss':>12}")
    for engine in engines:
        mine = [row for row in rows if row["engine"] == engine]
        values = [row["test_accuracy"] for row in mine]
        loss = statistics.mean(row["test_loss"] for row in mine)
        print(f"{engine:<18}{len(mine):>6}{statistics.mean(values):>16.4f}{min(values):>9.4f}{max(values):>9.4f}"
              f"{loss:>12.4f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keratin", default=str(ROOT / "build" / "bin" / "keratin"), help="the tool to measure")
    parser.add_argument("--venv", type=pathlib.Path, default=pathlib.Path("peers-venv"), help="environment of the peers")
    parser.add_argument("--engines", default=",".join(PEERS + ["keratin"]), help="comma-separated (default: all)")
    parser.add_argument("--threads", default="1,2", help="numbers of cores to run on (default 1,2)")
    parser.add_argument("--rounds", type=int, default=3, help="timed runs of each engine, best counts (default 3)")
    parser.add_argument("--seeds", type=int, default=5, help="seeds of the accuracy table (default 5)")
    parser.add_argument("--only", choices=["speed", "accuracy"], help="one of the two tables")
    parser.add_argument("--json", help="append every measurement to this file, one JSON object a line")
    arguments = parser.parse_args()
    data = pathlib.Path(os.environ.get("KERAS_HOME", pathlib.Path.home() / ".keras")) / "datasets" / "imdb.npz"
    if not data.exists():
        sys.exit(f"{data} is missing; set KERAS_HOME to a folder whose datasets/ holds the real imdb.npz")
    engines = arguments.engines.split(",")
    if unknown := [engine for engine in engines if engine not in PEERS + ["keratin"]]:
        sys.exit(f"unknown engine '{unknown[0]}' (known: {', '.join(PEERS)}, keratin)")
    arguments.cores = sorted(os.sched_getaffinity(0))
    arguments.threads = [int(count) for count in arguments.threads.split(",")]
    if max(arguments.threads) > len(arguments.cores):
        sys.exit(f"{max(arguments.threads)} threads asked for, {len(arguments.cores)} cores at hand")
    arguments.venv = arguments.venv.resolve()
    if any(engine != "keratin" for engine in engines):
        make_venv(arguments.venv)
    if arguments.only != "accuracy":
        speed(engines, arguments)
    if arguments.only != "speed":
        accuracy(engines, arguments)


if __name__ == "__main__":
    main()
