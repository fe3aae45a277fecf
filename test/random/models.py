# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random models: script(seed) is a Keras script that Keratin and Keras run alike; models.py SEED prints it.

A model is a chain of layers, or a graph that branches, merges, calls layers and models more than once and hands on
states. What layers there are stands in layers.py, how a model is trained in training.py.
"""
import pathlib
import random
import sys

import layers
import training
from text import call, some

HEADER = """from keras import constraints, initializers, losses, metrics, optimizers, regularizers
from keras.layers import *
from keras.models import Model, Sequential

"""


class Pick(random.Random):
    """Random choices, and whether recurrent layers may keep their states from batch to batch."""
    stateful = False


class Graph:
    """A script in the making: its lines, and the tensors that exist, each a name and a shape without the batch."""

    def __init__(self, pick, rows):
        self.pick, self.rows = pick, rows
        self.lines, self.inputs, self.count, self.chain = [], [], 0, []

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
        self.define_input(name, shape)
        if kind != "tokens":
            return name, shape
        n = layers.units(pick)
        keywords = some(pick, mask_zero=[True, True, False]) | {"embeddings_initializer": pick.choice(layers.EMBEDDINGS)}
        keywords |= training.held(pick, "embeddings")
        return self.define(call("Embedding", [pick.choice([3, 5, 20]), n], keywords), name, shape + (n,))

    def define_input(self, name, shape):
        text = f"Input(batch_shape={(self.rows, *shape)!r})" if self.pick.stateful else f"Input({shape!r})"
        self.lines.append(f"{name} = {text}")
        self.chain.append(text)

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
        return self.define(call(name, [], keywords), f"[{one[0]}, {other[0]}]", shape(one[1]))

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

    def states(self, tensor):
        """A recurrent layer that another begins with the final states of."""
        if len(tensor[1]) != 2:
            return self.layer(tensor)
        pick, steps = self.pick, tensor[1][0]
        name, directions = pick.choice([*layers.CELLS]), pick.choice([1, 1, 2])
        sequences = pick.random() < 0.5
        first, n = layers.cell(pick, name, sequences, backwards=directions == 1, states=True)
        second = call(name, [n], {"return_sequences": True} | some(pick, bias_initializer=layers.BIAS))
        if directions == 2:
            first, second = f"Bidirectional({first})", f"Bidirectional({second})"
        states = [self.name() for _ in range(directions * layers.CELLS[name])]
        output = self.name(), (steps, directions * n) if sequences else (directions * n,)
        self.lines.append(f"{output[0]}, {', '.join(states)} = {first}({tensor[0]})")
        last = self.define(second, f"{tensor[0]}, initial_state=[{', '.join(states)}]", (steps, directions * n))
        return self.joined([output, last]) if pick.random() < 0.3 else last

    def directions(self, tensor):
        """A Bidirectional whose two outputs are not merged, but by what follows."""
        if len(tensor[1]) != 2:
            return self.layer(tensor)
        forward, n = layers.cell(self.pick, self.pick.choice([*layers.CELLS]), True, backwards=False)
        one, other = (self.name(), (tensor[1][0], n)), (self.name(), (tensor[1][0], n))
        self.lines.append(f"{one[0]}, {other[0]} = Bidirectional({forward}, merge_mode=None)({tensor[0]})")
        return self.merged(one, other)

    def attention(self, tensor):
        """Attention to a tensor, or to what a layer makes of it."""
        if len(tensor[1]) != 2:
            return self.layer(tensor)
        pick, (steps, n) = self.pick, tensor[1]
        other = self.layer(tensor)
        value = other if len(other[1]) == 2 and other[1][1] == n else tensor
        parts = [tensor, value, pick.choice([value, value, tensor] if value[1] == tensor[1] else [value])]
        names = ", ".join(part[0] for part in parts[:pick.choice([2, 3])])
        name, optional = pick.choice(layers.ATTENTION)
        layer, causal = call(name, [], some(pick, **optional)), pick.choice(["", "", ", use_causal_mask=True"])
        if pick.random() < 0.8:
            return self.define(layer, f"[{names}]{causal}", (steps, n))
        result, scores = (self.name(), (steps, n)), (self.name(), (steps, value[1][0]))
        self.lines.append(f"{result[0]}, {scores[0]} = {layer}([{names}]{causal}, return_attention_scores=True)")
        return self.joined([result, scores])

    def nested(self, tensor):
        """A model as a layer, perhaps called twice."""
        inner = self.name(), tensor[1]
        self.define_input(*inner)
        end = self.pick.choice([self.layer, self.branches])(self.layer(inner))
        self.lines.append(f"{(model := self.name())} = Model({inner[0]}, {end[0]})")
        one = self.define(model, tensor[0], end[1])
        if self.pick.random() < 0.5:
            return one
        second = self.define("Activation('tanh')", tensor[0], tensor[1])
        return self.merged(one, self.define(model, second[0], end[1]))

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
        """An output with its loss, and a metric that suits it."""
        loss, activations, sizes, kind = self.pick.choice(training.LOSSES)
        size = self.pick.choice(sizes)
        layer = call("Dense", [size], {"activation": self.pick.choice(activations)})
        return self.define(layer, tensor[0], tensor[1][:-1] + (size,)), loss, self.pick.choice(training.METRICS[kind])


def number(seed):
    """A seed for what belongs to a model, of a name too."""
    return seed if isinstance(seed, int) else len(seed)


def rows(seed):
    """How many samples a batch has."""
    return 1 + number(seed) % 5


def script(seed):
    """A random model; by a name, the script of that name in this folder."""
    if isinstance(seed, str):
        return (pathlib.Path(__file__).parent / seed).read_text()
    pick = Pick(seed)
    pick.stateful = pick.random() < 0.12
    graph = Graph(pick, rows(seed))
    linear = pick.random() < 0.35
    inputs = [graph.input() for _ in range(1 if linear or pick.random() < 0.6 else 2)]
    tensor = inputs[0] if len(inputs) == 1 else graph.joined([graph.layer(tensor) for tensor in inputs])
    steps = [graph.layer] * 4 + [graph.branches, graph.shared, graph.states, graph.directions, graph.attention, graph.nested]
    for _ in range(pick.randint(1, 3)):
        tensor = (graph.layer if linear else pick.choice(steps))(tensor)
    ends = [graph.end(tensor)]
    if not linear and pick.random() < 0.3:
        ends.append(graph.end(inputs[0]))
    if linear:
        body = ["model = Sequential(["] + [f"    {layer}," for layer in graph.chain] + ["])"]
    else:
        outputs = ", ".join(end[0][0] for end in ends)
        body = graph.lines + [f"model = Model([{', '.join(graph.inputs)}], [{outputs}])"]
    settings = {"loss": [end[1] for end in ends], "optimizer": training.optimizer(pick)}
    if pick.random() < 0.5:
        settings[pick.choice(["metrics", "weighted_metrics"])] = [[end[2]] for end in ends]
    if len(ends) == 2 and pick.random() < 0.5:
        settings["loss_weights"] = [1.0, 0.5]
    body.append(call("model.compile", [], settings))
    return HEADER + "\n".join(body) + "\n"


def is_random(text):
    """Whether training depends on random numbers."""
    return any(name in text for name in layers.RANDOM)


if __name__ == "__main__":
    print(script(int(sys.argv[1])), end="")
