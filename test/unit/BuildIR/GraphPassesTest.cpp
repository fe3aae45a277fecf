// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What buildIR makes goes through the graph passes, and every op still leads to a layer.
#include "test/unit/BuildIR/Models.h"

#include "compiler/Autodiff/Passes.h"
#include "compiler/Transforms/Passes.h"
#include "dialect/IR/KeratinOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace keratin;
using namespace keratin::test;
using namespace mlir;

/// All entries of the IMDB example with a masked second layer, after the graph passes.
static OwningOpRef<ModuleOp> buildAndTransform(MLIRContext &context) {
  SequentialSpec model({-1, -1});
  model.embedding(11, 4, /*maskZero=*/true)
      .lstm(5, {{"return_sequences", true}})
      .lstm(3, {{"dropout", 0.25}})
      .dense(1, "sigmoid")
      .compile("binary_crossentropy", {{"binary_accuracy", "accuracy", false}},
               {"Adam", {{"learning_rate", 0.001}}});
  BuildOptions options;
  options.entries = {Entry::Predict, Entry::EvaluateStep, Entry::TrainStep, Entry::Gradients};
  OwningOpRef<ModuleOp> module = buildIR(model.spec, options, context);
  PassManager passes(&context);
  passes.addNestedPass<func::FuncOp>(createHoistInputProductsPass());
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  passes.addPass(createDifferentiatePass());
  passes.addNestedPass<func::FuncOp>(createFuseActivationsPass());
  passes.addPass(createCSEPass());
  EXPECT_TRUE(succeeded(passes.run(*module)));
  return module;
}

struct GraphPasses : testing::Test {
  GraphPasses() {
    DialectRegistry registry;
    registerDifferentiableModels(registry);
    context.appendDialectRegistry(registry);
    module = buildAndTransform(context);
  }
  func::FuncOp entry(StringRef name) { return module->lookupSymbol<func::FuncOp>(name); }
  template <typename Op> int countOps(StringRef name) {
    int result = 0;
    entry(name).walk([&](Op) { ++result; });
    return result;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

TEST_F(GraphPasses, EveryOpLeadsToALayerAndALine) {
  int backward = 0;
  for (auto func : module->getOps<func::FuncOp>())
    for (Operation &op : func.getOps()) {
      OriginAttr origin = originOf(op.getLoc());
      ASSERT_TRUE(origin) << op.getName().getStringRef().str();
      EXPECT_EQ(origin.getEntry().getValue(), func.getName());
      auto fused = cast<FusedLoc>(op.getLoc());
      EXPECT_TRUE(isa<FileLineColLoc>(fused.getLocations().front()));
      backward += origin.getBackward();
    }
  EXPECT_GT(backward, 0);
}

TEST_F(GraphPasses, InferenceKeepsNoTape) {
  for (StringRef name : {"predict", "evaluate_step"}) {
    EXPECT_EQ(countOps<LSTMOp>(name), 2);
    entry(name).walk([](LSTMOp lstm) {
      EXPECT_FALSE(lstm.getTape());
      EXPECT_FALSE(lstm.getKernel());
    });
  }
}

TEST_F(GraphPasses, TrainingUpdatesEveryParameter) {
  EXPECT_EQ(countOps<UpdateOp>("train_step"), 9);
  EXPECT_EQ(countOps<WriteGradientOp>("gradients"), 9);
  EXPECT_EQ(countOps<MinimizeOp>("train_step") + countOps<MinimizeOp>("gradients"), 0);
}
