// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The hand-over type between front ends (scripts, Keras files) and the IR builder: one model,
// resolved. No LLVM or MLIR here.
#pragma once

#include "compiler/Support/Diagnostic.h"
#include "keratin/array.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace keratin {

using Json = nlohmann::ordered_json;

/// A tensor's shape with the batch first; -1 is a dimension known only at run time.
using Shape = std::vector<int64_t>;

/// What the copies of one weight have in common: models that share a layer see each other's
/// training.
struct SharedValue {
  rt::Array value;      ///< float32; empty until one of them was first used
  uint64_t changes = 0; ///< how often it was set
};

/// One weight of a layer, in Keras's own shape and order.
struct WeightSpec {
  std::string name; ///< "kernel"
  std::string path; ///< "sequential/lstm/lstm_cell/kernel", as Keras's variable.path
  Shape shape;
  Json initializer; ///< Keras's serialized initializer, e.g.
                    ///< {"class_name":"GlorotUniform","config":{"seed":null}}
  bool trainable = true;
  rt::Array value = {};  ///< float32 of `shape`; empty until drawn or loaded
  Json regularizer = {}; ///< Keras's serialized object, or null
  Json constraint = {};  ///< the same
  std::shared_ptr<SharedValue> shared =
      nullptr; ///< the same in every copy of a layer that was built
};

struct ModelSpec;

/// A layer: Keras's class name and its complete, validated config (all defaults filled in, Keras 3
/// spelling).
struct LayerSpec {
  std::string className; ///< "LSTM"
  std::string name;      ///< "lstm"
  Json config; ///< Keras's get_config(): {"name":…,"trainable":…,"dtype":…, "units":128, …}
  SourceLocation location;
  std::vector<WeightSpec> weights;
  /// Of a model used as a layer ("Sequential", "Functional"): its structure. `weights` are all of
  /// its weights, whose values there do not count. See NestedModels.h.
  std::shared_ptr<const ModelSpec> model = {};
  /// Of a built layer with stateful=True: what it keeps between batches, see States.h.
  std::vector<std::shared_ptr<rt::Array>> states = {};
  bool trainable() const { return config.value("trainable", true); }
};

/// Output `output` of node `node` in ModelSpec::nodes.
struct TensorRef {
  int node = -1;
  int output = 0;
  bool operator==(TensorRef other) const { return node == other.node && output == other.output; }
};

/// One call of a layer. Nodes are in topological order.
struct NodeSpec {
  int layer = -1; ///< index into ModelSpec::layers
  std::vector<TensorRef> inputs;
  std::vector<Shape> outputShapes;
  SourceLocation location;
  /// Keywords of the call that change what the layer computes, those left out being false:
  /// {"use_causal_mask": true}.
  Json arguments = Json::object();
  /// The masks that the call was given, in place of those that come with its inputs: one an input
  /// from the first on, a node of -1 for none. Empty where it was given none.
  std::vector<TensorRef> masks = {};

  /// All tensors that the call reads: inputs, then masks.
  std::vector<TensorRef> sources() const;
};

/// What compile() was given, resolved to Keras 3 names.
struct LossSpec {
  std::string kind; ///< the class's name in snake case: "binary_crossentropy"
  bool fromLogits = false;
  double labelSmoothing = 0;
  double delta = 1;                              ///< Huber's
  std::string reduction = "sum_over_batch_size"; ///< or "sum"
  double weight = 1;                             ///< in the total, from loss_weights
};
struct MetricSpec {
  std::string kind;      ///< resolved, the class's name in snake case: "binary_accuracy"
  std::string name;      ///< as shown in logs: "accuracy"
  bool weighted = false; ///< given as weighted_metrics
  Json config = {};      ///< Keras's get_config(), or null where all is as by default
};
struct OptimizerSpec {
  std::string kind; ///< Keras's class: "Adam"
  Json config;      ///< Keras's get_config(): {"name":"adam","learning_rate":0.001,"beta_1":0.9,…}
  /// That of the first step. A schedule is in the config, see keratin/learning_rate.hpp.
  double learningRate() const;
  /// In float32, as Keras keeps it.
  void setLearningRate(double rate);
};
struct CompileSpec {
  OptimizerSpec optimizer;
  std::vector<LossSpec> losses;                 ///< one an output
  std::vector<std::vector<MetricSpec>> metrics; ///< per output, unweighted then weighted
  Json config; ///< the arguments as Keras 3 saves them: {"optimizer":…,"loss":…,"metrics":…,…}
  SourceLocation location;
};

/// One of the numbers that a step records.
struct LogSpec {
  std::string name; ///< as shown in logs: "loss", "flag_loss", "flag_accuracy"
  int output = -1;  ///< whose loss or metric it is; -1: the total loss
  int metric = -1;  ///< index into CompileSpec::metrics[output]; -1: the loss
};

/// Optimizer state in Keras's order, when a file brought it along.
struct OptimizerState {
  int64_t iteration = 0;
  std::vector<std::pair<std::string, std::vector<rt::Array>>>
      slots; ///< slot name -> an array a trainable weight
};

struct ModelSpec {
  std::string name = "sequential";
  bool sequential = true;
  std::vector<LayerSpec> layers; ///< InputLayers included
  std::vector<NodeSpec> nodes;   ///< the nodes of InputLayers have no inputs
  std::vector<TensorRef> inputs; ///< nodes of InputLayers, in the model's order
  std::vector<TensorRef> outputs;
  std::vector<std::string> outputNames; ///< one an output; empty: the names of their layers
  std::optional<CompileSpec> compile;
  std::optional<OptimizerState> optimizerState;
  SourceLocation location;

  /// Keras's get_weights() order: layer by layer, trainable then non-trainable within one.
  std::vector<WeightSpec *> weights();
  std::vector<const WeightSpec *> weights() const;
  const LayerSpec &layerOf(TensorRef tensor) const { return layers[nodes[tensor.node].layer]; }
  const Shape &shapeOf(TensorRef tensor) const {
    return nodes[tensor.node].outputShapes[tensor.output];
  }
  /// Keras's name of output i, of which those of its loss and metrics are made.
  const std::string &outputName(size_t i) const {
    return outputNames.empty() ? layerOf(outputs[i]).name : outputNames[i];
  }
  /// What a step records, in the order of the accumulators and of evaluate's results: the total
  /// loss; with several outputs the loss of each; metrics, with several outputs sorted by name.
  /// Only "loss" if the model is not compiled.
  std::vector<LogSpec> logs() const;
  /// How many indices input i may hold: the smallest input_dim of the Embedding layers that read
  /// it; 0 unless nothing else reads it: then it holds numbers.
  int64_t vocabulary(size_t i) const;
  /// How input i is read: int32 indices where it has a vocabulary, else float32.
  rt::DType inputDType(size_t i) const {
    return vocabulary(i) ? rt::DType::Int32 : rt::DType::Float32;
  }
};

} // namespace keratin
