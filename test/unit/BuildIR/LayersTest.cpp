// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What each layer class becomes, and the signature of predict.
#include "test/unit/BuildIR/Models.h"

using namespace keratin;
using namespace keratin::test;

TEST(BuildIRLayers, PredictNamesInputsAndOutputs) {
  SequentialSpec model({-1, 4});
  model.dense(3);
  std::string ir = print(model.spec, Entry::Predict);
  EXPECT_TRUE(contains(
      ir, "func.func @predict(%arg0: tensor<?x4xf32> {keratin.name = "
          "\"tokens\", keratin.role = \"input\"}) -> (tensor<?x3xf32> {keratin.name = \"l1\"}) "
          "attributes {keratin.entry = \"predict\"}"));
}

TEST(BuildIRLayers, ParametersAreInTheOrderOfGetWeights) {
  SequentialSpec model({-1, -1});
  model.embedding(11, 4).lstm(5).dense(1);
  model.spec.layers[1].config["trainable"] = false;
  std::string ir = print(model.spec, Entry::Predict);
  EXPECT_TRUE(contains(
      ir, "keratin.param @l1_embeddings : tensor<11x4xf32>\n"
          "  keratin.param @l2_kernel : tensor<4x20xf32> {gates = 4 : i64, trainable}\n"
          "  keratin.param @l2_recurrent_kernel : tensor<5x20xf32> {gates = 4 : i64, trainable}\n"
          "  keratin.param @l2_bias : tensor<20xf32> {gates = 4 : i64, trainable}\n"
          "  keratin.param @l3_kernel : tensor<5x1xf32> {trainable}\n"
          "  keratin.param @l3_bias : tensor<1xf32> {trainable}\n"));
}

TEST(BuildIRLayers, ParametersOfLayersWithClashingNamesStayApart) {
  SequentialSpec model({-1, 4});
  model.dense(3).dense(3);
  model.spec.layers[1].name = "a";
  model.spec.layers[1].weights[1].name = "b_kernel";
  model.spec.layers[2].name = "a_b";
  std::string ir = print(model.spec, Entry::Predict);
  EXPECT_TRUE(contains(ir, "@a_b_kernel : "));
  EXPECT_TRUE(contains(ir, "@a_b_kernel_1 : "));
}

TEST(BuildIRLayers, OpsLeadToLayerEntryAndLine) {
  SequentialSpec model({-1, 4});
  model.dense(3);
  EXPECT_TRUE(contains(printWithLocations(model.spec, Entry::Predict),
                       "fused<#keratin.origin<layer = \"l1\", entry = \"predict\", "
                       "backward = false>>[\"model.py\":2:5]"));
}

TEST(BuildIRLayers, DenseAppliesItsActivationApart) {
  SequentialSpec model({-1, 7, 4});
  model.dense(3, "relu");
  std::string ir = print(model.spec, Entry::Predict);
  EXPECT_TRUE(contains(ir, "keratin.dense %arg0, %0 bias(%1) : (tensor<?x7x4xf32>"));
  EXPECT_TRUE(contains(ir, "keratin.activation <relu> %2"));
}

TEST(BuildIRLayers, DenseWithoutBias) {
  SequentialSpec model({-1, 4});
  model.dense(3).last().weights.pop_back();
  EXPECT_TRUE(contains(print(model.spec, Entry::Predict), "keratin.dense %arg0, %0 : "));
}

TEST(BuildIRLayers, MaskTravelsFromEmbeddingThroughSequences) {
  SequentialSpec model({-1, -1});
  model.embedding(11, 4, /*maskZero=*/true)
      .layer("Dropout", {{"rate", 0.5}})
      .lstm(5, {{"return_sequences", true}})
      .dense(4, "tanh")
      .lstm(3)
      .dense(1);
  std::string ir = print(model.spec, Entry::Predict);
  EXPECT_TRUE(contains(ir, "(%arg0: tensor<?x?xi32>"));
  EXPECT_EQ(count(ir, "keratin.compute_mask"), 1);
  EXPECT_EQ(count(ir, "mask("), 2);
}

TEST(BuildIRLayers, MaskingMakesAMaskThatReshapeDrops) {
  auto masked = [](bool reshapes) {
    SequentialSpec model({-1, 6, 4});
    model.layer("Masking", {{"mask_value", 0.5}});
    if (reshapes)
      model.layer("Reshape", {{"target_shape", {6, 4}}});
    model.lstm(3);
    return print(model.spec, Entry::Predict);
  };
  EXPECT_TRUE(contains(masked(false), "keratin.find_mask %arg0 {value = 5.000000e-01 : f64}"));
  EXPECT_TRUE(contains(masked(false), "keratin.mask_values"));
  EXPECT_EQ(count(masked(false), "mask("), 1);
  EXPECT_EQ(count(masked(true), "mask("), 0);
}

TEST(BuildIRLayers, NoiseIsNothingInInference) {
  SequentialSpec model({-1, 6, 4});
  model.layer("GaussianNoise", {{"stddev", 0.5}}).layer("GaussianDropout", {{"rate", 0.5}});
  EXPECT_FALSE(contains(print(model.spec, Entry::Predict), "keratin.normal_noise"));
}

TEST(BuildIRLayers, LstmOptions) {
  SequentialSpec model({-1, 7, 4});
  model.lstm(5, {{"return_sequences", true}, {"go_backwards", true}, {"activation", "relu"}});
  std::string ir = print(model.spec, Entry::Predict);
  EXPECT_TRUE(contains(ir, "activation = #keratin.activation<relu>, go_backwards"));
  EXPECT_TRUE(contains(ir, "-> tensor<?x7x5xf32>"));
}

TEST(BuildIRLayers, InitialStatesReplaceTheMaskInsideAndKeepItOutside) {
  SequentialSpec model({-1, 6});
  model.embedding(11, 4, /*maskZero=*/true).lstm(5, {{"return_sequences", true}}).lstm(3);
  // Another input is the state of the first LSTM.
  LayerSpec state;
  state.className = "InputLayer";
  state.name = "state";
  state.config = Json::object();
  NodeSpec node;
  node.layer = static_cast<int>(model.spec.layers.size());
  node.outputShapes = {{-1, 5}};
  model.spec.layers.push_back(state);
  model.spec.nodes.push_back(node);
  TensorRef ref{node.layer, 0};
  model.spec.inputs.push_back(ref);
  model.spec.nodes[2].inputs.insert(model.spec.nodes[2].inputs.end(), {ref, ref});
  std::string ir = print(model.spec, Entry::Predict);
  EXPECT_TRUE(contains(ir, "bias(%5) initial(%arg1, %arg1) {return_sequences}"));
  EXPECT_EQ(count(ir, "mask("), 1);
}

TEST(BuildIRLayers, FinalStatesFollowTheOutput) {
  SequentialSpec model({-1, 6, 2});
  model.lstm(5, {{"return_sequences", true}, {"return_state", true}});
  model.spec.nodes[1].outputShapes = {{-1, 6, 5}, {-1, 5}, {-1, 5}};
  model.spec.outputs = {{1, 2}, {1, 0}};
  std::string ir = print(model.spec, Entry::Predict);
  EXPECT_TRUE(contains(ir, "{return_sequences, return_state}"));
  EXPECT_TRUE(contains(ir, "-> (tensor<?x6x5xf32>, tensor<?x5xf32>, tensor<?x5xf32>)"));
  EXPECT_TRUE(contains(ir, "#2, %")); // the cell state is the first output
}

TEST(BuildIRLayers, GRUReadsTheTwoRowsOfItsBias) {
  SequentialSpec model({-1, 6, 2});
  model.recurrent("GRU", 5, {2, 15}, {{"reset_after", true}});
  std::string ir = print(model.spec, Entry::Predict);
  EXPECT_EQ(count(ir, "{gates = 3 : i64, trainable}"), 3);
  EXPECT_EQ(count(ir, "keratin.row %"), 2);
  EXPECT_TRUE(contains(ir, "recurrent_bias("));
  EXPECT_TRUE(contains(ir, "{reset_after}"));
}

TEST(BuildIRLayers, BidirectionalRunsBothDirectionsAndMergesThem) {
  SequentialSpec model({-1, 6, 2});
  model.bidirectional(5, "ave");
  std::string ir = print(model.spec, Entry::Predict);
  EXPECT_TRUE(contains(ir, "keratin.read_param @l1_backward_recurrent_kernel"));
  EXPECT_EQ(count(ir, "keratin.simple_rnn"), 2);
  EXPECT_EQ(count(ir, "{go_backwards}"), 1);
  EXPECT_EQ(count(ir, "keratin.merge_directions <ave>"), 1);
}

TEST(BuildIRLayers, RecurrentDropoutDrawsForEachGateApart) {
  SequentialSpec model({-1, 6, 2});
  model.lstm(5, {{"dropout", 0.25}, {"recurrent_dropout", 0.5}})
      .dense(1)
      .compile("mean_squared_error");
  std::string ir = print(model.spec, Entry::Gradients);
  EXPECT_TRUE(
      contains(ir, "{features = 2 : i64, gates = 4 : i64, layer = 1 : i64, rate = 2.500000e-01"));
  EXPECT_TRUE(
      contains(ir, "{features = 5 : i64, gates = 4 : i64, layer = 16777217 : i64, rate = 5.0"));
  EXPECT_FALSE(contains(print(model.spec, Entry::Predict), "factors"));
}

TEST(BuildIRLayers, SharedLayersReadTheirWeightsOnce) {
  SequentialSpec model({-1, 3});
  model.dense(3);
  NodeSpec again = model.spec.nodes[1];
  again.inputs = {{1, 0}};
  model.spec.nodes.push_back(again);
  model.spec.outputs = {{2, 0}};
  std::string ir = print(model.spec, Entry::Predict);
  EXPECT_EQ(count(ir, "keratin.read_param"), 2);
  EXPECT_EQ(count(ir, "keratin.dense"), 2);
}

TEST(BuildIRLayers, DropoutIsNothingInInference) {
  SequentialSpec model({-1, 6, 4});
  model.layer("Dropout", {{"rate", 1.0}}).layer("SpatialDropout1D", {{"rate", 0.5}});
  EXPECT_FALSE(contains(print(model.spec, Entry::Predict), "keratin.dropout"));
}

TEST(BuildIRLayers, RefusesWhatItCannotBuild) {
  auto error = [](SequentialSpec &model) { return errorOf(model.spec, Entry::Predict); };
  SequentialSpec unknown({-1, 4});
  EXPECT_EQ(error(unknown.layer("Lambda", Json::object())),
            "model.py:2: layers of class Lambda are not supported");
  SequentialSpec activation({-1, 4});
  EXPECT_EQ(error(activation.dense(3, "glu")), "model.py:2: activation \"glu\" is not supported");
  SequentialSpec rank({-1, -1, 3, 4});
  EXPECT_EQ(error(rank.dense(3)),
            "model.py:2: Dense of an input of rank 4 expects a known number of steps");
  SequentialSpec indices({-1, 2, 3});
  EXPECT_EQ(error(indices.embedding(5, 4)),
            "model.py:2: Embedding expects indices of rank 1 or 2, got rank 3");
  SequentialSpec masked({-1, 2, 3});
  EXPECT_EQ(error(masked.embedding(5, 4, true)),
            "model.py:2: Embedding with mask_zero expects indices of rank 2, got rank 3");
  SequentialSpec floats({-1, 4});
  EXPECT_EQ(error(floats.dense(3).embedding(5, 4)),
            "model.py:3: Embedding expects an input of the model that feeds embeddings only");
  SequentialSpec softmax({-1, 2, 3});
  EXPECT_EQ(error(softmax.lstm(4, {{"activation", "softmax"}})),
            "model.py:2: LSTM expects an elementwise activation, got softmax");
  SequentialSpec unbuilt({-1, 4});
  unbuilt.spec.outputs.clear();
  unbuilt.spec.location = {"model.py", 1, 1};
  EXPECT_EQ(error(unbuilt), "model.py:1: the model's input shape is not known");
  SequentialSpec inputs({-1, 4});
  inputs.dense(3).spec.nodes[1].inputs.push_back({0, 0});
  EXPECT_EQ(error(inputs), "model.py:2: Dense layer \"l1\" expects one input, got 2");
  SequentialSpec states({-1, 2, 3});
  states.lstm(3).spec.nodes[1].inputs.push_back({0, 0});
  EXPECT_EQ(error(states),
            "model.py:2: LSTM expects an input and 2 initial states or none, got 2 inputs");
}
