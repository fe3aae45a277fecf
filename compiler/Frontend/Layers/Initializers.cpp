// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Draws initial weights. All arithmetic is IEEE double in a fixed order, compiled without
// contraction, and only sqrt comes from the C library: the same seed gives the same bits
// everywhere.
#include "compiler/Frontend/Layers/Initializers.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <utility>

namespace keratin {

namespace {

/// SplitMix64 (Steele, Lea, Flood 2014): a counter through a mixing function. A stream starts where
/// the mix of seed and stream number says.
class Generator {
public:
  Generator(uint64_t seed, uint64_t stream) : state(mix(seed) ^ mix(~stream)) {}

  /// Uniform in [0, 1), 53 bits.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  /// Standard normal, by Marsaglia's polar method.
  double normal() {
    if (hasSpare) {
      hasSpare = false;
      return spare;
    }
    double x, y, r;
    do {
      x = 2 * uniform() - 1;
      y = 2 * uniform() - 1;
      r = x * x + y * y;
    } while (r >= 1 || r == 0);
    double factor = std::sqrt(-2 * logarithm(r) / r);
    spare = y * factor;
    hasSpare = true;
    return x * factor;
  }

  /// Standard normal, drawn again while outside ±2.
  double truncatedNormal() {
    double value = normal();
    while (std::fabs(value) > 2)
      value = normal();
    return value;
  }

private:
  static uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  uint64_t next() { return mix(state += 0x9e3779b97f4a7c15ull); }

  /// Natural logarithm of a positive normal number to about 1e-16: m·2^e with m in [√½, √2), and
  /// log m = 2·artanh((m − 1)/(m + 1)) as a series. Not the C library's, whose last bit differs by
  /// platform.
  static double logarithm(double x) {
    int exponent;
    double m = std::frexp(x, &exponent);
    if (m < 0.70710678118654752) {
      m *= 2;
      --exponent;
    }
    double s = (m - 1) / (m + 1), square = s * s, sum = 0;
    for (int k = 23; k >= 1; k -= 2)
      sum = sum * square + 1.0 / k;
    return 2 * s * sum + exponent * 0.69314718055994531;
  }

  uint64_t state;
  double spare = 0;
  bool hasSpare = false;
};

} // namespace

static int64_t product(Shape::const_iterator begin, Shape::const_iterator end) {
  int64_t result = 1;
  for (; begin != end; ++begin)
    result *= *begin;
  return result;
}

/// Keras's compute_fans: (…k, in, out) has in·Πk and out·Πk.
static std::pair<double, double> fans(const Shape &shape) {
  if (shape.empty())
    return {1, 1};
  if (shape.size() == 1)
    return {shape[0], shape[0]};
  double receptive = static_cast<double>(product(shape.begin(), shape.end() - 2));
  return {receptive * static_cast<double>(shape[shape.size() - 2]),
          receptive * static_cast<double>(shape.back())};
}

template <typename Draw> static rt::Array filled(const Shape &shape, Draw draw) {
  rt::Array array(rt::DType::Float32, shape);
  float *data = array.data<float>();
  for (int64_t i = 0, n = array.size(); i < n; ++i)
    data[i] = static_cast<float>(draw());
  return array;
}

static rt::Array varianceScaling(double scale, const std::string &mode,
                                 const std::string &distribution, const Shape &shape,
                                 Generator &generator) {
  auto [fanIn, fanOut] = fans(shape);
  double fan = mode == "fan_in" ? fanIn : mode == "fan_out" ? fanOut : (fanIn + fanOut) / 2;
  double variance = scale / std::max(1.0, fan);
  if (distribution == "uniform") {
    double limit = std::sqrt(3 * variance);
    return filled(shape, [&] { return limit * (2 * generator.uniform() - 1); });
  }
  if (distribution == "truncated_normal") {
    // The standard deviation of a standard normal cut off at ±2.
    double stddev = std::sqrt(variance) / 0.87962566103423978;
    return filled(shape, [&] { return stddev * generator.truncatedNormal(); });
  }
  double stddev = std::sqrt(variance);
  return filled(shape, [&] { return stddev * generator.normal(); });
}

static double dot(const double *a, const double *b, int64_t n) {
  double sum[4] = {0, 0, 0, 0}; // four chains keep the adder busy
  int64_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (int lane = 0; lane < 4; ++lane)
      sum[lane] += a[i + lane] * b[i + lane];
  for (; i < n; ++i)
    sum[0] += a[i] * b[i];
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/// `count` orthonormal vectors of `length` ≥ `count` elements, one after another. Keras takes Q of
/// the QR decomposition with the signs of R's diagonal made positive, which is what Gram-Schmidt
/// gives.
static std::vector<double> orthonormalVectors(int64_t count, int64_t length, Generator &generator) {
  std::vector<double> vectors(static_cast<size_t>(count * length));
  for (double &element : vectors)
    element = generator.normal();
  for (int64_t j = 0; j < count; ++j) {
    double *current = &vectors[static_cast<size_t>(j * length)];
    double norm = std::sqrt(dot(current, current, length));
    for (int64_t i = 0; i < length; ++i)
      current[i] /= norm;
    for (int64_t k = j + 1; k < count; ++k) {
      double *other = &vectors[static_cast<size_t>(k * length)];
      double projection = dot(current, other, length);
      for (int64_t i = 0; i < length; ++i)
        other[i] -= projection * current[i];
    }
  }
  return vectors;
}

static void requireRank(bool fits, const char *what, const Shape &shape) {
  if (!fits)
    throw UserError({}, std::string(what) + ", got a weight of " + std::to_string(shape.size()) +
                            " axes");
}

/// Of the matrix Πshape[:-1] × shape[-1], the shorter side's vectors are orthonormal.
static rt::Array orthogonal(double gain, const Shape &shape, Generator &generator) {
  requireRank(shape.size() >= 2, "an orthogonal initializer needs two axes or more", shape);
  int64_t columns = shape.back(), rows = product(shape.begin(), shape.end() - 1);
  int64_t count = std::min(rows, columns), length = std::max(rows, columns);
  std::vector<double> vectors = orthonormalVectors(count, length, generator);
  rt::Array array(rt::DType::Float32, shape);
  float *data = array.data<float>();
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column) {
      int64_t index = rows < columns ? row * length + column : column * length + row;
      data[row * columns + column] = static_cast<float>(gain * vectors[static_cast<size_t>(index)]);
    }
  return array;
}

static rt::Array constant(double value, const Shape &shape) {
  return filled(shape, [&] { return value; });
}

static rt::Array identity(double gain, const Shape &shape) {
  requireRank(shape.size() == 2, "an identity initializer needs two axes", shape);
  rt::Array array(rt::DType::Float32, shape);
  for (int64_t i = 0; i < std::min(shape[0], shape[1]); ++i)
    array.data<float>()[i * shape[1] + i] = static_cast<float>(gain);
  return array;
}

/// Gates are in the order i, f, c, o: f's quarter of the bias is one.
static rt::Array unitForgetBias(const Json &others, const Shape &shape, uint64_t seed,
                                uint64_t stream) {
  rt::Array bias = drawWeight(others, shape, seed, stream);
  int64_t units = shape[0] / 4;
  for (int64_t i = units; i < 2 * units; ++i)
    bias.data<float>()[i] = 1;
  return bias;
}

rt::Array drawWeight(const Json &initializer, const Shape &shape, uint64_t seed, uint64_t stream) {
  const std::string name = initializer.at("class_name").get<std::string>();
  const Json &config = initializer.at("config");
  if (name == "UnitForgetBias")
    return unitForgetBias(config.at("bias_initializer"), shape, seed, stream);
  auto number = [&](const char *key) { return config.at(key).get<double>(); };
  if (config.contains("seed") && config["seed"].is_number()) {
    seed = static_cast<uint64_t>(config["seed"].get<int64_t>());
    stream = 0;
  }
  Generator generator(seed, stream);
  if (name == "Zeros")
    return rt::Array(rt::DType::Float32, shape);
  if (name == "Ones")
    return constant(1, shape);
  if (name == "Constant")
    return constant(number("value"), shape);
  if (name == "Identity")
    return identity(number("gain"), shape);
  if (name == "RandomUniform") {
    double low = number("minval"), range = number("maxval") - low;
    return filled(shape, [&] { return low + range * generator.uniform(); });
  }
  if (name == "RandomNormal") {
    double mean = number("mean"), stddev = number("stddev");
    return filled(shape, [&] { return mean + stddev * generator.normal(); });
  }
  if (name == "TruncatedNormal") {
    double mean = number("mean"), stddev = number("stddev");
    return filled(shape, [&] { return mean + stddev * generator.truncatedNormal(); });
  }
  if (name == "Orthogonal")
    return orthogonal(number("gain"), shape, generator);
  if (name == "VarianceScaling")
    return varianceScaling(number("scale"), config.at("mode").get<std::string>(),
                           config.at("distribution").get<std::string>(), shape, generator);
  struct Scaling {
    const char *name;
    double scale;
    const char *mode, *distribution;
  };
  static const Scaling scalings[] = {{"GlorotUniform", 1, "fan_avg", "uniform"},
                                     {"GlorotNormal", 1, "fan_avg", "truncated_normal"},
                                     {"HeUniform", 2, "fan_in", "uniform"},
                                     {"HeNormal", 2, "fan_in", "truncated_normal"},
                                     {"LecunUniform", 1, "fan_in", "uniform"},
                                     {"LecunNormal", 1, "fan_in", "truncated_normal"}};
  for (const Scaling &scaling : scalings)
    if (name == scaling.name)
      return varianceScaling(scaling.scale, scaling.mode, scaling.distribution, shape, generator);
  throw std::logic_error("no rule for initializer " + name);
}

void drawInitialWeights(ModelSpec &model, uint64_t seed) {
  uint64_t stream = 0;
  for (LayerSpec &layer : model.layers)
    for (WeightSpec &weight : layer.weights) {
      if (weight.value.bytes.empty()) {
        try {
          weight.value = drawWeight(weight.initializer, weight.shape, seed, stream);
        } catch (const UserError &error) {
          throw UserError(layer.location, weight.path + ": " + error.message, error.hint);
        } catch (const std::bad_alloc &) {
          throw UserError(layer.location, "not enough memory for weight " + weight.path);
        }
      }
      ++stream;
    }
}

} // namespace keratin
