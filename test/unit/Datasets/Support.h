// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The expectation of an error that the user caused.
#pragma once

#include "compiler/Support/Diagnostic.h"

#include <gtest/gtest.h>

/// Expects that `statement` throws UserError with this text, its file included.
#define EXPECT_USER_ERROR(statement, text)                                                         \
  try {                                                                                            \
    statement;                                                                                     \
    ADD_FAILURE() << "expected the error: " << (text);                                             \
  } catch (const keratin::UserError &e) {                                                          \
    EXPECT_EQ((e.location.file.empty() ? "" : e.location.file + ": ") + e.message, text);          \
  }
