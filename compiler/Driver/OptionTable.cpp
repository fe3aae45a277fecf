// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Driver/OptionTable.h"

namespace keratin {

std::vector<std::string> choicesOf(const CLI::Option &option) {
  std::string type = option.get_type_name();
  size_t begin = type.find('{'), end = type.find('}');
  if (begin == std::string::npos || end == std::string::npos)
    return {};
  return CLI::detail::split(type.substr(begin + 1, end - begin - 1), ',');
}

std::vector<std::string> namesOf(const CLI::Option &option) {
  std::vector<std::string> names;
  for (const std::string &name : option.get_snames())
    names.push_back("-" + name);
  for (const std::string &name : option.get_lnames())
    names.push_back("--" + name);
  return names;
}

bool takesValue(const CLI::Option &option) { return option.get_items_expected_max() > 0; }

std::vector<const CLI::Option *> namedOptions(const CLI::App &app) {
  return app.get_options([](const CLI::Option *option) { return option->nonpositional(); });
}

} // namespace keratin
