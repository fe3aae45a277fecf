// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every diagnostic: a snippet, and where and what is said about it.
#include "test/unit/Dsl/ScriptRunner.h"

#include "compiler/Support/Diagnostic.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>

namespace keratin::test {
namespace {

struct Case {
  const char *source, *error, *hint;
};

/// Positions of `onModel` count from the line after these.
constexpr const char *model = R"(from keras.models import Sequential
from keras.layers import Dense, Input
import numpy as np
model = Sequential([Input((4,)), Dense(1)])
model.compile(loss='mse', optimizer='sgd')
x = np.zeros((8, 4))
y = np.zeros(8)
)";

const Case plain[] = {
    {"x = (1\n", "1:5: \"(\" is never closed", ""},
    {"x = 1)\n", "1:6: \")\" closes nothing", ""},
    {"x = [1)\n", "1:7: \")\" does not close \"[\" of line 1", ""},
    {"if True\n  x = 1\n", "1:8: expected \":\" after if, found the end of the line", ""},
    {"if True:\nx = 1\n", "2:1: expected an indented block after if", ""},
    {"  x = 1\n", "1:3: unexpected indentation", ""},
    {"if True:\n    x = 1\n  y = 2\n", "3:3: this indentation matches no outer block", ""},
    {"x = 'abc\n", "1:5: string is never closed", ""},
    {"x = '''abc\n", "1:5: string is never closed", ""},
    {"x = 012\n", "1:5: an integer may not start with 0", "write octal numbers as 0o17"},
    {"x = 99999999999999999999\n", "1:5: integer does not fit into 64 bits", ""},
    {"x = 1j\n", "1:5: complex numbers are not supported", ""},
    {"x = b'a'\n", "1:5: bytes are not supported", "use a string"},
    {"x = 3abc\n", "1:5: malformed number: \"a\" follows its digits", ""},
    {"print 'a'\n", "1:7: expected the end of the statement, found a string",
     "print is a function: print(...)"},
    {"x = $\n", "1:5: unexpected character \"$\"", ""},
    {"class A:\n  pass\n", "1:1: classes are not supported",
     "scripts are Keras models with simple statements around them, not all of Python"},
    {"try:\n  pass\nexcept: pass\n", "1:1: try is not supported",
     "scripts are Keras models with simple statements around them, not all of Python"},
    {"with 3 as f: pass\n", "1:6: with is supported for open(...) only", ""},
    {"del x\n", "1:1: del is not supported",
     "scripts are Keras models with simple statements around them, not all of Python"},
    {"return 1\n", "1:1: return outside of a function", ""},
    {"break\n", "1:1: break outside of a loop", ""},
    {"f(a=1, 2)\n", "1:8: a positional argument follows a keyword argument", ""},
    {"f(a=1, a=2)\n", "1:8: argument \"a\" is given twice", ""},
    {"1 = x\n", "1:1: cannot assign to this expression", "compare with =="},
    {"f() = 1\n", "1:1: cannot assign to this expression", "compare with =="},
    {"def f(a, a): pass\n", "1:10: parameter \"a\" is there twice", ""},
    {"def f(a=1, b): pass\n", "1:12: parameter \"b\" without default follows one with a default",
     ""},
    {"x = f'{1'\n", "1:7: this brace of an f-string is never closed", ""},
    {"x = f'{}'\n", "1:7: empty braces in an f-string", ""},
    {"x = f'a}'\n", "1:8: \"}\" closes nothing in this f-string", "write }} for a brace"},
    {"x = (y := 1)\n", "1:8: := is not supported", "assign in a statement of its own"},
    {"from . import x\n", "1:6: relative imports are not supported", ""},
    {"@d\ndef f(): pass\n", "1:1: decorators are not supported", ""},
    {"import pandas as pd\n", "1:8: module \"pandas\" is not available",
     "scripts may import keras, tensorflow.keras, numpy, math, random, sys and time"},
    {"import keras.layrs\n", "1:8: module keras has no \"layrs\", or it is not supported",
     "did you mean \"layers\"?"},
    {"from keras.layers import Dens\n",
     "1:26: unknown layer \"Dens\": keras.layers has no such class", "did you mean \"Dense\"?"},
    {"from keras.layers import ConvLSTM2D\n", "1:26: layer \"ConvLSTM2D\" is not supported yet",
     ""},
    {"import keras\nkeras.layers.LSTMM(3)\n",
     "2:14: unknown layer \"LSTMM\": keras.layers has no such class", "did you mean \"LSTM\"?"},
    {"import tensorflow as tf\ntf.constant(1)\n", "2:4: tensorflow.constant is not supported",
     "of tensorflow, scripts may use tensorflow.keras, and not_equal for masks"},
    {"print(undefined)\n", "1:7: name \"undefined\" is not defined", ""},
    {"value = 1\nprint(valeu)\n", "2:7: name \"valeu\" is not defined", "did you mean \"value\"?"},
    {"print(x)\nx = 1\n", "1:7: \"x\" is used before it is assigned", ""},
    {"open('a', 'w')\n", "1:11: open for other than reading text is not supported",
     "write arrays with numpy.save, models with model.save"},
    {"import random\nrandom.seed(1)\n", "2:8: random.seed is not supported",
     "the numbers of a seed are Python's own; numpy.random.seed is supported"},
    {"from keras.layers import Dense\nDense(3, activatoin='relu')\n",
     "2:10: Unrecognized keyword arguments passed to Dense: {'activatoin': 'relu'}",
     "did you mean \"activation\"?"},
    {"from keras.layers import Dense\nDense(3, activation='rleu')\n",
     "2:10: Could not interpret activation function identifier: rleu", "did you mean \"relu\"?"},
    {"from keras.layers import Dense\nDense('a')\n",
     "2:7: Received an invalid value for argument `units`, expected a positive integer, got 'a'.",
     ""},
    {"from keras.layers import Dense\nn = 3\nDense(n, unit=3)\n",
     "3:10: Dense has no argument \"unit\"", "did you mean \"units\"?"},
    {"from keras.models import Sequential\nfrom keras.layers import Dense\nm = "
     "Sequential([Dense(1)])\nm.fit([[1]], [1])\n",
     "4:3: You must call `compile()` before using the model.", ""},
    {"from keras.models import Sequential\nm = Sequential()\nm.get_weights()\n",
     "3:3: get_weights: the input shape of model \"sequential\" is not known yet",
     "start the model with Input(shape), or call model.build((None, n)) first"},
    {"1 / 0\n", "1:3: division by zero", ""},
    {"2 ** 100\n", "1:3: the result of ** does not fit into 64 bits",
     "compute with floats, for instance 2.0 ** 100"},
    {"9223372036854775807 + 1\n", "1:21: the result of + does not fit into 64 bits",
     "compute with floats, for instance 2.0 ** 100"},
    {"'a' + 1\n", "1:5: + does not combine a str and an int", "convert with str(...)"},
    {"[1][5]\n", "1:4: list index 5 is out of range for length 1", ""},
    {"{'abc': 1}['abd']\n", "1:11: the dict has no key 'abd'", "did you mean \"abc\"?"},
    {"a, b = 1, 2, 3\n", "1:1: cannot unpack 3 values into 2 names", ""},
    {"a, b = 5\n", "1:1: an int has no elements to go through", "loop over range(n)"},
    {"int('x')\n", "1:5: 'x' is not an integer", ""},
    {"int(1e30)\n", "1:5: the number does not fit into a 64-bit integer", ""},
    {"[] < 1\n", "1:4: a list and an int have no order", ""},
    {"{[]: 1}\n", "1:2: a list cannot be a key or an element of a set", "use a tuple"},
    {"len(5)\n", "1:5: an int has no length", ""},
    {"for i in 5: pass\n", "1:10: an int has no elements to go through", "loop over range(n)"},
    {"x = 5\nx()\n", "2:1: an int cannot be called", ""},
    {"'abc'.uper()\n", "1:7: str has no attribute \"uper\"", "did you mean \"upper\"?"},
    {"x = [1]\nx.apend(2)\n", "2:3: list has no attribute \"apend\"", "did you mean \"append\"?"},
    {"range(1, 2, 0)\n", "1:13: range's step is 0", ""},
    {"[0] * 10**12\n", "1:5: 1000000000000 elements of 24 bytes are more than 4 GiB", ""},
    {"'ab' * 10**12\n", "1:6: 1000000000000 elements of 2 bytes are more than 4 GiB", ""},
    {"list(range(10**12))\n", "1:6: 1000000000000 elements of 24 bytes are more than 4 GiB", ""},
    {"def f(n): return f(n)\nf(1)\n", "1:11: functions call each other too deep",
     "is the recursion endless?"},
    {"'%d' % 'a'\n", "1:6: %d needs a number, got a str", ""},
    {"'%d %d' % 1\n", "1:9: the format needs more values than the 1 given", ""},
    {"'%d' % (1, 2)\n", "1:6: not all values are used by the format", ""},
    {"'{} {}'.format(1)\n", "1:9: the format needs more values than the 1 given", ""},
    {"'{a}'.format(b=1)\n", "1:7: the format names \"a\", which is not given",
     "did you mean \"b\"?"},
    {"'{:d}'.format(1.5)\n", "1:8: unknown format \"d\" for a float", ""},
    {"'{:q}'.format(1)\n", "1:8: unknown format \"q\" for an int", ""},
    {"assert 1 == 2, 'no'\n", "1:1: assertion failed: no", ""},
    {"def f(a): return a\nf(1, 2)\n", "2:6: f takes at most 1 positional arguments, got 2", ""},
    {"def f(a): return a\nf(b=1)\n", "2:3: f has no argument \"b\"", "did you mean \"a\"?"},
    {"def f(a): return a\nf()\n", "2:1: f needs 1 arguments, got 0", ""},
    {"x = 1\nx.y = 2\n", "2:3: the attribute \"y\" of an int cannot be assigned to",
     "only trainable of layers and models can"},
    {"def f():\n    print(q)\n    q = 1\nf()\n", "2:11: \"q\" is used before it is assigned", ""},
    {"import numpy as np\nnp.zeros((-1, 2))\n", "2:11: negative dimension -1", ""},
    {"import numpy as np\nnp.zeros((10**6, 10**6))\n",
     "2:11: an array of shape (1000000, 1000000) is larger than 4 GiB", ""},
    {"import numpy as np\nnp.array([[1, 2], [3]])\n",
     "2:10: the sequences have different lengths in dimension 1",
     "pad them, for instance with pad_sequences"},
    {"import numpy as np\nnp.array(['a'])\n", "2:10: arrays of strings are not supported", ""},
    {"import numpy as np\nnp.zeros((2, 3)) + np.zeros((4,))\n",
     "2:18: arrays of shapes (2, 3) and (4,) do not fit together", ""},
    {"import numpy as np\nnp.zeros((2, 3))[2]\n",
     "2:17: array index 2 is out of range for length 2", ""},
    {"import numpy as np\nnp.zeros((2, 3))[0, 0, 0]\n",
     "2:17: too many indices: the array has 2 dimensions, but 3 were indexed", ""},
    {"import numpy as np\nnp.zeros((2, 3)).reshape(4)\n",
     "2:26: cannot reshape 6 elements into shape (4,)", ""},
    {"import numpy as np\nnp.load('missing.npz')\n",
     "2:4: missing.npz: cannot read: No such file or directory", ""},
    {"import numpy as np\nnp.zeros(3, dtype='float31')\n",
     "2:13: unknown or unsupported dtype \"float31\"", "did you mean \"float32\"?"},
    {"import numpy as np\nif np.zeros(3): pass\n",
     "2:7: the truth of an array of 3 elements is ambiguous", "use len(a), a.any() or a.all()"},
    {"import numpy as np\nnp.zerso(3)\n",
     "2:4: module numpy has no \"zerso\", or it is not supported", "did you mean \"zeros\"?"},
    {"import numpy as np\nnp.random.seed(-1)\n",
     "2:16: the seed must be an int from 0 to 2**32 - 1", ""},
    {"import numpy as np\nnp.random.randint(5, 5)\n",
     "2:11: randint's range is empty: low 5, high 5", ""},
    {"import numpy as np\nnp.zeros(2)[0.5]\n", "2:12: array index must be an int, got a float",
     "convert it with int(...)"},
    {"import numpy as np\nnp.zeros(3)[:2] = np.zeros(3)\n",
     "2:12: cannot assign an array of shape (3,) to elements of shape (2,)", ""},
    {"import numpy as np\nx = np.zeros(2)\nx[:] = [1, 2, 3]\n",
     "3:2: cannot assign an array of shape (3,) to elements of shape (2,)", ""},
    {"from keras.utils import to_categorical\nto_categorical([1, 5], 3)\n",
     "2:16: label 5 is not below num_classes 3", ""},
    {"from keras.utils import pad_sequences\npad_sequences([1, 2])\n",
     "2:15: pad_sequences needs a list of sequences, got a list with an int", ""},
    {"from keras.utils import pad_sequences\npad_sequences([[1]], padding='left')\n",
     "2:22: padding must be \"pre\" or \"post\", got \"left\"", ""},
    {"from keras.datasets import cifar10\n", "1:28: keras.datasets.cifar10 is not supported",
     "imdb, reuters, mnist and boston_housing are supported; load others with np.load"},
    {"import keras\nx = keras.Input((4,))\nkeras.layers.Dense(1)(5)\n",
     "3:23: a layer is called on tensors, got an int", ""},
    {"x = '\\N{DASH}'\n", "1:6: escape \\N{...} is not supported", "write the character itself"},
    {"if 1:\n\tx = 1\n        y = 2\n", "3:9: tabs and spaces are mixed in the indentation",
     "indent with spaces only"},
    {"f'{x!z}'\n", "1:7: expected !r, !s or !a in an f-string", ""},
    {"x = 1 if 2\n", "1:11: expected \"else\" after the condition, found the end of the line", ""},
    {"lambda: (yield)\n", "1:10: generators are not supported",
     "scripts are Keras models with simple statements around them, not all of Python"},
    {"def f():\n  global x\n", "2:3: global is not supported",
     "scripts are Keras models with simple statements around them, not all of Python"},
    {"x = *a\n", "1:5: a starred expression stands alone", ""},
    {"a, *b, *c = 1\n", "1:8: more than one starred target", ""},
    {"print(1 2)\n", "1:9: expected \")\" after the arguments, found \"2\"", ""},
    {"from __future__ import print_function\nimport os\n", "2:8: module \"os\" is not available",
     "scripts may import keras, tensorflow.keras, numpy, math, random, sys and time"},
};

const Case onModel[] = {
    {"model.fit(x, y)\nmodel.evaluat(x, y)\n", "9:7: Sequential has no attribute \"evaluat\"",
     "did you mean \"evaluate\"?"},
    {"model.fit(x, y)\nmodel.evaluate(x, y, batchsize=3)\n",
     "9:22: evaluate has no argument \"batchsize\"", "did you mean \"batch_size\"?"},
    {"model.fit(x, y, callbacks=[1])\n",
     "8:17: callbacks must be objects of keras.callbacks, got an int", ""},
    {"model.fit(x)\n", "8:7: fit needs the argument \"y\"", ""},
    {"model.export('a')\n", "8:7: Sequential.export is not supported",
     "save the model as a .keras file"},
    {"model.fit(x, y, epochs='3')\n", "8:17: epochs must be an int, got a str", ""},
    {"model.fit(x, np.zeros(7))\n", "8:17: data cardinality is ambiguous: x has 8 rows, y has 7",
     ""},
    {"model.fit(np.zeros((8, 5)), y)\n",
     "8:14: x has shape (8, 5), but the model's input \"input_layer\" expects (None, 4)", ""},
    {"model.fit(np.zeros((0, 4)), np.zeros(0))\n", "8:14: x is empty", ""},
    {"model.compile(loss='msee', optimizer='sgd')\n",
     "8:20: Could not interpret loss identifier: msee", "did you mean \"mse\"?"},
    {"model.compile(loss='mse', optimizer='sgdd')\n",
     "8:37: Could not interpret optimizer identifier: sgdd", "did you mean \"sgd\"?"},
    {"model.compile(loss='mse', optimizer='sgd', metric=['accuracy'])\n",
     "8:44: compile has no argument \"metric\"", "did you mean \"metrics\"?"},
    {"model.compile(loss='mse', optimizer='sgd', metrics=['acuracy'])\n",
     "8:53: Could not interpret metric identifier: acuracy", "did you mean \"accuracy\"?"},
    {"h = model.fit(x, y)\nh.histroy\n", "9:3: History has no attribute \"histroy\"",
     "did you mean \"history\"?"},
    {"model.add(Dense)\n", "8:11: a model is made of layers, got the class Dense",
     "call it: Dense(...)"},
    {"model.add(3)\n", "8:11: a model is made of layers, got an int", ""},
    {"model.evaluate(x, y, verbose=5)\n", "8:22: verbose must be 0, 1, 2 or \"auto\", got 5", ""},
    {"model.fit(x, y, epochs=0)\n", "8:17: epochs must be positive, got 0", ""},
    {"model.fit(x, y, validation_split=2)\n",
     "8:17: validation_split must be at least 0 and less than 1", ""},
};

TEST(Diagnostics, of_python) {
  for (const Case &c : plain) {
    Outcome outcome = runSource(c.source);
    EXPECT_EQ(outcome.error, c.error) << c.source;
    EXPECT_EQ(outcome.hint, c.hint) << c.source;
  }
}

TEST(Diagnostics, of_calls_with_states_and_masks) {
  const std::string start = R"(from keras.layers import Embedding, Input, LSTM
x = Input(shape=(6,))
h = Input(shape=(3,))
e = Embedding(11, 4, mask_zero=True)(x)
)";
  const Case cases[] = {
      {"LSTM(3)(e, initial_state=[h, h])\n", "", ""},
      {"LSTM(3)([e, h, h])\n", "", ""},
      {"LSTM(3)(e, initial_state=h)\n", "5:1: LSTM 'lstm' expects 2 initial states, got 1", ""},
      {"LSTM(4)(e, initial_state=[h, h])\n",
       "5:1: LSTM 'lstm' expects an initial state of shape (None, 4), got (None, 3)", ""},
      {"LSTM(3)(e, initial_state=3)\n", "5:12: initial_state must be Keras tensors, got an int",
       "give a layer's final states, or keras.Input((units,))"},
      {"LSTM(3, stateful=True)(e)\n",
       "5:1: When using `stateful=True` in a RNN, the batch size must be static. Found dynamic "
       "batch size: sequence.shape=(None, 6, 4)",
       "state it with Input(batch_shape=(batch, steps, features))"},
      {"LSTM(3)(e, mask=h)\n",
       "5:1: a mask must be a boolean tensor, got the output of 'input_layer_1'",
       "compare with keras.ops.not_equal(x, 0), or give Input(..., dtype=\"bool\")"},
      {"LSTM(3)(e, training=True)\n", "5:12: LSTM: argument \"training\" is not supported", ""},
      {"LSTM(3)(e, initial_state=None, mask=None)\n", "", ""},
  };
  for (const Case &c : cases) {
    Outcome outcome = runSource(start + c.source);
    EXPECT_EQ(outcome.error, c.error) << c.source;
    EXPECT_EQ(outcome.hint, c.hint) << c.source;
  }
}

TEST(Diagnostics, of_models) {
  for (const Case &c : onModel) {
    Outcome outcome = runSource(std::string(model) + c.source);
    EXPECT_EQ(outcome.error, c.error) << c.source;
    EXPECT_EQ(outcome.hint, c.hint) << c.source;
  }
}

// What can be known before training is said before training.
TEST(Diagnostics, come_before_training) {
  for (const char *last :
       {"model.evaluat(x, y)", "print(acuracy)", "model.evaluate(x, y, batchsize=3)", "np.zerso(3)",
        "from keras.layers import Dens", "Dense(3, activation='rleu')", "model.compile('adamm')",
        "for i in range(3):\n    model.predct(x)", "def f():\n    return undefined_name",
        "print(f'{undefined_name}')", "model.export('m')", "[v.foo for v in undefined_list]"}) {
    Outcome outcome =
        runSource(std::string(model) + "print('start')\nmodel.fit(x, y)\n" + last + "\n");
    EXPECT_NE(outcome.error, "") << last;
    EXPECT_TRUE(outcome.log.fits.empty()) << last;
    EXPECT_EQ(outcome.out, "") << last;
  }
}

TEST(Diagnostics, name_the_file) {
  std::ostringstream out, err;
  std::string path = testing::TempDir() + "dsl_named.py";
  std::ofstream(path) << "x = 1\n\tprint(x)\n";
  try {
    runScript(path, {}, {}, {}, out, err);
    FAIL();
  } catch (const UserError &error) {
    EXPECT_EQ(error.location.file, path);
    std::ostringstream printed;
    printDiagnostic(printed, error, false);
    EXPECT_EQ(printed.str(), path + ":2:2: error: unexpected indentation\n  \tprint(x)\n  \t^\n");
  }
  std::remove(path.c_str());
  try {
    runScript(path, {}, {}, {}, out, err);
    FAIL();
  } catch (const UserError &error) {
    EXPECT_EQ(error.message, "cannot read the script");
  }
}

TEST(Diagnostics, are_printed_with_color_and_hint) {
  std::ostringstream printed;
  printDiagnostic(printed, UserError({"", 0, 0}, "message", "do this"), true);
  EXPECT_EQ(printed.str(),
            "\x1b[1m\x1b[1;31merror: \x1b[0m\x1b[1mmessage\x1b[0m\n  hint: do this\n");
}

} // namespace
} // namespace keratin::test
