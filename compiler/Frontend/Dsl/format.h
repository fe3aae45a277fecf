// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values as text: str, repr, format specifications, "%" and str.format.
#pragma once

#include "compiler/Frontend/Dsl/value.h"
#include "keratin/float_repr.hpp"

#include <string>

namespace keratin::dsl {

std::string strOf(const Value &value, Pos pos);
std::string reprOf(const Value &value, Pos pos, int depth = 0);

using rt::floatRepr;

/// format(value, spec), as in "{:>8.3f}" and f-strings.
std::string formatValue(const Value &value, const std::string &spec, Pos pos);

/// "%d of %s" % arguments.
std::string percentFormat(const std::string &format, const Value &arguments, Pos pos);

/// "{0} {name!r:>8}".format(…).
std::string strFormat(const std::string &format, const std::vector<Value> &positional,
                      const std::vector<std::pair<std::string, Value>> &keywords, Pos pos);

/// (2, 3), (2,)
std::string shapeText(const std::vector<int64_t> &shape);

} // namespace keratin::dsl
