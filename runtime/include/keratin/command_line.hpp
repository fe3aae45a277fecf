// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How the keratin tool and compiled programs answer a command line that is wrong.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace keratin::rt {

/// Accepts the given words; for others the message names them all and the nearest one.
CLI::Validator oneOf(std::vector<std::string> words);

/// Ends a parse that threw: prints the help or the version where they were asked for and returns 0,
/// else prints what is wrong, what may have been meant and where the help is, and returns 2.
int endParse(const CLI::App &app, const CLI::ParseError &error, int argc, char **argv);

} // namespace keratin::rt
