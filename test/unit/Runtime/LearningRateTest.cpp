// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Schedules against the values of 26 steps that Keras computed.
#include "Support.h"
#include "keratin/file.hpp"
#include "keratin/learning_rate.hpp"

using namespace keratin::rt;
using Json = nlohmann::ordered_json;

namespace {

/// The cases of golden/utils, whose calls are written out here as Keras serializes them.
const std::vector<std::pair<const char *, Json>> &schedules() {
  static const Json decay = {
      {"initial_learning_rate", 0.1}, {"decay_steps", 10}, {"decay_rate", 0.9}};
  static const Json inverse = {
      {"initial_learning_rate", 0.1}, {"decay_steps", 10}, {"decay_rate", 0.5}};
  static const auto with = [](Json config, const char *key, Json value) {
    config[key] = std::move(value);
    return config;
  };
  static const std::vector<std::pair<const char *, Json>> cases = {
      {"ExponentialDecay", decay},
      {"ExponentialDecay", with(decay, "staircase", true)},
      {"PiecewiseConstantDecay", {{"boundaries", {5, 15}}, {"values", {1.0, 0.5, 0.1}}}},
      {"PolynomialDecay",
       {{"initial_learning_rate", 0.1},
        {"decay_steps", 10},
        {"end_learning_rate", 0.01},
        {"power", 2.0}}},
      {"PolynomialDecay",
       {{"initial_learning_rate", 0.1},
        {"decay_steps", 10},
        {"end_learning_rate", 0.01},
        {"power", 1.0},
        {"cycle", true}}},
      {"InverseTimeDecay", inverse},
      {"InverseTimeDecay", with(inverse, "staircase", true)},
      {"CosineDecay", {{"initial_learning_rate", 0.1}, {"decay_steps", 20}, {"alpha", 0.05}}},
      {"CosineDecay",
       {{"initial_learning_rate", 0.0},
        {"decay_steps", 20},
        {"warmup_target", 0.1},
        {"warmup_steps", 5}}},
      {"CosineDecayRestarts",
       {{"initial_learning_rate", 0.1}, {"first_decay_steps", 10}, {"t_mul", 2.0}, {"m_mul", 1.0}}},
  };
  return cases;
}

TEST(LearningRate, SchedulesAreKerass) {
  Json golden = Json::parse(readFile(::golden("utils/utils.json")))["schedules"];
  ASSERT_GE(golden.size(), schedules().size());
  for (size_t i = 0; i < schedules().size(); ++i) {
    const auto &[name, config] = schedules()[i];
    ASSERT_NE(golden[i]["expr"].get<std::string>().find(name), std::string::npos);
    LearningRate rate(Json{{"class_name", name}, {"config", config}});
    EXPECT_TRUE(rate.isSchedule());
    for (size_t step = 0; step < golden[i]["values"].size(); ++step)
      EXPECT_NEAR(rate.at(static_cast<int64_t>(step)), golden[i]["values"][step].get<double>(),
                  1e-7)
          << golden[i]["expr"] << " at step " << step;
  }
}

TEST(LearningRate, ANumberIsTheSameForAllSteps) {
  LearningRate rate(Json(0.25));
  EXPECT_FALSE(rate.isSchedule());
  EXPECT_EQ(rate.at(0), 0.25);
  EXPECT_EQ(rate.at(1000000), 0.25);
}

TEST(LearningRate, RefusesOthers) {
  EXPECT_THROW(LearningRate(Json("fast")), Error);
  EXPECT_THROW(LearningRate(Json{{"class_name", "MyDecay"}, {"config", Json::object()}}), Error);
  EXPECT_THROW(LearningRate(Json{{"class_name", "CosineDecay"}, {"config", {{"decay_steps", 0}}}}),
               Error);
}

} // namespace
