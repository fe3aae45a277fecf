# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs every script of this folder to its end: run.py WORK.

With KERATIN_REAL_DATA naming a folder of the real data sets on those; else on small made-up ones of the same formats, so
that nothing is downloaded. What a script prints is up to its random numbers: each must print, and end with code 0.
"""
import os
import pathlib
import shutil
import subprocess
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
DATASETS = ["imdb.npz", "reuters.npz", "boston_housing.npz"]


def rows_of_words(random, rows, vocabulary):
    lists = np.empty(rows, dtype=object)
    for i in range(rows):
        lists[i] = [1, *map(int, random.integers(4, vocabulary, random.integers(5, 60)))]
    return lists


def make_data(home):
    """Every data set that a script reads, with as many columns and kinds of text as the real one."""
    random = np.random.default_rng(1)
    words = dict(x_train=rows_of_words(random, 120, 900), y_train=random.integers(0, 2, 120),
                 x_test=rows_of_words(random, 60, 900), y_test=random.integers(0, 2, 60))
    np.savez(home / "datasets/imdb.npz", **words)
    np.savez(home / "datasets/reuters.npz", x=rows_of_words(random, 200, 900), y=random.integers(0, 46, 200))
    np.savez(home / "datasets/boston_housing.npz", x=random.normal(size=(90, 13)), y=random.uniform(5, 50, 90))
    months = [f'"{1949 + i // 12}-{1 + i % 12:02}",{100 + i + 10 * (i % 12)}' for i in range(144)]
    (home / "airline-passengers.csv").write_text("\n".join(['"Month","Passengers"', *months]) + "\n")
    days = [f'"1981-01-{i:02}",{10 + i % 7}.5' for i in range(200)]
    (home / "daily-min-temperatures.csv").write_text("\n".join(['"Date","Temp"', *days]) + "\n")
    table = np.column_stack([random.integers(0, 99, (60, 8)), random.integers(0, 2, 60)])
    np.savetxt(home / "pima-indians-diabetes.csv", table, delimiter=",", fmt="%g")
    kinds = ["Iris-setosa", "Iris-versicolor", "Iris-virginica"]
    flowers = [",".join(f"{x:.1f}" for x in random.uniform(0, 8, 4)) + "," + kinds[i % 3] for i in range(60)]
    (home / "iris.csv").write_text("\n".join(flowers) + "\n")
    text = "The sea is never still, and what it takes it gives: O wind, a sail!\n" * 40
    for name in ("nietzsche.txt", "tinyshakespeare.txt"):
        (home / name).write_text(text)


def main():
    home, real = pathlib.Path(sys.argv[1]), os.environ.get("KERATIN_REAL_DATA")
    shutil.rmtree(home, ignore_errors=True)
    (home / "datasets").mkdir(parents=True)
    if real:
        for path in pathlib.Path(real).iterdir():
            shutil.copy(path, home / "datasets" / path.name if path.name in DATASETS else home / path.name)
    else:
        make_data(home)
    scripts = sorted(path for path in HERE.glob("*.py") if path.name != "run.py")
    failed = []
    for path in scripts:
        done = subprocess.run(["keratin", "run", "--seed=1", path], cwd=home, capture_output=True, text=True,
                              env={**os.environ, "KERAS_HOME": str(home)}, timeout=300)
        if done.returncode or not done.stdout:
            failed.append(path.name)
            print(path.name, done.stdout[-500:], done.stderr, sep="\n")
    print(f"{len(scripts)} scripts on {'real' if real else 'made-up'} data, {len(failed)} failed: {failed}")
    sys.exit(bool(failed) or len(scripts) < 10)


main()
