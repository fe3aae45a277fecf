// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Initial weights: ranges, moments, orthogonality, determinism.
#include "Helpers.h"

#include "compiler/Frontend/Layers/Initializers.h"

#include <cmath>

using namespace keratin;
using namespace keratin::test;

namespace {

Json initializer(const std::string &name, const Arguments &arguments = {}) {
  return makeObject(ClassKind::Initializer, name, arguments, callSite);
}

struct Moments {
  double mean, stddev, smallest, largest;
};

Moments momentsOf(const rt::Array &array) {
  double sum = 0, squares = 0, smallest = array.at(0), largest = array.at(0);
  for (int64_t i = 0; i < array.size(); ++i) {
    double value = array.at(i);
    sum += value;
    squares += value * value;
    smallest = std::min(smallest, value);
    largest = std::max(largest, value);
  }
  double n = static_cast<double>(array.size()), mean = sum / n;
  return {mean, std::sqrt(squares / n - mean * mean), smallest, largest};
}

const Shape large = {300, 200};

} // namespace

TEST(Initializers, uniformStaysInItsRange) {
  struct Case {
    const char *name;
    double limit;
  };
  const Case cases[] = {{"GlorotUniform", std::sqrt(6. / 500)},
                        {"HeUniform", std::sqrt(6. / 300)},
                        {"LecunUniform", std::sqrt(3. / 300)},
                        {"RandomUniform", 0.05}};
  for (const Case &c : cases) {
    Moments m = momentsOf(drawWeight(initializer(c.name), large, 1, 0));
    EXPECT_LE(m.largest, c.limit * 1.0000001) << c.name;
    EXPECT_GE(m.smallest, -c.limit * 1.0000001) << c.name;
    EXPECT_GT(m.largest, c.limit * 0.999) << c.name;
    EXPECT_NEAR(m.mean, 0, c.limit * 0.02) << c.name;
    EXPECT_NEAR(m.stddev, c.limit / std::sqrt(3.), c.limit * 0.01) << c.name;
  }
}

TEST(Initializers, truncatedNormalHasTheWantedDeviation) {
  struct Case {
    const char *name;
    double stddev;
  };
  const Case cases[] = {{"GlorotNormal", std::sqrt(2. / 500)},
                        {"HeNormal", std::sqrt(2. / 300)},
                        {"LecunNormal", std::sqrt(1. / 300)}};
  for (const Case &c : cases) {
    Moments m = momentsOf(drawWeight(initializer(c.name), large, 2, 0));
    EXPECT_NEAR(m.stddev, c.stddev, c.stddev * 0.01) << c.name;
    EXPECT_LE(m.largest, c.stddev / 0.87962566103423978 * 2.0001) << c.name;
  }
  // The plain one keeps its parameter and so has a smaller deviation.
  Moments plain = momentsOf(drawWeight(initializer("TruncatedNormal"), large, 2, 0));
  EXPECT_NEAR(plain.stddev, 0.05 * 0.8796, 0.0005);
  EXPECT_LE(plain.largest, 0.1000001);
}

TEST(Initializers, normalHasMeanAndDeviation) {
  Json json = initializer("RandomNormal", {positional(1.5), positional(0.25)});
  Moments m = momentsOf(drawWeight(json, large, 3, 0));
  EXPECT_NEAR(m.mean, 1.5, 0.005);
  EXPECT_NEAR(m.stddev, 0.25, 0.003);
  EXPECT_GT(m.largest, 1.5 + 0.25 * 3.5);
}

TEST(Initializers, varianceScalingTakesModeAndDistribution) {
  Json json = initializer("VarianceScaling", {keyword("scale", 4.0), keyword("mode", "fan_out"),
                                              keyword("distribution", "untruncated_normal")});
  EXPECT_NEAR(momentsOf(drawWeight(json, large, 4, 0)).stddev, std::sqrt(4. / 200), 0.002);
  EXPECT_THROW(initializer("VarianceScaling", {keyword("mode", "fan")}), UserError);
}

TEST(Initializers, orthogonalMatrixIsOrthonormalAlongItsShorterSide) {
  for (Shape shape : {Shape{7, 28}, Shape{28, 7}, Shape{9, 9}, Shape{1, 4}, Shape{3, 2, 5}}) {
    rt::Array q = drawWeight(initializer("Orthogonal", {keyword("gain", 2.0)}), shape, 5, 1);
    int64_t columns = shape.back(), rows = q.size() / columns, count = std::min(rows, columns);
    auto at = [&](int64_t vector, int64_t i) {
      return rows < columns ? q.at(vector * columns + i) : q.at(i * columns + vector);
    };
    for (int64_t a = 0; a < count; ++a)
      for (int64_t b = 0; b < count; ++b) {
        double dot = 0;
        for (int64_t i = 0; i < std::max(rows, columns); ++i)
          dot += at(a, i) * at(b, i);
        EXPECT_NEAR(dot, a == b ? 4 : 0, 2e-6);
      }
  }
}

TEST(Initializers, simpleOnes) {
  EXPECT_EQ(drawWeight(initializer("Ones"), {3}, 0, 0).at(2), 1);
  EXPECT_EQ(drawWeight(initializer("Zeros"), {3}, 0, 0).at(2), 0);
  EXPECT_EQ(drawWeight(initializer("Constant", {positional(0.5)}), {3}, 0, 0).at(0), 0.5);
  rt::Array identity = drawWeight(initializer("Identity", {positional(3.0)}), {2, 3}, 0, 0);
  EXPECT_EQ(identity.at(0), 3);
  EXPECT_EQ(identity.at(4), 3);
  EXPECT_EQ(identity.at(1), 0);
}

TEST(Initializers, modelsAreDeterministicAndForgetGateBiasIsOne) {
  AutoNames names;
  ModelSpec model = makeSequential("m", callSite);
  addLayer(model,
           layer("LSTM",
                 {positional(5), keyword("input_shape", {6, 4}), keyword("return_sequences", true)},
                 names),
           names);
  addLayer(model, layer("LSTM", {positional(5), keyword("unit_forget_bias", false)}, names), names);
  ModelSpec again = model, other = model;
  drawInitialWeights(model, 42);
  drawInitialWeights(again, 42);
  drawInitialWeights(other, 43);
  for (size_t i = 0; i < model.weights().size(); ++i)
    EXPECT_EQ(model.weights()[i]->value.bytes, again.weights()[i]->value.bytes);
  EXPECT_NE(model.weights()[0]->value.bytes, other.weights()[0]->value.bytes);
  // Same shape, same initializer, another stream.
  EXPECT_NE(model.weights()[1]->value.bytes, model.weights()[4]->value.bytes);
  const rt::Array &bias = model.weights()[2]->value;
  for (int64_t i = 0; i < 20; ++i)
    EXPECT_EQ(bias.at(i), i >= 5 && i < 10 ? 1 : 0);
  EXPECT_EQ(model.weights()[5]->value.at(7), 0);
}

TEST(Initializers, aSeedOfItsOwnGivesTheSameValuesEverywhere) {
  Json seeded = initializer("GlorotUniform", {keyword("seed", 7)});
  EXPECT_EQ(drawWeight(seeded, {4, 5}, 1, 0).bytes, drawWeight(seeded, {4, 5}, 2, 9).bytes);
}

TEST(Initializers, bitsAreFixed) {
  // The generator is part of the seed's meaning: a change of these values is a change for users.
  rt::Array normal = drawWeight(initializer("RandomNormal"), {2}, 1, 0);
  rt::Array uniform = drawWeight(initializer("RandomUniform"), {2}, 1, 0);
  EXPECT_FLOAT_EQ(static_cast<float>(uniform.at(0)), -0.015489221f);
  EXPECT_FLOAT_EQ(static_cast<float>(normal.at(0)), -0.0065875314f);
}

TEST(Initializers, ranksAreChecked) {
  AutoNames names;
  ModelSpec model = makeSequential("m", callSite);
  addLayer(
      model,
      layer("Dense",
            {positional(5), keyword("input_dim", 4), keyword("bias_initializer", "orthogonal")},
            names),
      names);
  UserError error = userError([&] { drawInitialWeights(model, 1); });
  EXPECT_EQ(
      error.message,
      "m/dense/bias: an orthogonal initializer needs two axes or more, got a weight of 1 axes");
  EXPECT_EQ(error.location.line, 7);
}
