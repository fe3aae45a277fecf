// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is written reads back as it was, and is laid out as Keras's own files of the same model.
#include "Golden.h"
#include "Hdf5Structure.h"
#include "TestFiles.h"

#include "compiler/Frontend/KerasFile/Hdf5Image.h"
#include "compiler/Frontend/KerasFile/KerasFile.h"
#include "compiler/Frontend/KerasFile/WeightLayouts.h"
#include "compiler/Frontend/KerasFile/ZipFile.h"
#include "compiler/Frontend/Layers/Initializers.h"
#include "compiler/Frontend/Layers/Masks.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"

#include <algorithm>
#include <cmath>

using namespace keratin;
using namespace keratin::test;

/// What Keras adds to a config and does not need: numbers of shared objects, masks, which are
/// propagated anew, and whether a single state was passed in a list.
static void dropWhatIsNotNeeded(Json &json) {
  if (json.is_object()) {
    for (const char *key : {"shared_object_id", "kwargs"})
      json.erase(key);
    if (json.contains("initial_state_shape") && json["initial_state_shape"].size() == 1)
      json["initial_state_shape"] = Json(json["initial_state_shape"][0]);
  }
  if (json.is_structured())
    for (Json &element : json)
      dropWhatIsNotNeeded(element);
}

/// Short names are such that Keras 3 writes them into .h5 files and cannot read them there.
static Json fullName(Json loss) {
  if (loss.is_array())
    for (Json &element : loss)
      element = fullName(element);
  if (loss == "mse")
    return "mean_squared_error";
  return loss == "mae" ? "mean_absolute_error" : loss;
}

/// For comparison without regard to the order of keys.
static nlohmann::json essence(const std::string &text) {
  Json json = Json::parse(text);
  if (json.is_object() && json.contains("optimizer_config"))
    json["loss"] = fullName(json["loss"]);
  dropWhatIsNotNeeded(json);
  return json;
}

static void expectSameOptimizerState(const ModelSpec &a, const ModelSpec &b) {
  ASSERT_EQ(a.optimizerState.has_value(), b.optimizerState.has_value());
  if (!a.optimizerState)
    return;
  EXPECT_EQ(a.optimizerState->iteration, b.optimizerState->iteration);
  ASSERT_EQ(a.optimizerState->slots.size(), b.optimizerState->slots.size());
  for (size_t slot = 0; slot < a.optimizerState->slots.size(); ++slot) {
    const auto &[name, values] = a.optimizerState->slots[slot];
    EXPECT_EQ(name, b.optimizerState->slots[slot].first);
    ASSERT_EQ(values.size(), b.optimizerState->slots[slot].second.size());
    for (size_t i = 0; i < values.size(); ++i)
      EXPECT_EQ(values[i].bytes, b.optimizerState->slots[slot].second[i].bytes);
  }
}

static void expectSameCompile(const std::optional<CompileSpec> &a,
                              const std::optional<CompileSpec> &b) {
  ASSERT_EQ(a.has_value(), b.has_value());
  if (!a)
    return;
  EXPECT_EQ(a->optimizer.kind, b->optimizer.kind);
  EXPECT_EQ(a->optimizer.config, b->optimizer.config);
  ASSERT_EQ(a->losses.size(), b->losses.size());
  for (size_t i = 0; i < a->losses.size(); ++i) {
    EXPECT_EQ(a->losses[i].kind, b->losses[i].kind);
    EXPECT_EQ(a->losses[i].fromLogits, b->losses[i].fromLogits);
    EXPECT_EQ(a->losses[i].labelSmoothing, b->losses[i].labelSmoothing);
  }
  for (const char *name : {"metrics", "weighted_metrics", "loss_weights"})
    EXPECT_EQ(a->config[name], b->config[name]);
}

static void expectSameModel(const ModelSpec &a, const ModelSpec &b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.sequential, b.sequential);
  ASSERT_EQ(a.layers.size(), b.layers.size());
  for (size_t i = 0; i < a.layers.size(); ++i) {
    EXPECT_EQ(a.layers[i].className, b.layers[i].className);
    EXPECT_EQ(a.layers[i].config, b.layers[i].config);
  }
  expectSameCompile(a.compile, b.compile);
  expectSameWeights(a, b);
  expectSameOptimizerState(a, b);
}

/// What an .h5 file keeps: Keras cannot read operations on masks there.
static ModelSpec withoutOperations(ModelSpec model) {
  auto isOne = [](const LayerSpec &layer) { return isOperation(layer.className); };
  model.layers.erase(std::remove_if(model.layers.begin(), model.layers.end(), isOne),
                     model.layers.end());
  return model;
}

TEST(Write, everyFormatReadsBackBitForBit) {
  TestFolder folder;
  for (const GoldenCase &golden : goldenCases()) {
    for (const char *role : {"keras", "final_h5"}) {
      if (golden.file(role).empty())
        continue;
      SCOPED_TRACE(golden.name() + " " + role);
      ModelSpec model = readKerasModel(golden.file(role));
      for (const char *name : {"model.keras", "model.h5", "model.hdf5"}) {
        writeKerasModel(model, folder / name);
        ModelSpec back = readKerasModel(folder / name);
        bool isLegacy = std::string(name) != "model.keras";
        expectSameModel(isLegacy ? withoutOperations(model) : model, back);
        // What was never trained starts with a state of no steps.
        if (std::string(role) == "final_h5") {
          ASSERT_TRUE(back.optimizerState);
          EXPECT_EQ(back.optimizerState->iteration, 5);
        }
      }
      for (const char *name : {"w.weights.h5", "w.h5"}) {
        writeKerasWeights(model, folder / name);
        ModelSpec back = model;
        for (WeightSpec *weight : back.weights())
          weight->value = rt::Array(rt::DType::Float32, weight->shape);
        loadKerasWeights(back, folder / name);
        expectSameWeights(model, back);
      }
    }
  }
}

TEST(Write, filesAreLaidOutAsKerassOwn) {
  TestFolder folder;
  for (const GoldenCase &golden : goldenCases()) {
    SCOPED_TRACE(golden.name());
    ModelSpec model = readKerasModel(golden.file("keras"));
    model.optimizerState.reset(); // Keras saved these before the first step
    writeKerasWeights(model, folder / "model.weights.h5");
    EXPECT_EQ(hdf5Structure(folder / "model.weights.h5"), hdf5Structure(golden.file("weights")));
    if (!golden.file("h5").empty()) {
      writeKerasModel(model, folder / "model.h5");
      EXPECT_EQ(hdf5Structure(folder / "model.h5"), hdf5Structure(golden.file("h5")));
    }
    if (golden.file("final_h5").empty())
      continue;
    writeKerasModel(readKerasModel(golden.file("final_h5")), folder / "final.h5");
    EXPECT_EQ(hdf5Structure(folder / "final.h5"), hdf5Structure(golden.file("final_h5")));
  }
}

TEST(Write, statesOfOptimizersAreLaidOutAsKerassOwn) {
  TestFolder folder;
  for (const char *name :
       {"tr_mse_adagrad", "tr_mae_adadelta", "tr_huber_adamax", "tr_hinge_nadam", "tr_kld_adamw",
        "tr_cosine_amsgrad", "tr_poisson_rmsprop_args", "tr_mse_expdecay"}) {
    SCOPED_TRACE(name);
    std::string golden = goldenPath(name) + "/final.h5", written = folder / "final.h5";
    writeKerasModel(readKerasModel(golden), written);
    EXPECT_EQ(hdf5Structure(written), hdf5Structure(golden));
  }
}

TEST(Write, nadamsProductComesLast) {
  TestFolder folder;
  ModelSpec model = readKerasModel(goldenPath("tr_hinge_nadam/final.h5"));
  writeKerasWeights(model, folder / "w.weights.h5");
  Hdf5File file(folder / "w.weights.h5");
  size_t last = 2 + 2 * model.weights().size();
  EXPECT_FALSE(file.find("optimizer/vars/" + std::to_string(last + 1)));
  rt::Array product = file.read({"optimizer/vars/" + std::to_string(last)})[0];
  double expected = 1;
  for (int step = 1; step <= 5; ++step)
    expected *= 0.9 * (1 - 0.5 * std::pow(0.96, step));
  EXPECT_NEAR(product.at(0), expected, 1e-7);
}

TEST(Write, configsSayWhatKerassSay) {
  TestFolder folder;
  auto textOf = [](const std::string &path, const char *attribute) {
    auto found = Hdf5File(path).attribute("", attribute);
    return found ? found->front() : "null";
  };
  for (const GoldenCase &golden : goldenCases()) {
    SCOPED_TRACE(golden.name());
    if (golden.recordsJoinedMasks())
      continue;
    ModelSpec model = readKerasModel(golden.file("keras"));
    writeKerasModel(model, folder / "model.keras");
    auto config = [&](const std::string &path) {
      return essence(*ZipFile(path).read("config.json", 1 << 20));
    };
    EXPECT_EQ(config(folder / "model.keras"), config(golden.file("keras")));
    if (golden.file("h5").empty())
      continue; // Keras cannot write every model as .h5
    writeKerasModel(model, folder / "model.h5");
    for (const char *attribute : {"model_config", "training_config"})
      EXPECT_EQ(essence(textOf(folder / "model.h5", attribute)),
                essence(textOf(golden.file("h5"), attribute)))
          << attribute;
  }
}

TEST(Write, keras2FormsBecomeKeras3s) {
  TestFolder folder;
  ModelSpec model = readKerasModel(goldenPath("k2_imdb_lstm/model.h5"));
  writeKerasModel(model, folder / "model.keras");
  expectSameModel(model, readKerasModel(folder / "model.keras"));
  std::string config = *ZipFile(folder / "model.keras").read("config.json", 1 << 20);
  for (const char *old : {"batch_input_shape", "MeanMetricWrapper", "\"fn\"", "time_major",
                          "jit_compile\": true, \"is_legacy"})
    EXPECT_EQ(config.find(old), std::string::npos) << old;
}

TEST(Write, theSameModelGivesTheSameBytes) {
  TestFolder folder;
  ModelSpec model = readKerasModel(goldenPath("tr_imdb_lstm/final.h5"));
  for (const char *name : {"a.keras", "a.h5", "a.weights.h5"}) {
    auto bytes = [&] {
      isKerasModelPath(name) ? writeKerasModel(model, folder / name)
                             : writeKerasWeights(model, folder / name);
      return readText(folder / name);
    };
    std::string first = bytes();
    std::vector<char> disturbance(1 << 20, 'x'); // other contents of fresh memory
    EXPECT_EQ(bytes(), first) << name;
  }
}

TEST(Write, jsonIsPythons) {
  ModelSpec model = readKerasModel(goldenPath("mlp/model.keras"));
  std::string text = modelToJson(model);
  EXPECT_EQ(text.rfind(R"({"module": "keras", "class_name": "Sequential", "config": {"name": )"
                       R"("sequential", "trainable": true, "dtype": {"module": "keras")",
                       0),
            0u);
  ModelSpec back = modelFromJson(text, {"model.json"});
  EXPECT_EQ(modelToJson(back), text);
  EXPECT_FALSE(back.compile);
  ModelSpec compiled = readKerasModel(goldenPath("tr_imdb_lstm/model.keras"));
  EXPECT_TRUE(modelFromJson(modelToJson(compiled), {"model.json"}).compile);
  EXPECT_EQ(userError([] { modelFromJson("{", {"model.json"}); }).location.file, "model.json");
}

TEST(Write, longListsOfNamesAreSplitAsKerasSplitsThem) {
  std::vector<std::string> names(262, std::string(250, 'n'));
  Hdf5Content content;
  content.list("model_weights", "layer_names", names);
  ASSERT_EQ(content.attributes.size(), 2u);
  EXPECT_EQ(content.attributes[1].name, "layer_names1");
  // As in the file that Keras wrote of as many names of this length.
  EXPECT_EQ(content.attributes[0].texts.size(), 131u);
  TestFolder folder;
  writeBytes(folder / "split.h5", hdf5Image(content, "split.h5"));
  EXPECT_EQ(Hdf5File(folder / "split.h5").attribute("model_weights", "layer_names"), names);
}

TEST(Write, whatCannotBeWrittenLeavesNothing) {
  TestFolder folder;
  ModelSpec model = readKerasModel(goldenPath("mlp/model.keras"));
  EXPECT_EQ(userError([&] { writeKerasModel(model, folder / "none/model.keras"); }).message,
            "cannot write: No such file or directory");
  EXPECT_TRUE(isKerasModelPath("a.h5") && isKerasModelPath("a.hdf5") &&
              isKerasModelPath("a.keras"));
  EXPECT_TRUE(isKerasWeightsPath("a.weights.h5") && !isKerasModelPath("a.weights.h5"));
  EXPECT_FALSE(isKerasModelPath("a.npz") || isKerasWeightsPath("a.h5"));
}

namespace {

/// The layers of a file's config with as many weights as the index says that each has, whether or
/// not Keratin knows their classes.
ModelSpec outline(const GoldenCase &golden) {
  Json config = Json::parse(*ZipFile(golden.file("keras")).read("config.json", 1 << 20));
  ModelSpec model;
  model.sequential = config["class_name"] == "Sequential";
  for (const Json &layer : config["config"]["layers"]) {
    LayerSpec spec;
    spec.className = layer["class_name"].get<std::string>();
    spec.config = layer["config"];
    spec.name = spec.config["name"].get<std::string>();
    for (const Json &weight : golden.entry["weights"]) {
      std::string path = "/" + weight["path"].get<std::string>();
      if (path.find("/" + spec.name + "/") != std::string::npos)
        spec.weights.push_back({"", path, weight["shape"].get<Shape>(), nullptr, true, {}});
    }
    model.layers.push_back(std::move(spec));
  }
  return model;
}

} // namespace

TEST(Write, wrappersAreStoredByAttribute) {
  int compared = 0;
  for (const char *name : {"bidi_concat", "bidi_custom_backward", "timedist", "gru_reset_after",
                           "simple_rnn", "gru_nobias_hs", "tr_bidi_tagger_masked"}) {
    SCOPED_TRACE(name);
    Json index = Json::parse(readText(goldenPath("index.json")));
    for (const Json &entry : index.at("cases")) {
      if (entry["name"] != name)
        continue;
      GoldenCase golden{entry};
      std::map<std::string, std::string> structure = hdf5Structure(golden.file("weights"));
      ModelSpec model = outline(golden);
      std::vector<std::string> paths = keras3Paths(model);
      ASSERT_EQ(paths.size(), entry["weights"].size());
      for (size_t i = 0; i < paths.size(); ++i) {
        std::string shape = " (";
        for (int64_t dim : model.weights()[i]->shape)
          shape += std::to_string(dim) + ",";
        EXPECT_EQ(structure[paths[i]], "float32" + shape + ")") << paths[i];
        ++compared;
      }
      for (const StoredObject &object : storedObjects(model))
        EXPECT_EQ(structure[object.path + "/vars@name"], "text () " + object.name) << object.path;
    }
  }
  EXPECT_GE(compared, 40);
}
