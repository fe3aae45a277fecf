// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of recurrent layers against finite differences: 200 random shapes of each arrangement.
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

struct Cell {
  std::string op; ///< with its own attributes
  int64_t gates, states;
  std::string attributes = "";
};

/// For the tests' names.
void PrintTo(const Cell &cell, std::ostream *out) { *out << cell.op << ' ' << cell.attributes; }

struct Options {
  Operand mask;
  std::vector<Operand> states;
  bool bias = true, recurrentBias = false, sequences = false, backwards = false, zero = false;
  bool inputFactors = false, recurrentFactors = false, returnState = false;
  std::string activation = "tanh", recurrentActivation = "sigmoid";
};

struct Sizes {
  explicit Sizes(Random &random)
      : rows(random.integer(2, 4)), steps(random.integer(2, 6)), features(random.integer(1, 4)),
        units(random.integer(1, 5)) {}
  Shape output(bool sequences) const {
    return sequences ? Shape{rows, steps, units} : Shape{rows, units};
  }
  int64_t rows, steps, features, units;
};

/// Adds a layer of `units` with random weights on x, which has `features`; its results.
std::vector<Operand> addLayer(TestModel &model, Random &random, const Cell &cell, const Operand &x,
                              const Sizes &sizes, const Options &options) {
  int64_t columns = cell.gates * sizes.units;
  Operand kernel = model.param(random.tensor({sizes.features, columns}));
  Operand recurrent = model.param(random.tensor({sizes.units, columns}));
  Operand bias = options.bias ? model.param(random.tensor({columns})) : Operand();
  Operand recurrentBias;
  if (options.recurrentBias) { // one of two rows, as a GRU has them
    Operand both = model.param(random.tensor({2, columns}));
    recurrentBias = model.op("keratin.row " + both.name + " {row = 1 : i64}", {both},
                             "tensor<" + std::to_string(columns) + "xf64>");
  }
  auto factors = [&](bool wanted, int64_t features) {
    return wanted ? model.argument(random.tensor({sizes.rows, cell.gates, features}, 0, 2), "f64")
                  : Operand();
  };
  Operand inputFactors = factors(options.inputFactors, sizes.features);
  Operand recurrentFactors = factors(options.recurrentFactors, sizes.units);
  std::string attributes = "activation = #keratin.activation<" + options.activation + ">";
  if (cell.op != "simple_rnn")
    attributes +=
        ", recurrent_activation = #keratin.activation<" + options.recurrentActivation + ">";
  attributes += cell.attributes;
  for (auto [set, name] : {std::pair(options.sequences, "return_sequences"),
                           std::pair(options.backwards, "go_backwards"),
                           std::pair(options.zero, "zero_output_for_mask"),
                           std::pair(options.returnState, "return_state")})
    if (set)
      attributes += std::string(", ") + name;
  std::string initial;
  std::vector<Operand> operands{x, kernel, recurrent, bias, recurrentBias, options.mask};
  for (const Operand &state : options.states) {
    initial += (initial.empty() ? " initial(" : ", ") + state.name;
    operands.push_back(state);
  }
  operands.insert(operands.end(), {inputFactors, recurrentFactors});
  std::vector<std::string> types{model.type(options.sequences ? 3 : 2, sizes.units)};
  if (options.returnState)
    types.insert(types.end(), cell.states, model.type(2, sizes.units));
  return model.ops("keratin." + cell.op + " " + x.name + clause("kernel", kernel) +
                       clause("recurrent", recurrent) + clause("bias", bias) +
                       clause("recurrent_bias", recurrentBias) + clause("mask", options.mask) +
                       (initial.empty() ? "" : initial + ")") +
                       clause("input_factors", inputFactors) +
                       clause("recurrent_factors", recurrentFactors) + " {" + attributes + "}",
                   operands, types);
}

class RecurrentGradient : public testing::TestWithParam<Cell> {
protected:
  /// Everything but masks, states and dropout varies; `change` sets those.
  template <typename Change> void check(Change &&change) {
    for (uint64_t seed = 0; seed < shapesPerOp; ++seed) {
      SCOPED_TRACE(seed);
      Random random(seed);
      TestModel model;
      Sizes sizes(random);
      Options options;
      options.bias = random.coin();
      options.recurrentBias = random.coin();
      options.sequences = random.coin();
      options.backwards = random.coin();
      change(model, random, sizes, options);
      Operand x = model.source(random.tensor({sizes.rows, sizes.steps, sizes.features}));
      std::vector<Operand> results = addLayer(model, random, GetParam(), x, sizes, options);
      // Of several results the last is used too, alone or with the first.
      bool last = results.size() > 1 && random.coin();
      Operand loss = last ? results.back() : results.front();
      Shape shape = last ? sizes.output(false) : sizes.output(options.sequences);
      if (results.size() > 1 && random.coin() && !options.sequences && !last) {
        loss = model.op("keratin.add " + results.front().name + ", " + results.back().name,
                        {results.front(), results.back()}, results.front().type);
      }
      expectGradients(model, model.project(loss, shape, random));
    }
  }

  Operand mask(TestModel &model, Random &random, const Sizes &sizes) {
    return model.argument(randomMask(random, sizes.rows, sizes.steps), "i1");
  }
  void setStates(TestModel &model, Random &random, const Sizes &sizes, Options &options) {
    for (int64_t i = 0; i < GetParam().states; ++i)
      options.states.push_back(model.source(random.tensor({sizes.rows, sizes.units})));
  }
};

TEST_P(RecurrentGradient, Plain) {
  check([](TestModel &, Random &, const Sizes &, Options &) {});
}

TEST_P(RecurrentGradient, Masked) {
  check([&](TestModel &model, Random &random, const Sizes &sizes, Options &options) {
    options.mask = mask(model, random, sizes);
    options.zero = random.coin();
  });
}

TEST_P(RecurrentGradient, InitialAndFinalStates) {
  check([&](TestModel &model, Random &random, const Sizes &sizes, Options &options) {
    if (random.coin())
      options.mask = mask(model, random, sizes);
    if (random.coin() || !options.mask)
      setStates(model, random, sizes, options);
    options.zero = random.coin();
    options.returnState = random.coin();
  });
}

TEST_P(RecurrentGradient, Dropout) {
  check([&](TestModel &model, Random &random, const Sizes &sizes, Options &options) {
    options.inputFactors = GetParam().gates > 1 && random.coin();
    options.recurrentFactors = random.coin();
    if (random.coin())
      options.mask = mask(model, random, sizes);
    if (random.coin())
      setStates(model, random, sizes, options);
  });
}

TEST_P(RecurrentGradient, OtherActivations) {
  const std::vector<std::string> kinds{"linear",     "relu", "tanh",     "sigmoid", "hard_sigmoid",
                                       "leaky_relu", "elu",  "softplus", "softsign"};
  check([&](TestModel &, Random &random, const Sizes &, Options &options) {
    options.activation = random.pick(kinds);
    options.recurrentActivation = random.pick(kinds);
    if (options.activation == options.recurrentActivation)
      options.activation = "tanh"; // two unbounded ones explode, and differences drown
  });
}

TEST_P(RecurrentGradient, TwoStacked) {
  for (uint64_t seed = 0; seed < shapesPerOp; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    TestModel model;
    Sizes sizes(random), above(sizes);
    above.features = sizes.units;
    above.units = random.integer(1, 4);
    Options first, second;
    first.sequences = true;
    first.backwards = random.coin();
    if (random.coin())
      first.mask = second.mask = mask(model, random, sizes);
    second.sequences = random.coin();
    Operand x = model.source(random.tensor({sizes.rows, sizes.steps, sizes.features}));
    Operand between = addLayer(model, random, GetParam(), x, sizes, first)[0];
    Operand y = addLayer(model, random, GetParam(), between, above, second)[0];
    expectGradients(model, model.project(y, above.output(second.sequences), random));
  }
}

INSTANTIATE_TEST_SUITE_P(Cells, RecurrentGradient,
                         testing::Values(Cell{"lstm", 4, 2}, Cell{"gru", 3, 1},
                                         Cell{"gru", 3, 1, ", reset_after"},
                                         Cell{"simple_rnn", 1, 1}));

TEST(DirectionsGradient, Merged) {
  for (uint64_t seed = 0; seed < shapesPerOp; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    TestModel model;
    Sizes sizes(random);
    std::string mode = random.pick(std::vector<std::string>{"concat", "sum", "mul", "ave"});
    bool sequences = random.coin();
    Operand forward = model.source(random.tensor(sizes.output(sequences)));
    Operand backward = model.source(random.tensor(sizes.output(sequences)));
    if (sequences && random.coin())
      backward = model.op("keratin.reverse_steps " + backward.name, {backward}, backward.type);
    Shape shape = sizes.output(sequences);
    shape.back() *= mode == "concat" ? 2 : 1;
    Operand y =
        model.op("keratin.merge_directions <" + mode + "> " + forward.name + ", " + backward.name,
                 {forward, backward}, model.type(shape.size(), shape.back()));
    expectGradients(model, model.project(y, shape, random));
  }
}

} // namespace
