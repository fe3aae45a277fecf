// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The LSTM's steps, masks, direction and tapes, with one unit and weights that can be followed by
// hand.
#include "TestModel.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace keratin::reference;
using namespace keratin::reference::test;

namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

struct Cell {
  double h = 0, c = 0;
  double i = 0, f = 0, g = 0, o = 0; ///< of the last step

  /// One step of the layer that `lstm` below makes, in plain formulas.
  void step(double x) {
    i = sigmoid(0.5 * x + 0.1 * h + 0.01);
    f = sigmoid(-0.4 * x + 0.2 * h + 1);
    g = std::tanh(0.3 * x - 0.3 * h + 0.02);
    o = sigmoid(0.2 * x + 0.4 * h - 0.01);
    c = f * c + i * g;
    h = o * std::tanh(c);
  }
};

struct Options {
  Operand mask, h, c;
  std::string attributes;
  std::vector<std::string> types;
};

/// All results of an LSTM with one unit on x, [rows, steps].
std::vector<Argument> lstm(TestModel model, const Tensor &x, const Options &options) {
  Operand input = model.argument(Tensor({x.shape[0], x.shape[1], 1}, x.values));
  Operand kernel = model.param(Tensor({1, 4}, {0.5, -0.4, 0.3, 0.2}));
  Operand recurrent = model.param(Tensor({1, 4}, {0.1, 0.2, -0.3, 0.4}));
  Operand bias = model.param(Tensor({4}, {0.01, 1, 0.02, -0.01}));
  std::string names, types;
  std::vector<Operand> results;
  for (size_t i = 0; i < options.types.size(); ++i) {
    results.push_back({"%r#" + std::to_string(i), options.types[i]});
    types += (i ? ", " : "") + options.types[i];
  }
  std::string operandTypes;
  for (const Operand &operand :
       {input, kernel, recurrent, bias, options.mask, options.h, options.c})
    if (operand)
      operandTypes += (operandTypes.empty() ? "" : ", ") + operand.type;
  model.line("%r:" + std::to_string(results.size()) + " = keratin.lstm " + input.name +
             clause("kernel", kernel) + clause("recurrent", recurrent) + clause("bias", bias) +
             clause("mask", options.mask) +
             (options.h ? " initial(" + options.h.name + ", " + options.c.name + ")" : "") + " {" +
             options.attributes + "} : (" + operandTypes + ") -> (" + types + ")");
  return run(model, results);
}

const std::string last = "tensor<?x1xf64>", sequence = "tensor<?x?x1xf64>",
                  gates = "tensor<?x?x4xf64>";

TEST(Recurrent, LastOutput) {
  Cell cell;
  for (double x : {1.0, -2.0, 0.5})
    cell.step(x);
  Options options;
  options.types = {last};
  expectClose(tensor(lstm(TestModel(), Tensor({1, 3}, {1, -2, 0.5}), options)),
              Tensor({1, 1}, {cell.h}), 1e-15);
}

TEST(Recurrent, InitialStates) {
  TestModel model;
  Options options;
  options.h = model.argument(Tensor({2, 1}, {0.3, -0.1}));
  options.c = model.argument(Tensor({2, 1}, {-0.7, 2}));
  options.types = {last};
  Cell first{0.3, -0.7}, second{-0.1, 2};
  first.step(1);
  second.step(2);
  expectClose(tensor(lstm(model, Tensor({2, 1}, {1, 2}), options)),
              Tensor({2, 1}, {first.h, second.h}), 1e-15);
}

TEST(Recurrent, MaskedStepsRepeatOutputAndKeepStates) {
  TestModel model;
  Options options;
  options.mask = model.argument(Tensor({3, 3}, {0, 1, 1, 1, 0, 1, 0, 0, 0}), "i1");
  options.attributes = "return_sequences";
  options.types = {sequence};
  Cell pre, middle;
  pre.step(2);
  double pre1 = pre.h;
  pre.step(3);
  middle.step(4);
  double middle0 = middle.h;
  middle.step(6);
  expectClose(tensor(lstm(model, Tensor({3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9}), options)),
              Tensor({3, 3, 1}, {0, pre1, pre.h, middle0, middle0, middle.h, 0, 0, 0}), 1e-15);
}

TEST(Recurrent, MaskIsReadInTheOrderOfTheInput) {
  TestModel model;
  Options options;
  options.mask = model.argument(Tensor({1, 3}, {0, 1, 1}), "i1");
  options.attributes = "return_sequences, go_backwards";
  options.types = {sequence};
  Cell cell;
  cell.step(3);
  double first = cell.h;
  cell.step(2);
  expectClose(tensor(lstm(model, Tensor({1, 3}, {1, 2, 3}), options)),
              Tensor({1, 3, 1}, {first, cell.h, cell.h}), 1e-15);
}

TEST(Recurrent, TapeHoldsStatesInProcessingOrderAndGatesInThatOfTheInput) {
  Options options;
  options.attributes = "go_backwards, tape";
  options.types = {last, sequence, gates, sequence};
  Cell first;
  first.step(2);
  Cell second = first;
  second.step(1);
  auto results = lstm(TestModel(), Tensor({1, 2}, {1, 2}), options);
  expectClose(tensor(results, 0), Tensor({1, 1}, {second.h}), 1e-15);
  expectClose(tensor(results, 1), Tensor({1, 2, 1}, {first.h, second.h}), 1e-15);
  expectClose(tensor(results, 2),
              Tensor({1, 2, 4},
                     {second.i, second.f, second.g, second.o, first.i, first.f, first.g, first.o}),
              1e-15);
  expectClose(tensor(results, 3), Tensor({1, 2, 1}, {first.c, second.c}), 1e-15);
}

TEST(Recurrent, NoStepsGiveZeros) {
  Options options;
  options.types = {last};
  expectClose(tensor(lstm(TestModel(), Tensor({2, 0}), options)), Tensor({2, 1}), 0);
}

} // namespace
