// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The options of the keratin tool as other programs want them: a man page, and completion for
// shells. Both are written from the table that parses command lines, so neither can lag behind it.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace keratin {

/// A page for man(1), in roff.
std::string manPage(const CLI::App &app, const std::string &version);

/// "bash", "zsh", "fish".
const std::vector<std::string> &completionShells();
/// The script that completes commands, options and their words in one of these shells; a MODEL and
/// all that is no word is completed as a file.
std::string completionScript(const CLI::App &app, const std::string &shell);

/// The words that an option accepts, where it is a choice: what stands in braces in its type.
std::vector<std::string> choicesOf(const CLI::Option &option);
/// The names of an option with their dashes, short ones first.
std::vector<std::string> namesOf(const CLI::Option &option);
/// Whether a value follows the option's name.
bool takesValue(const CLI::Option &option);
/// Options that are no positional arguments.
std::vector<const CLI::Option *> namedOptions(const CLI::App &app);

} // namespace keratin
