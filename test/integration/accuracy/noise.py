# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Whether the layers that draw random numbers do so as they should: noise.py WORK.

What a layer makes of its input in a training step is read from a gradient: where a Dense layer with a kernel of zeros
follows, and the targets are those below, the kernel's gradient is the layer's output, a row a unit, to the last bit.
Seeds are fixed, so that a claim holds always or never; bounds are four standard deviations of the estimate.
"""
import json
import pathlib
import sys

import numpy as np

sys.path.append(str(pathlib.Path(__file__).parents[1] / "golden"))
import programs

ROWS, STEPS, FEATURES = 16, 10, 100
SIZE = STEPS * FEATURES
MODEL = """from keras.layers import *
from keras.models import Sequential
from keras.optimizers import SGD
model = Sequential([Input(({steps}, {features})), {layers}, Flatten(),
                    Dense({rows}, use_bias=False, kernel_initializer='zeros')])
model.compile(loss='mse', optimizer=SGD({rate!r}))
"""
RATE = 2.0 ** -60  # so small that the second step's predictions are as good as zero
# The loss's slope at predictions of zero is -2y / (ROWS * ROWS): 1 for a row's own unit.
TARGETS = -ROWS * ROWS / 2 * np.eye(ROWS, dtype=np.float32)


class Layers:
    """Layers under test and what their training steps draw."""

    failed = False

    def __init__(self, name, layers, work):
        self.name, self.work = name, work / name
        self.work.mkdir(parents=True)
        self.script = self.work / "model.py"
        self.script.write_text(MODEL.format(layers=layers, steps=STEPS, features=FEATURES, rows=ROWS, rate=RATE))
        self.model = programs.tool("object", self.script, self.work)
        # Powers of two, by which division is exact.
        self.x = np.random.default_rng(5).choice([0.5, 1, 2], (ROWS, STEPS, FEATURES)).astype(np.float32)

    def outputs(self, seed, model=None, steps=1):
        """Of the first training step, and the sum of those of all steps."""
        data = {"x": np.tile(self.x, (steps, 1, 1)), "y": np.tile(TARGETS, (steps, 1))}
        _, (kernel,), (gradient,), _ = (model or self.model).fit(
            data, ["--epochs", 1, "--batch-size", ROWS, "--shuffle=false", "--seed", seed])
        return tuple(array.T.reshape(self.x.shape) for array in (gradient, kernel / -RATE))

    def factors(self, seed=1):
        return self.outputs(seed)[0] / self.x

    def claim(self, what, holds, shown=""):
        print(f"{self.name}: {what} {shown}{'' if holds else '  NOT SO'}")
        Layers.failed |= not holds

    def near(self, what, got, expected, deviation):
        self.claim(what, abs(got - expected) <= 4 * deviation,
                   f"{got:.5f}, expected {expected:.5f} within {4 * deviation:.5f}")

    def drops(self, draws, rate):
        """Draws are 0 at the rate and 1 / (1 - rate) otherwise; neighbours along no axis know of each other."""
        scale = np.float32(1 / (1 - rate))
        self.claim("drops or scales", set(np.unique(draws)) == {np.float32(0), scale})
        self.near("rate", np.mean(draws == 0), rate, np.sqrt(rate * (1 - rate) / draws.size))
        self.moments(draws, 1, np.sqrt(rate / (1 - rate)))

    def moments(self, draws, mean, sigma, kurtosis=None):
        centred = (draws.astype(np.float64) - mean) / sigma
        self.near("mean", draws.mean(dtype=np.float64), mean, sigma / np.sqrt(draws.size))
        # The variance of a mean of squares is the fourth moment less one, over their number.
        fourth = (kurtosis or np.mean(centred ** 4)) - 1
        self.near("variance", np.mean(centred ** 2) * sigma ** 2, sigma ** 2, sigma ** 2 * np.sqrt(fourth / draws.size))
        for axis in range(draws.ndim):
            ends = np.split(centred, [1], axis)[1], np.split(centred, [-1], axis)[0]
            self.near(f"correlation along axis {axis}", np.mean(ends[0] * ends[1]), 0, 1 / np.sqrt(ends[0].size))

    def normal(self, draws, mean, sigma):
        self.moments(draws, mean, sigma, kurtosis=3)
        for bound, tail in [(1, 0.317311), (2, 0.0455003), (3, 0.0026998)]:
            share = np.mean(np.abs(draws - mean) > bound * sigma)
            self.near(f"share beyond {bound} sigma", share, tail, np.sqrt(tail * (1 - tail) / draws.size))

    def reproducible(self):
        first, same, other = self.outputs(1)[0], self.outputs(1)[0], self.outputs(2)[0]
        self.claim("the same seed draws the same bits", np.array_equal(first, same))
        self.claim("another seed draws others", np.mean(first != other) > 0.1)
        total = self.outputs(1, steps=2)[1]
        self.claim("the second step draws others", np.mean(np.abs(total - 2 * first) > 0.01) > 0.1)
        zeros = programs.save_weights(self.work / "zeros.npz", [np.zeros((SIZE, ROWS), np.float32)])
        for kind in programs.PROGRAMS:
            got = self.outputs(1, programs.compiled(kind, self.script, self.work, zeros, True))[0]
            self.claim(f"{kind} draws the same", np.allclose(got, first, rtol=1e-6, atol=1e-6),
                       f"within {np.abs(got - first).max():.1e}")

    def silent_in_inference(self):
        """Predictions and evaluations are those of the Dense layer alone."""
        kernel = np.random.default_rng(6).normal(size=(SIZE, ROWS)).astype(np.float32)
        model = programs.tool("inference", self.script, self.work, programs.save_weights(self.work / "w.npz", [kernel]))
        expected = self.x.reshape(ROWS, SIZE).astype(np.float64) @ kernel
        (got,) = model.predict({"x": self.x})
        self.claim("predict draws nothing", np.allclose(got, expected, rtol=1e-4, atol=1e-4))
        np.savez(self.work / "exact.npz", x=self.x, y=expected.astype(np.float32))
        done = programs.run(["keratin", "-q", "evaluate", self.script, "--json", "--data", self.work / "exact.npz",
                             "--weights", self.work / "w.npz"])
        self.claim("evaluate draws nothing", json.loads(done.stdout)["loss"] < 1e-6)


def main():
    work = pathlib.Path(sys.argv[1])

    dropout = Layers("Dropout", "Dropout(0.3)", work)
    dropout.drops(dropout.factors(), 0.3)

    spatial = Layers("SpatialDropout1D", "SpatialDropout1D(0.4)", work)
    factors = spatial.factors()
    spatial.claim("whole features are dropped", np.array_equal(factors, np.repeat(factors[:, :1], STEPS, axis=1)))
    spatial.drops(factors[:, 0], 0.4)

    shaped = Layers("Dropout-of-features", f"Dropout(0.4, noise_shape=(None, 1, {FEATURES}))", work)
    shaped.claim("noise_shape draws as SpatialDropout1D", np.array_equal(shaped.factors(), factors))

    two = Layers("two-Dropouts", "Dropout(0.5), Dropout(0.5)", work)
    kept = np.mean(two.factors() == 4)
    two.near("each draws for itself: kept by both", kept, 0.25, np.sqrt(0.1875 / (ROWS * SIZE)))

    noise = Layers("GaussianNoise", "GaussianNoise(0.5)", work)
    noise.normal(noise.outputs(1)[0] - noise.x, 0, 0.5)

    gaussian = Layers("GaussianDropout", "GaussianDropout(0.2)", work)
    gaussian.normal(gaussian.factors(), 1, 0.5)

    for layers in (dropout, spatial, noise, gaussian):
        layers.reproducible()
        layers.silent_in_inference()
    sys.exit(Layers.failed)


main()
