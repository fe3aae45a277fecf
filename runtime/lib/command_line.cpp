// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "keratin/command_line.hpp"
#include "keratin/did_you_mean.hpp"

#include <algorithm>
#include <iostream>

namespace keratin::rt {

namespace {

std::string join(const std::vector<std::string> &words) { return CLI::detail::join(words, ", "); }

/// Fewer than usual: with few letters and few candidates anything is near.
std::string meant(const std::string &word, const std::vector<std::string> &candidates) {
  return didYouMean(word, candidates, std::max<int>(1, static_cast<int>(word.size()) / 3));
}

std::vector<std::string> optionNames(const CLI::App &app) {
  std::vector<std::string> names;
  for (const CLI::Option *option : app.get_options())
    for (const std::string &name : option->get_lnames())
      names.push_back("--" + name);
  return names;
}

/// The first word of a command line that its command does not know.
struct Wrong {
  const CLI::App *command;
  std::string message, hint;
};

Wrong findWrong(const CLI::App &app, int argc, char **argv) {
  Wrong wrong{&app, "", ""};
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    std::string word = argv[i];
    if (word.size() > 1 && word[0] == '-') {
      size_t equals = word.find('=');
      std::string name = word.substr(0, equals);
      const CLI::Option *option = wrong.command->get_option_no_throw(name);
      if (!option)
        option = app.get_option_no_throw(name);
      if (option && option->get_items_expected_max() > 0 && equals == std::string::npos)
        ++i; // its value
      if (option || name[1] != '-')
        continue;
      std::vector<std::string> known = optionNames(*wrong.command), global = optionNames(app);
      known.insert(known.end(), global.begin(), global.end());
      wrong.message = "unknown option " + name;
      wrong.hint = meant(name, known);
      return wrong;
    }
    if (wrong.command != &app)
      continue; // an argument of the command
    std::vector<std::string> names;
    for (const CLI::App *sub : app.get_subcommands({})) {
      names.push_back(sub->get_name());
      if (sub->get_name() == word)
        wrong.command = sub;
    }
    if (wrong.command == &app) {
      wrong.message = "unknown command \"" + word + "\"";
      wrong.hint = meant(word, names);
      wrong.hint += (wrong.hint.empty() ? "" : " ") + ("there are " + join(names));
      return wrong;
    }
  }
  return wrong;
}

} // namespace

CLI::Validator oneOf(std::vector<std::string> words) {
  std::string description = "{" + CLI::detail::join(words, ",") + "}";
  auto check = [words = std::move(words)](std::string &word) -> std::string {
    if (std::find(words.begin(), words.end(), word) != words.end())
      return "";
    std::string hint = meant(word, words);
    return "expected one of " + join(words) + ", found \"" + word + "\"" +
           (hint.empty() ? "" : "; " + hint);
  };
  return CLI::Validator(check, description);
}

int endParse(const CLI::App &app, const CLI::ParseError &error, int argc, char **argv) {
  if (error.get_exit_code() == 0)
    return app.exit(error);
  Wrong wrong = findWrong(app, argc, argv);
  std::string help = app.get_name();
  if (wrong.command != &app)
    help += " " + wrong.command->get_name();
  std::cerr << "error: " << (wrong.message.empty() ? error.what() : wrong.message) << "\n";
  if (!wrong.hint.empty())
    std::cerr << "  hint: " << wrong.hint << "\n";
  std::cerr << "  hint: see " << help << " --help\n";
  return 2;
}

} // namespace keratin::rt
