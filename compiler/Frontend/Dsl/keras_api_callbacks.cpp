// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keras.callbacks: the runtime's callbacks with a script's arguments and functions.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/format.h"
#include "compiler/Frontend/Dsl/keras_api.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/script_state.h"
#include "compiler/Support/RuntimeError.h"

#include <filesystem>

namespace keratin::dsl {

namespace {

rt::Monitor monitor(const Call &call, double minDelta = 0) {
  return {call.str("monitor", "val_loss"), call.str("mode", "auto"), minDelta};
}

int verbosity(const Call &call) { return static_cast<int>(call.integer("verbose", 0)); }

/// The runtime's callback, or its complaint at the call.
template <typename Make> Value made(Call &call, Make make) {
  auto object = std::make_shared<CallbackObject>();
  try {
    object->callback = make();
  } catch (const rt::Error &error) {
    fail(call.pos, error.message, error.hint);
  }
  return Value::object(object);
}

Value earlyStopping(Call &call) {
  rt::EarlyStoppingOptions options;
  options.monitor = monitor(call, call.real("min_delta", 0));
  options.patience = call.integer("patience", 0);
  options.verbose = verbosity(call);
  if (call.has("baseline"))
    options.baseline = call.real("baseline", 0);
  options.restoreBestWeights = call.flag("restore_best_weights", false);
  options.startFromEpoch = call.integer("start_from_epoch", 0);
  return made(call, [&] { return rt::makeEarlyStopping(options); });
}

Value reduceLROnPlateau(Call &call) {
  rt::ReduceLROnPlateauOptions options;
  options.monitor = monitor(call, call.real("min_delta", 1e-4));
  options.factor = call.real("factor", 0.1);
  options.patience = call.integer("patience", 10);
  options.verbose = verbosity(call);
  options.cooldown = call.integer("cooldown", 0);
  options.minRate = call.real("min_lr", 0);
  return made(call, [&] { return rt::makeReduceLROnPlateau(options); });
}

Value csvLogger(Call &call) {
  std::string separator = call.str("separator", ",");
  if (separator.size() != 1)
    fail(call.at("separator"),
         "the separator must be a single character, got \"" + separator + "\"");
  return made(call, [&] {
    return rt::makeCSVLogger(call.str("filename", ""), separator, call.flag("append", false));
  });
}

/// Calls the script's function as Keras does: with the epoch and the rate, or the epoch alone.
Value learningRateScheduler(Call &call) {
  Interpreter &interpreter = call.interpreter;
  Value schedule = call.value("schedule");
  Pos pos = call.at("schedule");
  auto *function = schedule.get<Function>();
  bool takesRate = !function || function->code->parameters.size() > 1;
  auto rate = [&interpreter, schedule, pos, takesRate](int64_t epoch, double before) {
    CallArguments arguments;
    arguments.positional.push_back({Value::integer(epoch), pos});
    if (takesRate)
      arguments.positional.push_back({Value::real(before), pos});
    Value result = interpreter.call(schedule, std::move(arguments), pos);
    bool isFloat = result.asReal() || result.get<NdArray>();
    if (!isFloat)
      fail(pos,
           "The output of the `schedule` function should be a float. Got: " + reprOf(result, pos));
    return toReal(result, "the schedule's rate", pos);
  };
  int verbose = verbosity(call);
  return made(call, [&] { return rt::makeLearningRateScheduler(rate, verbose); });
}

/// Keras formats the name with the epoch, from 1, and the logs.
Value modelCheckpoint(Call &call) {
  Interpreter &interpreter = call.interpreter;
  rt::ModelCheckpointOptions options;
  options.monitor = monitor(call);
  options.verbose = verbosity(call);
  options.saveBestOnly = call.flag("save_best_only", false);
  if (call.has("initial_value_threshold"))
    options.initialThreshold = call.real("initial_value_threshold", 0);
  const Value &frequency = call.value("save_freq");
  if (auto *text = frequency.asStr(); call.has("save_freq") && !(text && *text == "epoch")) {
    options.saveEvery = toInt(frequency, "save_freq", call.at("save_freq"));
    if (options.saveEvery < 1)
      fail(call.at("save_freq"), "save_freq must be 'epoch' or a positive number of batches");
  }
  std::string pattern = call.str("filepath", "");
  bool weightsOnly = call.flag("save_weights_only", false);
  Pos pos = call.at("filepath");
  auto endsWith = [&](const std::string &end) {
    return pattern.size() >= end.size() &&
           pattern.compare(pattern.size() - end.size(), end.size(), end) == 0;
  };
  if (weightsOnly && !endsWith(".weights.h5"))
    fail(pos, "When using `save_weights_only=True` in `ModelCheckpoint`, the filepath provided "
              "must end in `.weights.h5` (Keras weights format). Received: filepath=" +
                  pattern);
  if (!weightsOnly && !endsWith(".keras") && !endsWith(".h5"))
    fail(pos, "The filepath provided must end in `.keras` (Keras model format). Received: "
              "filepath=" +
                  pattern);
  options.path = [pattern, pos](int64_t epoch, int64_t step, const rt::Logs &logs) {
    std::vector<std::pair<std::string, Value>> names{{"epoch", Value::integer(epoch)}};
    if (step > 0)
      names.emplace_back("batch", Value::integer(step));
    for (const auto &[name, value] : logs)
      names.emplace_back(name, Value::real(value));
    return strFormat(pattern, {}, names, pos);
  };
  auto object = std::make_shared<CallbackObject>();
  options.save = [&interpreter, &model = object->model, weightsOnly, pos](const std::string &path) {
    if (auto folder = std::filesystem::path(path).parent_path(); !folder.empty())
      std::filesystem::create_directories(folder);
    std::shared_ptr<Model> trained = model.lock();
    trained->ahead = true; // of what the last checkpoint took over
    CallArguments arguments;
    arguments.positional.push_back({Value::str(path), pos});
    const char *method = weightsOnly ? "save_weights" : "save";
    interpreter.call(interpreter.attribute(Value::object(trained), method, pos),
                     std::move(arguments), pos);
    trained->ahead = true; // the training goes on
  };
  object->callback = rt::makeModelCheckpoint(options);
  return Value::object(object);
}

} // namespace

void addKerasCallbacks(Module &module) {
  module.function("EarlyStopping",
                  "monitor=, min_delta=, patience=, verbose=, mode=, baseline=, "
                  "restore_best_weights=, start_from_epoch=",
                  earlyStopping, "Callback");
  module.function("ReduceLROnPlateau",
                  "monitor=, factor=, patience=, verbose=, mode=, min_delta|epsilon=, cooldown=, "
                  "min_lr=",
                  reduceLROnPlateau, "Callback");
  module.function("ModelCheckpoint",
                  "filepath, monitor=, verbose=, save_best_only=, save_weights_only=, mode=, "
                  "save_freq=, initial_value_threshold=",
                  modelCheckpoint, "Callback");
  module.function("CSVLogger", "filename, separator=, append=", csvLogger, "Callback");
  module.function("LearningRateScheduler", "schedule, verbose=", learningRateScheduler, "Callback");
  module.function(
      "TerminateOnNaN", "raise_error=",
      [](Call &call) {
        return made(call, [&] { return rt::makeTerminateOnNaN(call.flag("raise_error", false)); });
      },
      "Callback");
  module.function("History", "", [](Call &) { return Value::object(makeHistory()); }, "History");
  const std::string supported =
      "supported are EarlyStopping, ModelCheckpoint, ReduceLROnPlateau, LearningRateScheduler, "
      "CSVLogger, TerminateOnNaN and History";
  for (const char *name : {"Callback", "CallbackList", "LambdaCallback", "BackupAndRestore",
                           "ProgbarLogger", "SwapEMAWeights"})
    module.refused[name] = supported;
  for (const char *name : {"TensorBoard", "RemoteMonitor"})
    module.refused[name] = "CSVLogger writes the values of each epoch to a file";
}

GivenCallbacks toCallbacks(Interpreter &interpreter, const Value &value,
                           const std::shared_ptr<Model> &model, Pos pos) {
  GivenCallbacks given;
  std::vector<Value> items{value};
  if (value.isNone())
    items.clear();
  else if (value.get<List>() || value.get<Tuple>())
    items = interpreter.elements(value, pos);
  for (const Value &item : items) {
    if (item.get<HistoryObject>()) {
      given.history = item.share<HistoryObject>();
    } else if (auto *object = item.get<CallbackObject>()) {
      object->model = model;
      given.callbacks.push_back(object->callback);
    } else {
      fail(pos, "callbacks must be objects of keras.callbacks, got " + describeType(item));
    }
  }
  return given;
}

} // namespace keratin::dsl
