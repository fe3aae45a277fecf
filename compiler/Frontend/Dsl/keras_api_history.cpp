// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The History that fit fills and returns.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/keras_api.h"
#include "compiler/Frontend/Dsl/modules.h"

#include <cmath>

namespace keratin::dsl {

std::shared_ptr<HistoryObject> makeHistory() {
  auto object = std::make_shared<HistoryObject>();
  object->history = Value::object(std::make_shared<Dict>());
  object->epoch = Value::list({});
  object->params = Value::object(std::make_shared<Dict>());
  return object;
}

void addToHistory(HistoryObject &object, const History &history, const FitArguments &arguments) {
  auto &values = object.history.get<Dict>()->table;
  for (auto &[name, series] : history.values) {
    const Value *before = values.find(Value::str(name), {});
    std::vector<Value> list = before ? before->get<List>()->items : std::vector<Value>();
    for (double value : series)
      list.push_back(Value::real(value));
    values.insert(Value::str(name), Value::list(std::move(list)), {});
  }
  std::vector<Value> epochs;
  for (int64_t epoch : history.epochs)
    epochs.push_back(Value::integer(epoch));
  object.epoch = Value::list(std::move(epochs));

  int64_t rows = arguments.x[0].shape[0];
  auto training =
      static_cast<int64_t>(std::floor(static_cast<double>(rows) * (1 - arguments.validationSplit)));
  int64_t steps = (training + arguments.batchSize - 1) / arguments.batchSize;
  auto params = std::make_shared<Dict>();
  params->table.insert(Value::str("verbose"), Value::integer(arguments.verbose), {});
  params->table.insert(Value::str("epochs"), Value::integer(arguments.epochs), {});
  params->table.insert(
      Value::str("steps"),
      Value::integer(arguments.stepsPerEpoch > 0 ? arguments.stepsPerEpoch : steps), {});
  object.params = Value::object(params);
}

void addHistoryMethods(TypeTable &table) {
  table.property(
      "history", [](const Value &v, Interpreter &, Pos) { return v.get<HistoryObject>()->history; },
      "dict");
  table.property(
      "epoch", [](const Value &v, Interpreter &, Pos) { return v.get<HistoryObject>()->epoch; },
      "list");
  table.property(
      "params", [](const Value &v, Interpreter &, Pos) { return v.get<HistoryObject>()->params; },
      "dict");
}

} // namespace keratin::dsl
