// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The masks that Keras 3 records in functional models. It stores the operations that they are made
// with among the layers, and with each call that can be given a mask the one that it had: given or
// carried along by its input. Private to this folder.
#pragma once

#include "compiler/Frontend/KerasFile/RecordedCall.h"

#include <map>

namespace keratin {

class RecordedMasks {
public:
  /// Whether an entry of the list of layers is an operation: by its module, or by what .h5 files,
  /// which have no modules, leave of it.
  static bool isOperation(const Json &entry);

  void addOperation(const Json &entry);
  void addLayer(const LayerSpec &layer) { layers[layer.name] = layer; }
  void addCall(const RecordedCall &call) { calls[{call.layer, call.number}] = call; }

  /// The class of an operation, or null for what is none.
  const std::string *operationClass(const std::string &name) const;

  /// Whether a tensor is one of a layer, or is made of such by NotEqual with a number and by Any
  /// along the last axis, which are layers here too.
  bool isComputable(const History &tensor);
  /// Of what is computable: what stands behind conversions to a tensor, which change nothing.
  History resolve(History tensor) const;
  /// The operations that are computable, each as a layer and its call.
  std::vector<std::pair<LayerSpec, RecordedCall>> computable(const SourceLocation &location);

  /// Whether the masks of a call are those that it would have if it were given none: Keras makes
  /// them of what Embedding and Masking layers read, as its layers' compute_mask have it.
  bool areCarried(const RecordedCall &call);

private:
  /// Expressions are numbered such that equal ones have the same number; 0 is no mask.
  int number(const std::string &text);
  int operation(const std::string &className, const Json &config,
                const std::vector<std::string> &arguments);
  int expression(const History &tensor);
  /// The expression of what is carried along with a tensor, or with an output of a call.
  int carried(const History &tensor);
  int carriedBy(const LayerSpec &layer, const RecordedCall &call, int output);
  int anyOf(int mask);
  /// Steps that are real in any input, where all have masks.
  int joined(const RecordedCall &call);
  /// The masks of the inputs, with features as these have, one after the other.
  int concatenated(const RecordedCall &call, const Json &axis);

  using Tensor = std::tuple<std::string, int, int>;
  std::map<std::string, Json> operations;
  std::vector<std::string> order; ///< of operations, as the file has them
  std::map<std::string, LayerSpec> layers;
  std::map<std::pair<std::string, int>, RecordedCall> calls;
  std::map<std::string, bool> isComputableOperation; ///< false while it is being found out
  std::map<std::string, int> numbers;
  std::map<Tensor, int> expressions, carriedMasks; ///< 0 while they are being found out
};

} // namespace keratin
