// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// fit, evaluate and predict of a script's models.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/keras_api.h"
#include "compiler/Frontend/Dsl/keras_arguments.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/script_state.h"

#include <algorithm>
#include <cmath>
#include <ostream>

namespace keratin::dsl {

namespace {

using Arrays = std::vector<rt::Array>;

Shape shapeOf(const rt::Array &array) { return array.shape; }

/// Keras's rank fix-up: (n, 3) serves an input (None, 3, 1), and the reverse. Other misfits are
/// refused.
void fitInput(rt::Array &array, const ModelSpec &spec, size_t input, const std::string &what,
              Pos pos) {
  const Shape &expected = spec.shapeOf(spec.inputs[input]);
  Shape &found = array.shape;
  if (found.size() + 1 == expected.size() && expected.back() == 1)
    found.push_back(1);
  else if (found.size() == expected.size() + 1 && found.back() == 1)
    found.pop_back();
  bool fits = found.size() == expected.size();
  for (size_t d = 1; fits && d < found.size(); ++d)
    fits = expected[d] < 0 || expected[d] == found[d];
  if (!fits)
    fail(pos, what + " has shape " + keratin::shapeText(array.shape) +
                  ", but the model's input \"" + spec.layerOf(spec.inputs[input]).name +
                  "\" expects " + keratin::shapeText(expected));
}

void checkRows(const Arrays &arrays, int64_t rows, const std::string &what, Pos pos) {
  for (const rt::Array &array : arrays)
    if (array.shape[0] != rows)
      fail(pos, "data cardinality is ambiguous: x has " + std::to_string(rows) + " rows, " + what +
                    " has " + std::to_string(array.shape[0]));
}

/// The values of a dict in the order of `names`, or whatever else it is.
Value ordered(const Value &value, const std::vector<std::string> &names, const std::string &what,
              Pos pos) {
  auto *dict = value.get<Dict>();
  if (!dict)
    return value;
  std::vector<Value> items;
  for (const std::string &name : names) {
    const Value *found = dict->table.find(Value::str(name), pos);
    if (!found)
      fail(pos, what + " has no entry for \"" + name + "\" of the model");
    items.push_back(*found);
  }
  return items.size() == 1 ? items[0] : Value::list(std::move(items));
}

/// The inputs, after building a Sequential whose shape they tell.
Arrays inputs(Interpreter &interpreter, Model &model, const Value &value, const std::string &what,
              Pos pos) {
  if (!isBuilt(model.spec)) {
    Arrays data = toTensors(value, 1, what, pos);
    Shape shape = data[0].shape;
    shape[0] = -1;
    buildModel(interpreter, model, shape, pos);
  }
  std::vector<std::string> names;
  for (TensorRef input : model.spec.inputs)
    names.push_back(model.spec.layerOf(input).name);
  Arrays data = toTensors(ordered(value, names, what, pos), names.size(), what, pos);
  for (size_t i = 0; i < data.size(); ++i)
    fitInput(data[i], model.spec, i, what, pos);
  if (data[0].shape[0] == 0)
    fail(pos, what + " is empty");
  checkRows(data, data[0].shape[0], what, pos);
  return data;
}

/// Targets or sample weights, one an output.
Arrays targets(const Model &model, const Value &value, int64_t rows, const std::string &what,
               Pos pos) {
  std::vector<std::string> names;
  for (size_t i = 0; i < model.spec.outputs.size(); ++i)
    names.push_back(model.spec.outputName(i));
  Arrays data = toTensors(ordered(value, names, what, pos), names.size(), what, pos);
  checkRows(data, rows, what, pos);
  return data;
}

int verbosity(const Call &call) {
  if (auto *text = call.value("verbose").asStr(); text && *text == "auto")
    return 1;
  int64_t verbose = call.integer("verbose", 1);
  if (verbose < 0 || verbose > 2)
    fail(call.at("verbose"), "verbose must be 0, 1, 2 or \"auto\", got " + std::to_string(verbose));
  return static_cast<int>(verbose);
}

int64_t positive(const Call &call, const char *name, int64_t otherwise) {
  int64_t n = call.integer(name, otherwise);
  if (n < 1)
    fail(call.at(name), std::string(name) + " must be positive, got " + std::to_string(n));
  return n;
}

void requireCompiled(const Model &model, Pos pos) {
  if (!model.spec.compile)
    fail(pos, "You must call `compile()` before using the model.");
}

/// Remembers what the model is first used with. True if that is all: nothing is trained.
bool onlyLooking(Call &call, const char *method, const Arrays &x, const Arrays &y,
                 int64_t batchSize, int64_t epochs) {
  ScriptState &state = call.interpreter.state;
  if (!state.spec)
    return false;
  auto model = call.self.share<Model>();
  bool first = std::none_of(state.firstUses.begin(), state.firstUses.end(),
                            [&](const FirstUse &use) { return use.model == model; });
  if (first) {
    FitHints hints;
    hints.call = method;
    hints.location = state.location(call.pos);
    std::transform(x.begin(), x.end(), std::back_inserter(hints.x), shapeOf);
    std::transform(y.begin(), y.end(), std::back_inserter(hints.y), shapeOf);
    hints.batchSize = batchSize;
    hints.epochs = epochs;
    adoptSharedWeights(state, *model);
    adoptTrainable(*model, model->spec);
    state.firstUses.push_back({model, model->spec, std::move(hints)});
  }
  if (!state.wantedModel.empty() && state.isWanted(call.interpreter, *model))
    throw StopEvaluation{};
  return true;
}

std::vector<std::pair<int64_t, double>> classWeights(Call &call) {
  std::vector<std::pair<int64_t, double>> weights;
  if (!call.has("class_weight"))
    return weights;
  if (call.has("sample_weight"))
    fail(call.at("class_weight"), "class_weight and sample_weight cannot be given together");
  auto *dict = call.value("class_weight").get<Dict>();
  if (!dict)
    fail(call.at("class_weight"),
         "class_weight must be a dict, got " + describeType(call.value("class_weight")));
  for (auto &[key, value] : dict->table.items())
    weights.emplace_back(toInt(key, "a class in class_weight", call.at("class_weight")),
                         toReal(value, "a weight in class_weight", call.at("class_weight")));
  return weights;
}

/// x, y and sample_weight of fit and evaluate, which need a compiled model.
template <typename Arguments> void trainingData(Call &call, Model &model, Arguments &arguments) {
  requireCompiled(model, call.pos);
  arguments.x = inputs(call.interpreter, model, call.value("x"), "x", call.at("x"));
  int64_t rows = arguments.x[0].shape[0];
  arguments.y = targets(model, call.value("y"), rows, "y", call.at("y"));
  if (call.has("sample_weight"))
    arguments.sampleWeights = targets(model, call.value("sample_weight"), rows, "sample_weight",
                                      call.at("sample_weight"));
  model.usedLoss = true;
}

/// (x, y) or (x, y, sample_weight).
void validationData(Call &call, Model &model, FitArguments &arguments) {
  if (!call.has("validation_data"))
    return;
  Pos pos = call.at("validation_data");
  const Value &data = call.value("validation_data");
  if (!data.get<List>() && !data.get<Tuple>())
    fail(pos, "validation_data must be a tuple (x, y), got " + describeType(data));
  std::vector<Value> parts = call.interpreter.elements(data, pos);
  if (parts.size() != 2 && parts.size() != 3)
    fail(pos, "validation_data must be (x, y) or (x, y, sample_weight), got " +
                  std::to_string(parts.size()) + " values");
  arguments.validationX = inputs(call.interpreter, model, parts[0], "validation x", pos);
  int64_t rows = arguments.validationX[0].shape[0];
  arguments.validationY = targets(model, parts[1], rows, "validation y", pos);
  if (parts.size() == 3)
    arguments.validationSampleWeights =
        targets(model, parts[2], rows, "validation sample_weight", pos);
}

History train(Call &call, Model &model, const FitArguments &arguments) {
  if (model.engine && !model.trained)
    retireEngine(model); // what is trained is decided by the first step after compile
  Engine &engine = engineOf(call.interpreter, model, call.pos);
  call.interpreter.state.out.flush(); // before the progress bar
  model.trained = model.ahead = true; // even if it is interrupted
  return engine.fit(arguments);
}

/// A number, or the epochs after which to validate.
void validationFrequency(Call &call, FitArguments &arguments) {
  const Value &frequency = call.value("validation_freq");
  Pos pos = call.at("validation_freq");
  if (!frequency.get<List>() && !frequency.get<Tuple>()) {
    arguments.validationFreq = positive(call, "validation_freq", 1);
    return;
  }
  for (const Value &epoch : call.interpreter.elements(frequency, pos))
    arguments.validationEpochs.push_back(toInt(epoch, "an epoch in validation_freq", pos));
}

Value fit(Call &call) {
  auto &model = call.selfAs<Model>();
  FitArguments arguments;
  trainingData(call, model, arguments);
  arguments.classWeight = classWeights(call);
  validationData(call, model, arguments);
  arguments.validationSplit = call.real("validation_split", 0);
  if (!(arguments.validationSplit >= 0 && arguments.validationSplit < 1))
    fail(call.at("validation_split"), "validation_split must be at least 0 and less than 1");
  arguments.batchSize = positive(call, "batch_size", 32);
  arguments.validationBatchSize =
      call.has("validation_batch_size") ? positive(call, "validation_batch_size", 32) : 0;
  arguments.epochs = positive(call, "epochs", 1);
  arguments.initialEpoch = call.integer("initial_epoch", 0);
  if (arguments.initialEpoch < 0)
    fail(call.at("initial_epoch"), "initial_epoch is negative");
  arguments.verbose = verbosity(call);
  arguments.shuffle = call.flag("shuffle", true);
  if (call.has("steps_per_epoch"))
    arguments.stepsPerEpoch = positive(call, "steps_per_epoch", 1);
  if (call.has("validation_steps"))
    arguments.validationSteps = positive(call, "validation_steps", 1);
  validationFrequency(call, arguments);
  GivenCallbacks given = toCallbacks(call.interpreter, call.value("callbacks"),
                                     call.self.share<Model>(), call.at("callbacks"));
  auto history = given.history ? given.history : makeHistory();
  if (onlyLooking(call, "fit", arguments.x, arguments.y, arguments.batchSize, arguments.epochs)) {
    history->history = history->epoch = history->params = Value::make<Skipped>();
    return Value::make<Skipped>();
  }
  arguments.callbacks = std::move(given.callbacks);
  addToHistory(*history, train(call, model, arguments), arguments);
  return Value::object(history);
}

/// A list of numbers, one of them alone as a number, or a dict.
Value logsOf(const Logs &logs, bool asDict) {
  if (asDict) {
    auto dict = std::make_shared<Dict>();
    for (auto &[name, value] : logs)
      dict->table.insert(Value::str(name), Value::real(value), {});
    return Value::object(dict);
  }
  if (logs.size() == 1)
    return Value::real(logs[0].second);
  std::vector<Value> list;
  for (auto &[name, value] : logs)
    list.push_back(Value::real(value));
  return Value::list(std::move(list));
}

/// One step on all of the rows.
Value trainOnBatch(Call &call) {
  auto &model = call.selfAs<Model>();
  FitArguments arguments;
  trainingData(call, model, arguments);
  arguments.classWeight = classWeights(call);
  arguments.batchSize = arguments.x[0].shape[0];
  arguments.shuffle = false;
  arguments.verbose = 0;
  if (onlyLooking(call, "fit", arguments.x, arguments.y, arguments.batchSize, 1))
    return Value::make<Skipped>();
  History history = train(call, model, arguments);
  Logs logs;
  for (const LogSpec &log : model.spec.logs())
    for (auto &[name, values] : history.values)
      if (name == log.name)
        logs.emplace_back(name, values.back());
  return logsOf(logs, call.flag("return_dict", false));
}

/// Of evaluate, and of test_on_batch, whose batch is all of the rows.
Value evaluateWith(Call &call, bool oneBatch) {
  auto &model = call.selfAs<Model>();
  EvaluateArguments arguments;
  trainingData(call, model, arguments);
  arguments.batchSize = oneBatch ? arguments.x[0].shape[0] : positive(call, "batch_size", 32);
  arguments.verbose = oneBatch ? 0 : verbosity(call);
  if (onlyLooking(call, "evaluate", arguments.x, arguments.y, arguments.batchSize, 1))
    return Value::make<Skipped>();
  Engine &engine = engineOf(call.interpreter, model, call.pos);
  call.interpreter.state.out.flush();
  return logsOf(engine.evaluate(arguments), call.flag("return_dict", false));
}

/// Of predict, and of predict_on_batch, whose batch is all of the rows.
Value predictWith(Call &call, bool oneBatch) {
  auto &model = call.selfAs<Model>();
  PredictArguments arguments;
  arguments.x = inputs(call.interpreter, model, call.value("x"), "x", call.at("x"));
  arguments.batchSize = oneBatch ? arguments.x[0].shape[0] : positive(call, "batch_size", 32);
  arguments.verbose = oneBatch ? 0 : verbosity(call);
  if (onlyLooking(call, "predict", arguments.x, {}, arguments.batchSize, 1))
    return Value::make<Skipped>();
  Engine &engine = engineOf(call.interpreter, model, call.pos);
  call.interpreter.state.out.flush();
  std::vector<Value> outputs;
  for (rt::Array &array : engine.predict(arguments))
    outputs.push_back(Value::object(fromRuntime(std::move(array))));
  if (model.givesDict) {
    auto dict = std::make_shared<Dict>();
    for (size_t i = 0; i < outputs.size(); ++i)
      dict->table.insert(Value::str(model.spec.outputName(i)), outputs[i], {});
    return Value::object(dict);
  }
  return outputs.size() == 1 ? outputs[0] : Value::list(std::move(outputs));
}

} // namespace

void addTrainingMethods(TypeTable &table) {
  table.method("fit",
               "x, y, batch_size=, epochs|nb_epoch=, verbose=, callbacks=, validation_split=, "
               "validation_data=, "
               "shuffle=, class_weight=, sample_weight=, initial_epoch=, steps_per_epoch=, "
               "validation_steps=, "
               "validation_batch_size=, validation_freq=",
               fit, "History");
  table.method("evaluate",
               "x, y, batch_size=, verbose=, sample_weight=, steps!, callbacks!, return_dict=",
               [](Call &call) { return evaluateWith(call, false); });
  table.method("predict", "x, batch_size=, verbose=, steps!, callbacks!",
               [](Call &call) { return predictWith(call, false); });
  table.method("train_on_batch", "x, y, sample_weight=, class_weight=, return_dict=", trainOnBatch);
  table.method("test_on_batch", "x, y, sample_weight=, return_dict=", [](Call &call) {
    return evaluateWith(call, true);
  });
  table.method("predict_on_batch", "x", [](Call &call) { return predictWith(call, true); });
  for (const char *name : {"predict_classes", "predict_proba"})
    table.refused[name] = "Keras removed it: use model.predict(x)";
  for (const char *name : {"fit_generator", "evaluate_generator", "predict_generator"})
    table.refused[name] = "give arrays to fit, evaluate or predict";
}

} // namespace keratin::dsl
