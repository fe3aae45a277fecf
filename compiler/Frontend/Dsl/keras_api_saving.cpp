// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Models and weights to and from files, and as JSON.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/keras_api.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/script_state.h"
#include "compiler/Frontend/KerasFile/KerasFile.h"
#include "keratin/file.hpp"

namespace keratin::dsl {

namespace {

/// Makes a model that was read one of the script's.
Value adopt(Interpreter &interpreter, ModelSpec spec, bool compiled) {
  auto model = std::make_shared<Model>(std::move(spec));
  if (!compiled)
    model->spec.compile.reset();
  registerModel(interpreter, model);
  if (model->spec.compile)
    interpreter.state.lastCompiled = model;
  return Value::object(model);
}

/// A path to read. Where the script only passes through and has not really written it, what follows
/// is not known.
std::string pathToRead(Call &call, const char *name) {
  std::string path = call.str(name, "");
  if (call.interpreter.state.unwrittenFiles.count(path))
    throw StopEvaluation{};
  return path;
}

/// Whether to write: not where the script is only looked through for its model.
bool writes(ScriptState &state, const std::string &path) {
  if (state.spec)
    state.unwrittenFiles.insert(path);
  return !state.spec;
}

Value loadModel(Call &call) {
  ScriptState &state = call.interpreter.state;
  return adopt(call.interpreter,
               readKerasModel(pathToRead(call, "filepath"), state.warningHandler()),
               call.flag("compile", true));
}

Value modelFromJsonText(Call &call) {
  ScriptState &state = call.interpreter.state;
  return adopt(call.interpreter,
               modelFromJson(call.str("json_string", ""), state.location(call.at("json_string")),
                             state.warningHandler()),
               true);
}

Value save(Call &call, Model &model) {
  std::string path = call.str("filepath", "");
  if (!isKerasModelPath(path))
    fail(call.at("filepath"),
         "Invalid filepath extension for saving. Please add either a `.keras` extension for the "
         "native Keras format (recommended) or a `.h5` extension. Received: filepath=" +
             path);
  if (!isBuilt(model.spec))
    failUnbuilt(model, "save", call.pos);
  if (!writes(call.interpreter.state, path))
    return {};
  ModelSpec saved = currentModel(call.interpreter, model, call.pos);
  if (!call.flag("include_optimizer", true)) {
    saved.compile.reset();
    saved.optimizerState.reset();
  }
  writeKerasModel(saved, path, call.interpreter.state.warningHandler());
  return {};
}

Value saveWeights(Call &call) {
  auto &model = call.selfAs<Model>();
  std::string path = call.str("filepath", "");
  // Keras 3 takes the first only; Keras 1 and 2 wrote .h5 and .hdf5.
  if (!isKerasWeightsPath(path) && !(isKerasModelPath(path) && rt::extension(path) != ".keras"))
    fail(call.at("filepath"), "The filename must end in `.weights.h5`. Received: filepath=" + path);
  if (!isBuilt(model.spec))
    failUnbuilt(model, "save_weights", call.pos);
  if (writes(call.interpreter.state, path))
    writeKerasWeights(currentModel(call.interpreter, model, call.pos), path);
  return {};
}

Value loadWeights(Call &call) {
  auto &model = call.selfAs<Model>();
  if (!isBuilt(model.spec))
    failUnbuilt(model, "load_weights", call.pos);
  std::string path = pathToRead(call, "filepath");
  retireEngine(model);
  loadKerasWeights(model.spec, path);
  for (WeightSpec *weight : model.spec.weights()) {
    weight->shared->value = weight->value;
    ++weight->shared->changes;
  }
  // As Keras: a file that has the state of an optimizer in use gives it back. Legacy files are read
  // for their weights.
  bool legacy = isKerasModelPath(path) && rt::extension(path) != ".keras";
  if (model.trained && !legacy)
    loadKerasOptimizerState(model.spec, path, call.interpreter.state.warningHandler());
  return {};
}

} // namespace

ModelSpec currentModel(Interpreter &interpreter, Model &model, Pos pos) {
  std::vector<rt::Array> values = currentWeights(interpreter, model, pos);
  ModelSpec spec = model.spec;
  adoptTrainable(model, spec);
  std::vector<WeightSpec *> weights = spec.weights();
  for (size_t i = 0; i < weights.size(); ++i)
    weights[i]->value = std::move(values.at(i));
  adoptOptimizer(model, spec);
  return spec;
}

void addKerasSaving(Module &models, Module &saving) {
  models.function("load_model", "filepath, custom_objects!, compile=, safe_mode=", loadModel,
                  "Model");
  models.function(
      "save_model", "model, filepath, overwrite=, include_optimizer=, save_format=, zipped!",
      [](Call &call) {
        auto model = call.value("model").share<Model>();
        if (!model)
          fail(call.at("model"),
               "save_model saves a model, got " + describeType(call.value("model")));
        return save(call, *model);
      },
      "NoneType");
  models.function("model_from_json", "json_string, custom_objects!", modelFromJsonText, "Model");
  for (const char *name : {"load_model", "save_model"})
    saving.members[name] = models.members.at(name);
}

void addSavingMethods(TypeTable &table) {
  table.method(
      "save", "filepath, overwrite=, include_optimizer=, save_format=, zipped!",
      [](Call &call) { return save(call, call.selfAs<Model>()); }, "NoneType");
  table.method("save_weights", "filepath, overwrite=, save_format=", saveWeights, "NoneType");
  table.method("load_weights", "filepath, skip_mismatch!, by_name!", loadWeights, "NoneType");
  table.method(
      "to_json", "",
      [](Call &call) {
        return Value::str(
            modelToJson(call.selfAs<Model>().spec, call.interpreter.state.warningHandler()));
      },
      "str");
  for (const char *name : {"export", "to_yaml"})
    table.refused[name] = "save the model as a .keras file";
}

} // namespace keratin::dsl
