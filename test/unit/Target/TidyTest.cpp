// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Names and initializers in printed C++.
#include "compiler/Target/Cpp/Tidy.h"

#include <gtest/gtest.h>

using keratin::tidyCpp;

TEST(Tidy, GivesVariablesTheirNames) {
  EXPECT_EQ(tidyCpp("extern \"C\" i32 f(void* v1, i32 v2) {\n"
                    "  //@name v1 workspace\n"
                    "  //@name v2 rows\n"
                    "  return v2 + v1[v12];\n"
                    "}\n"),
            "extern \"C\" i32 f(void* workspace, i32 rows) {\n"
            "  return rows + workspace[v12];\n"
            "}\n");
}

TEST(Tidy, KeepsNamesWithinTheirFunction) {
  EXPECT_EQ(tidyCpp("static void f(i32 v1) {\n  //@name v1 rows\n  g(v1);\n}\n\nstatic void g(i32 "
                    "v1) {\n  h(v1);\n}\n"),
            "static void f(i32 rows) {\n  g(rows);\n}\n\nstatic void g(i32 v1) {\n  h(v1);\n}\n");
}

TEST(Tidy, LeavesANameThatIsTaken) {
  // Another parameter, or something that the function uses.
  EXPECT_EQ(
      tidyCpp("static void f(i32 v1, i32 v2) {\n  //@name v1 n\n  //@name v2 n\n  g(v1, v2);\n}\n"),
      "static void f(i32 n, i32 v2) {\n  g(n, v2);\n}\n");
  EXPECT_EQ(tidyCpp("static void f(i32 v1) {\n  //@name v1 g\n  g(v1);\n}\n"),
            "static void f(i32 v1) {\n  g(v1);\n}\n");
}

TEST(Tidy, JoinsADeclarationAndItsAssignment) {
  auto inFunction = [](std::string body) { return "static void f() {\n" + body + "}\n"; };
  EXPECT_EQ(tidyCpp(inFunction("  f32 v5;\n  v5 = v4;\n  g(v5);\n")),
            inFunction("  f32 v5 = v4;\n  g(v5);\n"));
  // Not across another statement, nor for an element or another variable.
  for (const char *body : {"  i32 v5;\n  if (v1) {\n    v5 = 1;\n", "  f32x2 v5;\n  v5[0] = v4;\n",
                           "  i32 v5;\n  v55 = 1;\n"})
    EXPECT_EQ(tidyCpp(inFunction(body)), inFunction(body));
}
