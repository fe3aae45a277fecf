// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Completion scripts for shells.
#include "compiler/Driver/OptionTable.h"

namespace keratin {

namespace {

std::string join(const std::vector<std::string> &words) { return CLI::detail::join(words, " "); }

/// Text between single quotes of any shell, with other characters put before a backslash.
std::string shellQuoted(const std::string &text, const std::string &special = "") {
  std::string result = "'";
  for (char c : text)
    if (c == '\'')
      result += "'\\''";
    else if (special.find(c) != std::string::npos)
      result += std::string("\\") + c;
    else
      result += c;
  return result + "'";
}

std::vector<std::string> commandNames(const CLI::App &app) {
  std::vector<std::string> names;
  for (const CLI::App *sub : app.get_subcommands({}))
    names.push_back(sub->get_name());
  return names;
}

/// Words of the command's own positional argument, where it is a choice.
std::vector<std::string> positionalChoices(const CLI::App &app) {
  for (const CLI::Option *option : app.get_options())
    if (option->get_positional())
      return choicesOf(*option);
  return {};
}

std::string bash(const CLI::App &app) {
  std::string global, options, values, words;
  for (const CLI::Option *option : namedOptions(app)) {
    global += join(namesOf(*option)) + " ";
    if (std::vector<std::string> choices = choicesOf(*option); !choices.empty())
      for (const std::string &name : namesOf(*option))
        values += "    *' " + name + "') words=" + shellQuoted(join(choices)) + " ;;\n";
  }
  for (const CLI::App *sub : app.get_subcommands({})) {
    std::string names;
    for (const CLI::Option *option : namedOptions(*sub)) {
      names += join(namesOf(*option)) + " ";
      for (const std::string &name : namesOf(*option))
        if (std::vector<std::string> choices = choicesOf(*option); !choices.empty())
          values += "    '" + sub->get_name() + " " + name +
                    "') words=" + shellQuoted(join(choices)) + " ;;\n";
    }
    options += "    " + sub->get_name() + ") words+=" + shellQuoted(names) + " ;;\n";
    if (std::vector<std::string> choices = positionalChoices(*sub); !choices.empty())
      words += "    " + sub->get_name() + ") words=" + shellQuoted(join(choices)) + " ;;\n";
  }
  return "# Completion of keratin for bash.\n"
         "_keratin() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= "
         "word words=\n"
         "  # Bash takes the sign of --option=value for a word.\n"
         "  if [[ $current == = ]]; then\n"
         "    current=\n"
         "  elif [[ $previous == = ]]; then\n"
         "    previous=${COMP_WORDS[COMP_CWORD-2]}\n"
         "  fi\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    case $word in " +
         CLI::detail::join(commandNames(app), "|") +
         ") command=$word; break ;; esac\n"
         "  done\n"
         "  case \"$command $previous\" in\n" +
         values +
         "  esac\n"
         "  if [[ -z $words && $current == -* ]]; then\n"
         "    words=" +
         shellQuoted(global) +
         "\n"
         "    case $command in\n" +
         options +
         "    esac\n"
         "  elif [[ -z $words && -z $command ]]; then\n"
         "    words=" +
         shellQuoted(join(commandNames(app))) +
         "\n"
         "  elif [[ -z $words ]]; then\n"
         "    case $command in\n    '') ;;\n" +
         words +
         "    esac\n"
         "  fi\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "}\n"
         "complete -o default -F _keratin keratin\n";
}

/// Options as arguments of zsh's _arguments.
std::string zshOptions(const CLI::App &app) {
  std::string text;
  for (const CLI::Option *option : namedOptions(app))
    for (const std::string &name : namesOf(*option)) {
      std::string spec = name;
      if (takesValue(*option))
        spec += name[1] == '-' ? "=" : "+";
      std::string about;
      for (char c : option->get_description())
        about += (c == '[' || c == ']' || c == ':' || c == '\\') ? std::string("\\") + c
                                                                 : std::string(1, c);
      spec += "[" + about + "]";
      if (takesValue(*option)) {
        std::vector<std::string> choices = choicesOf(*option);
        spec += choices.empty() ? ":value:_files" : ":value:(" + join(choices) + ")";
      }
      text += " \\\n      " + shellQuoted(spec);
    }
  return text;
}

std::string zsh(const CLI::App &app) {
  std::string commands, arguments;
  for (const CLI::App *sub : app.get_subcommands({})) {
    commands += "      " + shellQuoted(sub->get_name() + ":" + sub->get_description(), "\\") + "\n";
    std::vector<std::string> choices = positionalChoices(*sub);
    arguments += "    " + sub->get_name() + ") _arguments" + zshOptions(*sub) + " \\\n      " +
                 shellQuoted(choices.empty() ? "*:file:_files" : "1:word:(" + join(choices) + ")") +
                 " ;;\n";
  }
  return "#compdef keratin\n"
         "# Completion of keratin for zsh.\n"
         "_keratin() {\n"
         "  local context state state_descr line\n"
         "  typeset -A opt_args\n"
         "  _arguments -C" +
         zshOptions(app) +
         " \\\n      '1:command:->command' '*::argument:->argument'\n"
         "  case $state in\n"
         "  command)\n"
         "    local -a commands=(\n" +
         commands +
         "    )\n"
         "    _describe command commands ;;\n"
         "  argument)\n"
         "    case $words[1] in\n" +
         arguments +
         "    esac ;;\n"
         "  esac\n"
         "}\n"
         "if [[ $funcstack[1] == _keratin ]]; then\n"
         "  _keratin \"$@\"\n"
         "else\n"
         "  compdef _keratin keratin\n"
         "fi\n";
}

std::string fishOptions(const CLI::App &app, const std::string &condition) {
  std::string text;
  for (const CLI::Option *option : namedOptions(app)) {
    text += "complete -c keratin" + condition;
    for (const std::string &name : option->get_snames())
      text += " -s " + name;
    for (const std::string &name : option->get_lnames())
      text += " -l " + name;
    std::vector<std::string> choices = choicesOf(*option);
    if (!choices.empty())
      text += " -x -a " + shellQuoted(join(choices));
    else if (takesValue(*option))
      text += " -r";
    text += " -d " + shellQuoted(option->get_description(), "\\") + "\n";
  }
  return text;
}

std::string fish(const CLI::App &app) {
  std::string text = "# Completion of keratin for fish.\n" + fishOptions(app, "");
  for (const CLI::App *sub : app.get_subcommands({})) {
    text += "complete -c keratin -f -n __fish_use_subcommand -a " + sub->get_name() + " -d " +
            shellQuoted(sub->get_description(), "\\") + "\n";
    std::string condition = " -n '__fish_seen_subcommand_from " + sub->get_name() + "'";
    text += fishOptions(*sub, condition);
    if (std::vector<std::string> choices = positionalChoices(*sub); !choices.empty())
      text += "complete -c keratin -f" + condition + " -a " + shellQuoted(join(choices)) + "\n";
  }
  return text;
}

} // namespace

const std::vector<std::string> &completionShells() {
  static const std::vector<std::string> shells{"bash", "zsh", "fish"};
  return shells;
}

std::string completionScript(const CLI::App &app, const std::string &shell) {
  return shell == "bash" ? bash(app) : shell == "zsh" ? zsh(app) : fish(app);
}

} // namespace keratin
