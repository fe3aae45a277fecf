// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of the general ops against finite differences: 200 random shapes each.
#include "TestModel.h"

#include <gtest/gtest.h>

using namespace keratin::reference;
using namespace keratin::reference::test;

namespace {

constexpr uint64_t shapesPerOp = 200;

/// Rows stand for whatever size they have in a run.
std::string sizes(const Shape &shape, bool hasRows = true) {
  std::string text = "array<i64";
  for (size_t i = 0; i < shape.size(); ++i)
    text +=
        (i ? ", " : ": ") + (i == 0 && hasRows ? "-9223372036854775808" : std::to_string(shape[i]));
  return text + ">";
}

std::string typeOf(const Shape &shape) {
  std::string text = "tensor<?x";
  for (size_t i = 1; i < shape.size(); ++i)
    text += std::to_string(shape[i]) + "x";
  return text + "f64>";
}

/// A sequence whose steps the IR knows, and that depends on parameters.
Operand sequence(TestModel &model, const Tensor &value) {
  Tensor flat({value.shape[0], value.shape[1] * value.shape[2]}, value.values);
  Operand rows = model.source(flat);
  return model.op("keratin.window <sum> " + rows.name + " {map = affine_map<(b, t, f) -> (b, t * " +
                      std::to_string(value.shape[2]) + " + f)>, shape = " + sizes(value.shape) +
                      ", window = array<i64>, input_shape = " + sizes(flat.shape) + "}",
                  {rows}, typeOf(value.shape));
}

TEST(TensorGradient, WindowsOfEveryKind) {
  for (uint64_t seed = 0; seed < shapesPerOp; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    TestModel model;
    Shape shape{random.integer(1, 4), random.integer(2, 6), random.integer(1, 4)};
    int64_t window = random.integer(1, 3), stride = random.integer(1, 2);
    // Same padding: some windows reach outside of the steps.
    Shape result = shape;
    result[1] = (shape[1] - 1) / stride + 1;
    Operand x = sequence(model, random.tensor(shape));
    std::string kind = random.pick<std::string>({"sum", "mean", "maximum"});
    Operand y = model.op(
        "keratin.window <" + kind + "> " + x.name + " {map = affine_map<(b, t, f, j) -> (b, t * " +
            std::to_string(stride) + " + j - " + std::to_string((window - 1) / 2) +
            ", f)>, shape = " + sizes(result) + ", window = array<i64: " + std::to_string(window) +
            ">, input_shape = " + sizes(shape) + "}",
        {x}, typeOf(result));
    expectGradients(model, model.project(y, result, random));
  }
}

TEST(TensorGradient, CombinationsWithStretchedOperands) {
  for (uint64_t seed = 0; seed < shapesPerOp; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    TestModel model;
    Shape shape{random.integer(1, 4), random.integer(2, 5), random.integer(1, 4)};
    Operand x = sequence(model, random.tensor(shape));
    Tensor positive = random.tensor({shape[2]}, 0.5, 2);
    std::string kind =
        random.pick<std::string>({"add", "subtract", "multiply", "divide", "maximum", "minimum"});
    Operand rhs;
    std::string map;
    switch (random.integer(0, 2)) {
    case 0: // a vector for all rows and steps
      rhs = model.param(positive);
      map = "(f)";
      break;
    case 1: // a matrix for all rows
      rhs = model.param(random.tensor({shape[1], shape[2]}, 0.5, 2));
      map = "(t, f)";
      break;
    default: // one step
      rhs = sequence(model, random.tensor({shape[0], 1, shape[2]}, 0.5, 2));
      map = "(b, 0, f)";
    }
    Operand y = model.op("keratin.combine <" + kind + "> " + x.name + ", " + rhs.name +
                             " {rhs_map = affine_map<(b, t, f) -> " + map + ">}",
                         {x, rhs}, typeOf(shape));
    expectGradients(model, model.project(y, shape, random));
  }
}

TEST(TensorGradient, Contraction) {
  for (uint64_t seed = 0; seed < shapesPerOp; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    TestModel model;
    Shape left{random.integer(1, 3), random.integer(1, 4), random.integer(1, 4)};
    Shape right{left[0], random.integer(1, 4), left[2]}, result{left[0], left[1], right[1]};
    Operand x = sequence(model, random.tensor(left)), y = sequence(model, random.tensor(right));
    Operand z =
        model.op("keratin.contract " + x.name + ", " + y.name +
                     " {lhs_map = affine_map<(b, i, j, f) -> (b, i, f)>, rhs_map = "
                     "affine_map<(b, i, j, f) -> (b, j, f)>, shape = " +
                     sizes(result) + ", window = array<i64: " + std::to_string(left[2]) + ">}",
                 {x, y}, typeOf(result));
    expectGradients(model, model.project(z, result, random));
  }
}

/// The vector of a batch's means takes part in what is computed from it.
TEST(TensorGradient, MomentsOfTheBatch) {
  for (uint64_t seed = 0; seed < shapesPerOp; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    TestModel model;
    Shape shape{random.integer(2, 5), random.integer(1, 4)};
    Operand x = model.source(random.tensor(shape));
    std::string vector = "tensor<" + std::to_string(shape[1]) + "xf64>";
    auto mean = [&](const Operand &value) {
      return model.op(
          "keratin.window <mean> " + value.name +
              " {map = affine_map<(f, b) -> (b, f)>, shape = " + sizes({shape[1]}, false) +
              ", window = array<i64: -9223372036854775808>, input_shape = " + sizes(shape) + "}",
          {value}, vector);
    };
    auto along = [&](const std::string &kind, const Operand &value, const Operand &with) {
      return model.op("keratin.combine <" + kind + "> " + value.name + ", " + with.name +
                          " {rhs_map = affine_map<(b, f) -> (f)>}",
                      {value, with}, typeOf(shape));
    };
    Operand centred = along("subtract", x, mean(x));
    Operand squares =
        model.op("keratin.activation <square> " + centred.name, {centred}, typeOf(shape));
    Operand variance = mean(squares);
    Operand scale = model.op("keratin.activation <inverse_root> " + variance.name +
                                 " {parameters = array<f64: 0.1, 1.0e6>}",
                             {variance}, vector);
    expectGradients(model, model.project(along("multiply", centred, scale), shape, random));
  }
}

} // namespace
