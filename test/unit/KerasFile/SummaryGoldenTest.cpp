// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// model.summary(line_length=80) of every golden model, byte for byte.
#include "Golden.h"

#include "compiler/Frontend/KerasFile/KerasFile.h"
#include "compiler/Frontend/Layers/Summary.h"

#include <gtest/gtest.h>

using namespace keratin;
using namespace keratin::test;

TEST(SummaryGolden, isKerassText) {
  int compared = 0;
  for (const GoldenCase &golden : goldenCases()) {
    if (golden.file("summary").empty() || golden.recordsJoinedMasks())
      continue;
    SCOPED_TRACE(golden.name());
    SummaryOptions options;
    options.lineLength = 80;
    // The summaries of training cases were printed with the optimizer built.
    options.optimizerBuilt = golden.kind() == "train";
    EXPECT_EQ(summaryText(readKerasModel(golden.file("keras")), options),
              readText(golden.file("summary")));
    ++compared;
  }
  EXPECT_GE(compared, 70);
}

TEST(SummaryGolden, functionalModelsShowConnections) {
  SummaryOptions options;
  options.lineLength = 80;
  EXPECT_EQ(summaryText(readKerasModel(goldenPath("activations/model.keras")), options),
            readText(goldenPath("activations/summary.txt")));
}
