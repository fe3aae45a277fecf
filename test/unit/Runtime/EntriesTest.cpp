// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a failing entry means to the user: the row of the data, through shuffling and batching.
#include "Support.h"
#include "keratin/trainer.hpp"

using namespace keratin::rt;

namespace {

const char *const info = R"({"abi":3,"name":"m","params_bytes":64,"weights":[],
 "inputs":[{"name":"tokens","dtype":"int32","shape":[-1,-1]}],
 "outputs":[{"name":"y","dtype":"float32","shape":[-1,1]}],
 "targets":[{"name":"y","dtype":"int32","shape":[-1,1],"classes":100}],"vocabulary":[100],
 "optimizer":{"kind":"SGD","learning_rate":0.01,"slots":[],"config":{}},"metrics":["loss"],
 "entries":{"train_step":{"workspace_bytes":64,"max_batch":4,"max_steps":5}}})";

/// Finds fault with the value 13, wherever it is: the runtime's own checks let it pass.
int32_t trainStep(void *workspace, void *, void *, float, uint64_t, int32_t rows, int32_t steps,
                  const void *const *inputs, const void *const *targets, const float *const *,
                  float *metrics) {
  auto *header = static_cast<krt_workspace_header *>(workspace);
  const auto *tokens = static_cast<const int32_t *>(inputs[0]),
             *labels = static_cast<const int32_t *>(targets[0]);
  for (int64_t i = 0; i < int64_t{rows} * steps; ++i)
    if (tokens[i] == 13) {
      header->error_position = i;
      header->error_value = 13;
      return KRT_ERROR_INDEX;
    }
  for (int64_t i = 0; i < rows; ++i)
    if (labels[i] == 13) {
      header->error_position = i;
      header->error_value = 13;
      return KRT_ERROR_LABEL;
    }
  metrics[1] += static_cast<float>(rows);
  return KRT_OK;
}

krt_model model() {
  krt_model result{};
  result.abi_version = KRT_ABI_VERSION;
  result.info = info;
  result.init = [](void *, int64_t, krt_context *) -> int32_t { return KRT_OK; };
  result.train_step = trainStep;
  return result;
}

FitArguments arguments(bool shuffle) {
  FitArguments result;
  result.x = {Array(DType::Int32, {11, 3})};
  result.y = {Array(DType::Int32, {11})};
  result.batchSize = 4;
  result.verbose = 0;
  result.shuffle = shuffle;
  return result;
}

TEST(Entries, NameTheRowOfABadIndex) {
  for (bool shuffle : {false, true}) {
    Trainer trainer(model());
    FitArguments data = arguments(shuffle);
    data.x[0].set(9 * 3 + 1, 13);
    EXPECT_ERROR(trainer.fit(data),
                 "input \"tokens\", row 9, position 1: index 13 is outside the vocabulary of 100");
  }
}

TEST(Entries, NameTheRowOfABadLabel) {
  for (bool shuffle : {false, true}) {
    Trainer trainer(model());
    FitArguments data = arguments(shuffle);
    data.y[0].set(6, 13);
    EXPECT_ERROR(trainer.fit(data), "target \"y\", row 6: label 13 is outside the 100 classes");
  }
}

TEST(Entries, NameTheEntryThatWasNotCompiled) {
  Trainer trainer(model());
  EXPECT_ERROR(trainer.predict({{Array(DType::Int32, {1, 3})}, 1, 0}),
               "predict needs the entry predict, which this model was compiled without");
  EXPECT_ERROR(
      trainer.evaluate({{Array(DType::Int32, {1, 3})}, {Array(DType::Int32, {1})}, {}, 1, 0}),
      "evaluate needs the entry evaluate_step, which this model was compiled without");
  FitArguments data = arguments(false);
  data.validationSplit = 0.5;
  EXPECT_ERROR(
      trainer.fit(data),
      "validation_split needs the entry evaluate_step, which this model was compiled without");
}

} // namespace
