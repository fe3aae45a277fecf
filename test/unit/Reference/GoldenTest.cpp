// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The reference against what real Keras computed: inference, gradients, step losses, weights after
// five steps.
#include "TestModel.h"

#include "compiler/Support/Diagnostic.h"
#include "keratin/npz.hpp"

#include <cstdio>
#include <functional>
#include <gtest/gtest.h>
#include <hdf5.h>

using namespace keratin;
using namespace keratin::reference;
using namespace keratin::reference::test;

namespace {

std::string goldenFile(const std::string &name, const std::string &file) {
  return std::string(KERATIN_GOLDEN_DIR) + "/" + name + "/" + file;
}

/// The datasets of a .weights.h5 file, in the order of the groups given ("lstm/cell"): those of
/// each are numbered.
std::vector<Tensor> readWeights(const std::string &path, const std::vector<std::string> &groups) {
  std::vector<Tensor> weights;
  hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  for (const std::string &group : groups) {
    hid_t vars = H5Gopen(file, ("layers/" + group + "/vars").c_str(), H5P_DEFAULT);
    H5G_info_t info{};
    H5Gget_info(vars, &info);
    for (hsize_t i = 0; i < info.nlinks; ++i) {
      hid_t dataset = H5Dopen(vars, std::to_string(i).c_str(), H5P_DEFAULT);
      hid_t space = H5Dget_space(dataset);
      std::vector<hsize_t> shape(static_cast<size_t>(H5Sget_simple_extent_ndims(space)));
      H5Sget_simple_extent_dims(space, shape.data(), nullptr);
      Tensor tensor(Shape(shape.begin(), shape.end()));
      H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, tensor.values.data());
      weights.push_back(tensor);
      H5Sclose(space);
      H5Dclose(dataset);
    }
    H5Gclose(vars);
  }
  H5Fclose(file);
  return weights;
}

/// Layers by Keras's names and order of weights.
class GoldenModel : public TestModel {
public:
  explicit GoldenModel(std::vector<Tensor> weights)
      : TestModel("f32"), weights(std::move(weights)) {}

  Operand dense(const Operand &x, size_t rank, const std::string &activation = "linear",
                bool hasBias = true) {
    Operand kernel = next(), bias = hasBias ? next() : Operand();
    std::string text = "keratin.dense " + x.name + ", " + kernel.name + clause("bias", bias);
    Operand z = op(text, {x, kernel, bias},
                   type(rank, params[params.size() - (hasBias ? 2 : 1)].columns()));
    return activation == "linear"
               ? z
               : op("keratin.activation <" + activation + "> " + z.name, {z}, z.type);
  }
  Operand embedding(const Operand &indices) {
    Operand table = next();
    return op("keratin.embedding " + indices.name + ", " + table.name, {indices, table},
              type(3, params.back().columns()));
  }
  Operand mask(const Operand &indices) {
    return op("keratin.compute_mask " + indices.name, {indices}, "tensor<?x?xi1>");
  }
  Operand lstm(const Operand &x, bool sequences, const std::string &attributes = "",
               const Operand &mask = {}, bool hasBias = true) {
    Operand kernel = next(), recurrent = next();
    int64_t units = params.back().rows();
    Operand bias = hasBias ? next() : Operand();
    return op(
        "keratin.lstm " + x.name + clause("kernel", kernel) + clause("recurrent", recurrent) +
            clause("bias", bias) + clause("mask", mask) + " {" + attributes +
            (sequences ? std::string(attributes.empty() ? "" : ", ") + "return_sequences}" : "}"),
        {x, kernel, recurrent, bias, mask}, type(sequences ? 3 : 2, units));
  }

private:
  Operand next() { return param(weights.at(params.size())); }
  std::vector<Tensor> weights;
};

using Build = std::function<Operand(GoldenModel &, const Operand &input)>;

struct InferenceCase {
  std::string name;
  std::vector<std::string> weightGroups;
  Build build;
};

Operand embedThenMaskedLSTMs(GoldenModel &model, const Operand &x) {
  Operand mask = model.mask(x);
  return model.lstm(model.lstm(model.embedding(x), true, "", mask), false, "", mask);
}

const InferenceCase inferenceCases[] = {
    {"mlp",
     {"dense", "dense_1", "dense_2"},
     [](GoldenModel &m, const Operand &x) {
       return m.dense(m.dense(m.dense(x, 2, "relu"), 2, "tanh", false), 2, "softmax");
     }},
    {"lstm_last", {"lstm/cell"}, [](GoldenModel &m, const Operand &x) { return m.lstm(x, false); }},
    {"lstm_seq_stack",
     {"lstm/cell", "lstm_1/cell", "lstm_2/cell", "dense"},
     [](GoldenModel &m, const Operand &x) {
       return m.dense(m.lstm(m.lstm(m.lstm(x, true), true), false), 2, "softmax");
     }},
    {"lstm_nobias_acts",
     {"lstm/cell", "lstm_1/cell"},
     [](GoldenModel &m, const Operand &x) {
       Operand first = m.lstm(x, true,
                              "activation = #keratin.activation<relu>, "
                              "recurrent_activation = #keratin.activation<hard_sigmoid>",
                              {}, false);
       return m.lstm(first, false, "activation = #keratin.activation<linear>");
     }},
    {"lstm_go_backwards",
     {"lstm/cell"},
     [](GoldenModel &m, const Operand &x) { return m.lstm(x, true, "go_backwards"); }},
    {"mask_lstm_pre", {"embedding", "lstm/cell", "lstm_1/cell"}, embedThenMaskedLSTMs},
    {"mask_lstm_post", {"embedding", "lstm/cell", "lstm_1/cell"}, embedThenMaskedLSTMs},
    {"mask_lstm_mid", {"embedding", "lstm/cell", "lstm_1/cell"}, embedThenMaskedLSTMs},
    {"mask_gobackwards_seq",
     {"embedding", "lstm/cell"},
     [](GoldenModel &m, const Operand &x) {
       return m.lstm(m.embedding(x), true, "go_backwards", m.mask(x));
     }},
};

TEST(Golden, Inference) {
  for (const InferenceCase &golden : inferenceCases) {
    SCOPED_TRACE(golden.name);
    rt::NpzReader io(goldenFile(golden.name, "io.npz"));
    rt::Array input = io.readArray("in_0");
    GoldenModel model(
        readWeights(goldenFile(golden.name, "model.weights.h5"), golden.weightGroups));
    Operand x = input.dtype == rt::DType::Int32 ? model.argument(fromArray(input), "i32")
                                                : model.argument(fromArray(input));
    Operand y = golden.build(model, x);
    expectClose(tensor(run(model, {y})), fromArray(io.readArray("out_0")), 1e-5);
  }
}

struct TrainingCase {
  std::string name;
  Build build; ///< up to what the loss is given
  std::string loss, lossAttributes;
  std::string optimizer;
  double learningRate;
  double lossTolerance = 1e-5;
};

const std::string plainSGD = "#keratin.sgd<momentum = 0.0 : f64, nesterov = false>";

std::string adam(const std::string &beta1, const std::string &beta2, const std::string &epsilon) {
  return "#keratin.adam<beta_1 = " + beta1 + " : f64, beta_2 = " + beta2 +
         " : f64, epsilon = " + epsilon + " : f64, amsgrad = false>";
}

/// Dense(relu), Dense: two layers up to the logits.
Operand twoDense(GoldenModel &model, const Operand &x) {
  return model.dense(model.dense(x, 2, "relu"), 2);
}
/// One Dense on sequences.
template <int rank> Operand oneDense(GoldenModel &model, const Operand &x) {
  return model.dense(x, rank);
}

// Where Keras recovers logits the loss takes them here too.
const TrainingCase trainingCases[] = {
    {"tr_bce_adam", twoDense, "binary_crossentropy", "from_logits", adam("0.9", "0.999", "1.0e-7"),
     0.001},
    {"tr_bce_logits_sgd", twoDense, "binary_crossentropy",
     "from_logits, label_smoothing = 0.1 : f64", plainSGD, 0.1},
    {"tr_cce_rmsprop", twoDense, "categorical_crossentropy", "from_logits",
     "#keratin.rmsprop<rho = 0.9 : f64, momentum = 0.0 : f64, epsilon = 1.0e-7 : f64, centered = "
     "false>",
     0.001},
    {"tr_cce_smooth_nesterov", twoDense, "categorical_crossentropy",
     "from_logits, label_smoothing = 0.2 : f64",
     "#keratin.sgd<momentum = 0.9 : f64, nesterov = true>", 0.05},
    {"tr_scce_momentum", twoDense, "sparse_categorical_crossentropy", "from_logits",
     "#keratin.sgd<momentum = 0.9 : f64, nesterov = false>", 0.05},
    {"tr_mse_adam_args", twoDense, "mean_squared_error", "", adam("0.8", "0.95", "1.0e-4"), 0.02},
    {"tr_sample_weight", twoDense, "sparse_categorical_crossentropy", "from_logits", plainSGD,
     0.01},
    {"tr_imdb_lstm",
     [](GoldenModel &m, const Operand &x) {
       return m.dense(m.lstm(m.embedding(x), false, "", m.mask(x)), 2);
     },
     "binary_crossentropy", "from_logits", adam("0.9", "0.999", "1.0e-7"), 0.001},
    {"sat_bce_direct", oneDense<3>, "binary_crossentropy", "from_logits", plainSGD, 0.01},
    {"sat_cce_activation_layer", oneDense<3>, "categorical_crossentropy", "from_logits", plainSGD,
     0.01},
    {"sat_scce_dropout0", oneDense<3>, "sparse_categorical_crossentropy", "from_logits", plainSGD,
     0.01},
    // No recovery through TimeDistributed: probabilities are clipped. 1 - p of Keras's float32
    // cancels in the first.
    {"sat_bce_td", [](GoldenModel &m, const Operand &x) { return m.dense(x, 3, "sigmoid"); },
     "binary_crossentropy", "", plainSGD, 0.01, 0.12},
    {"sat_cce_td", [](GoldenModel &m, const Operand &x) { return m.dense(x, 3, "softmax"); },
     "categorical_crossentropy", "", plainSGD, 0.01},
    {"sat_scce_td", [](GoldenModel &m, const Operand &x) { return m.dense(x, 3, "softmax"); },
     "sparse_categorical_crossentropy", "", plainSGD, 0.01},
};

std::string numbered(const std::string &prefix, size_t number) {
  char digits[8];
  std::snprintf(digits, sizeof digits, "%03zu", number);
  return prefix + digits;
}

/// The arrays of a training case.
struct TrainingData {
  explicit TrainingData(const std::string &name) : npz(goldenFile(name, "train.npz")) {
    x = npz.readArray("x_0");
    y = npz.readArray("y_0");
    if (npz.contains("sample_weight"))
      weight = npz.readArray("sample_weight");
    for (size_t i = 0; npz.contains(numbered("w0_", i)); ++i)
      initial.push_back(get(numbered("w0_", i)));
  }
  Tensor get(const std::string &key) { return fromArray(npz.readArray(key)); }
  /// What a step is given, up to the optimizer's arguments.
  std::vector<Argument> batch(int64_t step) const {
    std::vector<Argument> arguments;
    for (const rt::Array *array : {&x, &y, &weight})
      if (array->rank() > 0)
        arguments.push_back(fromArray(array->rows(step * rows, (step + 1) * rows)));
    return arguments;
  }

  static constexpr int64_t rows = 4;
  rt::NpzReader npz;
  rt::Array x, y, weight;
  std::vector<Tensor> initial;
};

/// The forward pass and loss of a case; minimized by `minimize`, whose operands follow the batch.
GoldenModel buildTraining(const TrainingCase &golden, const TrainingData &data, bool update,
                          Operand &loss) {
  GoldenModel model(data.initial);
  std::vector<Argument> batch = data.batch(0);
  auto array = [&](size_t i) { return std::get<Tensor>(batch[i]); };
  bool sparse = golden.loss == "sparse_categorical_crossentropy";
  Operand x =
      data.x.dtype == rt::DType::Int32 ? model.argument(array(0), "i32") : model.argument(array(0));
  Operand y = sparse ? model.argument(array(1), "i32") : model.argument(array(1));
  Operand weight = batch.size() > 2 ? model.argument(array(2), "f32") : Operand();
  Operand z = golden.build(model, x);
  loss = model.op("keratin.loss <" + golden.loss + "> " + z.name + ", " + y.name +
                      clause("weight", weight) + " {" + golden.lossAttributes + "}",
                  {z, y, weight}, "tensor<f32>");
  std::string arguments;
  if (update) {
    Operand rate = model.argument(golden.learningRate), iteration = model.argument(int64_t{0});
    arguments = " learning_rate(" + rate.name + " : f32) iteration(" + iteration.name +
                ") {optimizer = " + golden.optimizer + "}";
  }
  model.line("keratin.minimize " + loss.name + arguments + " : tensor<f32>");
  return model;
}

TEST(Golden, FirstGradients) {
  for (const TrainingCase &golden : trainingCases) {
    SCOPED_TRACE(golden.name);
    TrainingData data(golden.name);
    Operand loss;
    GoldenModel model = buildTraining(golden, data, false, loss);
    auto module = parse(model.text({loss}));
    differentiate(*module);
    Evaluator evaluator = model.evaluator(*module);
    evaluator.run("entry", data.batch(0));
    for (size_t i = 0; i < data.initial.size(); ++i) {
      SCOPED_TRACE(i);
      expectClose(evaluator.state.gradients.at("p" + std::to_string(i)),
                  data.get(numbered("g_", i)), 1e-5);
    }
  }
}

TEST(Golden, FiveTrainingSteps) {
  for (const TrainingCase &golden : trainingCases) {
    SCOPED_TRACE(golden.name);
    TrainingData data(golden.name);
    Operand loss;
    GoldenModel model = buildTraining(golden, data, true, loss);
    auto module = parse(model.text({loss}));
    differentiate(*module);
    Evaluator evaluator = model.evaluator(*module);
    Tensor losses({5});
    for (int64_t step = 0; step < losses.size(); ++step) {
      std::vector<Argument> arguments = data.batch(step);
      arguments.push_back(golden.learningRate);
      arguments.push_back(step);
      losses[step] = tensor(evaluator.run("entry", arguments))[0];
    }
    expectClose(losses, data.get("step_losses"), golden.lossTolerance);
    for (size_t i = 0; i < data.initial.size(); ++i) {
      SCOPED_TRACE(i);
      expectClose(evaluator.state.params.at("p" + std::to_string(i)), data.get(numbered("wf_", i)),
                  1e-5);
    }
  }
}

} // namespace
