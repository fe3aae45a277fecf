// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the golden summaries do not show; those are compared where files are read.
#include "Helpers.h"

#include "compiler/Frontend/Layers/Compile.h"
#include "compiler/Frontend/Layers/NestedModels.h"
#include "compiler/Frontend/Layers/Summary.h"

using namespace keratin;
using namespace keratin::test;

static std::vector<std::string> linesOf(const std::string &text) {
  std::vector<std::string> lines(1);
  for (char c : text)
    if (c == '\n')
      lines.emplace_back();
    else
      lines.back() += c;
  return lines;
}

static ModelSpec imdbModel(AutoNames &names) {
  ModelSpec model = makeSequential(names.next("Sequential"), callSite);
  addLayer(model, layer("Embedding", {positional(10000), positional(128)}, names), names);
  addLayer(model, layer("LSTM", {positional(128)}, names), names);
  addLayer(model, layer("Dropout", {positional(0.5)}, names), names);
  return model;
}

TEST(Summary, showsUnbuiltModels) {
  AutoNames names;
  std::vector<std::string> lines = linesOf(summaryText(imdbModel(names)));
  EXPECT_EQ(lines[0], "Model: \"sequential\"");
  EXPECT_EQ(lines[4],
            "│ embedding (Embedding)           │ ?                      │   0 (unbuilt) │");
  EXPECT_EQ(lines[8],
            "│ dropout (Dropout)               │ ?                      │             0 │");
  EXPECT_EQ(lines[10], " Total params: 0 (0.00 B)");
}

TEST(Summary, showsEveryClassWithWeightsAsUnbuilt) {
  AutoNames names;
  ModelSpec model = makeSequential(names.next("Sequential"), callSite);
  addLayer(model, layer("BatchNormalization", {}, names), names);
  addLayer(model, layer("PReLU", {}, names), names);
  std::string text = summaryText(model);
  EXPECT_NE(text.find("(BatchNormalization)"), std::string::npos);
  EXPECT_NE(text.find("0 (unbuilt)"), text.rfind("0 (unbuilt)"));
}

TEST(Summary, countsWithSeparatorsAndUnits) {
  AutoNames names;
  ModelSpec model = imdbModel(names);
  buildSequential(model, {-1, 80}, names, callSite);
  EXPECT_EQ(countParams(model), 1280000 + 131584);
  std::string text = summaryText(model, {80});
  EXPECT_NE(text.find("│     1,280,000 │"), std::string::npos);
  EXPECT_NE(text.find(" Total params: 1,411,584 (5.38 MB)\n"), std::string::npos);
  compileModel(model, {keyword("optimizer", "adam"), keyword("loss", "mse")}, callSite);
  EXPECT_EQ(summaryText(model, {80}).find("Optimizer"), std::string::npos);
  SummaryOptions options;
  options.optimizerBuilt = true;
  EXPECT_NE(summaryText(model, options).find(" Optimizer params: 2,823,170 (10.77 MB)\n"),
            std::string::npos);
}

TEST(Summary, lineLengthFollowsTheTerminal) {
  AutoNames names;
  ModelSpec model = imdbModel(names);
  auto width = [&](int terminal) {
    SummaryOptions options;
    options.terminalWidth = terminal;
    // Every character of the rule takes three bytes.
    return linesOf(summaryText(model, options))[1].size() / 3;
  };
  EXPECT_EQ(width(80), 76u);
  EXPECT_EQ(width(200), 88u);
  EXPECT_GE(width(10), 1u);
}

TEST(Summary, wrapsLongNamesAtSpacesAndCropsLongWords) {
  AutoNames names;
  ModelSpec model = makeSequential("m", callSite);
  addLayer(model,
           layer("Dense",
                 {positional(2), keyword("input_dim", 2),
                  keyword("name", "a_name_that_is_longer_than_its_whole_column")},
                 names),
           names);
  std::vector<std::string> lines = linesOf(summaryText(model, {80}));
  EXPECT_EQ(lines[4].substr(0, lines[4].find(" │ (")), "│ a_name_that_is_longer_than_its_w…");
  EXPECT_EQ(lines[5].substr(0, 14), "│ (Dense)   ");
}

TEST(Summary, showsWhatTrains) {
  AutoNames names;
  ModelSpec model = makeSequential("m", callSite);
  addLayer(
      model,
      layer("Dense", {positional(2), keyword("input_dim", 2), keyword("trainable", false)}, names),
      names);
  SummaryOptions options;
  options.showTrainable = true;
  std::string text = summaryText(model, options);
  EXPECT_NE(text.find("Trai…"), std::string::npos);
  EXPECT_NE(text.find("   N   │"), std::string::npos);
  EXPECT_NE(text.find(" Non-trainable params: 6 (24.00 B)\n"), std::string::npos);
}

TEST(Summary, expandsNestedModels) {
  AutoNames names;
  ModelSpec inner = makeSequential("inner", callSite);
  addLayer(inner,
           layer("Dense", {positional(2), keyword("input_dim", 3), keyword("name", "d")}, names),
           names);
  ModelSpec model = makeSequential("m", callSite);
  addLayer(model, {modelAsLayer(inner), inner.shapeOf(inner.inputs[0]), {}}, names);
  SummaryOptions options;
  EXPECT_EQ(summaryText(model, options).find("└ d"), std::string::npos);
  options.expandNested = true;
  std::vector<std::string> lines = linesOf(summaryText(model, options));
  EXPECT_EQ(lines[4],
            "│ inner (Sequential)              │ (None, 2)              │             8 │");
  EXPECT_EQ(lines[6],
            "│    └ d (Dense)                  │ (None, 2)              │             8 │");
  EXPECT_EQ(lines[8], " Total params: 8 (32.00 B)");
}
