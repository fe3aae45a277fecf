// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the files of the Keras API share.
#pragma once

#include "compiler/Frontend/Dsl/keras_objects.h"
#include "compiler/Frontend/Dsl/native.h"

namespace keratin::dsl {

struct ScriptState;

// keras_api_model.cpp
/// The model's engine, made when first asked for, with the weights as they are now. The model must
/// be built.
Engine &engineOf(Interpreter &interpreter, Model &model, Pos pos);
/// Moves the trained weights and the optimizer state into the spec and drops the engine, before the
/// model changes.
void retireEngine(Model &model);
/// model.build(shape), batch first, of a Sequential that has none yet.
void buildModel(Interpreter &interpreter, Model &model, const Shape &shape, Pos pos);
/// Makes the layers of a spec known as those of its model, and the model as one of the script's.
void registerModel(Interpreter &interpreter, const std::shared_ptr<Model> &model,
                   std::vector<Value> layers);
/// The same for a model from a file, whose layers, models among them included, are new.
void registerModel(Interpreter &interpreter, const std::shared_ptr<Model> &model);
/// The model with the weights and the optimizer state that it has now.
ModelSpec currentModel(Interpreter &interpreter, Model &model, Pos pos);
[[noreturn]] void failUnbuilt(const Model &model, const std::string &method, Pos pos);

// keras_api_callbacks.cpp
/// The argument `callbacks` of fit.
struct GivenCallbacks {
  rt::Callbacks callbacks;
  std::shared_ptr<HistoryObject> history; ///< the last History among them
};
/// None, a callback or a list of them, set to work for `model`.
GivenCallbacks toCallbacks(Interpreter &interpreter, const Value &value,
                           const std::shared_ptr<Model> &model, Pos pos);

// keras_api_history.cpp
/// keras.callbacks.History()
std::shared_ptr<HistoryObject> makeHistory();
/// Adds what a fit gave. Epochs and params are those of the last fit, as Keras has it.
void addToHistory(HistoryObject &object, const History &history, const FitArguments &arguments);

// keras_api_graph.cpp
/// A layer or model called on tensors, or a model on arrays.
Value callInGraph(Interpreter &interpreter, const Value &layer, const CallArguments &arguments,
                  Pos pos);
/// An operation of Layers/Masks.h called on a tensor, with the keywords of NodeSpec.
Value callOperation(Interpreter &interpreter, LayerSpec operation, const Value &tensor,
                    Json arguments, Pos pos);
/// Input(…).
Value makeInput(Interpreter &interpreter, NewLayer layer);
/// Model(inputs, outputs, name).
Value makeFunctionalModel(Call &call);
/// The inputs or outputs of a model, which is put into the graph for that, as tensors.
std::vector<Value> endsOf(Interpreter &interpreter, Model &model, bool outputs, Pos pos);
/// The name of a Layer or Model.
const std::string &layerName(const Value &layer);
/// The layer or model of that name in `model`, or None.
Value layerNamed(const Model &model, const std::string &name);
GraphLayer &graphLayerOf(const Value &layer);
/// (None, 6)
Value symbolicShape(const Shape &shape);
/// input, output, input_shape, output_shape of Layer and Model.
void addGraphProperties(TypeTable &table);

// keras_api_masks.cpp
/// A boolean tensor: where a tensor is not a number.
Value compareNotEqual(Interpreter &interpreter, const Value &tensor, const Value &number, Pos pos);
/// compute_mask of Layer.
void addMaskMethods(TypeTable &table);

// keras_api_weights.cpp
/// The seed of a model's initial weights and dropout.
uint64_t seedOf(const ScriptState &state, const Model *model);
/// Brings the spec and the engine up to what was set or trained through other models.
void adoptSharedWeights(ScriptState &state, Model &model);
/// The weights as they are now: trained, loaded, or drawn on this occasion.
std::vector<rt::Array> currentWeights(Interpreter &interpreter, Model &model, Pos pos);
/// Takes the optimizer's state and learning rate over from the engine, if there is one.
void adoptOptimizer(const Model &model, ModelSpec &spec);
/// Takes `trainable` over from the model's layers into its spec, or a copy of it while an engine
/// trains by the spec.
void adoptTrainable(const Model &model, ModelSpec &spec);
/// layer.trainable = value, of a Layer or Model.
void setTrainable(const Value &layer, bool trainable);
/// get_weights, set_weights, weights, count_params, trainable of Layer and Model.
void addWeightMethods(TypeTable &table);

} // namespace keratin::dsl
