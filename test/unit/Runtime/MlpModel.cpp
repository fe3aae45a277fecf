// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A two-layer perceptron behind the C interface, in plain loops.
#include "MlpModel.h"

#include <cmath>
#include <cstring>

namespace {

constexpr int inputs = 4, hidden = 5, maxBatch = 8;
constexpr int counts[] = {inputs * hidden, hidden, hidden, 1};
constexpr int padding = 3;
// Where each weight begins in the working layout: the last one first.
constexpr int offsets[] = {1 + hidden + hidden + 3 * padding, 1 + hidden + 2 * padding, 1 + padding,
                           0};
constexpr int total = inputs * hidden + hidden + hidden + 1 + 4 * padding;

const char *const info = R"({"abi":3,"name":"mlp","params_bytes":172,
 "weights":[{"name":"dense/kernel","path":"sequential/dense/kernel","shape":[4,5],"trainable":true},
            {"name":"dense/bias","path":"sequential/dense/bias","shape":[5],"trainable":true},
            {"name":"dense_1/kernel","path":"sequential/dense_1/kernel","shape":[5,1],"trainable":true},
            {"name":"dense_1/bias","path":"sequential/dense_1/bias","shape":[1],"trainable":true}],
 "inputs":[{"name":"input_layer","dtype":"float32","shape":[-1,4]}],
 "outputs":[{"name":"dense_1","dtype":"float32","shape":[-1,1]}],
 "targets":[{"name":"dense_1","dtype":"float32","shape":[-1,1],"classes":0}],
 "vocabulary":[0],
 "optimizer":{"kind":"Adam","learning_rate":0.001,"slots":["momentum","velocity"],"config":{}},
 "metrics":["loss","accuracy"],
 "entries":{"predict":{"workspace_bytes":64,"max_batch":8,"max_steps":1},
            "evaluate_step":{"workspace_bytes":64,"max_batch":8,"max_steps":1},
            "train_step":{"workspace_bytes":64,"max_batch":8,"max_steps":1},
            "gradients":{"workspace_bytes":64,"max_batch":8,"max_steps":1}}})";
static_assert(total * sizeof(float) == 172, "params_bytes above");

int32_t init(void *workspace, int64_t bytes, krt_context *context) {
  if (!workspace || bytes < static_cast<int64_t>(sizeof(krt_workspace_header)))
    return KRT_ERROR_WORKSPACE;
  auto *header = static_cast<krt_workspace_header *>(workspace);
  header->magic = KRT_WORKSPACE_MAGIC;
  header->context = context;
  return KRT_OK;
}

int32_t pack(const float *const *weights, void *params) {
  for (int i = 0; i < 4; ++i)
    std::memcpy(static_cast<float *>(params) + offsets[i], weights[i], sizeof(float) * counts[i]);
  return KRT_OK;
}

int32_t unpack(const void *params, float *const *weights) {
  for (int i = 0; i < 4; ++i)
    std::memcpy(weights[i], static_cast<const float *>(params) + offsets[i],
                sizeof(float) * counts[i]);
  return KRT_OK;
}

int32_t check(const void *workspace, int32_t rows) {
  if (static_cast<const krt_workspace_header *>(workspace)->magic != KRT_WORKSPACE_MAGIC)
    return KRT_ERROR_WORKSPACE;
  return rows < 1 || rows > maxBatch ? KRT_ERROR_ROWS : KRT_OK;
}

/// One row forward: the hidden activations and the logit.
double forward(const float *params, const float *x, double *h) {
  double logit = params[offsets[3]];
  for (int j = 0; j < hidden; ++j) {
    double sum = params[offsets[1] + j];
    for (int i = 0; i < inputs; ++i)
      sum += double(x[i]) * params[offsets[0] + i * hidden + j];
    h[j] = sum > 0 ? sum : 0;
    logit += h[j] * params[offsets[2] + j];
  }
  return logit;
}

double sigmoid(double z) { return 1 / (1 + std::exp(-z)); }

int32_t predict(void *workspace, const void *params, int32_t rows, int32_t, const void *const *in,
                void *const *out) {
  double h[hidden];
  if (int32_t status = check(workspace, rows))
    return status;
  for (int r = 0; r < rows; ++r) {
    double z = forward(static_cast<const float *>(params),
                       static_cast<const float *>(in[0]) + r * inputs, h);
    static_cast<float *>(out[0])[r] = static_cast<float>(sigmoid(z));
  }
  return KRT_OK;
}

/// Loss and accuracy are added to metrics, and the gradient of the mean loss is written if asked
/// for.
int32_t run(void *workspace, const void *params, int32_t rows, const void *const *in,
            const void *const *targets, const float *const *sampleWeights, float *metrics,
            float *gradient) {
  if (int32_t status = check(workspace, rows))
    return status;
  const auto *p = static_cast<const float *>(params);
  if (gradient)
    std::memset(gradient, 0, total * sizeof(float));
  for (int r = 0; r < rows; ++r) {
    double h[hidden];
    const float *x = static_cast<const float *>(in[0]) + r * inputs;
    double z = forward(p, x, h), y = static_cast<const float *>(targets[0])[r];
    double w = sampleWeights && sampleWeights[0] ? sampleWeights[0][r] : 1;
    metrics[0] +=
        static_cast<float>(w * (std::fmax(z, 0) - z * y + std::log1p(std::exp(-std::fabs(z)))));
    metrics[1] += 1;
    metrics[2] += (z > 0) == (y == 1);
    metrics[3] += 1;
    if (!gradient)
      continue;
    double dz = w * (sigmoid(z) - y) / rows;
    gradient[offsets[3]] += static_cast<float>(dz);
    for (int j = 0; j < hidden; ++j) {
      gradient[offsets[2] + j] += static_cast<float>(dz * h[j]);
      double dh = h[j] > 0 ? dz * p[offsets[2] + j] : 0;
      gradient[offsets[1] + j] += static_cast<float>(dh);
      for (int i = 0; i < inputs; ++i)
        gradient[offsets[0] + i * hidden + j] += static_cast<float>(dh * x[i]);
    }
  }
  return KRT_OK;
}

int32_t evaluateStep(void *workspace, const void *params, int32_t rows, int32_t,
                     const void *const *in, const void *const *targets,
                     const float *const *sampleWeights, float *metrics) {
  return run(workspace, params, rows, in, targets, sampleWeights, metrics, nullptr);
}

int32_t gradients(void *workspace, const void *params, void *result, uint64_t, int32_t rows,
                  int32_t, const void *const *in, const void *const *targets,
                  const float *const *sampleWeights, float *metrics) {
  return run(workspace, params, rows, in, targets, sampleWeights, metrics,
             static_cast<float *>(result));
}

int32_t trainStep(void *workspace, void *params, void *optimizer, float learningRate, uint64_t,
                  int32_t rows, int32_t, const void *const *in, const void *const *targets,
                  const float *const *sampleWeights, float *metrics) {
  float gradient[total];
  if (int32_t status = run(workspace, params, rows, in, targets, sampleWeights, metrics, gradient))
    return status;
  auto *header = static_cast<krt_optimizer_header *>(optimizer);
  double t = static_cast<double>(++header->iteration);
  double rate = learningRate * std::sqrt(1 - std::pow(0.999, t)) / (1 - std::pow(0.9, t));
  float *weight = static_cast<float *>(params), *m = reinterpret_cast<float *>(header + 1),
        *v = m + total;
  for (int i = 0; i < total; ++i) {
    m[i] += static_cast<float>((gradient[i] - m[i]) * 0.1);
    v[i] += static_cast<float>((double(gradient[i]) * gradient[i] - v[i]) * 0.001);
    weight[i] -= static_cast<float>(rate * m[i] / (std::sqrt(v[i]) + 1e-7));
  }
  return KRT_OK;
}

} // namespace

const krt_model mlpModel = {KRT_ABI_VERSION, info,         init,      pack,      unpack,  predict,
                            nullptr,         evaluateStep, trainStep, gradients, nullptr, nullptr};
