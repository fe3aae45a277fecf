// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Positions in a script and the one way its errors are thrown.
#pragma once

#include "compiler/Support/Diagnostic.h"

#include <cstdint>
#include <string>

namespace keratin::dsl {

/// Line and column (in characters) from 1; line 0 is no position.
struct Pos {
  int line = 0;
  int column = 0;
};

/// Throws a UserError at `pos`. The file's name is filled in where the script is entered
/// (script.cpp).
[[noreturn]] inline void fail(Pos pos, std::string message, std::string hint = "") {
  throw UserError({"", pos.line, pos.column}, std::move(message), std::move(hint));
}

/// Bytes of the UTF-8 character that starts with `lead`; 0 where no character can start with it.
inline int utf8Length(unsigned char lead) {
  return lead < 0x80   ? 1
         : lead < 0xc2 ? 0
         : lead < 0xe0 ? 2
         : lead < 0xf0 ? 3
         : lead < 0xf5 ? 4
                       : 0;
}

/// Appends a code point as UTF-8.
void appendUtf8(std::string &text, uint32_t codePoint);

} // namespace keratin::dsl
