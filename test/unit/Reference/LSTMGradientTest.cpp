// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of LSTM layers against finite differences: 200 random shapes of each arrangement.
#include "TestModel.h"

#include <gtest/gtest.h>

using namespace keratin::reference;
using namespace keratin::reference::test;

namespace {

constexpr uint64_t shapesPerOp = 200;

/// A mask with its padding before, after, or anywhere; some rows may be masked throughout.
Tensor randomMask(Random &random, int64_t rows, int64_t steps) {
  Tensor mask({rows, steps});
  int64_t side = random.integer(0, 2);
  for (int64_t row = 0; row < rows; ++row) {
    int64_t length = random.integer(0, steps);
    for (int64_t step = 0; step < steps; ++step)
      mask.at(row, step) = side == 0   ? step >= steps - length
                           : side == 1 ? step < length
                                       : random.coin();
  }
  return mask;
}

struct LSTMOptions {
  Operand mask, h, c;
  bool bias = true, sequences = false, backwards = false;
  std::string activation = "tanh", recurrentActivation = "sigmoid";
};

/// Adds an LSTM of `units` with random weights on x, which has `features`.
Operand addLSTM(TestModel &model, Random &random, const Operand &x, int64_t features, int64_t units,
                const LSTMOptions &options) {
  Operand kernel = model.param(random.tensor({features, 4 * units}));
  Operand recurrent = model.param(random.tensor({units, 4 * units}));
  Operand bias = options.bias ? model.param(random.tensor({4 * units})) : Operand();
  std::string attributes = "activation = #keratin.activation<" + options.activation +
                           ">, recurrent_activation = #keratin.activation<" +
                           options.recurrentActivation + ">";
  if (options.sequences)
    attributes += ", return_sequences";
  if (options.backwards)
    attributes += ", go_backwards";
  std::string initial = options.h ? " initial(" + options.h.name + ", " + options.c.name + ")" : "";
  return model.op("keratin.lstm " + x.name + clause("kernel", kernel) +
                      clause("recurrent", recurrent) + clause("bias", bias) +
                      clause("mask", options.mask) + initial + " {" + attributes + "}",
                  {x, kernel, recurrent, bias, options.mask, options.h, options.c},
                  model.type(options.sequences ? 3 : 2, units));
}

struct Sizes {
  explicit Sizes(Random &random)
      : rows(random.integer(2, 4)), steps(random.integer(2, 6)), features(random.integer(1, 4)),
        units(random.integer(1, 5)) {}
  Shape output(bool sequences) const {
    return sequences ? Shape{rows, steps, units} : Shape{rows, units};
  }
  int64_t rows, steps, features, units;
};

/// Everything but masks and states varies; `change` sets those.
template <typename Change> void checkLSTM(Change &&change) {
  for (uint64_t seed = 0; seed < shapesPerOp; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    TestModel model;
    Sizes sizes(random);
    LSTMOptions options;
    options.bias = random.coin();
    options.sequences = random.coin();
    options.backwards = random.coin();
    change(model, random, sizes, options);
    Operand x = model.source(random.tensor({sizes.rows, sizes.steps, sizes.features}));
    Operand y = addLSTM(model, random, x, sizes.features, sizes.units, options);
    expectGradients(model, model.project(y, sizes.output(options.sequences), random));
  }
}

TEST(LSTMGradient, Plain) {
  checkLSTM([](TestModel &, Random &, const Sizes &, LSTMOptions &) {});
}

TEST(LSTMGradient, Masked) {
  checkLSTM([](TestModel &model, Random &random, const Sizes &sizes, LSTMOptions &options) {
    options.mask = model.argument(randomMask(random, sizes.rows, sizes.steps), "i1");
  });
}

TEST(LSTMGradient, InitialStates) {
  checkLSTM([](TestModel &model, Random &random, const Sizes &sizes, LSTMOptions &options) {
    if (random.coin())
      options.mask = model.argument(randomMask(random, sizes.rows, sizes.steps), "i1");
    options.h = model.source(random.tensor({sizes.rows, sizes.units}));
    options.c = model.source(random.tensor({sizes.rows, sizes.units}));
  });
}

TEST(LSTMGradient, OtherActivations) {
  const std::vector<std::string> kinds{"linear",  "relu",         "tanh",
                                       "sigmoid", "hard_sigmoid", "leaky_relu"};
  checkLSTM([&](TestModel &, Random &random, const Sizes &, LSTMOptions &options) {
    options.activation = random.pick(kinds);
    options.recurrentActivation = random.pick(kinds);
  });
}

TEST(LSTMGradient, TwoStacked) {
  for (uint64_t seed = 0; seed < shapesPerOp; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    TestModel model;
    Sizes sizes(random);
    int64_t inner = random.integer(1, 4);
    LSTMOptions first, second;
    first.sequences = true;
    first.backwards = random.coin();
    if (random.coin())
      first.mask = second.mask = model.argument(randomMask(random, sizes.rows, sizes.steps), "i1");
    second.sequences = random.coin();
    Operand x = model.source(random.tensor({sizes.rows, sizes.steps, sizes.features}));
    Operand between = addLSTM(model, random, x, sizes.features, inner, first);
    Operand y = addLSTM(model, random, between, inner, sizes.units, second);
    expectGradients(model, model.project(y, sizes.output(second.sequences), random));
  }
}

} // namespace
