// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The scripts in Inputs print what CPython with numpy 2 prints for them: each .out file is `python3
// NAME.py`.
#include "test/unit/Dsl/ScriptRunner.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace keratin::test {
namespace {

std::string inputs() { return std::string(KERATIN_SOURCE_DIR) + "/test/unit/Dsl/Inputs/"; }

class PythonOutput : public testing::TestWithParam<const char *> {};

TEST_P(PythonOutput, is_that_of_cpython) {
  std::ifstream file(inputs() + GetParam() + ".out");
  ASSERT_TRUE(file);
  std::ostringstream expected;
  expected << file.rdbuf();
  Outcome outcome = runFile(inputs() + GetParam() + ".py");
  EXPECT_EQ(outcome.error, "");
  std::istringstream wanted(expected.str()), printed(outcome.out);
  std::string wantedLine, printedLine;
  for (int line = 1; std::getline(wanted, wantedLine); ++line) {
    ASSERT_TRUE(std::getline(printed, printedLine)) << "ends before line " << line;
    ASSERT_EQ(printedLine, wantedLine) << "line " << line;
  }
  EXPECT_FALSE(std::getline(printed, printedLine)) << printedLine;
}

INSTANTIATE_TEST_SUITE_P(Inputs, PythonOutput,
                         testing::Values("python_values", "python_functions", "python_files",
                                         "numpy_arrays"),
                         [](const auto &info) { return std::string(info.param); });

TEST(Python, writes_to_a_slice_reach_the_array) {
  EXPECT_EQ(
      runSource("import numpy as np\na = np.zeros((2, 2))\nrow = a[1]\nrow[0] = 5\nprint(a)\n").out,
      "[[0. 0.]\n [5. 0.]]\n");
}

TEST(Python, deep_nesting_of_values_is_no_crash) {
  EXPECT_EQ(runSource("a = []\nfor i in range(1000000): a = [a]\nprint(len(a))\n").out, "1\n");
  EXPECT_EQ(runSource("t = ()\nfor i in range(1000): t = (t,)\nprint({t: 1})\n").error,
            "3:8: a key nested more than 100 deep");
}

TEST(Python, exit_code_is_the_scripts_own) {
  Outcome outcome = runSource("import sys\nprint(sys.argv[1:])\nsys.exit(3)\nprint('not here')\n");
  EXPECT_EQ(outcome.out, "['first', 'second']\n");
  EXPECT_EQ(outcome.exitCode, 3);
  EXPECT_EQ(runSource("exit()").exitCode, 0);
}

TEST(Python, random_numbers_follow_the_seed_of_keras) {
  const char *draw = "print(np.random.rand(2))\n";
  std::string head = "import numpy as np\nimport keras\n";
  EXPECT_EQ(runSource(head + "keras.utils.set_random_seed(7)\n" + draw).out,
            runSource(head + "np.random.seed(7)\n" + draw).out);
}

} // namespace
} // namespace keratin::test
