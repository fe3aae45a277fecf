// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The largest error of a compiled elementary function over all floats of one sign:
//
//   all_floats FUNCTION SIGN BENT FLAT COLUMNS LIBRARY...
//
// FUNCTION is tanh, sigmoid or exponential, the one layer of each LIBRARY, or gate_tanh or
// gate_sigmoid, for which each LIBRARY holds an LSTM that shows the gate (see showGate). The models
// take rows of COLUMNS floats. SIGN is + or -. Of the blocks of `blockSize` floats between 2^-27
// and 128, where the functions bend, every BENT-th is looked at, of the others every FLAT-th; 1 is
// all. The reference is libm's in float64. Prints a line a library: the number of floats, the
// error, in units in the last place or absolute for gates, and where it is.
#include "keratin/abi.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <limits>
#include <string>
#include <vector>

namespace {

constexpr int64_t blockSize = 4096;
constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float smallest = std::numeric_limits<float>::min();

float fromBits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

[[noreturn]] void fail(const std::string &message) {
  std::fprintf(stderr, "error: %s\n", message.c_str());
  std::exit(1);
}

// The references: libm's or, close to 0, a few terms of a series, which are right to 1e-11.

double exponential(double x) {
  return std::fabs(x) < 0x1p-8 ? 1 + x * (1 + x / 2 * (1 + x / 3)) : std::exp(x);
}

double sigmoid(double x) {
  if (std::fabs(x) < 0x1p-6)
    return 0.5 + x * (0.25 - x * x / 48);
  // Not 1/(1+e^-x), whose exponential overflows for the most negative floats.
  double e = std::exp(-std::fabs(x));
  return x < 0 ? e / (1 + e) : x > 0 ? 1 / (1 + e) : x;
}

double hyperbolicTangent(double x) {
  double z = x * x;
  return std::fabs(x) < 0x1p-6 ? x * (1 - z * (1.0 / 3 - z * (2.0 / 15))) : std::tanh(x);
}

/// Where |x| is in [low, high], the function's value is `value`, or x itself, within half a unit in
/// the last place (of gates: within 6e-8).
struct Plateau {
  float low, high, value;
  bool identity;
};

struct Function {
  const char *name;
  double (*reference)(double);
  bool gate;
  std::vector<Plateau> positive, negative;
};

// Half a unit in the last place is 2^-25 just below 1, and 2^-26 just below 1/2.
const Function functions[] = {
    // e^x = 1 + x + ...
    {"exponential",
     exponential,
     false,
     {{0, 0x1p-25f, 1, false}, {89, infinity, infinity, false}},
     {{0, 0x1p-26f, 1, false}, {88, infinity, 0, false}}},
    // 1/2 + x/4 - ..., and 1 - e^-x + ...
    {"sigmoid",
     sigmoid,
     false,
     {{0, 0x1p-24f, 0.5f, false}, {18, infinity, 1, false}},
     {{0, 0x1p-25f, 0.5f, false}, {88, infinity, 0, false}}},
    // x - x^3/3 + ..., and 1 - 2 e^-2x + ...
    {"tanh",
     hyperbolicTangent,
     false,
     {{smallest, 0x1p-13f, 0, true}, {10, infinity, 1, false}},
     {{smallest, 0x1p-13f, 0, true}, {10, infinity, -1, false}}},
    {"gate_sigmoid",
     sigmoid,
     true,
     {{0, 0x1p-24f, 0.5f, false}, {18, 3e38f, 1, false}},
     {{0, 0x1p-24f, 0.5f, false}, {18, 3e38f, 0, false}}},
    {"gate_tanh",
     hyperbolicTangent,
     true,
     {{0, 0x1p-25f, 0, false}, {10, 3e38f, 1, false}},
     {{0, 0x1p-25f, 0, false}, {10, 3e38f, -1, false}}},
};

/// A compiled model of one input and one output, [rows, columns] each.
struct Model {
  std::string path;
  void *library;
  void *workspace, *params;
  decltype(krt_model::predict) predict;
  double worst = 0;
  float worstAt = 0, worstResult = 0;
};

template <typename T> T symbol(const Model &model, const char *name) {
  void *found = dlsym(model.library, name);
  if (!found)
    fail(model.path + ": no symbol " + name);
  return reinterpret_cast<T>(found);
}

/// The number after "key": in the model's description.
size_t sizeIn(const char *info, const std::string &key) {
  const char *found = std::strstr(info, ("\"" + key + "\":").c_str());
  if (!found)
    fail("the model's description has no " + key);
  return static_cast<size_t>(std::atoll(found + key.size() + 3));
}

void *allocate(size_t bytes) {
  size_t whole = (bytes + KRT_ALIGNMENT) / KRT_ALIGNMENT * KRT_ALIGNMENT;
  void *memory = std::aligned_alloc(KRT_ALIGNMENT, whole);
  std::memset(memory, 0, whole);
  return memory;
}

Model open(const char *path) {
  Model model;
  model.path = path;
  model.library = dlopen(path, RTLD_NOW);
  if (!model.library)
    fail(dlerror());
  const char *info = symbol<const char *>(model, "model_info");
  size_t bytes = sizeIn(info, "workspace_bytes");
  model.workspace = allocate(bytes);
  model.params = allocate(sizeIn(info, "params_bytes"));
  model.predict = symbol<decltype(krt_model::predict)>(model, "model_predict");
  if (symbol<decltype(krt_model::init)>(model, "model_init")(model.workspace,
                                                             static_cast<int64_t>(bytes), nullptr))
    fail(model.path + ": init failed");
  return model;
}

/// Gives an LSTM of one step and without recurrent weights, in which every other activation is
/// linear, the weights with which its output is one gate of its input:
/// - activation linear: i = sigmoid(x), g = 1, o: sigmoid of 100, which is 1;
/// - recurrent activation linear: i = x, g: tanh of 100, which is 1, so that c = x; o = 1.
void showGate(Model &model, bool sigmoidGate, int64_t units) {
  std::vector<float> kernel(units * 4 * units), recurrent(units * 4 * units), bias(4 * units);
  for (int64_t u = 0; u < units; ++u) {
    kernel[u * 4 * units + u] = 1;
    bias[2 * units + u] = sigmoidGate ? 1 : 100;
    bias[3 * units + u] = sigmoidGate ? 100 : 1;
  }
  const float *weights[] = {kernel.data(), recurrent.data(), bias.data()};
  if (symbol<decltype(krt_model::pack)>(model, "model_pack")(weights, model.params))
    fail(model.path + ": pack failed");
}

/// Of float32, for a normal number: 2^(exponent - 23).
double unitInTheLastPlace(double x) {
  uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  bits &= 0x7ff0000000000000u;
  double power;
  std::memcpy(&power, &bits, sizeof power);
  return power * 0x1p-23;
}

/// The error of `got` where `exact` is right, as the documentation states it.
double errorOf(float got, double exact, bool gate) {
  float rounded = static_cast<float>(exact);
  if (std::isnan(exact) || std::isnan(got))
    return std::isnan(exact) && std::isnan(got) ? 0 : infinity;
  if (gate)
    return std::fabs(got - exact);
  if (std::isinf(rounded) || std::isinf(got))
    return got == rounded ? 0 : infinity;
  if (std::fabs(exact) < smallest) // flushed to zero
    return std::fabs(got) <= smallest ? 0 : infinity;
  return std::fabs(got - exact) / unitInTheLastPlace(exact);
}

/// Whether all of the block lies on a plateau, and the results with it.
bool isFlat(const Function &function, bool negative, const float *x, const float *y) {
  float from = std::fabs(x[0]), to = std::fabs(x[blockSize - 1]);
  for (const Plateau &plateau : negative ? function.negative : function.positive) {
    if (!(plateau.low <= from && to <= plateau.high))
      continue;
    int off = 0;
    for (int64_t i = 0; i < blockSize; ++i) {
      float expected = plateau.identity ? x[i] : plateau.value;
      off |= function.gate ? !(std::fabs(y[i] - expected) <= 6e-8f) : y[i] != expected;
    }
    return !off;
  }
  return false;
}

} // namespace

int main(int count, char **arguments) {
  if (count < 7)
    fail("expected FUNCTION SIGN BENT FLAT COLUMNS LIBRARY...");
  const Function *function = nullptr;
  for (const Function &candidate : functions)
    if (std::string(candidate.name) == arguments[1])
      function = &candidate;
  if (!function)
    fail(std::string("unknown function ") + arguments[1]);
  bool negative = arguments[2][0] == '-';
  uint32_t sign = negative ? 0x80000000u : 0;
  int64_t bent = std::atoll(arguments[3]), flat = std::atoll(arguments[4]);
  int64_t columns = std::atoll(arguments[5]);

  std::vector<Model> models;
  for (int i = 6; i < count; ++i) {
    models.push_back(open(arguments[i]));
    if (function->gate)
      showGate(models.back(), function->name == std::string("gate_sigmoid"), columns);
  }

  auto *x = static_cast<float *>(allocate(blockSize * sizeof(float)));
  auto *y = static_cast<float *>(allocate(blockSize * sizeof(float)));
  std::vector<double> exact(blockSize);
  int64_t seen = 0;
  // Gates are fed through a product with zeros in it, where infinity and NaN give NaN.
  int64_t end = function->gate ? 0x7f800000 : 0x80000000;
  for (int64_t block = 0; block * blockSize < end; ++block) {
    int64_t first = block * blockSize;
    float magnitude = fromBits(static_cast<uint32_t>(first));
    if (block % (magnitude >= 0x1p-27f && magnitude < 128 ? bent : flat) != 0)
      continue;
    for (int64_t i = 0; i < blockSize; ++i)
      x[i] = fromBits(static_cast<uint32_t>(first + i) | sign);
    seen += blockSize;
    bool haveExact = false;
    for (Model &model : models) {
      const void *inputs[] = {x};
      void *outputs[] = {y};
      if (model.predict(model.workspace, model.params, static_cast<int32_t>(blockSize / columns), 1,
                        inputs, outputs))
        fail(model.path + ": predict failed");
      if (isFlat(*function, negative, x, y)) {
        // What the plateau, and for gates what the result, can be off.
        model.worst = std::max(model.worst, function->gate ? 1.2e-7 : 0.5);
        continue;
      }
      for (int64_t i = 0; i < blockSize && !haveExact; ++i)
        exact[i] = function->reference(x[i]);
      haveExact = true;
      for (int64_t i = 0; i < blockSize; ++i)
        if (double error = errorOf(y[i], exact[i], function->gate); error > model.worst) {
          model.worst = error;
          model.worstAt = x[i];
          model.worstResult = y[i];
        }
    }
  }
  for (const Model &model : models)
    std::printf("%s\t%lld\t%.4g\t%.9g\t%.9g\n", model.path.c_str(), static_cast<long long>(seen),
                model.worst, model.worstAt, model.worstResult);
}
