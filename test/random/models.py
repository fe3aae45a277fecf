# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random models: script(seed) is a Keras script that Keratin and Keras run alike; models.py SEED prints it.

A model is a chain of layers, or a graph that branches, merges, and calls layers more than once. What layers there are
stands in layers.py.
"""
import pathlib
import random
import sys

import layers

HEADER = """from keras.losses import *
from keras.layers import *
from keras.models import Model, Sequential
from keras.optimizers import SGD, Adam, RMSprop

"""


class Graph:
    """A script in the making: its lines, and the tensors that exist, each a name and a shape without the batch."""

    def __init__(self, pick):
        self.pick, self.lines, self.inputs, self.count, self.chain = pick, [], [], 0, []

    def name(self):
        self.count += 1
        return f"t{self.count}"

    def define(self, layer, arguments, shape):
        tensor = self.name(), shape
        self.lines.append(f"{tensor[0]} = {layer}({arguments})")
        self.chain.append(layer)
        return tensor

    def input(self):
        """Numbers, a sequence of them, or tokens through an Embedding."""
        pick, name = self.pick, self.name()
        steps = pick.choice([1, 2, 3, 5, 7, 9])
        kind = pick.choice(["row", "sequence", "sequence", "tokens", "tokens"])
        shape = {"row": (layers.units(pick),), "sequence": (steps, layers.units(pick)), "tokens": (steps,)}[kind]
        self.inputs.append(name)
        self.lines.append(f"{name} = Input({shape!r})")
        self.chain.append(f"Input({shape!r})")
        if kind != "tokens":
            return name, shape
        n = layers.units(pick)
        keywords = layers.some(pick, mask_zero=[True, True, False], embeddings_initializer=["uniform", "random_normal"])
        return self.define(layers.call("Embedding", [pick.choice([3, 5, 20]), n], keywords), name, shape + (n,))

    def row(self, shape):
        """A layer that fits."""
        weights, rows = zip(*layers.ROWS)
        while True:
            made = self.pick.choices(rows, weights)[0](self.pick, shape)
            if made and all(0 < extent <= 24 for extent in made[1]):
                return made

    def layer(self, tensor):
        layer, shape = self.row(tensor[1])
        return self.define(layer, tensor[0], shape)

    def merged(self, one, other):
        """Two tensors of one shape as one."""
        fitting = [merge for merge in layers.MERGES if all(0 < extent <= 40 for extent in merge[2](one[1]))]
        name, keywords, shape = self.pick.choice(fitting)
        return self.define(layers.call(name, [], keywords), f"[{one[0]}, {other[0]}]", shape(one[1]))

    def branches(self, tensor):
        """A residual, or two ways of one layer that are merged again."""
        if self.pick.random() < 0.5:
            for _ in range(20):
                layer, shape = self.row(tensor[1])
                if shape == tensor[1]:
                    return self.merged(tensor, self.define(layer, tensor[0], shape))
        one, other = self.layer(tensor), self.layer(tensor)
        if one[1] == other[1]:
            return self.merged(one, other)
        return self.joined([one, other])

    def shared(self, tensor):
        """One layer, called on two tensors."""
        layer, shape = self.row(tensor[1])
        self.lines.append(f"{(shared := self.name())} = {layer}")
        second = self.define("Activation('tanh')", tensor[0], tensor[1])
        return self.merged(self.define(shared, tensor[0], shape), self.define(shared, second[0], shape))

    def vector(self, tensor):
        """Without steps."""
        if len(tensor[1]) == 1:
            return tensor
        steps, n = tensor[1]
        if self.pick.random() < 0.5 and steps * n < 100:
            return self.define("Flatten()", tensor[0], (steps * n,))
        return self.define("GlobalMaxPooling1D()", tensor[0], (n,))

    def joined(self, tensors):
        """One tensor of several of any shape."""
        tensors = [self.vector(tensor) for tensor in tensors]
        names = ", ".join(tensor[0] for tensor in tensors)
        return self.define("Concatenate()", f"[{names}]", (sum(tensor[1][0] for tensor in tensors),))

    def end(self, tensor):
        """An output with its loss."""
        loss, activations = self.pick.choice(layers.LOSSES)
        classes = self.pick.choice([2, 3, 7] if "ategorical" in loss else [1, 2, 5])
        layer = layers.call("Dense", [classes], {"activation": self.pick.choice(activations)})
        return self.define(layer, tensor[0], tensor[1][:-1] + (classes,)), loss if "(" in loss else repr(loss)


def number(seed):
    """A seed for what belongs to a model, of a name too."""
    return seed if isinstance(seed, int) else len(seed)


def script(seed):
    """A random model; by a name, the script of that name in this folder."""
    if isinstance(seed, str):
        return (pathlib.Path(__file__).parent / seed).read_text()
    pick = random.Random(seed)
    graph = Graph(pick)
    linear = pick.random() < 0.4
    inputs = [graph.input() for _ in range(1 if linear or pick.random() < 0.6 else 2)]
    tensor = inputs[0] if len(inputs) == 1 else graph.joined([graph.layer(tensor) for tensor in inputs])
    for _ in range(pick.randint(1, 3)):
        step = graph.layer if linear else pick.choice([graph.layer, graph.layer, graph.branches, graph.shared])
        tensor = step(tensor)
    ends = [graph.end(tensor)]
    if not linear and pick.random() < 0.3:
        ends.append(graph.end(inputs[0]))
    if linear:
        body = ["model = Sequential(["] + [f"    {layer}," for layer in graph.chain] + ["])"]
    else:
        outputs = ", ".join(end[0][0] for end in ends)
        body = graph.lines + [f"model = Model([{', '.join(graph.inputs)}], [{outputs}])"]
    losses = ", ".join(end[1] for end in ends)
    extra = ", loss_weights=[1.0, 0.5]" if len(ends) == 2 and pick.random() < 0.5 else ""
    body.append(f"model.compile(loss=[{losses}], optimizer={pick.choice(layers.OPTIMIZERS)}{extra})")
    return HEADER + "\n".join(body) + "\n"


def is_random(text):
    """Whether training depends on random numbers."""
    return any(name in text for name in layers.RANDOM)


if __name__ == "__main__":
    print(script(int(sys.argv[1])), end="")
