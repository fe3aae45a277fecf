// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Names: what is known, what is known but unsupported, what is near.
#include "Helpers.h"

#include <set>

using namespace keratin;
using namespace keratin::test;

TEST(Schema, refusesKnownLayersByName) {
  UserError error = userError([] { requireClass(ClassKind::Layer, "ConvLSTM2D", callSite); });
  EXPECT_EQ(error.message, "layer \"ConvLSTM2D\" is not supported yet");
  EXPECT_EQ(error.location.line, 7);
  EXPECT_EQ(error.location.column, 11);
}

TEST(Schema, suggestsTheNearestLayer) {
  EXPECT_EQ(userError([] { requireClass(ClassKind::Layer, "Lstm", callSite); }).hint,
            "did you mean \"LSTM\"?");
  UserError error = userError([] { requireClass(ClassKind::Layer, "Dence", callSite); });
  EXPECT_EQ(error.message, "unknown layer \"Dence\": keras.layers has no such class");
  EXPECT_EQ(error.hint, "did you mean \"Dense\"?");
}

TEST(Schema, refusesWholeKindsByName) {
  EXPECT_EQ(
      messageOf([] { requireClass(ClassKind::Regularizer, "OrthogonalRegularizer", callSite); }),
      "regularizer \"OrthogonalRegularizer\" is not supported yet");
}

TEST(Schema, noClassIsBothSupportedAndUnsupported) {
  for (ClassKind kind :
       {ClassKind::Layer, ClassKind::Optimizer, ClassKind::Loss, ClassKind::Metric,
        ClassKind::Initializer, ClassKind::Regularizer, ClassKind::Constraint, ClassKind::Schedule})
    for (const std::string &name : classNames(kind))
      EXPECT_FALSE(isUnsupportedClass(kind, name)) << name;
}

TEST(Schema, resolvesIdentifiers) {
  EXPECT_EQ(classOfIdentifier(ClassKind::Optimizer, "rmsprop"), "RMSprop");
  EXPECT_EQ(classOfIdentifier(ClassKind::Optimizer, "RMSprop"), "RMSprop");
  EXPECT_EQ(classOfIdentifier(ClassKind::Optimizer, "sgd"), "SGD");
  EXPECT_EQ(classOfIdentifier(ClassKind::Loss, "mse"), "MeanSquaredError");
  EXPECT_EQ(classOfIdentifier(ClassKind::Loss, "binary_crossentropy"), "BinaryCrossentropy");
  EXPECT_EQ(classOfIdentifier(ClassKind::Metric, "mae"), "MeanAbsoluteError");
  EXPECT_EQ(classOfIdentifier(ClassKind::Metric, "bce"), "BinaryCrossentropy");
  EXPECT_EQ(classOfIdentifier(ClassKind::Metric, "huber"), "");
  EXPECT_EQ(classOfIdentifier(ClassKind::Regularizer, "l1_l2"), "L1L2");
  EXPECT_EQ(classOfIdentifier(ClassKind::Constraint, "non_neg"), "NonNeg");
  EXPECT_EQ(classOfIdentifier(ClassKind::Initializer, "uniform"), "RandomUniform");
  EXPECT_EQ(classOfIdentifier(ClassKind::Initializer, "he_normal"), "HeNormal");
}

TEST(Schema, unknownIdentifiersAreRefusedInKerasWords) {
  UserError error = userError([] { requireIdentifier(ClassKind::Optimizer, "adamx", callSite); });
  EXPECT_EQ(error.message, "Could not interpret optimizer identifier: adamx");
  EXPECT_EQ(error.hint, "did you mean \"adam\"?");
  EXPECT_EQ(messageOf([] { requireIdentifier(ClassKind::Loss, "dice", callSite); }),
            "loss \"dice\" is not supported yet");
}

TEST(Schema, oldSpellingsLeadToParametersThatExist) {
  for (const std::string &name : classNames(ClassKind::Layer)) {
    const ClassSchema *schema = findClass(ClassKind::Layer, name);
    for (const char *old : {"output_dim", "inner_init", "dropout_W", "p", "bias"})
      if (const OldSpelling *entry = findOldSpelling(name, old); entry && entry->owner == name)
        EXPECT_NE(schema->find(entry->newName), nullptr) << name << " " << old;
  }
  EXPECT_EQ(findOldSpelling("fit", "nb_epoch")->newName, "epochs");
  EXPECT_EQ(findOldSpelling("Adam", "lr")->newName, "learning_rate");
  EXPECT_EQ(findOldSpelling("Dense", "units"), nullptr);
}

TEST(Schema, snakeCaseIsKerass) {
  const std::pair<const char *, const char *> names[] = {
      {"LSTM", "lstm"},     {"SimpleRNN", "simple_rnn"}, {"SpatialDropout1D", "spatial_dropout1d"},
      {"Conv1D", "conv1d"}, {"PReLU", "p_re_lu"},        {"LeakyReLU", "leaky_re_lu"},
      {"ELU", "elu"},       {"RMSprop", "rm_sprop"},     {"AdamW", "adam_w"},
      {"GRU", "gru"},       {"ReLU", "re_lu"},           {"InputLayer", "input_layer"}};
  for (auto [name, expected] : names)
    EXPECT_EQ(snakeCase(name), expected);
}
