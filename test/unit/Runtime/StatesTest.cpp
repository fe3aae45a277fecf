// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a Trainer keeps of a stateful model between batches: getStates and setStates.
#include "MlpModel.h"
#include "Support.h"
#include "keratin/trainer.hpp"

#include <cstring>

using namespace keratin::rt;

namespace {

// A model of batches of two rows that puts out the sum of all it has seen: states "total" [2, 1],
// and "seen" [2, 2] a cache line later, whose columns count rows from 0 and from 1.
const char *const info = R"({"abi":3,"name":"sums","params_bytes":64,"stateful_batch":2,
 "weights":[{"name":"w","path":"sums/w","shape":[1],"trainable":true}],
 "states":[{"name":"sums/total","shape":[2,1],"offset":0},
           {"name":"sums/seen","shape":[2,2],"offset":64}],"states_bytes":128,
 "inputs":[{"name":"x","dtype":"float32","shape":[2,1]}],
 "outputs":[{"name":"sums","dtype":"float32","shape":[2,1]}],
 "vocabulary":[0],"metrics":["loss"],
 "entries":{"predict":{"workspace_bytes":64,"max_batch":2,"max_steps":1}}})";

int32_t init(void *workspace, int64_t, krt_context *context) {
  auto *header = static_cast<krt_workspace_header *>(workspace);
  header->magic = KRT_WORKSPACE_MAGIC;
  header->context = context;
  return KRT_OK;
}

int32_t pack(const float *const *weights, void *params) {
  *static_cast<float *>(params) = weights[0][0];
  return KRT_OK;
}

int32_t unpack(const void *params, float *const *weights) {
  weights[0][0] = *static_cast<const float *>(params);
  return KRT_OK;
}

int32_t setStates(void *workspace, void *states) {
  static_cast<krt_workspace_header *>(workspace)->states = states;
  return KRT_OK;
}

int32_t resetStates(void *states) {
  std::memset(states, 0, 128);
  return KRT_OK;
}

int32_t predict(void *workspace, const void *, int32_t rows, int32_t, const void *const *inputs,
                void *const *outputs) {
  auto *total = static_cast<float *>(static_cast<krt_workspace_header *>(workspace)->states);
  float *seen = total + 16;
  for (int row = 0; row < rows; ++row) {
    total[row] += static_cast<const float *>(inputs[0])[row];
    seen[2 * row] += 1;
    seen[2 * row + 1] = seen[2 * row] + 1;
    static_cast<float *>(outputs[0])[row] = total[row];
  }
  return KRT_OK;
}

const krt_model sums = {KRT_ABI_VERSION, info,    init,    pack,    unpack,    predict,
                        nullptr,         nullptr, nullptr, nullptr, setStates, resetStates};

using Values = std::vector<float>;

Values valuesOf(const Array &array) {
  return Values(array.data<float>(), array.data<float>() + array.size());
}

Values predictOf(Trainer &trainer, const Values &x) {
  Array rows = Array::of({static_cast<int64_t>(x.size()), 1}, x);
  return valuesOf(trainer.predict({{rows}, 2, 0}).at(0));
}

} // namespace

TEST(States, AreZeroAtFirstAndGoOnFromBatchToBatch) {
  Trainer trainer(sums);
  ASSERT_EQ(trainer.getStates().size(), 2u);
  EXPECT_EQ(trainer.getStates()[1].shape, (std::vector<int64_t>{2, 2}));
  EXPECT_EQ(valuesOf(trainer.getStates()[1]), Values(4));
  EXPECT_EQ(predictOf(trainer, {1, 2, 3, 4}), Values({1, 2, 4, 6})) << "two batches of one call";
  EXPECT_EQ(predictOf(trainer, {5, 6}), Values({9, 12})) << "and the next call";
  EXPECT_EQ(valuesOf(trainer.getStates()[0]), Values({9, 12}));
  EXPECT_EQ(valuesOf(trainer.getStates()[1]), Values({3, 4, 3, 4}));
}

TEST(States, GoOnFromThoseThatAreSet) {
  Trainer first(sums), second(sums);
  predictOf(first, {1, 2});
  const std::vector<Array> kept = first.getStates();
  second.setStates(kept);
  EXPECT_EQ(predictOf(second, {10, 20}), Values({11, 22}));
  EXPECT_EQ(valuesOf(second.getStates()[1]), Values({2, 3, 2, 3}));
  EXPECT_EQ(valuesOf(kept[0]), Values({1, 2})) << "a copy";
  EXPECT_EQ(valuesOf(first.getStates()[0]), Values({1, 2})) << "each trainer has its own";
  second.setStates({Array(DType::Float32, {2, 1}), Array(DType::Float32, {2, 2})});
  EXPECT_EQ(predictOf(second, {10, 20}), Values({10, 20})) << "zeros begin anew";
}

TEST(States, ThatDoNotFitAreRefusedAndLeaveAllAsItWas) {
  Trainer trainer(sums);
  predictOf(trainer, {1, 2});
  const Array total = Array::of<float>({2, 1}, {7, 8}), seen(DType::Float32, {2, 2});
  EXPECT_ERROR(trainer.setStates({total}), "the model has 2 states, found 1");
  EXPECT_ERROR(trainer.setStates({total, total}),
               "state sums/seen has shape (2, 1), expected (2, 2) of float32");
  EXPECT_ERROR(trainer.setStates({total, seen.cast(DType::Float64)}),
               "state sums/seen has shape (2, 2), expected (2, 2) of float32");
  EXPECT_EQ(valuesOf(trainer.getStates()[0]), Values({1, 2}));
  EXPECT_EQ(valuesOf(trainer.getStates()[1]), Values({1, 2, 1, 2}));
}

TEST(States, OfOtherModelsAreNone) {
  Trainer trainer(mlpModel);
  EXPECT_TRUE(trainer.getStates().empty());
  trainer.setStates({});
  EXPECT_ERROR(trainer.setStates({Array(DType::Float32, {1})}), "the model has 0 states, found 1");
}
