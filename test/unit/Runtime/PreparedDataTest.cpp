// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Data checked and brought into a model's form.
#include "Support.h"
#include "runtime/lib/prepared_data.hpp"

#include <limits>

using namespace keratin::rt;

namespace {

constexpr EntryInfo entry{64, 32, 80};

TensorInfo tensor(std::string name, DType type, std::vector<int64_t> shape) {
  TensorInfo info;
  info.name = std::move(name);
  info.dtype = type;
  info.shape = std::move(shape);
  return info;
}

/// Four features in, one probability out.
ModelInfo dense() {
  ModelInfo info;
  info.inputs = {tensor("x", DType::Float32, {-1, 4})};
  info.outputs = info.targets = {tensor("y", DType::Float32, {-1, 1})};
  return info;
}

/// Token sequences of any length in, one of three classes out.
ModelInfo tokens() {
  ModelInfo info;
  info.inputs = {tensor("tokens", DType::Int32, {-1, -1})};
  info.inputs[0].vocabulary = 10;
  info.outputs = {tensor("y", DType::Float32, {-1, 3})};
  info.targets = {tensor("y", DType::Int32, {-1, 1})};
  info.targets[0].classes = 3;
  return info;
}

/// A value a step out.
ModelInfo sequences() {
  ModelInfo info;
  info.inputs = {tensor("x", DType::Float32, {-1, -1, 1})};
  info.outputs = info.targets = {tensor("y", DType::Float32, {-1, -1, 1})};
  return info;
}

Array zeros(std::vector<int64_t> shape) { return Array(DType::Float64, std::move(shape)); }

TEST(PreparedData, CastsAndFitsRanks) {
  PreparedData data = prepareData(dense(), {Array(DType::Int64, {3, 4})}, {Array(DType::Bool, {3})},
                                  {Array(DType::Float64, {3, 1})}, entry);
  EXPECT_EQ(data.rows, 3);
  EXPECT_EQ(data.x[0].dtype, DType::Float32);
  EXPECT_EQ(data.y[0].shape, (std::vector<int64_t>{3, 1}));
  EXPECT_EQ(data.sampleWeights[0].shape, (std::vector<int64_t>{3}));
  EXPECT_EQ(data.steps, entry.maxSteps) << "no dynamic steps: the compiled ones";
  EXPECT_EQ(prepareInputs(dense(), {zeros({2, 4, 1})}, entry).x[0].shape,
            (std::vector<int64_t>{2, 4}));
  EXPECT_EQ(prepareInputs(sequences(), {zeros({2, 7})}, entry).x[0].shape,
            (std::vector<int64_t>{2, 7, 1}));
}

TEST(PreparedData, TakesStepsFromTheData) {
  EXPECT_EQ(prepareInputs(tokens(), {zeros({2, 7})}, entry).steps, 7);
  EXPECT_ERROR(prepareInputs(tokens(), {zeros({2, 81})}, entry),
               "the data has 81 steps, the model was compiled for at most 80");
  EXPECT_ERROR(prepareInputs(tokens(), {zeros({2, 0})}, entry),
               "the data has no steps: axis 1 of \"tokens\" is empty");
}

TEST(PreparedData, RefusesOtherShapes) {
  EXPECT_ERROR(prepareInputs(dense(), {zeros({3, 5})}, entry),
               "input 0 with name \"x\" is incompatible with the model: expected shape (None, 4), "
               "found shape (3, 5)");
  EXPECT_ERROR(prepareInputs(dense(), {zeros({})}, entry),
               "input 0 with name \"x\" is incompatible with the model: expected shape (None, 4), "
               "found shape ()");
  EXPECT_ERROR(prepareInputs(dense(), {zeros({3, 4}), zeros({3, 4})}, entry),
               "the model has 1 input, found 2 arrays");
  EXPECT_ERROR(prepareData(dense(), {zeros({3, 4})}, {zeros({3, 2})}, {}, entry),
               "arguments `target` and `output` must have the same shape: target.shape=(3, 2), "
               "expected (None, 1) for "
               "output \"y\"");
  EXPECT_ERROR(prepareData(sequences(), {zeros({3, 4})}, {zeros({3, 5})}, {}, entry),
               "arguments `target` and `output` must have the same shape: target.shape=(3, 5), "
               "expected (None, None, 1) "
               "for output \"y\"");
}

TEST(PreparedData, RefusesDifferentAndMissingRows) {
  EXPECT_ERROR(prepareData(dense(), {zeros({2, 4})}, {zeros({3, 1})}, {}, entry),
               "data cardinality is ambiguous; 'x' sizes: 2; 'y' sizes: 3");
  EXPECT_ERROR(prepareInputs(dense(), {zeros({0, 4})}, entry), "the data has no samples");
}

TEST(PreparedData, NamesTheFirstNan) {
  Array x = zeros({3, 4});
  x.set(7, std::numeric_limits<double>::quiet_NaN());
  EXPECT_ERROR(prepareInputs(dense(), {x}, entry), "input \"x\", row 1, position 3: value is NaN");
  Array y = zeros({3});
  y.set(2, std::numeric_limits<double>::quiet_NaN());
  EXPECT_ERROR(prepareData(dense(), {zeros({3, 4})}, {y}, {}, entry),
               "target \"y\", row 2: value is NaN");
}

TEST(PreparedData, ChecksIndicesAsEmbeddingSeesThem) {
  Array x = zeros({2, 3});
  x.set(0, 9.9);  // truncated to 9
  x.set(1, -10);  // counts from the end
  x.set(2, -0.5); // truncated to 0
  EXPECT_EQ(prepareInputs(tokens(), {x}, entry).x[0].data<int32_t>()[0], 9);
  x.set(4, 10);
  EXPECT_ERROR(prepareInputs(tokens(), {x}, entry),
               "input \"tokens\", row 1, position 1: index 10 is outside the vocabulary of 10");
  x.set(4, -11);
  EXPECT_ERROR(prepareInputs(tokens(), {x}, entry),
               "input \"tokens\", row 1, position 1: index -11 is outside the vocabulary of 10");
  x.set(4, 1e12);
  EXPECT_ERROR(prepareInputs(tokens(), {x}, entry),
               "input \"tokens\", row 1, position 1: 1e+12 does not fit in int32");
}

TEST(PreparedData, ChecksLabels) {
  auto prepare = [](double label) {
    Array y = zeros({2});
    y.set(1, label);
    return prepareData(tokens(), {zeros({2, 3})}, {y}, {}, entry);
  };
  EXPECT_EQ(prepare(2).y[0].data<int32_t>()[1], 2);
  EXPECT_ERROR(prepare(3), "target \"y\", row 1: label 3 is outside the 3 classes");
  EXPECT_ERROR(prepare(-1), "target \"y\", row 1: label -1 is outside the 3 classes");
}

TEST(PreparedData, SequenceLossesNeedAWeightAStep) {
  EXPECT_EQ(prepareData(sequences(), {zeros({3, 3})}, {zeros({3, 3})}, {zeros({3, 3})}, entry)
                .sampleWeights[0]
                .shape,
            (std::vector<int64_t>{3, 3}));
  EXPECT_ERROR(prepareData(sequences(), {zeros({3, 3})}, {zeros({3, 3})}, {zeros({3})}, entry),
               "sample weights for output \"y\" have shape (3,), expected (3, 3)");

  ModelInfo labels = sequences();
  labels.outputs[0].shape = {-1, -1, 2};
  labels.targets[0] = tensor("y", DType::Int32, {-1, -1});
  labels.targets[0].classes = 2;
  EXPECT_EQ(prepareData(labels, {zeros({3, 3})}, {zeros({3, 3})}, {zeros({3, 3})}, entry)
                .sampleWeights[0]
                .shape,
            (std::vector<int64_t>{3, 3}));
}

std::vector<float> weightsOf(const ModelInfo &info, const PreparedData &data) {
  Array weights = classWeights(info, data, {{0, 2.0}, {2, 0.5}})[0];
  return {weights.data<float>(), weights.data<float>() + weights.size()};
}

TEST(PreparedData, ClassWeightsFollowTheLabels) {
  PreparedData sparse =
      prepareData(tokens(), {zeros({3, 1})}, {Array::of<int32_t>({3}, {2, 1, 0})}, {}, entry);
  EXPECT_EQ(weightsOf(tokens(), sparse), (std::vector<float>{0.5f, 1, 2}));
  ModelInfo oneHot = dense();
  oneHot.outputs = oneHot.targets = {tensor("y", DType::Float32, {-1, 3})};
  PreparedData categorical = prepareData(oneHot, {zeros({2, 4})},
                                         {Array::of<float>({2, 3}, {0, 0, 1, 1, 0, 0})}, {}, entry);
  EXPECT_EQ(weightsOf(oneHot, categorical), (std::vector<float>{0.5f, 2}));
}

TEST(PreparedData, ClassWeightsHaveTheirLimits) {
  PreparedData data = prepareData(dense(), {zeros({3, 4})}, {zeros({3})}, {zeros({3})}, entry);
  EXPECT_ERROR(classWeights(dense(), data, {{0, 1}}),
               "class_weight and sample_weight cannot be used at the same time");
  data = prepareData(sequences(), {zeros({3, 3})}, {zeros({3, 3})}, {}, entry);
  EXPECT_ERROR(classWeights(sequences(), data, {{0, 1}}),
               "class_weight needs one label a row, the target has shape (3, 3, 1)");
}

} // namespace
