// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a compiled model says about itself: the JSON text of krt_model::info, parsed.
#pragma once

#include "keratin/array.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace keratin::rt {

/// Shapes are batch first; -1 is the batch (axis 0) or the number of steps (axis 1).
struct WeightInfo {
  std::string name; ///< "lstm/kernel"
  std::string path; ///< Keras's variable.path
  std::vector<int64_t> shape;
  bool trainable = true;
};
struct TensorInfo {
  std::string name;
  DType dtype = DType::Float32;
  std::vector<int64_t> shape;
  int64_t vocabulary =
      0;               ///< inputs: indices lie in [-vocabulary, vocabulary); 0: not an index input
  int64_t classes = 0; ///< targets: labels lie in [0, classes); 0: not class labels
};
struct OptimizerInfo {
  std::string kind;
  double learningRate = 0;
  std::vector<std::string> slots; ///< in the order of the optimizer block
  nlohmann::ordered_json config;
};
/// How what a metric accumulates becomes its value, see docs/abi.md.
struct MetricForm {
  std::string result = "mean";                ///< "mean", "count", "root_mean", "auc" or "r2_score"
  int64_t pairs = 1;                          ///< numbers of accumulators
  std::optional<bool> largerIsBetter = false; ///< nothing: Keras cannot tell
};
/// A state of a stateful model: float32 at a byte of the block of states.
struct StateInfo {
  std::string name;           ///< "lstm/h"
  std::vector<int64_t> shape; ///< [batch, units]
  int64_t offset = 0;
};
struct EntryInfo {
  int64_t workspaceBytes = 0;
  int32_t maxBatch = 1;
  int32_t maxSteps = 1;
};

struct ModelInfo {
  std::string name;
  int64_t paramsBytes = 0;
  std::vector<WeightInfo> weights; ///< in get_weights() order
  std::vector<StateInfo> states;   ///< none unless the model is stateful
  int64_t statesBytes = 0;
  int64_t statefulBatch = 0; ///< the only batch that a stateful model takes
  std::vector<TensorInfo> inputs, outputs, targets;
  std::optional<OptimizerInfo> optimizer;
  std::vector<std::string> metrics;    ///< "loss" first
  std::vector<MetricForm> metricForms; ///< one a metric
  std::optional<EntryInfo> predict, evaluateStep, trainStep, gradients;

  /// sizeof(krt_optimizer_header) + slots·paramsBytes.
  int64_t optimizerBytes() const;
};

/// Throws Error on text that is not ModelInfo of ABI version KRT_ABI_VERSION.
ModelInfo parseModelInfo(const std::string &json);

} // namespace keratin::rt
