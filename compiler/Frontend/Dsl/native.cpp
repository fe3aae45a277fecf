// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions, methods and modules that scripts are given: how they are declared, checked and called.
#include "compiler/Frontend/Dsl/native.h"

#include "compiler/Frontend/Dsl/format.h"

#include <sstream>
#include <stdexcept>

namespace keratin::dsl {

Signature::Signature(const char *text) {
  std::istringstream stream(text);
  bool keywordOnly = false;
  for (std::string item; std::getline(stream, item, ',');) {
    item.erase(0, item.find_first_not_of(' '));
    if (item == "*")
      keywordOnly = true;
    else if (item == "**")
      restKeywords = true;
    else if (item[0] == '*')
      rest = keywordOnly = true;
    else {
      Parameter parameter;
      parameter.keywordOnly = keywordOnly;
      parameter.unsupported = item.back() == '!';
      parameter.required = item.back() != '!' && item.back() != '=';
      if (!parameter.required)
        item.pop_back();
      std::istringstream names(item);
      for (std::string name; std::getline(names, name, '|');)
        parameter.names.push_back(name);
      parameters.push_back(std::move(parameter));
    }
  }
}

int Signature::find(const std::string &function, const std::string &keyword, Pos pos) const {
  std::vector<std::string> known;
  for (size_t i = 0; i < parameters.size(); ++i)
    for (const std::string &name : parameters[i].names) {
      if (name == keyword)
        return static_cast<int>(i);
      known.push_back(name);
    }
  if (restKeywords)
    return -1;
  std::string hint = didYouMean(keyword, known);
  if (hint.empty() && !known.empty()) {
    hint = "it takes ";
    for (size_t i = 0; i < parameters.size(); ++i)
      hint += (i ? ", " : "") + parameters[i].names[0];
  }
  fail(pos, function + " has no argument \"" + keyword + "\"", hint);
}

size_t Signature::maxPositional() const {
  size_t count = 0;
  while (count < parameters.size() && !parameters[count].keywordOnly)
    ++count;
  return count;
}

Call::Call(Interpreter &interpreter, const std::string &function, const Signature &signature,
           CallArguments arguments, Value self, Pos pos)
    : interpreter(interpreter), self(std::move(self)), pos(pos), signature(signature),
      values(signature.parameters.size()) {
  size_t positional = signature.maxPositional();
  for (size_t i = 0; i < arguments.positional.size(); ++i) {
    if (i < positional)
      values[i] = std::move(arguments.positional[i]);
    else if (signature.rest)
      rest.push_back(std::move(arguments.positional[i]));
    else
      fail(arguments.positional[i].pos, function + " takes at most " + std::to_string(positional) +
                                            " positional arguments, got " +
                                            std::to_string(arguments.positional.size()));
  }
  for (auto &[name, arg] : arguments.keywords) {
    int i = signature.find(function, name, arg.pos);
    if (i < 0) {
      keywords.emplace_back(name, std::move(arg));
      continue;
    }
    if (values[i].pos.line)
      fail(arg.pos, function + ": argument \"" + name + "\" is given twice");
    values[i] = std::move(arg);
  }
  for (size_t i = 0; i < values.size(); ++i) {
    const Signature::Parameter &parameter = signature.parameters[i];
    if (parameter.required && !values[i].pos.line)
      fail(pos, function + " needs the argument \"" + parameter.names[0] + "\"");
    auto *list = values[i].value.get<List>();
    if (parameter.unsupported && !values[i].value.isNone() && !(list && list->items.empty()))
      fail(values[i].pos, function + ": argument \"" + parameter.names[0] + "\" is not supported");
  }
}

size_t Call::indexOf(const char *name) const {
  for (size_t i = 0; i < signature.parameters.size(); ++i)
    if (signature.parameters[i].names[0] == name)
      return i;
  throw std::logic_error(std::string("no parameter ") + name);
}

const Value &Call::value(const char *name) const { return values[indexOf(name)].value; }
bool Call::given(const char *name) const { return values[indexOf(name)].pos.line != 0; }

Pos Call::at(const char *name) const {
  Pos where = values[indexOf(name)].pos;
  return where.line ? where : pos;
}

int64_t Call::integer(const char *name, int64_t otherwise) const {
  return has(name) ? toInt(value(name), name, at(name)) : otherwise;
}

double Call::real(const char *name, double otherwise) const {
  return has(name) ? toReal(value(name), name, at(name)) : otherwise;
}

bool Call::flag(const char *name, bool otherwise) const {
  return has(name) ? isTrue(value(name), at(name)) : otherwise;
}

std::string Call::str(const char *name, const char *otherwise) const {
  return has(name) ? toStr(value(name), name, at(name)) : otherwise;
}

void TypeTable::method(const std::string &name, const char *signature, NativeFunction function,
                       std::string result) {
  methods[name] = std::make_shared<Native>(name, signature, std::move(function), std::move(result));
}

void TypeTable::property(const std::string &name, Getter get, std::string result) {
  properties[name] = {std::move(get), std::move(result)};
}

void failAttribute(const std::string &type, const TypeTable *table, const std::string &name,
                   Pos pos) {
  if (!table)
    fail(pos, type + " has no attribute \"" + name + "\"");
  if (auto refused = table->refused.find(name); refused != table->refused.end())
    fail(pos, type + "." + name + " is not supported", refused->second);
  std::vector<std::string> known;
  for (auto &entry : table->methods)
    known.push_back(entry.first);
  for (auto &entry : table->properties)
    known.push_back(entry.first);
  fail(pos, type + " has no attribute \"" + name + "\"", didYouMean(name, known));
}

void Module::function(const std::string &member, const char *signature, NativeFunction f,
                      std::string result) {
  members[member] = Value::make<Native>(member, signature, std::move(f), std::move(result));
}

const Value &Module::get(const std::string &member, Pos pos) const {
  if (auto found = members.find(member); found != members.end())
    return found->second;
  if (auto found = refused.find(member); found != refused.end())
    fail(pos, name + "." + member + " is not supported", found->second);
  if (missing)
    missing(member, pos);
  std::vector<std::string> known;
  for (auto &entry : members)
    known.push_back(entry.first);
  fail(pos, "module " + name + " has no \"" + member + "\", or it is not supported",
       didYouMean(member, known));
}

} // namespace keratin::dsl
