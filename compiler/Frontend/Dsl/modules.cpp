// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The modules that scripts import, under all the names that Keras's versions gave them.
#include "compiler/Frontend/Dsl/modules.h"

#include "compiler/Frontend/Dsl/keras_api.h"

#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/keras_objects.h"
#include "compiler/Frontend/Dsl/script_state.h"

namespace keratin::dsl {

namespace {

using ModuleRef = std::shared_ptr<Module>;

class Registry {
public:
  Registry() {
    auto keras = add("keras"), layers = add("keras.layers"), models = add("keras.models");
    auto optimizers = add("keras.optimizers"), losses = add("keras.losses"),
         metrics = add("keras.metrics");
    auto initializers = add("keras.initializers"), activations = add("keras.activations");
    auto datasets = add("keras.datasets"), imdb = add("keras.datasets.imdb");
    auto preprocessing = add("keras.preprocessing"), sequence = add("keras.preprocessing.sequence");
    auto utils = add("keras.utils"), backend = add("keras.backend");
    addKerasClasses(*layers, *optimizers, *losses, *metrics, *initializers, *activations);
    addKerasTraining(*add("keras.optimizers.schedules"), *add("keras.regularizers"),
                     *add("keras.constraints"));
    addKerasCallbacks(*add("keras.callbacks"));
    addKerasModels(*models);
    addKerasSaving(*models, *add("keras.saving"));
    addKerasDatasets(*imdb, *add("keras.datasets.reuters"), *add("keras.datasets.mnist"),
                     *add("keras.datasets.boston_housing"));
    addKerasData(*sequence, *utils);
    addKerasText(*add("keras.preprocessing.text"));
    auto ops = add("keras.ops"), tensorflow = add("tensorflow");
    addMaskFunctions(*ops, *backend, *tensorflow);
    ops->missing = [](const std::string &name, Pos pos) {
      fail(pos, "keras.ops." + name + " is not supported", "not_equal and any are, for masks");
    };
    for (auto &[name, module] : modules) // "keras.a.b" is member b of "keras.a"
      if (size_t dot = name.rfind('.'); dot != std::string::npos)
        modules.at(name.substr(0, dot))->members[name.substr(dot + 1)] = Value::object(module);
    for (const char *name : {"Sequential", "Model"})
      keras->members[name] = models->members.at(name);
    models->members["Input"] = keras->members["Input"] = layers->members.at("Input");
    keras->members["__version__"] = Value::str("3.15.1");
    backend->members["clear_session"] = utils->members.at("clear_session");
    for (const char *name : {"cifar10", "cifar100", "fashion_mnist", "california_housing"})
      datasets->refused[name] =
          "imdb, reuters, mnist and boston_housing are supported; load others with np.load";
    for (const char *name : {"applications", "wrappers", "mixed_precision", "export", "random",
                             "config", "tree", "quantizers", "visualization"})
      keras->refused[name] = "see the support table in the README";
    for (const char *name : {"image", "timeseries", "image_dataset_from_directory"})
      preprocessing->refused[name] =
          "keras.preprocessing has sequence.pad_sequences and text.Tokenizer";

    auto tfMath = std::make_shared<Module>("tensorflow.math");
    tfMath->members = tensorflow->members;
    tensorflow->members["math"] = Value::object(tfMath);
    tensorflow->members["keras"] = Value::object(keras);
    tensorflow->members["__version__"] = Value::str("2.21.0");
    auto tfRandom = std::make_shared<Module>("tensorflow.random");
    tfRandom->members["set_seed"] = utils->members.at("set_backend_seed");
    utils->members.erase("set_backend_seed");
    tensorflow->members["random"] = Value::object(tfRandom);
    tensorflow->missing = [](const std::string &name, Pos pos) {
      fail(pos, "tensorflow." + name + " is not supported",
           "of tensorflow, scripts may use tensorflow.keras, and not_equal for masks");
    };

    auto numpy = add("numpy"), random = add("numpy.random");
    addNumpy(*numpy);
    addNumpyMath(*numpy);
    addNumpyRandom(*random);
    numpy->members["random"] = Value::object(random);
    addSystemModules(*add("sys"), *add("math"), *add("time"));
    addRandom(*add("random"));
  }

  Value find(const std::string &written, Pos pos) const {
    std::string name = canonical(written);
    if (auto found = modules.find(name); found != modules.end())
      return Value::object(found->second);
    size_t dot = name.rfind('.');
    if (dot != std::string::npos && modules.count(name.substr(0, dot)))
      modules.at(name.substr(0, dot))->get(name.substr(dot + 1), pos);
    std::vector<std::string> known;
    for (auto &entry : modules)
      if (entry.first != "random") // too near to pandas
        known.push_back(entry.first);
    std::string hint = didYouMean(written, known);
    fail(pos, "module \"" + written + "\" is not available",
         hint.empty() ? "scripts may import keras, tensorflow.keras, numpy, math, random, sys "
                        "and time"
                      : hint);
  }

private:
  std::map<std::string, ModuleRef> modules;

  ModuleRef add(const std::string &name) { return modules[name] = std::make_shared<Module>(name); }

  /// Today's name of a module: tensorflow.keras and tensorflow.python.keras are keras; Keras 1 and
  /// 2 had the layers in modules by topic.
  static std::string canonical(std::string name) {
    for (const char *prefix : {"tensorflow.python.keras", "tensorflow.keras", "tf_keras"}) {
      size_t length = std::string_view(prefix).size();
      if (name.compare(0, length, prefix) == 0 && (name.size() == length || name[length] == '.')) {
        name = "keras" + name.substr(length);
        break;
      }
    }
    static const std::map<std::string, std::string> old = {
        {"keras.layers.core", "keras.layers"},
        {"keras.layers.recurrent", "keras.layers"},
        {"keras.layers.embeddings", "keras.layers"},
        {"keras.layers.wrappers", "keras.layers"},
        {"keras.layers.normalization", "keras.layers"},
        {"keras.layers.merge", "keras.layers"},
        {"keras.layers.convolutional", "keras.layers"},
        {"keras.layers.pooling", "keras.layers"},
        {"keras.layers.advanced_activations", "keras.layers"},
        {"keras.layers.noise", "keras.layers"},
        {"keras.engine", "keras.models"},
        {"keras.engine.training", "keras.models"},
        {"keras.engine.topology", "keras.models"},
        {"keras.engine.sequential", "keras.models"},
        {"keras.engine.input_layer", "keras.layers"},
        {"keras_preprocessing", "keras.preprocessing"},
        {"keras_preprocessing.sequence", "keras.preprocessing.sequence"},
        {"keras_preprocessing.text", "keras.preprocessing.text"},
        {"keras.optimizers.legacy", "keras.optimizers"},
        {"keras.utils.np_utils", "keras.utils"},
        {"keras.utils.data_utils", "keras.utils"}};
    auto found = old.find(name);
    return found == old.end() ? name : found->second;
  }
};

const Registry &registry() {
  static const Registry instance;
  return instance;
}

} // namespace

Value findModule(const std::string &name, Pos pos) { return registry().find(name, pos); }

const TypeTable *typeTable(const std::string &type) {
  static const std::map<std::string, TypeTable> tables = [] {
    std::map<std::string, TypeTable> t;
    addStrMethods(t["str"]);
    addListMethods(t["list"]);
    addTupleMethods(t["tuple"]);
    addDictMethods(t["dict"]);
    addSetMethods(t["set"]);
    addArrayMethods(t["ndarray"]);
    addFileMethods(t["TextIOWrapper"]);
    addArchiveMethods(t["NpzFile"]);
    addSequencesMethods(t["ndarray of lists"]);
    addTokenizerMethods(t["Tokenizer"]);
    addLayerMethods(t["Layer"]);
    addTensorMethods(t["KerasTensor"]);
    addModelMethods(t["Model"]);
    addSavingMethods(t["Model"]);
    addTrainingMethods(t["Model"]);
    t["Sequential"] = t["Functional"] = t["Model"];
    addHistoryMethods(t["History"]);
    return t;
  }();
  auto found = tables.find(type);
  return found == tables.end() ? nullptr : &found->second;
}

Value Interpreter::member(const Module &module, const std::string &name, Pos pos) {
  if (auto dynamic = module.dynamic.find(name); dynamic != module.dynamic.end())
    return dynamic->second({}, *this, pos);
  return module.get(name, pos);
}

Value Interpreter::attribute(const Value &object, const std::string &name, Pos pos) {
  if (auto *module = object.get<Module>())
    return member(*module, name, pos);
  std::string type = typeName(object);
  const TypeTable *table = typeTable(object.get<Layer>()     ? "Layer"
                                     : object.get<NdArray>() ? "ndarray"
                                                             : type);
  if (table) {
    if (auto method = table->methods.find(name); method != table->methods.end())
      return Value::make<BoundMethod>(object, method->second);
    if (auto property = table->properties.find(name); property != table->properties.end())
      return property->second.get(object, *this, pos);
  }
  failAttribute(type, table, name, pos);
}

void setAttribute(const Value &object, const std::string &name, const Value &value, Pos pos) {
  if (setTokenizerAttribute(object, name, value, pos))
    return;
  if (name != "trainable" || !(object.get<Layer>() || object.get<Model>()))
    fail(pos,
         "the attribute \"" + name + "\" of " + describeType(object) + " cannot be assigned to",
         "only trainable of layers and models can");
  setTrainable(object, isTrue(value, pos));
}

} // namespace keratin::dsl
