// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Small ModelSpecs for the tests of buildIR, written as Keras users write models.
#pragma once

#include "compiler/Frontend/BuildIR/BuildIR.h"

#include <gtest/gtest.h>

namespace keratin::test {

/// A sequential model; layer i is written in line i + 1 of model.py.
class SequentialSpec {
public:
  explicit SequentialSpec(Shape input) {
    add("InputLayer", {{"name", "tokens"}}, std::move(input));
    spec.inputs = {{0, 0}};
  }

  SequentialSpec &dense(int64_t units, const char *activation = "linear") {
    int64_t features = shape().back();
    add("Dense", {{"units", units}, {"activation", activation}}, withLast(units),
        {{"kernel", {features, units}}, {"bias", {units}}});
    return *this;
  }
  SequentialSpec &embedding(int64_t rows, int64_t features, bool maskZero = false) {
    Shape output = shape();
    output.push_back(features);
    add("Embedding", {{"input_dim", rows}, {"mask_zero", maskZero}}, output,
        {{"embeddings", {rows, features}}});
    return *this;
  }
  SequentialSpec &lstm(int64_t units, Json config = Json::object()) {
    return recurrent("LSTM", units, {4 * units}, std::move(config));
  }
  SequentialSpec &recurrent(const char *className, int64_t units, Shape bias, Json config) {
    int64_t features = shape().back(), columns = bias.back();
    Shape output = withLast(units);
    if (!config.value("return_sequences", false))
      output.erase(output.begin() + 1);
    config.update({{"units", units},
                   {"activation", config.value("activation", "tanh")},
                   {"recurrent_activation", "sigmoid"}});
    add(className, config, output,
        {{"kernel", {features, columns}}, {"recurrent_kernel", {units, columns}}, {"bias", bias}});
    return *this;
  }
  /// Two SimpleRNNs without bias.
  SequentialSpec &bidirectional(int64_t units, const char *mode) {
    auto direction = [&](const char *name, bool backwards) -> Json {
      return {{"class_name", "SimpleRNN"},
              {"config",
               {{"name", name},
                {"units", units},
                {"activation", "tanh"},
                {"go_backwards", backwards}}}};
    };
    Json config = {{"layer", direction("forward", false)},
                   {"backward_layer", direction("backward", true)},
                   {"merge_mode", mode}};
    Shape input = shape(), kernel{input.back(), units}, recurrent{units, units};
    add("Bidirectional", config, {input.front(), units},
        {{"forward_kernel", kernel},
         {"forward_recurrent_kernel", recurrent},
         {"backward_kernel", kernel},
         {"backward_recurrent_kernel", recurrent}});
    return *this;
  }
  SequentialSpec &layer(const char *className, Json config) {
    add(className, std::move(config), shape());
    return *this;
  }
  SequentialSpec &compile(const char *loss, std::vector<MetricSpec> metrics = {},
                          OptimizerSpec optimizer = {"SGD", {{"learning_rate", 0.01}}}) {
    spec.compile.emplace();
    spec.compile->optimizer = std::move(optimizer);
    spec.compile->losses.resize(1);
    spec.compile->losses[0].kind = loss;
    spec.compile->metrics = {std::move(metrics)};
    spec.compile->location = {"model.py", 99, 1};
    return *this;
  }

  /// The layer added last.
  LayerSpec &last() { return spec.layers.back(); }

  ModelSpec spec;

private:
  struct Weight {
    const char *name;
    Shape shape;
  };

  const Shape &shape() const { return spec.nodes.back().outputShapes.front(); }
  Shape withLast(int64_t features) const {
    Shape result = shape();
    result.back() = features;
    return result;
  }

  void add(const char *className, Json config, Shape output, std::vector<Weight> weights = {}) {
    int index = static_cast<int>(spec.layers.size());
    LayerSpec &layer = spec.layers.emplace_back();
    layer.className = className;
    layer.name = config.value("name", "l" + std::to_string(index));
    layer.config = std::move(config);
    layer.location = {"model.py", index + 1, 5};
    for (Weight &weight : weights) {
      WeightSpec &added = layer.weights.emplace_back();
      added.name = weight.name;
      added.shape = std::move(weight.shape);
    }
    NodeSpec &node = spec.nodes.emplace_back();
    node.layer = index;
    if (index > 0)
      node.inputs = {{index - 1, 0}};
    node.outputShapes = {std::move(output)};
    spec.outputs = {{index, 0}};
  }
};

/// The printed module of one entry, without locations.
std::string print(const ModelSpec &model, Entry entry);
/// The same with locations on each op.
std::string printWithLocations(const ModelSpec &model, Entry entry);
/// "file:line: message" of the error that building the entry throws; "" if there is none.
std::string errorOf(const ModelSpec &model, Entry entry);

/// Whether `part` occurs in `text`; a failure shows both.
testing::AssertionResult contains(const std::string &text, const std::string &part);
/// How often `part` occurs in `text`.
int count(const std::string &text, const std::string &part);

} // namespace keratin::test
