// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights of layers and models, which those that share a layer have in common, and what is trained.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/keras_api.h"
#include "compiler/Frontend/Dsl/script_state.h"
#include "compiler/Frontend/Layers/Initializers.h"
#include "compiler/Frontend/Layers/LayerRules.h"
#include "compiler/Frontend/Layers/Masks.h"
#include "compiler/Frontend/Layers/NestedModels.h"

#include <algorithm>
#include <set>

namespace keratin::dsl {

namespace {

using SharedValues = std::set<const SharedValue *>;

void set(SharedValue &shared, rt::Array value) {
  shared.value = std::move(value);
  ++shared.changes;
}

bool hasAny(const ModelSpec &spec, const SharedValues &values) {
  std::vector<const WeightSpec *> weights = spec.weights();
  return std::any_of(weights.begin(), weights.end(), [&](const WeightSpec *weight) {
    return values.count(weight->shared.get()) > 0;
  });
}

/// Hands out what the engine has trained.
void share(Model &model) {
  if (!model.ahead)
    return;
  std::vector<rt::Array> values = model.engine->getWeights();
  std::vector<WeightSpec *> weights = model.spec.weights();
  for (size_t i = 0; i < weights.size(); ++i) {
    set(*weights[i]->shared, std::move(values.at(i)));
    weights[i]->value = weights[i]->shared->value;
    model.seen[i] = weights[i]->shared->changes;
  }
  model.ahead = false;
}

void shareOf(ScriptState &state, const SharedValues &values) {
  for (auto &model : state.models)
    if (model->ahead && hasAny(model->spec, values))
      share(*model);
}

SharedValues sharedValues(const std::vector<WeightSpec *> &weights) {
  SharedValues values;
  for (const WeightSpec *weight : weights)
    if (weight->shared) // not of a value kept until a model is built
      values.insert(weight->shared.get());
  return values;
}

/// Gives weights that were never used their initial values.
void draw(ScriptState &state, Model &model) {
  adoptSharedWeights(state, model);
  drawInitialWeights(model.spec, seedOf(state, &model));
  adoptSharedWeights(state, model);
}

/// The weights of a Layer or Model; none before it is built.
std::vector<WeightSpec *> weightsOf(const Value &layer) {
  if (auto *model = layer.get<Model>())
    return model->spec.weights();
  std::vector<WeightSpec *> weights;
  for (WeightSpec &weight : layer.get<Layer>()->layer.spec.weights)
    if (weight.shared)
      weights.push_back(&weight);
  return weights;
}

/// Values of weights, which models share or no model has yet.
std::vector<rt::Array> valuesOf(ScriptState &state, const std::vector<WeightSpec *> &weights) {
  SharedValues shared = sharedValues(weights);
  shareOf(state, shared);
  auto isDrawn = [](const WeightSpec *weight) { return weight->shared->changes > 0; };
  for (auto &model : state.models)
    if (!std::all_of(weights.begin(), weights.end(), isDrawn) && hasAny(model->spec, shared))
      draw(state, *model);
  std::vector<rt::Array> values;
  for (size_t i = 0; i < weights.size(); ++i) {
    if (!isDrawn(weights[i]))
      set(*weights[i]->shared,
          weights[i]->value.bytes.empty()
              ? drawWeight(weights[i]->initializer, weights[i]->shape, seedOf(state, nullptr), i)
              : weights[i]->value);
    values.push_back(weights[i]->shared->value);
  }
  return values;
}

Value toList(std::vector<rt::Array> arrays) {
  std::vector<Value> items;
  for (rt::Array &array : arrays)
    items.push_back(Value::object(fromRuntime(std::move(array))));
  return Value::list(std::move(items));
}

void requireBuilt(const Value &layer, const char *method, Pos pos) {
  if (auto *model = layer.get<Model>(); model && !isBuilt(model->spec))
    failUnbuilt(*model, method, pos);
}

Value getWeights(Call &call) {
  requireBuilt(call.self, "get_weights", call.pos);
  if (auto *model = call.self.get<Model>())
    return toList(currentWeights(call.interpreter, *model, call.pos));
  return toList(valuesOf(call.interpreter.state, weightsOf(call.self)));
}

Value setWeights(Call &call) {
  requireBuilt(call.self, "set_weights", call.pos);
  Pos pos = call.at("weights");
  std::vector<Value> given = call.interpreter.elements(call.value("weights"), pos);
  std::vector<WeightSpec *> weights = weightsOf(call.self);
  if (given.size() != weights.size())
    fail(pos, "You called `set_weights(weights)` on layer '" + layerName(call.self) +
                  "' with a weight list of length " + std::to_string(given.size()) +
                  ", but the layer was expecting " + std::to_string(weights.size()) + " weights.");
  std::vector<rt::Array> arrays;
  for (size_t i = 0; i < given.size(); ++i) {
    ArrayRef array = toArray(given[i], pos);
    if (array->shape != weights[i]->shape)
      fail(pos, "weight " + std::to_string(i) + " (" + weights[i]->path + ") has shape " +
                    shapeText(Dims(weights[i]->shape)) + ", got " + shapeText(array->shape));
    arrays.push_back(toRuntime(*castArray(*array, rt::DType::Float32, pos)));
  }
  shareOf(call.interpreter.state, sharedValues(weights)); // lest it be taken for newer later
  for (size_t i = 0; i < arrays.size(); ++i)
    set(*weights[i]->shared, std::move(arrays[i]));
  return {};
}

/// Whether the weights of a layer are still to come.
bool awaitsWeights(const Layer &layer) {
  auto isInBuiltModel = [](const std::weak_ptr<Model> &owner) {
    auto model = owner.lock();
    return model && isBuilt(model->spec);
  };
  return hasWeights(layer.layer.spec.className) && layer.calls.empty() &&
         std::none_of(layer.owners.begin(), layer.owners.end(), isInBuiltModel);
}

Value countParams(Call &call) {
  requireBuilt(call.self, "count_params", call.pos);
  if (auto *layer = call.self.get<Layer>(); layer && awaitsWeights(*layer))
    fail(call.pos,
         "You tried to call `count_params` on layer '" + layerName(call.self) +
             "', but the layer isn't built.",
         "call it on a tensor, or build the model that it is in");
  int64_t count = 0;
  for (const WeightSpec *weight : weightsOf(call.self)) {
    int64_t elements = 1;
    for (int64_t dim : weight->shape)
      elements *= dim;
    count += elements;
  }
  return Value::integer(count);
}

/// The weights that are trained, or those that are not.
Value someWeights(const Value &layer, Interpreter &interpreter, bool trainable) {
  std::vector<WeightSpec *> some;
  if (auto *model = layer.get<Model>()) {
    ModelSpec now = model->spec;
    adoptTrainable(*model, now);
    std::vector<WeightSpec *> weights = model->spec.weights();
    size_t next = 0;
    for (const LayerSpec &spec : now.layers)
      for (const WeightSpec &weight : spec.weights) {
        if (trainable == (weight.trainable && spec.trainable()))
          some.push_back(weights[next]);
        ++next;
      }
  } else {
    bool layerTrains = layer.get<Layer>()->layer.spec.trainable();
    for (WeightSpec *weight : weightsOf(layer))
      if (trainable == (weight->trainable && layerTrains))
        some.push_back(weight);
  }
  return toList(valuesOf(interpreter.state, some));
}

} // namespace

uint64_t seedOf(const ScriptState &state, const Model *model) {
  uint64_t index = 0;
  while (index < state.models.size() && state.models[index].get() != model)
    ++index;
  return state.options.run.seed + index * 0x9e3779b97f4a7c15u;
}

void adoptSharedWeights(ScriptState &state, Model &model) {
  std::vector<WeightSpec *> weights = model.spec.weights();
  SharedValues shared = sharedValues(weights);
  for (auto &other : state.models)
    if (other.get() != &model && other->ahead && hasAny(other->spec, shared))
      share(*other);
  model.seen.resize(weights.size());
  bool stale = false;
  for (size_t i = 0; i < weights.size(); ++i) {
    WeightSpec &weight = *weights[i];
    if (!weight.shared) // a value kept until the model is built
      continue;
    if (weight.shared->changes == 0 && !weight.value.bytes.empty())
      set(*weight.shared, weight.value);
    else if (weight.shared->changes == model.seen[i])
      continue;
    else
      weight.value = weight.shared->value;
    model.seen[i] = weight.shared->changes;
    stale = true;
  }
  if (!stale || !model.engine)
    return;
  std::vector<rt::Array> values;
  for (const WeightSpec *weight : weights)
    values.push_back(weight->value);
  model.engine->setWeights(values);
}

std::vector<rt::Array> currentWeights(Interpreter &interpreter, Model &model, Pos) {
  share(model);
  draw(interpreter.state, model);
  std::vector<rt::Array> values;
  for (const WeightSpec *weight : model.spec.weights())
    values.push_back(weight->value);
  return values;
}

void adoptOptimizer(const Model &model, ModelSpec &spec) {
  if (!model.engine)
    return;
  if (auto state = model.engine->optimizerState())
    spec.optimizerState = std::move(state);
  if (auto rate = model.engine->learningRate(); rate && spec.compile)
    spec.compile->optimizer.setLearningRate(*rate);
}

void retireEngine(Model &model) {
  if (!model.engine)
    return;
  share(model);
  if (model.trained) // else the spec may have the state of a file
    adoptOptimizer(model, model.spec);
  model.engine.reset();
}

void adoptTrainable(const Model &model, ModelSpec &spec) {
  for (LayerSpec &layer : spec.layers) {
    Value object = layerNamed(model, layer.name);
    // Keras's inputs and operations have no such setting.
    bool hasSetting = layer.className != "InputLayer" && !isOperation(layer.className);
    if (auto *plain = object.get<Layer>(); plain && hasSetting)
      layer.config["trainable"] = plain->layer.spec.trainable();
    auto *inner = object.get<Model>();
    if (!inner || !isBuilt(inner->spec))
      continue;
    ModelSpec innerSpec = inner->spec;
    adoptTrainable(*inner, innerSpec);
    LayerSpec now = modelAsLayer(innerSpec);
    layer.model = now.model;
    for (size_t i = 0; i < layer.weights.size() && i < now.weights.size(); ++i)
      layer.weights[i].trainable = now.weights[i].trainable;
  }
}

void setTrainable(const Value &layer, bool trainable) {
  if (auto *plain = layer.get<Layer>()) {
    plain->layer.spec.config["trainable"] = trainable;
    return;
  }
  auto *model = layer.get<Model>();
  model->trainable = trainable;
  for (const Value &inner : model->layers)
    setTrainable(inner, trainable);
}

void addWeightMethods(TypeTable &table) {
  table.method("get_weights", "", getWeights, "list");
  table.method("set_weights", "weights", setWeights, "NoneType");
  table.method("count_params", "", countParams, "int");
  table.property(
      "weights",
      [](const Value &self, Interpreter &interpreter, Pos) {
        return toList(valuesOf(interpreter.state, weightsOf(self)));
      },
      "list");
  table.property(
      "trainable_weights",
      [](const Value &self, Interpreter &interpreter, Pos) {
        return someWeights(self, interpreter, true);
      },
      "list");
  table.property(
      "non_trainable_weights",
      [](const Value &self, Interpreter &interpreter, Pos) {
        return someWeights(self, interpreter, false);
      },
      "list");
  table.property(
      "trainable",
      [](const Value &self, Interpreter &, Pos) {
        auto *model = self.get<Model>();
        return Value::boolean(model ? model->trainable : self.get<Layer>()->layer.spec.trainable());
      },
      "bool");
}

} // namespace keratin::dsl
