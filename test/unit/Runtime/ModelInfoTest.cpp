// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ModelInfo from its JSON text.
#include "MlpModel.h"
#include "Support.h"
#include "keratin/model_info.hpp"

using namespace keratin::rt;

namespace {

TEST(ModelInfo, HoldsWhatTheTextSays) {
  ModelInfo info = parseModelInfo(mlpModel.info);
  EXPECT_EQ(info.name, "mlp");
  EXPECT_EQ(info.weights[0].path, "sequential/dense/kernel");
  EXPECT_EQ(info.weights[0].shape, (std::vector<int64_t>{4, 5}));
  EXPECT_EQ(info.inputs[0].dtype, DType::Float32);
  EXPECT_EQ(info.optimizer->slots, (std::vector<std::string>{"momentum", "velocity"}));
  EXPECT_EQ(info.metrics, (std::vector<std::string>{"loss", "accuracy"}));
  EXPECT_EQ(info.trainStep->maxBatch, 8);
  EXPECT_EQ(info.optimizerBytes(), 64 + 2 * 172);
}

TEST(ModelInfo, TakesAModelForPredictionOnly) {
  ModelInfo info = parseModelInfo(R"({"abi":3,"name":"m","params_bytes":64,"weights":[],
    "inputs":[{"name":"tokens","dtype":"int32","shape":[-1,-1]}],
    "outputs":[{"name":"o","dtype":"float32","shape":[-1,1]}],"targets":[],"vocabulary":[100],
    "optimizer":null,"metrics":[],"entries":{"predict":{"workspace_bytes":64,"max_batch":1,"max_steps":80}}})");
  EXPECT_FALSE(info.optimizer);
  EXPECT_FALSE(info.trainStep);
  EXPECT_EQ(info.inputs[0].vocabulary, 100);
  EXPECT_EQ(info.predict->maxSteps, 80);
}

TEST(ModelInfo, RefusesOtherVersionsAndOtherTexts) {
  EXPECT_ERROR(parseModelInfo(R"({"abi":2})"),
               "the model was compiled for ABI version 2, this runtime has version 3");
  EXPECT_THROW(parseModelInfo("{"), Error);
  EXPECT_THROW(parseModelInfo("{}"), Error);
  EXPECT_THROW(parseModelInfo(R"({"abi":3,"name":3})"), Error);
}

} // namespace
