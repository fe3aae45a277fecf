// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin completion and keratin man: the option table for shells and for man(1).
#include "compiler/Driver/CommandLine.h"
#include "compiler/Driver/OptionTable.h"
#include "keratin/command_line.hpp"

#include <iostream>

namespace keratin {

void addDocumentCommands(CLI::App &app) {
  auto shell = std::make_shared<std::string>();
  CLI::App *completion = app.add_subcommand("completion", "Print a completion script for a shell");
  completion->add_option("SHELL", *shell, "The shell")
      ->required()
      ->check(rt::oneOf(completionShells()));
  completion->footer("Example: source <(keratin completion bash)");
  completion->callback([&app, shell] { std::cout << completionScript(app, *shell); });

  CLI::App *man = app.add_subcommand("man", "Print the man page");
  man->footer("Example: keratin man | man -l -");
  man->callback([&app] { std::cout << manPage(app, app.version()); });
}

} // namespace keratin
