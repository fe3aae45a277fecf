# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds NAME_step against NAME_predict: step_by_step.py LIBRARY NAME.

After n calls of step the outputs are those of predict for the first n steps, for every number of rows; two streams that
take turns in one workspace do not see each other's states. Inputs with open steps are the sequences, others are the
same at each step; of an output that is a sequence the last step counts.
"""
import ctypes
import json
import sys

import numpy as np


class Model:
    def __init__(self, library, name):
        self.library, self.name = ctypes.CDLL(library), name
        self.info = json.loads(ctypes.string_at(ctypes.addressof(ctypes.c_char.in_dll(self.library, f"{name}_info"))))
        self.random = np.random.default_rng(1)
        self.entries = self.info["entries"]
        # A variance is not negative.
        weights = [abs(self.random.normal(0, 0.4, weight["shape"])).astype(np.float32)
                   if weight["name"].endswith("variance") else
                   self.random.normal(0, 0.4, weight["shape"]).astype(np.float32) for weight in self.info["weights"]]
        self.params = aligned(self.info["params_bytes"])
        self.call("pack", pointers(weights), self.params)
        self.workspace = aligned(self.entries["step"]["workspace_bytes"])
        self.call("init", self.workspace, ctypes.c_int64(len(self.workspace)), None)

    def call(self, function, *arguments):
        words = [argument.ctypes.data_as(ctypes.c_void_p) if isinstance(argument, np.ndarray) else argument
                 for argument in arguments]
        return getattr(self.library, f"{self.name}_{function}")(*words)

    def states(self):
        block = aligned(self.info["states_bytes"])
        block[:] = 255  # reset_states must make them zero
        assert self.call("reset_states", block) == 0
        return block

    def inputs(self, rows, steps):
        made = []
        for tensor, vocabulary in zip(self.info["inputs"], self.info["vocabulary"]):
            shape = sized(tensor["shape"], rows, steps)
            made.append(self.random.integers(0, vocabulary, shape).astype(np.int32) if vocabulary else
                        self.random.normal(0, 1, shape).astype(np.float32))
        return made

    def outputs(self, rows, steps):
        return [np.full(sized(tensor["shape"], rows, steps), np.nan, np.float32) for tensor in self.info["outputs"]]

    def predict(self, inputs, rows, steps):
        """Of each output what belongs to the last step."""
        outputs = self.outputs(rows, steps)
        given = [np.ascontiguousarray(array[:, :steps]) if is_sequence(tensor) else array
                 for array, tensor in zip(inputs, self.info["inputs"])]
        workspace = aligned(self.entries["predict"]["workspace_bytes"])
        assert self.call("init", workspace, ctypes.c_int64(len(workspace)), None) == 0
        assert self.call("predict", workspace, self.params, rows, steps, pointers(given), pointers(outputs)) == 0
        return [array[:, -1] if is_sequence(tensor) else array for array, tensor in zip(outputs, self.info["outputs"])]

    def step(self, inputs, rows, i):
        outputs = self.outputs(rows, 1)
        given = [np.ascontiguousarray(array[:, i]) if is_sequence(tensor) else array
                 for array, tensor in zip(inputs, self.info["inputs"])]
        status = self.call("step", self.workspace, self.params, rows, pointers(given), pointers(outputs))
        assert status == 0, f"step returned {status}"
        return [array[:, -1] if is_sequence(tensor) else array for array, tensor in zip(outputs, self.info["outputs"])]


def aligned(size):
    block = np.zeros(size + 64, np.uint8)
    start = -block.ctypes.data % 64
    return block[start:start + size]


def pointers(arrays):
    """An array of their addresses, which keeps them alive."""
    table = (ctypes.c_void_p * len(arrays))(*[array.ctypes.data for array in arrays])
    table.arrays = arrays
    return table


def is_sequence(tensor):
    return len(tensor["shape"]) > 1 and tensor["shape"][1] < 0


def sized(shape, rows, steps):
    return [(rows if axis == 0 else steps) if size < 0 else size for axis, size in enumerate(shape)]


def main():
    model = Model(*sys.argv[1:])
    most, steps = model.entries["step"]["max_batch"], model.entries["predict"]["max_steps"]
    assert model.call("step", model.workspace, model.params, 1, pointers(model.inputs(1, 1)),
                      pointers(model.outputs(1, 1))) == 7, "steps without states are refused"
    calls, worst = 0, 0.0
    for rows in range(1, most + 1):
        streams = [(model.states(), model.inputs(rows, steps)) for _ in range(2)]
        for i in range(steps):
            for states, inputs in streams:
                model.call("set_states", model.workspace, states)
                for found, expected in zip(model.step(inputs, rows, i), model.predict(inputs, rows, i + 1)):
                    difference = float(np.max(np.abs(found - expected)))
                    worst = max(worst, difference if difference == difference else np.inf)
                    calls += 1
    assert worst < 2e-6, f"{worst} apart"
    print(f"{calls} outputs, all equal")


main()
