// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which names statements bind.
#pragma once

#include "compiler/Frontend/Dsl/ast.h"

#include <map>
#include <string>

namespace keratin::dsl {

/// Name -> how many places bind it.
using Bindings = std::map<std::string, int>;

/// Of a target: the names that an assignment to it binds.
void collectTargets(const Expr &target, Bindings &bindings);

/// Of a block, loops and branches included, bodies of functions not.
void collectBindings(const Block &block, Bindings &bindings);

} // namespace keratin::dsl
