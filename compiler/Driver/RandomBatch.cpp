// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Driver/RandomBatch.h"
#include "keratin/mt19937.hpp"

#include <cmath>

namespace keratin {

namespace {

Shape concrete(const Shape &shape, int64_t rows, int64_t steps) {
  Shape result = shape;
  for (size_t i = 0; i < result.size(); ++i)
    if (result[i] < 0)
      result[i] = i == 0 ? rows : steps;
  result[0] = rows;
  return result;
}

rt::Array normalNumbers(const Shape &shape, rt::RandomState &random) {
  rt::Array array(rt::DType::Float32, shape);
  for (int64_t i = 0; i < array.size(); ++i)
    array.data<float>()[i] = static_cast<float>(random.randn());
  return array;
}

rt::Array indices(const Shape &shape, int64_t vocabulary, rt::RandomState &random) {
  rt::Array array(rt::DType::Int32, shape);
  for (int64_t i = 0; i < array.size(); ++i)
    array.data<int32_t>()[i] =
        random.random() < 0.2
            ? 0
            : static_cast<int32_t>(random.random() * static_cast<double>(vocabulary));
  return array;
}

rt::Array weights(const Shape &output, rt::RandomState &random) {
  rt::Array array(rt::DType::Float32, Shape(output.begin(), output.end() - 1));
  for (int64_t i = 0; i < array.size(); ++i)
    array.data<float>()[i] = static_cast<float>(0.5 + random.random());
  return array;
}

/// Whether a loss compares any numbers; others take flags or classes.
bool ofNumbers(const std::string &loss) {
  return loss == "mean_squared_error" || loss == "mean_absolute_error" ||
         loss == "mean_absolute_percentage_error" || loss == "huber" || loss == "log_cosh" ||
         loss == "cosine_similarity";
}

rt::Array targets(const LossSpec &loss, const Shape &output, rt::RandomState &random) {
  int64_t classes = output.back();
  auto draw = [&] { return static_cast<int64_t>(random.random() * static_cast<double>(classes)); };
  if (loss.kind == "sparse_categorical_crossentropy") {
    rt::Array labels(rt::DType::Int32, Shape(output.begin(), output.end() - 1));
    for (int64_t i = 0; i < labels.size(); ++i)
      labels.data<int32_t>()[i] = static_cast<int32_t>(draw());
    return labels;
  }
  rt::Array array(rt::DType::Float32, output);
  float *values = array.data<float>();
  if (ofNumbers(loss.kind)) {
    for (int64_t i = 0; i < array.size(); ++i) {
      double number = random.randn(); // not near zero, as one of the losses divides by it
      values[i] = static_cast<float>(number + std::copysign(0.5, number));
    }
    return array;
  }
  for (int64_t row = 0; row < array.size() / classes; ++row)
    if (loss.kind.rfind("categorical_", 0) == 0)
      values[row * classes + draw()] = 1;
    else
      for (int64_t c = 0; c < classes; ++c)
        values[row * classes + c] = random.random() < 0.5 ? 0.0f : 1.0f;
  return array;
}

} // namespace

RandomBatch makeRandomBatch(const ModelSpec &model, int64_t rows, int64_t steps, uint64_t seed,
                            bool weighted) {
  rt::RandomState random(static_cast<uint32_t>(seed));
  RandomBatch batch;
  for (size_t i = 0; i < model.inputs.size(); ++i) {
    Shape shape = concrete(model.shapeOf(model.inputs[i]), rows, steps);
    int64_t vocabulary = model.vocabulary(i);
    batch.x.push_back(vocabulary ? indices(shape, vocabulary, random)
                                 : normalNumbers(shape, random));
  }
  if (model.compile)
    for (size_t i = 0; i < model.compile->losses.size() && i < model.outputs.size(); ++i) {
      Shape output = concrete(model.shapeOf(model.outputs[i]), rows, steps);
      batch.y.push_back(targets(model.compile->losses[i], output, random));
      if (weighted)
        batch.sampleWeights.push_back(weights(output, random));
    }
  return batch;
}

} // namespace keratin
