// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolution kernels of files that Keras 1 and 2 saved under their back ends, made here by Keras's
// rules: Theano's kernels have their steps in reverse, those of Keras 1 have four dimensions.
#include "TestFiles.h"

#include "compiler/Frontend/KerasFile/Hdf5Image.h"
#include "compiler/Frontend/KerasFile/KerasFile.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"
#include "compiler/Frontend/Layers/NestedModels.h"

using namespace keratin;
using namespace keratin::test;

namespace {

using Values = std::vector<float>;

/// Two filters of three steps over one feature: kernel (3, 1, 2), bias (2).
ModelSpec convolution() {
  AutoNames names;
  ModelSpec model = makeSequential("convolution", {});
  addLayer(model, makeLayer("Input", {{"", {5, 1}, {}, {}}}, {}, names), names);
  addLayer(model, makeLayer("Conv1D", {{"", 2, {}, {}}, {"", 3, {}, {}}}, {}, names), names);
  return model;
}

/// The same inside of another model, before a Dense layer: kernel (2, 2), bias (2).
ModelSpec nested() {
  AutoNames names;
  ModelSpec model = makeSequential("nested", {});
  addLayer(model, makeLayer("Input", {{"", {5, 1}, {}, {}}}, {}, names), names);
  addLayer(model, {modelAsLayer(convolution()), {}, {}}, names);
  addLayer(model, makeLayer("Dense", {{"", 2, {}, {}}}, {}, names), names);
  return model;
}

/// A file in the making: layers as Keras 1 and 2 laid them out below a group, or in the root.
class OldFile {
public:
  explicit OldFile(const char *backend, std::string root = "") : root(std::move(root)) {
    if (backend)
      content.text(this->root, "backend", backend);
  }
  void layer(const std::string &name, std::vector<rt::Array> weights) {
    const std::string group = root.empty() ? name : root + "/" + name;
    std::vector<std::string> names;
    for (rt::Array &weight : weights) {
      names.push_back(name + "_" + std::to_string(names.size()));
      dataset(group + "/" + names.back(), std::move(weight));
    }
    content.list(group, "weight_names", names);
    layers.push_back(name);
  }
  void dataset(const std::string &path, rt::Array value) {
    arrays.push_back(std::make_unique<rt::Array>(std::move(value)));
    content.datasets.push_back({path, arrays.back().get()});
  }
  void write(const std::string &path) {
    content.list(root, "layer_names", layers);
    writeBytes(path, hdf5Image(content, path));
  }

  Hdf5Content content;

private:
  std::string root;
  std::vector<std::string> layers;
  std::vector<std::unique_ptr<rt::Array>> arrays;
};

rt::Array array(Shape shape, const Values &values) {
  return rt::Array::of(std::move(shape), values);
}

Values valuesOf(const rt::Array &array) {
  return Values(array.data<float>(), array.data<float>() + array.size());
}

/// The kernel that convolution() gets of a file with this one.
Values kernelFrom(const char *backend, Shape shape, const Values &stored) {
  TestFolder folder;
  OldFile file(backend);
  file.layer("convolution1d_1", {array(std::move(shape), stored), array({2}, {7, 8})});
  file.write(folder / "old.h5");
  ModelSpec model = convolution();
  loadKerasWeights(model, folder / "old.h5");
  EXPECT_EQ(valuesOf(model.weights()[1]->value), Values({7, 8}));
  EXPECT_EQ(model.weights()[0]->value.shape, Shape({3, 1, 2}));
  return valuesOf(model.weights()[0]->value);
}

} // namespace

TEST(OldKernels, theanosStepsAreReversed) {
  const Values stored = {1, 2, 3, 4, 5, 6};
  EXPECT_EQ(kernelFrom("theano", {3, 1, 2}, stored), Values({5, 6, 3, 4, 1, 2}));
  for (const char *backend : {"cntk", "tensorflow", "jax", static_cast<const char *>(nullptr)})
    EXPECT_EQ(kernelFrom(backend, {3, 1, 2}, stored), stored) << (backend ? backend : "none");
}

TEST(OldKernels, ofKeras1HaveFourDimensions) {
  const Values stored = {1, 2, 3, 4, 5, 6};
  EXPECT_EQ(kernelFrom("tensorflow", {3, 1, 1, 2}, stored), stored);
  EXPECT_EQ(kernelFrom("theano", {3, 1, 1, 2}, stored), Values({5, 6, 3, 4, 1, 2}));
  // Filters first.
  EXPECT_EQ(kernelFrom(nullptr, {2, 1, 3, 1}, stored), Values({1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(kernelFrom("theano", {2, 1, 3, 1}, stored), Values({3, 6, 2, 5, 1, 4}));
}

TEST(OldKernels, otherShapesAreRefused) {
  EXPECT_EQ(userError([] { kernelFrom("theano", {1, 3, 1, 2}, {1, 2, 3, 4, 5, 6}); }).message,
            "weight convolution/conv1d/kernel has shape (3, 1, 2), in the file it has "
            "(1, 3, 1, 2) (convolution1d_1/convolution1d_1_0)");
}

TEST(OldKernels, inNestedModelsAreReversedToo) {
  TestFolder folder;
  OldFile file("theano");
  file.layer("convolution", {array({3, 1, 2}, {1, 2, 3, 4, 5, 6}), array({2}, {7, 8})});
  file.layer("dense_1", {array({2, 2}, {1, 2, 3, 4}), array({2}, {5, 6})});
  file.write(folder / "nested.h5");
  ModelSpec model = nested();
  loadKerasWeights(model, folder / "nested.h5");
  EXPECT_EQ(valuesOf(model.weights()[0]->value), Values({5, 6, 3, 4, 1, 2}));
  EXPECT_EQ(valuesOf(model.weights()[2]->value), Values({1, 2, 3, 4}));
}

TEST(OldKernels, wholeModelsOfKeras1AreRead) {
  TestFolder folder;
  OldFile file("theano", "model_weights");
  file.content.text("", "model_config", R"({"class_name": "Sequential", "config": [
      {"class_name": "Convolution1D", "config": {"name": "convolution1d_1", "nb_filter": 2,
       "filter_length": 3, "border_mode": "valid", "subsample_length": 1, "init": "uniform",
       "W_regularizer": null, "batch_input_shape": [null, 5, 1]}}]})");
  file.content.text("", "training_config", R"({"loss": "mse", "optimizer_config":
      {"class_name": "SGD", "config": {"name": "sgd", "learning_rate": 0.5, "momentum": 0.5}}})");
  file.layer("convolution1d_1", {array({3, 1, 1, 2}, {1, 2, 3, 4, 5, 6}), array({2}, {7, 8})});
  file.dataset("optimizer_weights/sgd/iteration", rt::Array::of({}, std::vector<int64_t>{4}));
  file.dataset("optimizer_weights/sgd/learning_rate", array({}, {0.5}));
  file.dataset("optimizer_weights/sgd/m_0", array({3, 1, 2}, {6, 5, 4, 3, 2, 1}));
  file.dataset("optimizer_weights/sgd/m_1", array({2}, {9, 8}));
  file.content.list("optimizer_weights", "weight_names",
                    {"sgd/iteration", "sgd/learning_rate", "sgd/m_0", "sgd/m_1"});
  file.write(folder / "model.h5");
  ModelSpec model = readKerasModel(folder / "model.h5");
  EXPECT_EQ(valuesOf(model.weights()[0]->value), Values({5, 6, 3, 4, 1, 2}));
  ASSERT_TRUE(model.optimizerState.has_value());
  const std::vector<rt::Array> &momenta = model.optimizerState->slots[0].second;
  EXPECT_EQ(valuesOf(momenta[0]), Values({2, 1, 4, 3, 6, 5})) << "as their weights";
  EXPECT_EQ(valuesOf(momenta[1]), Values({9, 8}));
}

TEST(OldKernels, ofUnknownBackEndsAreRefused) {
  TestFolder folder;
  OldFile file("mxnet");
  file.layer("convolution1d_1", {array({3, 1, 2}, {1, 2, 3, 4, 5, 6}), array({2}, {7, 8})});
  file.write(folder / "old.h5");
  ModelSpec model = convolution();
  UserError error = userError([&] { loadKerasWeights(model, folder / "old.h5"); });
  EXPECT_EQ(error.message, "the file was saved under Keras's back end \"mxnet\": in which order it "
                           "stores the steps of convolution kernels is unknown");
  EXPECT_EQ(error.location.file, folder / "old.h5");
  EXPECT_TRUE(model.weights()[0]->value.bytes.empty()) << "the model is unchanged";
}
