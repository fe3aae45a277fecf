// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constructor calls: complete configs, old spellings, and one expectation for each way to go wrong.
#include "Helpers.h"

using namespace keratin;
using namespace keratin::test;

TEST(Construct, bindsByPositionAndName) {
  AutoNames names;
  NewLayer dense = layer("Dense", {positional(64), keyword("activation", "relu")}, names);
  EXPECT_EQ(dense.spec.name, "dense");
  EXPECT_EQ(dense.spec.config["units"], 64);
  EXPECT_EQ(dense.spec.config["activation"], "relu");
  EXPECT_EQ(dense.spec.config["use_bias"], true);
  EXPECT_EQ(dense.spec.config["kernel_initializer"]["class_name"], "GlorotUniform");
  EXPECT_EQ(dense.spec.location.line, 7);
}

TEST(Construct, countsNamesPerClass) {
  AutoNames names;
  EXPECT_EQ(layer("LSTM", {positional(3)}, names).spec.name, "lstm");
  EXPECT_EQ(layer("LSTM", {positional(3), keyword("name", "mine")}, names).spec.name, "mine");
  EXPECT_EQ(layer("LSTM", {positional(3)}, names).spec.name, "lstm_1");
  EXPECT_EQ(layer("Dense", {positional(3)}, names).spec.name, "dense");
  names.clear();
  EXPECT_EQ(layer("LSTM", {positional(3)}, names).spec.name, "lstm");
}

TEST(Construct, statesInputShapes) {
  AutoNames names;
  auto shapeOf = [&](const char *name, const Arguments &arguments) {
    return layer(name, arguments, names).inputShape.value_or(Shape());
  };
  EXPECT_EQ(shapeOf("Dense", {positional(5), keyword("input_dim", 100)}), Shape({-1, 100}));
  EXPECT_EQ(shapeOf("Dense", {positional(5), keyword("input_shape", Json::array({4}))}),
            Shape({-1, 4}));
  EXPECT_EQ(shapeOf("LSTM", {positional(5), keyword("input_shape", {nullptr, 4})}),
            Shape({-1, -1, 4}));
  EXPECT_EQ(shapeOf("LSTM", {positional(5), keyword("batch_input_shape", {2, 6, 4})}),
            Shape({2, 6, 4}));
  EXPECT_EQ(shapeOf("LSTM", {positional(5), keyword("input_length", 6), keyword("input_dim", 4)}),
            Shape({-1, 6, 4}));
  // An Embedding's input_dim is its vocabulary, and Keras 3 ignores its input_length.
  EXPECT_EQ(shapeOf("Embedding", {positional(11), positional(4), keyword("input_length", 6)}),
            Shape());
}

TEST(Construct, inputsHaveTheirOwnOrder) {
  AutoNames names;
  NewLayer input =
      layer("Input", {positional({6, nullptr}), positional(3), positional("int32")}, names);
  EXPECT_EQ(input.spec.className, "InputLayer");
  EXPECT_EQ(input.spec.name, "input_layer");
  EXPECT_EQ(input.spec.config["batch_shape"], Json({3, 6, nullptr}));
  EXPECT_EQ(input.spec.config["dtype"], "int32");
  EXPECT_EQ(messageOf([&] { layer("Input", {}, names); }), "You must pass a `shape` argument.");
}

TEST(Construct, translatesOldSpellingsWithAWarning) {
  AutoNames names;
  std::vector<std::string> warnings;
  WarningHandler warn = [&](const SourceLocation &location, const std::string &message) {
    EXPECT_EQ(location.column, 30);
    warnings.push_back(message);
  };
  NewLayer lstm = layer("LSTM",
                        {keyword("output_dim", 8), keyword("inner_activation", "hard_sigmoid"),
                         keyword("dropout_W", 0.25), keyword("dropout_U", 0.5),
                         keyword("forget_bias_init", "one"), keyword("consume_less", "gpu")},
                        names, warn);
  EXPECT_EQ(lstm.spec.config["units"], 8);
  EXPECT_EQ(lstm.spec.config["recurrent_activation"], "hard_sigmoid");
  EXPECT_EQ(lstm.spec.config["dropout"], 0.25);
  EXPECT_EQ(lstm.spec.config["recurrent_dropout"], 0.5);
  EXPECT_EQ(lstm.spec.config["unit_forget_bias"], true);
  ASSERT_EQ(warnings.size(), 6u);
  EXPECT_EQ(warnings[0], "argument `output_dim` of LSTM is from an older Keras; it is `units` now");
  EXPECT_EQ(warnings[5], "argument `consume_less` of LSTM is from an older Keras and is ignored");
}

TEST(Construct, acceptsWhatChangesNothing) {
  AutoNames names;
  NewLayer lstm = layer("LSTM",
                        {positional(8), keyword("implementation", 1), keyword("unroll", true),
                         keyword("use_cudnn", "auto"), keyword("return_state", false),
                         keyword("kernel_regularizer", nullptr), keyword("dtype", "float32")},
                        names);
  EXPECT_EQ(lstm.spec.config["unroll"], true);
  EXPECT_FALSE(lstm.spec.config.contains("implementation"));
  EXPECT_FALSE(lstm.spec.config.contains("use_cudnn"));
}

TEST(Construct, keepsTheShapeOfNoise) {
  AutoNames names;
  Json shape = {nullptr, 1, 4};
  EXPECT_EQ(layer("Dropout", {positional(0.5), keyword("noise_shape", shape)}, names)
                .spec.config["noise_shape"],
            shape);
}

TEST(Construct, clampsRecurrentDropout) {
  AutoNames names;
  EXPECT_EQ(layer("LSTM", {positional(8), keyword("dropout", 2)}, names).spec.config["dropout"], 1);
}

namespace {
struct Refusal {
  const char *className;
  Arguments arguments;
  const char *message;
  const char *hint;
};
} // namespace

/// As a script hands a layer of 3 units over, with one flag set.
static Json serializedLayer(const char *className, const char *flag = nullptr) {
  Json config = {{"name", "inner"}, {"units", 3}};
  if (flag)
    config[flag] = true;
  return {{"class_name", className}, {"config", config}};
}

TEST(Construct, clonesTheLayerOfABidirectional) {
  AutoNames names;
  Json config =
      layer("Bidirectional", {positional(serializedLayer("GRU", "return_sequences"))}, names)
          .spec.config;
  EXPECT_EQ(config["name"], "bidirectional");
  EXPECT_EQ(config["merge_mode"], "concat");
  EXPECT_EQ(config["layer"]["config"]["name"], "forward_inner");
  EXPECT_EQ(config["layer"]["config"]["go_backwards"], false);
  EXPECT_EQ(config["layer"]["config"]["reset_after"], true);
  Json &backward = config["backward_layer"];
  EXPECT_EQ(backward["class_name"], "GRU");
  EXPECT_EQ(backward["config"]["name"], "backward_inner");
  EXPECT_EQ(backward["config"]["go_backwards"], true);
  EXPECT_EQ(backward["config"]["zero_output_for_mask"], true);
}

TEST(Construct, refusesBadArguments) {
  const Refusal refusals[] = {
      {"Dense", {}, "Dense misses its required argument 'units'", ""},
      {"Dense",
       {positional(0)},
       "Received an invalid value for argument `units`, expected a positive integer, got 0.",
       ""},
      {"Dense",
       {positional(2.0)},
       "Received an invalid value for argument `units`, expected a positive integer, got 2.0.",
       ""},
      {"Dense",
       {positional(int64_t(1) << 40)},
       "argument `units` of Dense must be below 2147483648, got 1099511627776",
       ""},
      {"Dense",
       {positional(3), keyword("activaton", "relu")},
       "Unrecognized keyword arguments passed to Dense: {'activaton': 'relu'}",
       "did you mean \"activation\"?"},
      {"Dense",
       {positional(3), keyword("activation", "rellu")},
       "Could not interpret activation function identifier: rellu",
       "did you mean \"relu\"?"},
      {"Dense",
       {positional(3), keyword("units", 4)},
       "Dense got multiple values for argument 'units'",
       ""},
      {"Dense",
       {positional(3), keyword("use_bias", "no")},
       "argument `use_bias` of Dense must be True or False, got 'no'",
       ""},
      {"Dense",
       {positional(3), keyword("kernel_initializer", "glorot")},
       "Could not interpret initializer identifier: glorot",
       ""},
      {"Dense",
       {positional(3), keyword("W_regularizer", "l3")},
       "Could not interpret regularizer identifier: l3",
       "did you mean \"l1\"?"},
      {"Dense",
       {positional(3), keyword("kernel_constraint", "max")},
       "Could not interpret constraint identifier: max",
       ""},
      {"Dense",
       {positional(3), keyword("dtype", "float16")},
       "argument `dtype` of Dense: only \"float32\" is supported, got 'float16'",
       ""},
      {"Dense",
       {positional(3), keyword("input_shape", "4")},
       "argument `input_shape` of Dense must be a tuple of positive integers and None, got '4'",
       ""},
      {"Dense",
       {positional(3), keyword("name", "a/b")},
       "Argument `name` must be a string and cannot contain character `/`. Received: name=a/b",
       ""},
      {"Dropout",
       {positional(1.5)},
       "Invalid value received for argument `rate`. Expected a float value between 0 and 1. "
       "Received: rate=1.5",
       ""},
      {"Dropout",
       {positional(0.5), keyword("noise_shape", {nullptr, 0})},
       "argument `noise_shape` of Dropout must be a tuple of positive integers and None, got "
       "[None, 0]",
       ""},
      {"Activation",
       {positional(0.5), positional(1)},
       "Activation takes at most 1 arguments by "
       "position",
       ""},
      {"Bidirectional",
       {positional(3)},
       "argument `layer` of Bidirectional must be a layer, got 3",
       ""},
      {"Bidirectional",
       {positional(serializedLayer("Dense"))},
       "Bidirectional expects a recurrent layer as its layer, got Dense",
       "supported are LSTM, GRU and SimpleRNN"},
      {"Bidirectional",
       {positional(serializedLayer("GRU", "go_backwards"))},
       "Bidirectional expects a forward layer without go_backwards=True",
       "the layer is run in both directions anyway"},
      {"Bidirectional",
       {positional(serializedLayer("GRU")), keyword("backward_layer", serializedLayer("GRU"))},
       "Forward layer and backward layer should have different `go_backwards` value.",
       ""},
      {"Bidirectional",
       {positional(serializedLayer("GRU", "return_sequences")),
        keyword("backward_layer", serializedLayer("GRU", "go_backwards"))},
       "`forward_layer` and `backward_layer` are expected to have the same value for attribute "
       "\"return_sequences\", got \"True\" and \"False\"",
       ""},
      {"Bidirectional",
       {positional(serializedLayer("GRU")), keyword("merge_mode", "max")},
       "Invalid merge mode. Received: 'max'. Merge mode should be one of {\"sum\", \"mul\", "
       "\"ave\", \"concat\", None}",
       ""},
      {"Input",
       {positional(Json::array({4})), keyword("dtype", "string")},
       "argument `dtype` of Input: dtype 'string' is not supported",
       ""},
      {"CuDNNLSTM",
       {positional(4)},
       "layer \"CuDNNLSTM\" is not supported yet",
       "use LSTM, which computes the same"}};
  for (const Refusal &refusal : refusals) {
    AutoNames names;
    UserError error = userError([&] { layer(refusal.className, refusal.arguments, names); });
    EXPECT_EQ(error.message, refusal.message);
    EXPECT_EQ(error.hint, refusal.hint) << refusal.message;
    EXPECT_EQ(error.location.file, "model.py");
    EXPECT_EQ(error.location.line, 7);
  }
}

TEST(Construct, pointsAtTheArgument) {
  AutoNames names;
  UserError error =
      userError([&] { layer("Dense", {positional(3), keyword("activation", "rellu")}, names); });
  EXPECT_EQ(error.location.column, 30);
  // An argument without a place of its own: the call's.
  EXPECT_EQ(userError([&] { layer("Dense", {positional(0)}, names); }).location.column, 11);
}

TEST(Construct, makesObjects) {
  Json adam = makeObject(ClassKind::Optimizer, "Adam", {positional(0.01), keyword("beta_1", 0.8)},
                         callSite);
  EXPECT_EQ(adam["module"], "keras.optimizers");
  EXPECT_EQ(adam["config"]["learning_rate"], 0.01);
  EXPECT_EQ(adam["config"]["beta_1"], 0.8);
  EXPECT_EQ(adam["config"]["beta_2"], 0.999);
  EXPECT_EQ(adam["config"]["name"], "adam");
  EXPECT_EQ(makeObject(ClassKind::Optimizer, "SGD", {keyword("lr", 0.5)},
                       callSite)["config"]["learning_rate"],
            0.5);
  EXPECT_EQ(makeObject(ClassKind::Initializer, "RandomNormal", {keyword("stddev", 1)},
                       callSite)["config"],
            Json({{"mean", 0.0}, {"stddev", 1}, {"seed", nullptr}}));
}

TEST(Construct, refusesBadOptimizers) {
  auto make = [](const Arguments &arguments) {
    return userError([&] { makeObject(ClassKind::Optimizer, "SGD", arguments, callSite); });
  };
  UserError integer = make({positional(1)});
  EXPECT_EQ(integer.message.rfind("Argument `learning_rate` should be float", 0), 0u);
  EXPECT_NE(integer.message.find("Received instead: learning_rate=1"), std::string::npos);
  EXPECT_EQ(integer.hint, "write 1.0");
  EXPECT_EQ(make({keyword("momentum", 2)}).message, "`momentum` must be a float between [0, 1].");
  EXPECT_EQ(make({keyword("rate", 0.1)}).message, "Argument(s) not recognized: {'rate': 0.1}");
  EXPECT_EQ(make({keyword("use_ema", true)}).message,
            "argument `use_ema` of SGD is not supported yet; only False is, got True");
  Json schedule = {{"class_name", "ExponentialDecay"}, {"config", Json::object()}};
  EXPECT_EQ(make({positional(schedule)}).message,
            "ExponentialDecay misses its required argument 'initial_learning_rate'");
}

TEST(Construct, resolvingIsIdempotent) {
  Json once = resolveIdentifier(ClassKind::Optimizer, "rmsprop", callSite);
  EXPECT_EQ(resolveIdentifier(ClassKind::Optimizer, once, callSite), once);
  EXPECT_EQ(messageOf([] { resolveIdentifier(ClassKind::Loss, 3, callSite); }),
            "Could not interpret loss identifier: 3");
}

TEST(Construct, readsConfigsOfKeras2) {
  Json config = {{"name", "lstm_7"},
                 {"trainable", true},
                 {"dtype", "float32"},
                 {"units", 5},
                 {"time_major", false},
                 {"implementation", 1},
                 {"batch_input_shape", {nullptr, 6, 4}},
                 {"ragged", false}};
  NewLayer lstm = layerFromConfig("LSTM", config, callSite);
  EXPECT_EQ(lstm.spec.name, "lstm_7");
  EXPECT_EQ(lstm.inputShape, Shape({-1, 6, 4}));
  EXPECT_EQ(lstm.spec.config["recurrent_activation"], "sigmoid");

  config["new_setting"] = 3;
  EXPECT_EQ(messageOf([&] { layerFromConfig("LSTM", config, callSite); }),
            "LSTM has no setting \"new_setting\" that Keratin knows, found 3");
  config.erase("new_setting");
  config["time_major"] = true;
  EXPECT_EQ(messageOf([&] { layerFromConfig("LSTM", config, callSite); }),
            "argument `time_major` of LSTM is not supported yet; only False is, got True");
  EXPECT_EQ(messageOf([&] { layerFromConfig("LSTM", Json(3), callSite); }),
            "the config of LSTM is not an object");
}
