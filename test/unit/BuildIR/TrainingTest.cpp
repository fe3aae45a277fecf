// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What training and evaluation add: dropout, losses, metrics, optimizers.
#include "compiler/Frontend/BuildIR/EntryBuilder.h"
#include "test/unit/BuildIR/Models.h"

using namespace keratin;
using namespace keratin::test;

static SequentialSpec classifier(const char *activation, int64_t classes = 3) {
  SequentialSpec model({-1, 4});
  model.dense(classes, activation);
  return model;
}

TEST(BuildIRTraining, TrainStepTakesTargetsWeightsAndStepArguments) {
  SequentialSpec model = classifier("softmax").compile("categorical_crossentropy");
  EXPECT_TRUE(contains(
      print(model.spec, Entry::TrainStep),
      "@train_step(%arg0: tensor<?x4xf32> {keratin.name = \"tokens\", keratin.role = \"input\"}, "
      "%arg1: tensor<?x3xf32> {keratin.name = \"l1_target\", keratin.role = \"target\"}, "
      "%arg2: tensor<?xf32> {keratin.name = \"l1_sample_weight\", keratin.role = "
      "\"sample_weight\"}, "
      "%arg3: i64 {keratin.name = \"seed\", keratin.role = \"seed\"}, "
      "%arg4: i64 {keratin.name = \"iteration\", keratin.role = \"iteration\"}, "
      "%arg5: f32 {keratin.name = \"learning_rate\", keratin.role = \"learning_rate\"}) "
      "attributes"));
}

TEST(BuildIRTraining, SparseTargetsAreLabels) {
  SequentialSpec model({-1, 6, 4});
  model.dense(3).compile("sparse_categorical_crossentropy",
                         {{"sparse_categorical_accuracy", "accuracy", false}});
  EXPECT_TRUE(contains(print(model.spec, Entry::EvaluateStep), "%arg1: tensor<?x6xi32>"));
  EXPECT_TRUE(contains(print(model.spec, Entry::EvaluateStep), "%arg2: tensor<?x6xf32>"));
}

TEST(BuildIRTraining, EvaluateRecordsLossAndMetricsInCompiledOrder) {
  SequentialSpec model =
      classifier("sigmoid").compile("binary_crossentropy", {{"binary_accuracy", "accuracy", false},
                                                            {"mean_squared_error", "mse", true}});
  std::string ir = print(model.spec, Entry::EvaluateStep);
  EXPECT_TRUE(contains(ir, "keratin.record %4 {slot = 0 : i64} : (tensor<f32>)"));
  EXPECT_TRUE(contains(ir, "keratin.metric <binary_accuracy> %3, %arg1 : "));
  EXPECT_TRUE(contains(ir, "keratin.record %5 {slot = 1 : i64} : (tensor<2xf32>)"));
  EXPECT_TRUE(contains(ir, "keratin.loss_metric <mean_squared_error> %3, %arg1 weight(%arg2)"));
  EXPECT_TRUE(contains(ir, "keratin.record %6 {slot = 2 : i64} : (tensor<2xf32>)"));
  EXPECT_FALSE(contains(ir, "keratin.minimize"));
}

TEST(BuildIRTraining, OutputsHaveTheirOwnLossesInATotal) {
  SequentialSpec model = classifier("softmax");
  model.dense(2);
  model.spec.outputs = {{1, 0}, {2, 0}};
  model.compile("sparse_categorical_crossentropy", {{"sparse_categorical_accuracy", "acc", false}});
  CompileSpec &compile = *model.spec.compile;
  compile.losses.push_back({"mean_squared_error"});
  compile.losses[1].weight = 0.5;
  compile.metrics.push_back({{"mean_absolute_error", "mae", true}});
  std::string ir = print(model.spec, Entry::EvaluateStep);
  EXPECT_TRUE(contains(ir, "%arg1: tensor<?xi32> {keratin.name = \"l1_target\""));
  EXPECT_TRUE(contains(ir, "%arg2: tensor<?x2xf32> {keratin.name = \"l2_target\""));
  EXPECT_TRUE(contains(ir, "%arg4: tensor<?xf32> {keratin.name = \"l2_sample_weight\""));
  EXPECT_TRUE(contains(ir, "{weights = array<f64: 1.000000e+00, 5.000000e-01>}"));
  EXPECT_TRUE(contains(ir, "keratin.loss_metric <mean_absolute_error> %6, %arg2 weight(%arg4)"));
  EXPECT_EQ(count(ir, "keratin.record"), 5);
  EXPECT_TRUE(contains(print(model.spec, Entry::TrainStep), "keratin.minimize %9 "));
}

TEST(BuildIRTraining, AnOnlyLossMayCountForMore) {
  SequentialSpec model = classifier("tanh").compile("mean_squared_error");
  EXPECT_FALSE(contains(print(model.spec, Entry::TrainStep), "keratin.total_loss"));
  model.spec.compile->losses[0].weight = 2;
  EXPECT_TRUE(contains(print(model.spec, Entry::TrainStep), "{weights = array<f64: 2.0"));
}

TEST(BuildIRTraining, LossesAndMetricsLeadToCompile) {
  SequentialSpec model =
      classifier("sigmoid").compile("mean_squared_error", {{"binary_accuracy", "acc", false}});
  EXPECT_TRUE(contains(printWithLocations(model.spec, Entry::EvaluateStep),
                       "layer = \"loss\", entry = \"evaluate_step\", backward = false>>"
                       "[\"model.py\":99:1]"));
  EXPECT_TRUE(contains(printWithLocations(model.spec, Entry::EvaluateStep), "layer = \"acc\""));
}

TEST(BuildIRTraining, LogitsAreRecovered) {
  for (const char *activation : {"sigmoid", "softmax"})
    for (const char *loss :
         {"binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"}) {
      SequentialSpec model = classifier(activation).compile(loss);
      EXPECT_TRUE(contains(print(model.spec, Entry::EvaluateStep),
                           std::string("keratin.loss <") + loss +
                               "> %2, %arg1 weight(%arg2) {from_logits}"));
    }
}

TEST(BuildIRTraining, LogitsAreNotRecoveredWhereKerasDoesNot) {
  SequentialSpec mse = classifier("sigmoid").compile("mean_squared_error");
  SequentialSpec tanh = classifier("tanh").compile("binary_crossentropy");
  for (const SequentialSpec *model : {&mse, &tanh})
    EXPECT_FALSE(contains(print(model->spec, Entry::EvaluateStep), "from_logits"));
}

TEST(BuildIRTraining, LogitsAreRecoveredThroughLayersThatHandTheirInputOn) {
  SequentialSpec model({-1, 4});
  model.dense(3)
      .layer("Activation", {{"activation", "softmax"}})
      .layer("Dropout", {{"rate", 0.5}})
      .compile("categorical_crossentropy");
  EXPECT_TRUE(contains(print(model.spec, Entry::EvaluateStep), "from_logits"));
  EXPECT_FALSE(contains(print(model.spec, Entry::TrainStep), "from_logits"));
  model.spec.layers.back().config["rate"] = 0.0;
  EXPECT_TRUE(contains(print(model.spec, Entry::TrainStep), "from_logits"));
}

TEST(BuildIRTraining, LossSettings) {
  SequentialSpec model = classifier("linear").compile("categorical_crossentropy");
  LossSpec &loss = model.spec.compile->losses[0];
  loss.fromLogits = true;
  loss.labelSmoothing = 0.25;
  loss.reduction = "sum";
  EXPECT_TRUE(contains(print(model.spec, Entry::EvaluateStep),
                       "{from_logits, label_smoothing = 2.500000e-01 : f64, "
                       "reduction = #keratin.reduction<sum>}"));
}

TEST(BuildIRTraining, MaskOfTheOutputReachesLossAndMetrics) {
  SequentialSpec model({-1, 6});
  model.embedding(11, 4, /*maskZero=*/true).lstm(5, {{"return_sequences", true}}).dense(1);
  model.compile("mean_squared_error", {{"mean_absolute_error", "mae", true}});
  EXPECT_EQ(count(print(model.spec, Entry::EvaluateStep), "weight(%arg2) mask(%2)"), 2);
}

TEST(BuildIRTraining, DropoutDrawsByCallAndShape) {
  SequentialSpec model({-1, 6, 4});
  model.layer("Dropout", {{"rate", 0.5}})
      .layer("SpatialDropout1D", {{"rate", 0.25}})
      .layer("Dropout", {{"rate", 0.125}, {"noise_shape", {nullptr, 1, 4}}})
      .layer("Dropout", {{"rate", 0.0625}, {"noise_shape", {nullptr, 6, nullptr}}})
      .compile("mean_squared_error");
  std::string ir = print(model.spec, Entry::TrainStep);
  EXPECT_TRUE(contains(ir, "{layer = 1 : i64, noise = #keratin.noise<elementwise>, rate = 5.0"));
  EXPECT_TRUE(contains(ir, "{layer = 2 : i64, noise = #keratin.noise<per_sequence>, rate = 2.5"));
  EXPECT_TRUE(contains(ir, "{layer = 3 : i64, noise = #keratin.noise<per_sequence>, rate = 1.25"));
  EXPECT_TRUE(contains(ir, "{layer = 4 : i64, noise = #keratin.noise<elementwise>, rate = 6.25"));
}

TEST(BuildIRTraining, LstmDropsItsInputsOncePerSequence) {
  SequentialSpec model({-1, 6, 4});
  model.lstm(5, {{"dropout", 0.25}}).compile("mean_squared_error");
  EXPECT_TRUE(contains(print(model.spec, Entry::TrainStep),
                       "keratin.dropout %arg0 seed(%arg3, %arg4) {layer = 1 : i64, noise = "
                       "#keratin.noise<per_sequence>, rate = 2.5"));
  EXPECT_FALSE(contains(print(model.spec, Entry::EvaluateStep), "keratin.dropout"));
  model.spec.layers.back().config["dropout"] = 1.0; // Keras's cell drops nothing then
  EXPECT_FALSE(contains(print(model.spec, Entry::TrainStep), "keratin.dropout"));
}

TEST(BuildIRTraining, Optimizers) {
  auto minimize = [](const char *kind, Json config) {
    SequentialSpec model = classifier("linear").compile("mean_squared_error", {}, {kind, config});
    return print(model.spec, Entry::TrainStep);
  };
  EXPECT_TRUE(
      contains(minimize("SGD", {{"learning_rate", 0.1}, {"momentum", 0.5}, {"nesterov", true}}),
               "learning_rate(%arg5 : f32) iteration(%arg4) {optimizer = "
               "#keratin.sgd<momentum = 5.000000e-01 : f64, nesterov = true>}"));
  EXPECT_TRUE(contains(minimize("RMSprop", {{"rho", 0.5}, {"momentum", 0.25}, {"centered", true}}),
                       "#keratin.rmsprop<rho = 5.000000e-01 : f64, momentum = 2.500000e-01 : f64"));
  EXPECT_TRUE(
      contains(minimize("Adam", {{"beta_1", 0.5}, {"beta_2", 0.25}, {"weight_decay", nullptr}}),
               "#keratin.adam<beta_1 = 5.000000e-01 : f64, beta_2 = 2.500000e-01 : f64"));
}

TEST(BuildIRTraining, ClippingAndDecayGoToTheStep) {
  SequentialSpec model = classifier("linear").compile(
      "mean_squared_error", {}, {"SGD", {{"global_clipnorm", 0.5}, {"weight_decay", 0.25}}});
  EXPECT_TRUE(contains(print(model.spec, Entry::TrainStep),
                       "{global_clip_norm = 5.000000e-01 : f64, optimizer = #keratin.sgd<momentum "
                       "= 0.000000e+00 : f64, nesterov = false>, weight_decay = 2.500000e-01 : "
                       "f64}"));
}

TEST(BuildIRTraining, RegularizersJoinTheLoss) {
  SequentialSpec model = classifier("linear").compile("mean_squared_error");
  model.last().weights[0].regularizer = {{"class_name", "L2"}, {"config", {{"l2", 0.5}}}};
  model.last().config["activity_regularizer"] = {{"class_name", "L1"}, {"config", {{"l1", 2.0}}}};
  std::string ir = print(model.spec, Entry::TrainStep);
  EXPECT_TRUE(contains(ir, "{l1 = 2.000000e+00 : f64, l2 = 0.000000e+00 : f64, per_row}"));
  EXPECT_TRUE(contains(ir, "{l1 = 0.000000e+00 : f64, l2 = 5.000000e-01 : f64}"));
  EXPECT_TRUE(contains(ir, "tensor<f32>, tensor<f32>, tensor<f32>"));
  EXPECT_TRUE(contains(print(model.spec, Entry::EvaluateStep), "keratin.penalty"));
  EXPECT_FALSE(contains(print(model.spec, Entry::Predict), "keratin.penalty"));
}

TEST(BuildIRTraining, WeightsAtRestHaveNoPenaltyButTheirOutputsHave) {
  SequentialSpec model = classifier("linear").compile("mean_squared_error");
  Json l2 = {{"class_name", "L2"}, {"config", {{"l2", 0.5}}}};
  model.last().weights[0].regularizer = l2;
  model.last().config["activity_regularizer"] = l2;
  model.dense(2).compile("mean_squared_error");
  model.spec.layers[1].config["trainable"] = false;
  EXPECT_EQ(count(print(model.spec, Entry::TrainStep), "keratin.penalty"), 1);
}

TEST(BuildIRTraining, ActivityRegularizersOfBothDirectionsCount) {
  SequentialSpec model({-1, 6, 4});
  model.bidirectional(5, "sum");
  Json &config = model.last().config;
  for (const char *direction : {"layer", "backward_layer"})
    config[direction]["config"]["activity_regularizer"] = {{"class_name", "L1"},
                                                           {"config", {{"l1", 0.5}}}};
  model.compile("mean_squared_error");
  EXPECT_EQ(count(print(model.spec, Entry::EvaluateStep), "per_row"), 2);
}

TEST(BuildIRTraining, NormsOfWeightsOfThreeDimensions) {
  mlir::MLIRContext context;
  context.loadDialect<KeratinDialect>();
  auto normOver = [&](const Json &axis) {
    Json constraint = {{"class_name", "UnitNorm"}, {"config", {{"axis", axis}}}};
    return llvm::cast<NormConstraintAttr>(constraintOf(constraint, 3, {}, context));
  };
  NormConstraintAttr rows = normOver(Json::array({0, 1})), all = normOver(nullptr);
  EXPECT_TRUE(rows.getOverRows() && !rows.getOverColumns());
  EXPECT_TRUE(all.getOverRows() && all.getOverColumns());
  EXPECT_THROW(normOver(0), UserError);
}

TEST(BuildIRTraining, GradientsNeedNoOptimizer) {
  SequentialSpec model = classifier("linear").compile("mean_squared_error");
  std::string ir = print(model.spec, Entry::Gradients);
  EXPECT_TRUE(contains(ir, "keratin.minimize %3 : tensor<f32>"));
  EXPECT_FALSE(contains(ir, "learning_rate"));
}

TEST(BuildIRTraining, RefusesWhatItCannotTrain) {
  auto error = [](SequentialSpec &model) { return errorOf(model.spec, Entry::TrainStep); };
  SequentialSpec plain = classifier("linear");
  plain.spec.location = {"model.py", 1, 1};
  EXPECT_EQ(error(plain), "model.py:1: the model is not compiled, as train_step needs it to be");

  SequentialSpec outputs = classifier("linear").compile("mean_squared_error");
  outputs.spec.outputs.push_back({1, 0});
  EXPECT_EQ(error(outputs), "model.py:99: expects a loss for each of the 2 outputs, got 1");
  SequentialSpec losses = classifier("linear").compile("mean_squared_error");
  losses.spec.compile->losses.resize(2);
  EXPECT_EQ(error(losses), "model.py:99: expects a loss for each of the 1 outputs, got 2");
  SequentialSpec loss = classifier("linear").compile("dice");
  EXPECT_EQ(error(loss), "model.py:99: loss \"dice\" is not supported");
  SequentialSpec reduction = classifier("linear").compile("mean_squared_error");
  reduction.spec.compile->losses[0].reduction = "none";
  EXPECT_EQ(error(reduction), "model.py:99: reduction \"none\" of a loss is not supported");
  SequentialSpec metric =
      classifier("linear").compile("mean_squared_error", {{"mean_io_u", "IoU", false}});
  EXPECT_EQ(error(metric), "model.py:99: metric \"IoU\" is not supported");
  SequentialSpec targets = classifier("linear").compile(
      "mean_squared_error", {{"sparse_categorical_accuracy", "acc", false}});
  EXPECT_EQ(error(targets), "model.py:99: metric \"acc\" (sparse_categorical_accuracy) expects "
                            "other targets than loss mean_squared_error");
  SequentialSpec optimizer =
      classifier("linear").compile("mean_squared_error", {}, {"Lion", Json::object()});
  EXPECT_EQ(error(optimizer), "model.py:99: optimizer Lion is not supported");
  SequentialSpec clipping =
      classifier("linear").compile("mean_squared_error", {}, {"SGD", {{"use_ema", true}}});
  EXPECT_EQ(error(clipping), "model.py:99: SGD with use_ema=true is not supported");
  SequentialSpec vector({-1});
  vector.compile("mean_squared_error");
  EXPECT_EQ(error(vector), "model.py:99: expects an output of at least two dimensions");
}

TEST(BuildIRTraining, RefusesLayerSettingsOnlyWhereTheyMatter) {
  SequentialSpec constrained = classifier("linear").compile("mean_squared_error");
  constrained.last().weights[1].constraint = {{"class_name", "MaxNorm"},
                                              {"config", {{"max_value", 2}, {"axis", 1}}}};
  EXPECT_EQ(errorOf(constrained.spec, Entry::Predict),
            "model.py:2: MaxNorm has axis 1 for a weight with 1 dimension");
  SequentialSpec recurrent({-1, 6, 4});
  recurrent.recurrent("SimpleRNN", 5, {5}, {{"dropout", 1.0}}).compile("mean_squared_error");
  EXPECT_EQ(errorOf(recurrent.spec, Entry::EvaluateStep), "");
  EXPECT_EQ(errorOf(recurrent.spec, Entry::TrainStep),
            "model.py:2: training with dropout=1 is not supported");
  SequentialSpec full({-1, 4});
  full.layer("Dropout", {{"rate", 1.0}}).compile("mean_squared_error");
  EXPECT_EQ(errorOf(full.spec, Entry::TrainStep), "model.py:2: expects a dropout rate of at least "
                                                  "0 and below 1 in training, got 1.0");
  SequentialSpec noise({-1, 6, 4});
  noise.layer("Dropout", {{"rate", 0.5}, {"noise_shape", {nullptr, 1, 1}}})
      .compile("mean_squared_error");
  EXPECT_EQ(errorOf(noise.spec, Entry::TrainStep),
            "model.py:2: noise_shape [null,1,1] is not supported");
}
