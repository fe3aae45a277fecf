# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Gives every command that writes a file places where it cannot: outputs.py CASE FOLDER."""
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np

case, folder = sys.argv[1:]
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
train = np.load(os.path.join(case, "train.npz"))
data, inputs = os.path.join(folder, "d.npz"), os.path.join(folder, "x.npz")
np.savez(data, x=train["x_0"], y=train["y_0"])
np.savez(inputs, x=train["x_0"])
model = os.path.join(case, "model.keras")
script = os.path.join(folder, "script.py")
with open(script, "w") as file:
    file.write("""import numpy as np
import keras
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.fit(np.ones((6, 4), "float32"), np.ones((6, 1), "float32"), batch_size=2, epochs=2, verbose=0)
""")

# Each command up to the path of its output, and the suffix of that path.
fit = ["fit", model, "--data", data, "-q"]
writers = [(["predict", model, "--inputs", inputs, "--outputs"], ".npz"), ([*fit, "--save"], ".npz"),
           ([*fit, "--history"], ".json"), ([*fit, "--gradients"], ".npz"), (["run", script, "--save"], ".npz")]
writers += [(["compile", model, f"--emit={kind}", "-o"], "") for kind in ("obj", "header", "cpp", "shared", "exe", "llvm", "asm", "mlir")]
problems = []


def run(arguments):
    return subprocess.run(["keratin", *arguments], capture_output=True, text=True)


def refused(arguments, path, message):
    result = run([*arguments, path])
    if result.returncode != 1 or message not in result.stderr:
        problems.append(f"{arguments} {path}: {result.returncode} {result.stderr}")


for arguments, suffix in writers:
    place = os.path.join(folder, "place")
    os.makedirs(place)
    good = os.path.join(place, "out" + suffix)
    result = run([*arguments, good])
    if result.returncode or os.listdir(place) != ["out" + suffix]:
        problems.append(f"{arguments}: {result.returncode} {os.listdir(place)} {result.stderr}")
    refused(arguments, os.path.join(folder, "none", "out" + suffix), "No such file or directory")
    os.makedirs(os.path.join(folder, "a folder" + suffix), exist_ok=True)
    refused(arguments, os.path.join(folder, "a folder" + suffix), "s a directory")
    # Every write fails: no disk is as full as this device.
    full = os.path.join(place, "full" + suffix)
    os.symlink("/dev/full", full)
    refused(arguments, full, "No space left on device")
    shutil.rmtree(place)

# What a run saves is what fit --save has: weights, and the state of six steps.
saved = os.path.join(folder, "saved.npz")
run(["run", script, "--save", saved])
names = np.load(saved).files
if "w_000" not in names or int(np.load(saved)["optimizer_iteration"]) != 6:
    problems.append(f"run --save: {names}")

# Interrupted in the middle of a training that would last for hours.
for arguments in ([*fit, "--epochs", "100000000", "--save"], ["run", script, "--save"]):
    with open(script) as file:
        text = file.read()
    with open(script, "w") as file:
        file.write(text.replace("epochs=2", "epochs=100000000"))
    output = os.path.join(folder, "interrupted.npz")
    process = subprocess.Popen(["keratin", *arguments, output], stderr=subprocess.PIPE, text=True)
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    error = process.communicate(timeout=60)[1]
    if process.returncode != 130 or "interrupted" not in error or os.path.exists(output):
        problems.append(f"interrupt of {arguments[0]}: {process.returncode} {error}")
sys.exit("\n".join(problems) or 0)
