# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""docs/support.md, from the models of the tests: support.py [--write].

A cell counts the models of a check that have the layer with the argument: the golden cases that refused.txt does not
list (against Keras) and the 200 random models (against the float64 reference, and against Keras where it is installed).
All of them must pass, so that a number is a proof and 0 is none. Fails where docs/support.md is another; --write makes it.
"""
import ast
import collections
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
for folder in ("test/random", "test/integration/golden"):
    sys.path.insert(0, str(ROOT / folder))
import cases  # noqa: E402
import judge_reference  # noqa: E402
import models  # noqa: E402

# The names of arguments that are written by position.
POSITIONAL = {
    "Embedding": ["input_dim", "output_dim"], "Conv1D": ["filters", "kernel_size"], "Activation": ["activation"],
    "Bidirectional": ["layer"], "TimeDistributed": ["layer"], "RepeatVector": ["n"], "Reshape": ["target_shape"],
    "Permute": ["dims"], "Input": ["shape"], "GaussianNoise": ["stddev"],
} | {name: ["units"] for name in ("Dense", "LSTM", "GRU", "SimpleRNN")} | {
    name: ["rate"] for name in ("Dropout", "SpatialDropout1D", "GaussianDropout")}
# As Keras 3 names what older scripts write.
ALIASES = {"InputLayer": "Input", "add": "Add", "concatenate": "Concatenate", "dot": "Dot"}
NOT_LAYERS = {"Sequential", "Model", "SGD", "RMSprop", "Adam"}


def layers_of(text):
    """The layers that a script makes, each with the names of its arguments."""
    tree = ast.parse(text)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and "layers" in (node.module or "")]
    imported = {alias.name for node in imports for alias in node.names}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Name):
            name = function.id
            is_layer = name in imported or ("*" in imported and name[:1].isupper() and name not in NOT_LAYERS)
        else:
            name, owner = getattr(function, "attr", ""), getattr(function, "value", None)
            is_layer = getattr(owner, "id", getattr(owner, "attr", "")) == "layers"
        if not is_layer:
            continue
        names = POSITIONAL.get(name, [])[:len(node.args)] + [keyword.arg for keyword in node.keywords]
        yield ALIASES.get(name, name), [argument for argument in names if argument and argument != "name"]


def is_masked(text):
    return "mask_zero=True" in text or "Masking(" in text


def checked():
    """Scripts of passing tests, and whether they train."""
    refused = cases.refused_names()
    for case in cases.load(ROOT / "test/golden"):
        source = case.file("source") or case.file("script")
        if case.name not in refused and source and source.suffix == ".py":
            yield source.read_text(), case.kind in ("train", "fit", "script")
    for seed in [*judge_reference.kept_seeds(), *range(200)]:
        text = models.script(seed)
        if not ("Softmax(" in text and is_masked(text)):  # Keras cannot do it, and Keratin refuses it
            yield text, True


def table():
    counts = collections.defaultdict(lambda: [0, 0, 0])
    for text, trains in checked():
        used = set()
        for layer, arguments in layers_of(text):
            used |= {(layer, "")} | {(layer, argument) for argument in arguments}
        masked = is_masked(text)
        for key in used:
            for column, counted in enumerate([True, trains, masked]):
                counts[key][column] += counted
    lines = [(ROOT / "test/project/support.head.md").read_text()]
    for layer, argument in sorted(counts):
        cells = " | ".join(str(count) for count in counts[layer, argument])
        lines.append(f"| {layer if not argument else ''} | {f'`{argument}`' if argument else ''} | {cells} |\n")
    return "".join(lines)


def main():
    path, text = ROOT / "docs/support.md", table()
    if "--write" in sys.argv:
        path.write_text(text)
    elif not path.exists() or path.read_text() != text:
        sys.exit("docs/support.md is not what the tests cover: run python3 test/project/support.py --write")


main()
