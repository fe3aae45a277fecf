# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The table of bad input: what is given, the command, the message that must come, and the exit code.

Standard library only: lit imports this. `{golden}` in a command is the folder of the golden cases; files of a row are
written into an empty work folder first, in which the command runs.
"""
import dataclasses

HEAD = "from keras.models import Sequential\nfrom keras.layers import Dense, Embedding, Input, LSTM\n"
TRAIN = "model.compile(loss='sparse_categorical_crossentropy', optimizer='sgd')\n"
CLASSIFIER = HEAD + "model = Sequential([Input((4,)), Dense(3, activation='softmax')])\n" + TRAIN
TOKENS = HEAD + "model = Sequential([Input((6,), dtype='int32'), Embedding(11, 4), LSTM(5)])\n"
FIT = "keratin fit model.py --data data.npz --save out.npz"
PREDICT = "keratin predict model.py --inputs data.npz --outputs out.npz"
IMDB = "from keras.datasets import imdb\n(x, y), (a, b) = imdb.load_data()\n"


@dataclasses.dataclass
class Row:
    command: str
    message: str                                         # regular expression, looked for in stderr
    files: dict = dataclasses.field(default_factory=dict)  # name -> text, or the name of a maker in makers.py after '@'
    code: int = 1
    file_size: int = 0                                   # bytes that a file may have: a full disk; 0: no limit


def script(text, message):
    return Row("keratin run model.py", message, {"model.py": text})


ROWS = {
    "script/syntax": script("model = Sequential([\n", r"^model\.py:\d+:\d+: error: "),
    "script/unclosed-string": script("print('one)\n", r"^model\.py:1:7: error: "),
    "script/indentation": script("if True:\nprint(1)\n", r"^model\.py:2:1: error: "),
    "script/unknown-name": script(HEAD + "model = Sequental()\n", r"^model\.py:3:9: error: .*Sequental(.|\n)*Sequential"),
    "script/unknown-layer": script("from keras.layers import LTSM\n", r"^model\.py:1:\d+: error: .*LTSM(.|\n)*LSTM"),
    "script/unknown-argument": script(HEAD + "Dense(3, activatoin='relu')\n",
                                      r"^model\.py:3:\d+: error: .*activatoin(.|\n)*activation"),
    "script/missing-argument": script(HEAD + "Dense()\n", r"^model\.py:3:\d+: error: .*units"),
    "script/wrong-type": script(HEAD + "Dense('three')\n", r"^model\.py:3:\d+: error: .*units"),
    "script/unknown-activation": script(HEAD + "Dense(3, activation='rleu')\n",
                                        r"^model\.py:3:\d+: error: .*rleu(.|\n)*relu"),
    "script/wrong-rank": script(HEAD + "model = Sequential([Input((4,)), LSTM(5)])\n", r"^model\.py:3:\d+: error: .*3"),
    "script/mask-not-boolean": script(HEAD + "x = Input((3, 2))\nLSTM(2)(x, mask=Input((3,)))\n",
                                      r"^model\.py:4:\d+: error: a mask must be a boolean tensor"),
    "script/mask-of-a-layer-without": script(HEAD + "x = Input((3,))\nDense(2)(x, mask=x != 0)\n",
                                             r"^model\.py:4:\d+: error: Dense .*'mask'"),
    "script/boolean-tensor": script(HEAD + "x = Input((3,))\nDense(2)(x != 0)\n",
                                    r"^model\.py:4:\d+: error: the boolean output of 'not_equal'"),
    "script/unknown-operation": script("import keras\nkeras.ops.matmul\n", r"^model\.py:2:\d+: error: .*matmul(.|\n)*not_equal"),
    "script/unknown-loss": script(
        HEAD + "model = Sequential([Input((4,)), Dense(1)])\nmodel.compile(loss='mes', optimizer='sgd')\n",
        r"^model\.py:4:\d+: error: .*mes"),
    "script/not-supported": script("import pandas\n", r"^model\.py:1:\d+: error: .*pandas"),
    "script/binary": Row("keratin run model.py", r"^model\.py:1:\d+: error: ", {"model.py": "@random_bytes"}),
    "script/missing": Row("keratin run nowhere.py", r"nowhere\.py"),

    "data/label-out-of-range": Row(FIT, r"label.*\b7\b", {"model.py": CLASSIFIER, "data.npz": "@label_7_of_3"}),
    "data/index-out-of-vocabulary": Row(PREDICT, r"\b11\b", {"model.py": TOKENS, "data.npz": "@token_11_of_11"}),
    "data/nan": Row(FIT, r"(?i)nan", {"model.py": CLASSIFIER, "data.npz": "@nan"}),
    "data/empty": Row(FIT, r"data\.npz", {"model.py": CLASSIFIER, "data.npz": "@no_rows"}),
    "data/wrong-rank": Row(FIT, r"data\.npz|shape", {"model.py": CLASSIFIER, "data.npz": "@wrong_rank"}),
    "data/rows-differ": Row(FIT, r"20.*19|19.*20", {"model.py": CLASSIFIER, "data.npz": "@rows_differ"}),
    "data/missing-array": Row(FIT, r"data\.npz.*\by", {"model.py": CLASSIFIER, "data.npz": "@no_targets"}),
    "data/strings": Row(FIT, r"data\.npz", {"model.py": CLASSIFIER, "data.npz": "@strings"}),
    "data/pickled-objects": Row(FIT, r"data\.npz", {"model.py": CLASSIFIER, "data.npz": "@objects"}),
    "data/truncated-npz": Row(FIT, r"data\.npz", {"model.py": CLASSIFIER, "data.npz": "@truncated_npz"}),
    "data/malformed-npz": Row(FIT, r"data\.npz", {"model.py": CLASSIFIER, "data.npz": "@random_bytes"}),
    "data/huge-header": Row(PREDICT, r"data\.npz", {"model.py": CLASSIFIER, "data.npz": "@huge_header"}),
    "data/zero-bytes": Row(FIT, r"data\.npz", {"model.py": CLASSIFIER, "data.npz": ""}),
    "data/missing": Row(FIT, r"data\.npz", {"model.py": CLASSIFIER}),
    "data/malformed-csv": Row("keratin predict model.py --inputs data.csv --outputs out.npz", r"data\.csv(:\d+)?",
                              {"model.py": CLASSIFIER, "data.csv": "1,2,3,4\n1,2,three,4\n"}),

    "file/truncated-keras": Row("keratin summary model.keras", r"model\.keras", {"model.keras": "@truncated_keras"}),
    "file/keras-without-config": Row("keratin summary model.keras", r"model\.keras.*config", {"model.keras": "@empty_zip"}),
    "file/keras-bad-json": Row("keratin summary model.keras", r"model\.keras", {"model.keras": "@bad_json_zip"}),
    "file/malformed-keras": Row("keratin summary model.keras", r"model\.keras", {"model.keras": "@random_bytes"}),
    "file/truncated-h5": Row("keratin summary model.h5", r"model\.h5", {"model.h5": "@truncated_h5"}),
    "file/malformed-h5": Row("keratin summary model.h5", r"model\.h5", {"model.h5": "@random_bytes"}),
    "file/h5-without-model": Row("keratin summary {golden}/mlp/model.weights.h5", r"model\.weights\.h5"),
    "file/wrong-weights": Row("keratin predict {golden}/mlp/model.py --weights {golden}/lstm_last/model.weights.h5"
                              " --inputs {golden}/mlp/io.npz --outputs out.npz", r"lstm_last/model\.weights\.h5"),
    "file/missing": Row("keratin summary nowhere.keras", r"nowhere\.keras"),
    "file/unknown-kind": Row("keratin summary model.onnx", r"model\.onnx", {"model.onnx": "x"}),

    "pickle/code": Row("keratin run --real-data-only model.py", r"imdb\.npz",
                       {"model.py": IMDB, "datasets/imdb.npz": "@pickle_that_calls"}),
    "pickle/truncated": Row("keratin run --real-data-only model.py", r"imdb\.npz",
                            {"model.py": IMDB, "datasets/imdb.npz": "@truncated_pickle"}),

    "output/no-such-folder": Row("keratin predict {golden}/mlp/model.keras --inputs {golden}/mlp/io.npz"
                                 " --outputs no/such/out.npz", r"no/such"),
    "output/full-disk": Row("keratin predict model.py --inputs data.npz --outputs out.npz", r"out\.npz",
                            {"model.py": CLASSIFIER, "data.npz": "@many_rows"}, file_size=4096),
    "output/full-disk-object": Row("keratin compile model.py -o model.o --emit=obj", r"model\.o",
                                   {"model.py": CLASSIFIER}, file_size=512),

    "command/unknown-option": Row("keratin run --sede=1 model.py", r"--sede(.|\n)*--seed", code=2),
    "command/unknown-command": Row("keratin preditc model.py", r"preditc(.|\n)*predict", code=2),
    "command/missing-model": Row("keratin summary", r"(?i)model", code=2),
    "command/bad-number": Row("keratin predict m.py --inputs i.npz --outputs o.npz --batch-size many", r"batch-size", code=2),
    "command/zero-batch": Row("keratin predict m.py --inputs i.npz --outputs o.npz --batch-size 0", r"batch-size", code=2),
    "command/unknown-emit": Row("keratin compile m.py -o m --emit=objj", r"objj", code=2),
}
