// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keras.datasets: imdb, reuters, mnist, boston_housing.
#include "compiler/Frontend/Datasets/ArrayData.h"
#include "compiler/Frontend/Datasets/Imdb.h"
#include "compiler/Frontend/Datasets/Reuters.h"

#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/keras_objects.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/script_state.h"

#include <ostream>

namespace keratin::dsl {

namespace {

datasets::DatasetOptions datasetOptions(const ScriptState &state) {
  datasets::DatasetOptions options = state.options.datasets;
  options.realDataOnly |= state.options.run.realDataOnly;
  return options;
}

int32_t toId(const Call &call, const char *name) {
  int64_t id = call.integer(name, 0);
  if (id < INT32_MIN || id > INT32_MAX)
    fail(call.at(name), std::string(name) + " does not fit into 32 bits");
  return static_cast<int32_t>(id);
}

/// Even when quiet: whether the data are real is never a detail.
void show(ScriptState &state, const std::string &notice) {
  if (!notice.empty())
    state.err << notice << (notice.back() == '\n' ? "" : "\n") << std::flush;
}

/// The arguments that imdb and reuters share.
datasets::ImdbArguments selection(const Call &call, const char *file) {
  datasets::ImdbArguments arguments;
  arguments.path = call.str("path", file);
  if (call.has("num_words"))
    arguments.numWords = call.integer("num_words", 0);
  arguments.skipTop = call.integer("skip_top", 0);
  if (call.has("maxlen"))
    arguments.maxLength = call.integer("maxlen", 0);
  arguments.seed = call.integer("seed", 113);
  auto optionalId = [&](const char *name, std::optional<int32_t> &id) {
    if (call.given(name))
      id = call.has(name) ? std::optional(toId(call, name)) : std::nullopt;
  };
  optionalId("start_char", arguments.startChar);
  optionalId("oov_char", arguments.oovChar);
  if (call.has("index_from"))
    arguments.indexFrom = toId(call, "index_from");
  return arguments;
}

Value labels(const std::vector<int64_t> &y) {
  return Value::object(fromRuntime(rt::Array::of({static_cast<int64_t>(y.size())}, y)));
}

/// ((x_train, y_train), (x_test, y_test)) of a data set of sequences.
template <typename Data> Value split(Data data) {
  return Value::tuple(
      {Value::tuple({Value::make<SequenceArray>(std::move(data.xTrain)), labels(data.yTrain)}),
       Value::tuple({Value::make<SequenceArray>(std::move(data.xTest)), labels(data.yTest)})});
}

Value arrays(ScriptState &state, datasets::ArrayData data) {
  show(state, data.notice);
  auto pair = [](rt::Array &x, rt::Array &y) {
    return Value::tuple(
        {Value::object(fromRuntime(std::move(x))), Value::object(fromRuntime(std::move(y)))});
  };
  return Value::tuple({pair(data.xTrain, data.yTrain), pair(data.xTest, data.yTest)});
}

Value loadImdbData(Call &call) {
  ScriptState &state = call.interpreter.state;
  datasets::ImdbData data = datasets::loadImdb(selection(call, "imdb.npz"), datasetOptions(state));
  show(state, data.notice);
  state.closingNotice = data.closingNotice;
  return split(std::move(data));
}

Value loadReutersData(Call &call) {
  ScriptState &state = call.interpreter.state;
  datasets::ReutersData data = datasets::loadReuters(
      selection(call, "reuters.npz"), call.real("test_split", 0.2), datasetOptions(state));
  show(state, data.notice);
  return split(std::move(data));
}

Value dictOf(const std::vector<std::pair<std::string, int64_t>> &ranks, Pos pos) {
  auto dict = std::make_shared<Dict>();
  for (auto &[word, rank] : ranks)
    dict->table.insert(Value::str(word), Value::integer(rank), pos);
  return Value::object(dict);
}

/// The topics of the newswires, in the order of their numbers.
Value topicNames() {
  std::vector<Value> names;
  for (const char *name : datasets::reutersTopics)
    names.push_back(Value::str(name));
  return Value::tuple(std::move(names));
}

} // namespace

void addKerasDatasets(Module &imdb, Module &reuters, Module &mnist, Module &bostonHousing) {
  imdb.function(
      "load_data",
      "path=, num_words|nb_words=, skip_top=, maxlen=, seed=, start_char=, oov_char=, index_from=",
      loadImdbData, "tuple");
  imdb.function(
      "get_word_index", "path=",
      [](Call &call) {
        return dictOf(datasets::imdbWordIndex(call.str("path", "imdb_word_index.json"),
                                              datasetOptions(call.interpreter.state)),
                      call.pos);
      },
      "dict");
  reuters.function("load_data",
                   "path=, num_words|nb_words=, skip_top=, maxlen=, test_split=, seed=, "
                   "start_char=, oov_char=, index_from=",
                   loadReutersData, "tuple");
  reuters.function(
      "get_word_index", "path=",
      [](Call &call) {
        return dictOf(datasets::reutersWordIndex(call.str("path", "reuters_word_index.json"),
                                                 datasetOptions(call.interpreter.state)),
                      call.pos);
      },
      "dict");
  reuters.function("get_label_names", "", [](Call &) { return topicNames(); }, "tuple");
  mnist.function(
      "load_data", "path=",
      [](Call &call) {
        ScriptState &state = call.interpreter.state;
        return arrays(state,
                      datasets::loadMnist(call.str("path", "mnist.npz"), datasetOptions(state)));
      },
      "tuple");
  bostonHousing.function(
      "load_data", "path=, test_split=, seed=",
      [](Call &call) {
        ScriptState &state = call.interpreter.state;
        return arrays(state, datasets::loadBostonHousing(call.str("path", "boston_housing.npz"),
                                                         call.real("test_split", 0.2),
                                                         call.integer("seed", 113),
                                                         datasetOptions(state)));
      },
      "tuple");
}

} // namespace keratin::dsl
