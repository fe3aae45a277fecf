// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention layers: outputs, weights, and the calls that are refused.
#include "Helpers.h"

using namespace keratin;
using namespace keratin::test;

namespace {

class Attention : public ::testing::Test {
protected:
  TensorRef input(Json shape) {
    return graph.input(layer("Input", {positional(std::move(shape))}, names));
  }
  int add(const std::string &className, const Arguments &arguments = {}) {
    return graph.add(layer(className, arguments, names));
  }
  AutoNames names;
  FunctionalGraph graph;
  TensorRef query = input({6, 4}), value = input({7, 5}), key = input({7, 4});
};

} // namespace

TEST_F(Attention, hasTheStepsOfTheQueryAndTheFeaturesOfTheValue) {
  TensorRef y = graph.call(add("Attention"), {query, value, key}, callSite);
  EXPECT_EQ(graph.outputCount(y.node), 1);
  EXPECT_EQ(graph.shapeOf(y), (Shape{-1, 6, 5}));
}

TEST_F(Attention, givesScoresWhereTheCallAsks) {
  TensorRef y = graph.call(add("AdditiveAttention"), {query, key}, callSite,
                           {{"return_attention_scores", true}});
  ASSERT_EQ(graph.outputCount(y.node), 2);
  EXPECT_EQ(graph.shapeOf({y.node, 1}), (Shape{-1, 6, 7}));
}

TEST_F(Attention, weightsAreScalarsAndForTheAdditiveOneAVector) {
  int concat = add("Attention", {keyword("use_scale", true), keyword("score_mode", "concat")});
  graph.call(concat, {query, key}, callSite);
  const auto &weights = graph.layer(concat).spec.weights;
  ASSERT_EQ(weights.size(), 2u);
  EXPECT_EQ(weights[0].name, "scale");
  EXPECT_EQ(weights[0].shape, Shape());
  EXPECT_EQ(weights[0].initializer.at("class_name"), "Ones");
  EXPECT_EQ(weights[1].name, "concat_score_weight");

  int additive = add("AdditiveAttention");
  graph.call(additive, {query, key}, callSite);
  ASSERT_EQ(graph.layer(additive).spec.weights.size(), 1u);
  EXPECT_EQ(graph.layer(additive).spec.weights[0].shape, (Shape{4}));
}

TEST_F(Attention, refusesOneTensorAndShapesThatDoNotFit) {
  EXPECT_EQ(messageOf([&] { graph.call(add("Attention"), {query}, callSite); }),
            "Attention layer accepts inputs list of length 2 or 3, namely [query, value] or "
            "[query, value, key]. Received length: 1");
  EXPECT_EQ(
      messageOf([&] { graph.call(add("Attention"), {query, value}, callSite); }),
      "Attention expects a query (batch, query steps, features), a value (batch, steps, value "
      "features) and a key (batch, steps, features), got (None, 6, 4), (None, 7, 5) and "
      "(None, 7, 5)");
}
