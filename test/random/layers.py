# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The layers of random models, a row each: what may stand where, with which arguments, and what comes out.

A row is a function of a models.Pick and the shape of its input (without the batch). It returns the layer as a script
writes it and the shape of its output, or None where it does not fit. ROWS names them with how often they are wanted.
"""
from text import Code, call, some
from training import held

CELL = ["tanh", "sigmoid", "relu", "hard_sigmoid", "linear", "softsign", "elu", "softplus"]
SMOOTH = ["tanh", "sigmoid", "linear", "softplus", "softsign", "elu", "selu", "silu", "gelu", "mish", "celu", "squareplus",
          "log_sigmoid", "tanh_shrink"]
ACTIVATION = SMOOTH + ["relu", "relu6", "leaky_relu", "hard_sigmoid", "hard_silu", "hard_tanh", "soft_shrink",
                       "sparse_plus", "sparse_sigmoid", "softmax", "log_softmax", "exponential"]
BIAS = ["random_normal", "random_uniform", "ones"]
EMBEDDINGS = [Code("initializers.RandomNormal(stddev=0.7)"), Code("initializers.RandomUniform(-1.0, 1.0)")]  # not near zero
KERNEL = ["glorot_uniform", "glorot_normal", "he_normal", "he_uniform", "lecun_normal", "random_normal", "orthogonal"]


def units(pick):
    return pick.choice([1, 2, 3, 4, 5, 7, 8, 9, 11, 17])


def dense(pick, shape):
    n = units(pick)
    keywords = some(pick, activation=ACTIVATION, use_bias=[True, False], kernel_initializer=KERNEL)
    keywords["bias_initializer"] = pick.choice(BIAS)  # zeros would put masked steps where relu and its kind bend
    keywords |= held(pick, "kernel", "bias")
    return call("Dense", [n], keywords), shape[:-1] + (n,)


def activation(pick, shape):
    return call("Activation", [pick.choice(ACTIVATION)], {}), shape


def activation_layer(pick, shape):
    name = pick.choice(["ReLU", "LeakyReLU", "ELU", "PReLU", "Softmax"])
    keywords = {"ReLU": dict(max_value=[1.5, 6.0], negative_slope=[0.0, 0.2], threshold=[0.0, 0.5]),
                "LeakyReLU": dict(negative_slope=[0.1, 0.3]), "ELU": dict(alpha=[0.5, 1.5]),
                "PReLU": dict(shared_axes=[[1], None]),
                "Softmax": dict(axis=[-1])}[name]
    keywords = some(pick, **keywords)
    if name == "PReLU":
        keywords["alpha_initializer"] = "random_normal"  # zeros would make all negative outputs the same
    return call(name, [], keywords), shape


def dropout(pick, shape):
    names = ["Dropout", "GaussianNoise", "GaussianDropout"] + ["SpatialDropout1D"] * (len(shape) == 2)
    return call(pick.choice(names), [pick.choice([0.1, 0.3, 0.5])], {}), shape


def normalization(pick, shape):
    name = pick.choice(["BatchNormalization", "LayerNormalization", "UnitNormalization"])
    if name == "UnitNormalization":
        return call(name, [], {}), shape
    keywords = some(pick, epsilon=[1e-3, 1e-2], center=[True, False], scale=[True, False],
                    gamma_initializer=["ones", "random_normal"])
    keywords["beta_initializer"] = pick.choice(BIAS)  # as in Dense
    if name == "BatchNormalization":
        keywords.update(some(pick, momentum=[0.9, 0.5]))
    return call(name, [], keywords), shape


CELLS = {"LSTM": 2, "GRU": 1, "SimpleRNN": 1}  # and how many states they have


def cell(pick, name, sequences, backwards=True, states=False):
    """A recurrent layer and its number of units."""
    n = units(pick)
    keywords = some(pick, activation=CELL, use_bias=[True, False], zero_output_for_mask=[True, False],
                    kernel_initializer=KERNEL, recurrent_initializer=["orthogonal", "glorot_uniform"],
                    bias_initializer=BIAS)
    if backwards:
        keywords.update(some(pick, go_backwards=[True, False]))
    if name != "SimpleRNN":
        keywords.update(some(pick, recurrent_activation=["sigmoid", "hard_sigmoid", "tanh"]))
    if name == "GRU":
        keywords.update(some(pick, reset_after=[True, False]))
    if name == "LSTM":
        keywords.update(some(pick, unit_forget_bias=[True, False]))
    if pick.random() < 0.1:
        keywords.update(some(pick, dropout=[0.2], recurrent_dropout=[0.3]))
    keywords |= held(pick, "kernel", "recurrent", "bias")
    if pick.stateful:
        keywords |= some(pick, stateful=[True])
    if sequences:
        keywords["return_sequences"] = True
    if states:
        keywords["return_state"] = True
    return call(name, [n], keywords), n


def recurrent(pick, shape):
    if len(shape) != 2:
        return None
    sequences = pick.random() < 0.5
    layer, n = cell(pick, pick.choice([*CELLS]), sequences)
    return layer, (shape[0], n) if sequences else (n,)


def bidirectional(pick, shape):
    if len(shape) != 2:
        return None
    sequences = pick.random() < 0.5
    forward, n = cell(pick, pick.choice([*CELLS]), sequences, backwards=False)
    keywords = some(pick, merge_mode=["concat", "sum", "mul", "ave"])
    n *= 2 if keywords.get("merge_mode", "concat") == "concat" else 1
    suffix = "".join(f", {key}={value!r}" for key, value in keywords.items())
    return f"Bidirectional({forward}{suffix})", (shape[0], n) if sequences else (n,)


def time_distributed(pick, shape):
    if len(shape) != 2:
        return None
    inner, out = pick.choice([dense, activation, dense, activation_layer])(pick, shape[1:])
    return f"TimeDistributed({inner})", shape[:1] + out


def convolution(pick, shape):
    if len(shape) != 2:
        return None
    keywords = some(pick, padding=["valid", "same", "causal"], strides=[1, 2, 3], dilation_rate=[1, 2],
                    activation=ACTIVATION, use_bias=[True, False], bias_initializer=BIAS, groups=[1, shape[1]])
    keywords |= held(pick, "kernel", "bias")
    if keywords.get("strides", 1) > 1:
        keywords.pop("dilation_rate", None)  # Keras: not both
    groups = keywords.get("groups", 1)
    n, kernel = units(pick) * groups, pick.randint(1, 4)
    extent = (kernel - 1) * keywords.get("dilation_rate", 1) + 1
    steps = shape[0] - extent + 1 if keywords.get("padding", "valid") == "valid" else shape[0]
    steps = -(-steps // keywords.get("strides", 1))
    return (call("Conv1D", [n, kernel], keywords), (steps, n)) if steps > 0 and n < 40 else None


def pooling(pick, shape):
    if len(shape) != 2:
        return None
    keywords = {"pool_size": pick.randint(1, 3)} | some(pick, strides=[1, 2, 3], padding=["valid", "same"])
    size = keywords["pool_size"]
    steps = shape[0] - size + 1 if keywords.get("padding", "valid") == "valid" else shape[0]
    steps = -(-steps // keywords.get("strides", size))
    return (call(pick.choice(["MaxPooling1D", "AveragePooling1D"]), [], keywords), (steps, shape[1])) if steps > 0 else None


def global_pooling(pick, shape):
    if len(shape) != 2:
        return None
    keywords = some(pick, keepdims=[True, False])
    name = pick.choice(["GlobalMaxPooling1D", "GlobalAveragePooling1D"])
    return call(name, [], keywords), (1, shape[1]) if keywords.get("keepdims") else (shape[1],)


def steps_moved(pick, shape):
    if len(shape) != 2 or shape[0] > 12:
        return None
    steps, n = shape
    which = pick.randrange(3)
    if which == 0:
        size = pick.choice([2, 3])
        return call("UpSampling1D", [], {"size": size}), (steps * size, n)
    begin, end = pick.randint(0, 2), pick.randint(0, 2)
    if which == 1:
        return call("ZeroPadding1D", [], {"padding": (begin, end)}), (steps + begin + end, n)
    return (call("Cropping1D", [], {"cropping": (begin, end)}), (steps - begin - end, n)) if steps > begin + end else None


def reshaped(pick, shape):
    size = 1
    for extent in shape:
        size *= extent
    if len(shape) == 1:
        if pick.random() < 0.5:
            n = pick.randint(1, 5)
            return call("RepeatVector", [n], {}), (n,) + shape
        divisors = [n for n in range(1, size + 1) if size % n == 0]
        n = pick.choice(divisors)
        return call("Reshape", [(n, pick.choice([-1, size // n]))], {}), (n, size // n)
    which = pick.randrange(3)
    if which == 0:
        return (call("Flatten", [], {}), (size,)) if size < 100 else None
    if which == 1:
        return call("Permute", [(2, 1)], {}), shape[::-1]
    return call("Reshape", [(shape[1], -1)], {}), shape[::-1]


def passed_on(pick, shape):
    if pick.random() < 0.5:
        return call("ActivityRegularization", [], {"l1": 0.01, "l2": 0.02}), shape
    return call("Identity", [], {}), shape


def masking(pick, shape):
    return (call("Masking", [], some(pick, mask_value=[0.0])), shape) if len(shape) == 2 else None


# How often, and the row.
ROWS = [(5, dense), (2, activation), (2, activation_layer), (1, dropout), (2, normalization), (7, recurrent),
        (4, bidirectional), (2, time_distributed), (2, convolution), (1, pooling), (2, global_pooling), (1, steps_moved),
        (2, reshaped), (1, passed_on), (1, masking)]

# Layers that merge two tensors of one shape, with the shape that comes out.
MERGES = [(name, {}, lambda shape: shape) for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")] + [
    ("Concatenate", {}, lambda shape: shape[:-1] + (2 * shape[-1],)),
    ("Concatenate", {"axis": 1}, lambda shape: (2 * shape[0],) + shape[1:]),
    ("Dot", {"axes": -1}, lambda shape: (1,) if len(shape) == 1 else (shape[0], shape[0])),
    ("Dot", {"axes": 1, "normalize": True}, lambda shape: (1,) if len(shape) == 1 else (shape[1], shape[1])),
]

# Attention on a query and a value, perhaps a key, and how it is called.
ATTENTION = [("Attention", {"use_scale": [True], "score_mode": ["dot", "concat"]}),
             ("AdditiveAttention", {"use_scale": [False]})]

# Names whose outputs or gradients are random in training, so that only one implementation can be asked for them.
RANDOM = ["Dropout(", "Dropout1D(", "Noise(", "dropout="]
