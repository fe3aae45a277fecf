# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Outputs and gradients of compiled models of random shapes against the float64 reference: models.py WORK.

What the golden cases, each of one shape, leave out: odd numbers of units and rows, masks through stacked layers, a
vocabulary so small that rows are masked throughout, every activation in cells and layers, dropout, one step.
"""
import pathlib
import random
import subprocess
import sys

CELL = ["tanh", "sigmoid", "relu", "hard_sigmoid", "linear"]
LAYER = CELL + ["softplus", "softsign", "elu", "selu", "silu", "exponential", "softmax", "leaky_relu", "relu6"]


def sequence_model(pick):
    """Embedding, one or two LSTMs, a dense layer; labels or distributions."""
    steps, classes = pick.choice([1, 2, 5, 9]), pick.choice([2, 3, 7])
    layers = [f"Input(({steps},))",
              f"Embedding({pick.choice([2, 3, 20])}, {pick.randint(1, 9)}, mask_zero={pick.random() < 0.7})"]
    for last in [False, True][pick.randint(0, 1):]:
        sequences = not last or pick.random() < 0.4
        layers.append(f"LSTM({pick.randint(1, 18)}, activation='{pick.choice(CELL[:4])}', "
                      f"recurrent_activation='{pick.choice(CELL[1:4:2])}', return_sequences={sequences}, "
                      f"dropout={pick.choice([0, 0.3])}, use_bias={pick.random() < 0.7})")
    layers.append(f"Dense({classes}, activation='softmax')")
    return layers, pick.choice(["categorical_crossentropy", "sparse_categorical_crossentropy"])


def recurrent_model(pick):
    """One or two recurrent layers of any kind, some bidirectional, with any of their arguments."""
    steps = pick.choice([1, 2, 5, 8])
    if pick.random() < 0.5:
        layers = [f"Input(({steps},))", f"Embedding({pick.choice([2, 3, 20])}, {pick.randint(1, 9)}, mask_zero=True)"]
    else:
        layers = [f"Input(({steps}, {pick.randint(1, 9)}))"]
    last = pick.random() < 0.5
    for sequences in [True, last][pick.randint(0, 1):]:
        kind = pick.choice(["LSTM", "GRU", "SimpleRNN"])
        both = pick.random() < 0.4
        arguments = {"activation": pick.choice(CELL[:4] + ["softsign", "elu", "softplus"]), "return_sequences": sequences,
                     "use_bias": pick.random() < 0.7, "dropout": pick.choice([0, 0, 0.3]),
                     "recurrent_dropout": pick.choice([0, 0, 0.4]),
                     "zero_output_for_mask": pick.random() < 0.3, "go_backwards": not both and pick.random() < 0.3}
        if kind != "SimpleRNN":
            arguments["recurrent_activation"] = pick.choice(["sigmoid", "hard_sigmoid"])
        if kind == "GRU":
            arguments["reset_after"] = pick.random() < 0.5
        layer = f"{kind}({pick.randint(1, 18)}, " + ", ".join(f"{k}={v!r}" for k, v in arguments.items()) + ")"
        if both:
            layer = f"Bidirectional({layer}, merge_mode={pick.choice(['concat', 'sum', 'mul', 'ave'])!r})"
        layers.append(layer)
    return layers + ["Dense(3, activation='softmax')"], "categorical_crossentropy"


def dense_model(pick, kinds):
    """Dense, activation and dropout layers with each kind of activation, fused and on its own."""
    layers = [f"Input(({pick.randint(1, 19)},))"]
    for kind in kinds:
        layers.append(f"Dense({pick.randint(1, 19)}, activation='{kind}', use_bias={pick.random() < 0.7})")
        layers.append(f"Dense({pick.randint(1, 19)}, activation='tanh')")
        layers.append(f"Activation('{kind}')")
        layers.append(f"Dropout({pick.choice([0, 0.4])})")
    return layers + [f"Dense({pick.randint(1, 5)})"], pick.choice(["mse", "mae"])


def main():
    work = pathlib.Path(sys.argv[1])
    work.mkdir(parents=True, exist_ok=True)
    failed = 0
    for seed in range(36):
        pick = random.Random(seed)
        if seed >= 12:
            layers, loss = recurrent_model(pick)
        else:
            layers, loss = sequence_model(pick) if seed % 4 else dense_model(pick, LAYER[seed // 4::3])
        script = work / f"model{seed}.py"
        script.write_text("from keras.models import Sequential\n"
                          "from keras.layers import (Activation, Bidirectional, Dense, Dropout, Embedding, GRU, Input, LSTM,\n"
                          "                          SimpleRNN)\n"
                          "model = Sequential([\n    " + ",\n    ".join(layers) + "])\n"
                          f"model.compile(loss='{loss}', optimizer='sgd')\n")
        result = subprocess.run(["keratin", "verify", f"--seed={seed}", f"--rows={pick.randint(1, 9)}", script],
                                capture_output=True, text=True)
        if result.returncode:
            failed += 1
            print(script.read_text(), result.stdout, result.stderr, sep="\n")
    print(f"{failed} models differ")
    sys.exit(failed > 0)


main()
