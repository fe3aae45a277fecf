// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The man page. Macros are those of man(7).
#include "compiler/Driver/OptionTable.h"

namespace keratin {

namespace {

/// Text that roff shows as it is.
std::string escaped(const std::string &text) {
  std::string result;
  for (char c : text) {
    // A control character begins a request where it begins a line.
    if ((c == '.' || c == '\'') && (result.empty() || result.back() == '\n'))
      result += "\\&";
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else
      result += c;
  }
  return result;
}

std::string section(const std::string &title) { return ".SH " + title + "\n"; }

/// What stands for an option's value: its words, or what kind of value it is.
std::string valueText(const CLI::Option &option) {
  std::vector<std::string> choices = choicesOf(option);
  if (!choices.empty())
    return CLI::detail::join(choices, "|");
  std::string type = option.get_type_name();
  return type.substr(0, type.find(':'));
}

/// A tagged paragraph for an option: its names, its type, its default, what it is.
std::string optionEntry(const CLI::Option &option) {
  std::string tag;
  for (const std::string &name : namesOf(option))
    tag += (tag.empty() ? "\\fB" : ", \\fB") + escaped(name) + "\\fR";
  if (option.get_positional())
    tag = "\\fI" + escaped(option.get_name()) + "\\fR";
  else if (takesValue(option))
    tag += " \\fI" + escaped(valueText(option)) + "\\fR";
  std::string text = option.get_description();
  if (!option.get_default_str().empty())
    text += " (default: " + option.get_default_str() + ")";
  if (option.get_required() && !option.get_positional())
    text += " (required)";
  return ".TP\n" + tag + "\n" + escaped(text) + "\n";
}

std::string command(const CLI::App &app, const CLI::App &sub) {
  std::string text = ".SS " + app.get_name() + " " + sub.get_name();
  for (const CLI::Option *option : sub.get_options())
    if (option->get_positional())
      text += " " + option->get_name();
  text += "\n" + escaped(sub.get_description()) + ".\n";
  for (const CLI::Option *option : sub.get_options())
    text += optionEntry(*option);
  // The footer is an example, and perhaps more lines.
  for (const std::string &line : CLI::detail::split(sub.get_footer(), '\n'))
    text += ".PP\n" + escaped(line) + "\n";
  return text;
}

} // namespace

std::string manPage(const CLI::App &app, const std::string &version) {
  std::string name = app.get_name();
  std::string text = ".TH KERATIN 1 \"\" \"" + version + "\" \"User Commands\"\n";
  text += section("NAME") + name + " \\- compile Keras models to native code\n";
  text += section("SYNOPSIS") + ".B " + name +
          "\n[\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]\n";
  text += section("DESCRIPTION") + escaped(app.get_description()) + "\n";
  text += section("OPTIONS") + "These stand before or after any command.\n";
  for (const CLI::Option *option : namedOptions(app))
    text += optionEntry(*option);
  text += section("COMMANDS");
  for (const CLI::App *sub : app.get_subcommands({}))
    text += command(app, *sub);
  text += section("EXIT STATUS");
  const std::pair<const char *, const char *> codes[] = {
      {"0", "Fine."},
      {"1", "Input or environment is wrong: a file, data, the disk, memory."},
      {"2", "The command line itself is wrong."},
      {"3", "verify found a difference."},
      {"70", "A bug of keratin."},
      {"130", "Interrupted; outputs are whole or absent."}};
  for (const auto &[code, meaning] : codes)
    text += std::string(".TP\n.B ") + code + "\n" + meaning + "\n";
  text += "A script that runs ends with the code of its own exit().\n";
  text += section("ENVIRONMENT");
  const std::pair<const char *, const char *> variables[] = {
      {"KERAS_HOME", "Where data sets are kept, as Keras has it."},
      {"NO_COLOR", "Not empty: no colours, unless \\-\\-color asks for them."},
      {"OMP_NUM_THREADS", "Threads where \\-\\-threads is not given."}};
  for (const auto &[variable, meaning] : variables)
    text += std::string(".TP\n.B ") + variable + "\n" + meaning + "\n";
  return text;
}

} // namespace keratin
