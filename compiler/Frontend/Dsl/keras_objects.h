// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What Keras calls give a script: classes, layers, tensors, models, histories, data.
#pragma once

#include "compiler/Frontend/Datasets/Sequences.h"
#include "compiler/Frontend/Dsl/ndarray.h"
#include "compiler/Frontend/Dsl/value.h"
#include "compiler/Frontend/Engine.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"
#include "keratin/npz.hpp"

#include <memory>
#include <optional>
#include <string>

namespace keratin::dsl {

/// keras.layers.Dense, keras.optimizers.Adam: called, it makes a Layer or a KerasObject.
struct KerasClass : Object {
  static constexpr ObjectKind objectKind = ObjectKind::KerasClass;
  KerasClass(ClassKind classKind, std::string name)
      : Object(objectKind), classKind(classKind), name(std::move(name)) {}
  ClassKind classKind;
  std::string name;
};

/// An optimizer, loss, metric or initializer as Keras serializes it, or a Keras function by its
/// name.
struct KerasObject : Object {
  static constexpr ObjectKind objectKind = ObjectKind::KerasObject;
  explicit KerasObject(Json json) : Object(objectKind), json(std::move(json)) {}
  Json json;
  std::string className() const {
    return json.is_string() ? "function" : json.value("class_name", "object");
  }
};

struct Model;

/// A layer, or a model used as one, in the functional graph.
struct GraphLayer {
  int handle = -1;                          ///< once called
  std::vector<int> calls;                   ///< the nodes of its calls
  std::vector<std::weak_ptr<Model>> owners; ///< the models that it is part of
};

struct Layer : Object, GraphLayer {
  static constexpr ObjectKind objectKind = ObjectKind::Layer;
  explicit Layer(NewLayer layer) : Object(objectKind), layer(std::move(layer)) {}
  NewLayer layer; ///< with weights, without their values, once built
};

/// A symbolic tensor of the functional API.
struct Tensor : Object {
  static constexpr ObjectKind objectKind = ObjectKind::Tensor;
  Tensor(TensorRef ref, Shape shape) : Object(objectKind), ref(ref), shape(std::move(shape)) {}
  TensorRef ref;
  Shape shape;
  std::shared_ptr<Layer> input; ///< of Input(…): the layer, for use in a Sequential
};

struct Model : Object, GraphLayer {
  static constexpr ObjectKind objectKind = ObjectKind::Model;
  explicit Model(ModelSpec spec) : Object(objectKind), spec(std::move(spec)) {}
  ModelSpec spec;
  std::vector<Value> layers;   ///< Layer or Model, those for operations on masks included
  std::vector<int> graphNodes; ///< the graph's node of each node of the spec that is in it
  bool trainable = true;
  bool givesDict = false; ///< predict gives a dict by spec.outputNames

  std::unique_ptr<Engine> engine; ///< made when first needed, dropped when the model changes
  bool trained = false;
  bool usedLoss = false;      ///< trained or evaluated since compile()
  bool ahead = false;         ///< the engine has trained since its weights were last shared
  std::vector<uint64_t> seen; ///< SharedValue::changes of each weight as the spec has it
};

/// An object of keras.callbacks.
struct CallbackObject : Object {
  static constexpr ObjectKind objectKind = ObjectKind::Callback;
  CallbackObject() : Object(objectKind) {}
  std::shared_ptr<rt::Callback> callback;
  std::weak_ptr<Model> model; ///< that it was last given to
};

struct HistoryObject : Object {
  static constexpr ObjectKind objectKind = ObjectKind::History;
  HistoryObject() : Object(objectKind) {}
  Value history, epoch, params;
};

/// Stands for what a fit, evaluate or predict would have given, where nothing is trained. Using it
/// ends the evaluation.
struct Skipped : Object {
  static constexpr ObjectKind objectKind = ObjectKind::Skipped;
  Skipped() : Object(objectKind) {}
};

/// numpy's object array of int lists, as imdb.load_data gives.
struct SequenceArray : Object {
  static constexpr ObjectKind objectKind = ObjectKind::Sequences;
  explicit SequenceArray(datasets::Sequences sequences)
      : Object(objectKind), sequences(std::move(sequences)) {}
  datasets::Sequences sequences;
  Value row(int64_t i) const;
  Value subscript(const Value &index, Pos pos) const;
};

/// numpy.load of an .npz file.
struct Archive : Object {
  static constexpr ObjectKind objectKind = ObjectKind::Archive;
  Archive(const std::string &path) : Object(objectKind), path(path), reader(path) {}
  std::string path;
  rt::NpzReader reader;
  Value read(const std::string &name, Pos pos);
};

} // namespace keratin::dsl
