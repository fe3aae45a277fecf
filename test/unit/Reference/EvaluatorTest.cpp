// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The evaluator's contract with its caller: arrays, parameters, and what it refuses.
#include "TestModel.h"

#include "compiler/Support/Diagnostic.h"

#include <functional>
#include <gtest/gtest.h>

using namespace keratin;
using namespace keratin::reference;
using namespace keratin::reference::test;

namespace {

/// The message with which `action` is refused.
std::string refusal(const std::function<void()> &action) {
  try {
    action();
  } catch (const UserError &error) {
    return error.message;
  }
  return "";
}

const char *const doubled = R"(
  keratin.param @w : tensor<2x1xf32> {trainable}
  func.func private @elsewhere()
  func.func @entry(%x: tensor<?x2xf32>, %seed: i64, %rate: f32) -> (tensor<?x2xf32>, i64) {
    %y = keratin.add %x, %x : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
    %n = arith.constant 41 : i64
    return %y, %n : tensor<?x2xf32>, i64
  })";

TEST(Evaluator, ReturnsTensorsAndScalars) {
  auto module = parse(doubled);
  auto results = Evaluator(*module).run("entry", {Tensor({1, 2}, {1, 2}), int64_t{3}, 0.5});
  ASSERT_EQ(results.size(), 2u);
  expectClose(tensor(results), Tensor({1, 2}, {2, 4}), 0);
  EXPECT_EQ(std::get<int64_t>(results[1]), 41);
}

TEST(Evaluator, RefusesArgumentsThatDoNotFit) {
  auto module = parse(doubled);
  Evaluator evaluator(*module);
  auto run = [&](const std::vector<Argument> &arguments) {
    return refusal([&] { evaluator.run("entry", arguments); });
  };
  Tensor x({1, 2});
  EXPECT_EQ(run({x}), "expects 3 arguments, got 1");
  EXPECT_EQ(run({Tensor({1, 3}), int64_t{0}, 0.5}),
            "expects argument 0 of shape (1, 2), got (1, 3)");
  EXPECT_EQ(run({Tensor({2}), int64_t{0}, 0.5}), "expects argument 0 of shape (2, 2), got (2)");
  EXPECT_EQ(run({0.5, int64_t{0}, 0.5}),
            "expects argument 0 of type tensor<?x2xf32>, got a scalar");
  EXPECT_EQ(run({x, 0.5, 0.5}), "expects argument 1 of type i64");
  EXPECT_EQ(run({x, int64_t{0}, int64_t{1}}), "expects argument 2 of type f32");
  EXPECT_EQ(refusal([&] { evaluator.run("elsewhere", {}); }), "has no function @elsewhere");
  EXPECT_EQ(refusal([&] { evaluator.run("nowhere", {}); }), "has no function @nowhere");
}

TEST(Evaluator, ChecksParameters) {
  auto module = parse(R"(
    keratin.param @w : tensor<2x1xf64> {trainable}
    keratin.param @b : tensor<1xf64>
    func.func @entry() -> tensor<2x1xf64> {
      %w = keratin.read_param @w : tensor<2x1xf64>
      return %w : tensor<2x1xf64>
    })");
  Evaluator evaluator(*module);
  EXPECT_EQ(evaluator.paramNames(), (std::vector<std::string>{"w", "b"}));
  EXPECT_EQ(refusal([&] { evaluator.run("entry", {}); }), "reads @w, which has no value");
  EXPECT_EQ(refusal([&] { evaluator.setParam("v", Tensor({1})); }), "has no parameter @v");
  EXPECT_EQ(refusal([&] { evaluator.setParam("w", Tensor({1, 2})); }),
            "expects a value of shape (2, 1), got (1, 2)");
  evaluator.setParam("w", Tensor({2, 1}, {3, 4}));
  expectClose(tensor(evaluator.run("entry", {})), Tensor({2, 1}, {3, 4}), 0);
}

TEST(Evaluator, RefusesLossesThatAreNotDifferentiated) {
  auto module = parse(R"(
    keratin.param @w : tensor<1x1xf64> {trainable}
    func.func @entry(%y: tensor<1x1xf64>) {
      %w = keratin.read_param @w : tensor<1x1xf64>
      %l = keratin.loss <mean_squared_error> %w, %y : (tensor<1x1xf64>, tensor<1x1xf64>) -> tensor<f64>
      keratin.minimize %l : tensor<f64>
      return
    })");
  Evaluator evaluator(*module);
  evaluator.setParam("w", Tensor({1, 1}));
  EXPECT_EQ(refusal([&] { evaluator.run("entry", {Tensor({1, 1})}); }),
            "has no reference for keratin.minimize; differentiate first");
}

TEST(Evaluator, RefusesTheBufferForm) {
  auto module = parse(R"(
    func.func @entry(%x: memref<2x2xf64>, %rows: index) {
      keratin.add %x, %x outs(%x) extents(%rows)
          : (memref<2x2xf64>, memref<2x2xf64>, memref<2x2xf64>, index) -> ()
      return
    })");
  Evaluator evaluator(*module);
  EXPECT_EQ(refusal([&] { evaluator.run("entry", {Tensor({2, 2}), int64_t{2}}); }),
            "expects @entry in tensor form, got buffers");
}

TEST(Evaluator, RefusesOtherOps) {
  auto module = parse(R"(
    func.func @entry(%x: f64) {
      %y = arith.addf %x, %x : f64
      return
    })");
  Evaluator evaluator(*module);
  EXPECT_EQ(refusal([&] { evaluator.run("entry", {0.5}); }), "has no reference for arith.addf");
}

TEST(Evaluator, RefusesBranches) {
  auto module = parse(R"(
    func.func @entry() {
      cf.br ^next
    ^next:
      return
    })");
  Evaluator evaluator(*module);
  EXPECT_EQ(refusal([&] { evaluator.run("entry", {}); }), "expects straight-line code in @entry");
}

TEST(Evaluator, ExchangesArraysWithTheRuntime) {
  rt::Array array = rt::Array::of<float>({2, 2}, {1.5f, -2.25f, 0, 7});
  Tensor tensor = fromArray(array);
  EXPECT_EQ(tensor.shape, (Shape{2, 2}));
  EXPECT_EQ(tensor.values, (std::vector<double>{1.5, -2.25, 0, 7}));
  EXPECT_EQ(toArray(tensor, rt::DType::Float32).bytes, array.bytes);
  EXPECT_EQ(toArray(tensor, rt::DType::Int32).at(1), -2);
  EXPECT_EQ(fromArray(rt::Array(rt::DType::Int64, {})).rank(), 0);
}

} // namespace
