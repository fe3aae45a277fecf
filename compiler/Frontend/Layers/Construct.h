// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constructor calls of Keras classes: arguments in, complete and validated Keras 3 configs out.
#pragma once

#include "compiler/Frontend/Layers/Arguments.h"
#include "compiler/Frontend/Layers/Schema.h"

#include <map>
#include <optional>
#include <string>

namespace keratin {

/// Keras's automatic names, counted per class for as long as Keras's global state lives ("lstm",
/// "lstm_1").
class AutoNames {
public:
  /// The next name for a class or, for models, "Sequential" and "Functional".
  std::string next(const std::string &className);
  /// keras.backend.clear_session().
  void clear() { counts.clear(); }

private:
  std::map<std::string, int> counts;
};

/// Keras's snake case of a class name: "SpatialDropout1D" -> "spatial_dropout1d".
std::string snakeCase(const std::string &className);

/// A layer before it is part of a model. Several models may use copies of it.
struct NewLayer {
  LayerSpec spec; ///< weights are empty: shapes follow from the input
  std::optional<Shape>
      inputShape; ///< batch first, from input_shape, input_dim, batch_input_shape, input_length
  std::vector<rt::Array> weights; ///< initial values given as weights=[…], in get_weights order
};

/// Constructs a layer as `className(*arguments)` does, "Input" and "InputLayer" included (their
/// config has batch_shape and dtype). Takes an automatic name unless one is given. Throws
/// UserError, located at the argument, for what Keras refuses (in Keras's words where it has them)
/// and for what Keratin does not support.
NewLayer makeLayer(const std::string &className, const Arguments &arguments,
                   const SourceLocation &location, AutoNames &names,
                   const WarningHandler &warn = {});

/// Constructs any object but a layer and returns it as Keras serializes it:
/// {"module":"keras.optimizers","class_name":"Adam","config":{…},"registered_name":null}.
Json makeObject(ClassKind kind, const std::string &className, const Arguments &arguments,
                const SourceLocation &location, const WarningHandler &warn = {});

/// What a name or a serialized object stands for, completed and validated: "adam" and
/// {"class_name":"Adam","config":{"lr":0.1}} both give the object that makeObject would.
Json resolveIdentifier(ClassKind kind, const Json &identifier, const SourceLocation &location,
                       const WarningHandler &warn = {});

/// A layer from a config as a file has it: Keras 3 or Keras 2. Unknown keys with a neutral value
/// (null, false, an empty list) are dropped, others refused. The name is the config's.
NewLayer layerFromConfig(const std::string &className, const Json &config,
                         const SourceLocation &location, const WarningHandler &warn = {});

} // namespace keratin
