// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras scripts: reading, checking and running one, and finding the model that one builds.
#include "compiler/Frontend/Dsl/script.h"

#include "compiler/Frontend/Dsl/checker.h"
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/keras_api.h"
#include "compiler/Frontend/Dsl/parser.h"
#include "compiler/Frontend/Dsl/script_state.h"

#include <algorithm>
#include <fstream>
#include <new>
#include <ostream>
#include <random>
#include <sstream>
#include <streambuf>
#include <string_view>

namespace keratin {

using namespace dsl;

namespace {

std::string readScript(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    if (file && file.peek() == std::ifstream::traits_type::eof())
      return ""; // an empty file inserts nothing
    throw UserError({path, 0, 0}, "cannot read the script");
  }
  return text.str();
}

/// Runs f; what it throws gets the script's name, and running out of memory becomes an error like
/// others.
template <typename F> auto located(const std::string &path, F &&f) {
  try {
    return f();
  } catch (UserError &error) {
    if (error.location.file.empty() && error.location.line > 0)
      error.location.file = path;
    throw;
  } catch (const std::bad_alloc &) {
    throw UserError({path, 0, 0}, "the script needs more memory than there is");
  }
}

Block readAndCheck(const std::string &path, const ScriptOptions &options) {
  Block script = parseScript(readScript(path));
  checkScript(script, options.globals);
  return script;
}

void defineGlobals(Interpreter &interpreter, const ScriptOptions &options) {
  for (auto &[name, value] : options.globals)
    interpreter.globals->names[name] = Value::str(value);
}

/// Swallows what a script prints that is only looked through for its model.
struct NullBuffer : std::streambuf {
  int overflow(int c) override { return c == EOF ? 0 : c; }
  std::streamsize xsputn(const char *, std::streamsize n) override { return n; }
};

std::shared_ptr<Model> lastModel(const ScriptState &state) {
  if (state.lastCompiled)
    return state.lastCompiled;
  return state.models.empty() ? nullptr : state.models.back();
}

std::shared_ptr<Model> wantedModel(const ScriptState &state, const Interpreter &interpreter) {
  if (state.wantedModel.empty())
    return lastModel(state);
  for (auto model = state.models.rbegin(); model != state.models.rend(); ++model)
    if (state.isWanted(interpreter, **model))
      return *model;
  return nullptr;
}

[[noreturn]] void failNoModel(const ScriptState &state, const Interpreter &interpreter) {
  if (state.models.empty())
    throw UserError({state.path, 0, 0}, "the script builds no model");
  std::vector<std::string> names;
  for (auto &[name, value] : interpreter.globals->names)
    if (value.get<Model>())
      names.push_back(name);
  for (auto &model : state.models)
    names.push_back(model->spec.name);
  std::sort(names.begin(), names.end());
  std::string list;
  for (const std::string &name : names)
    list += (list.empty() ? "it has " : ", ") + name;
  throw UserError({state.path, 0, 0}, "the script has no model \"" + state.wantedModel + "\"",
                  list);
}

} // namespace

namespace dsl {

ScriptState::ScriptState(std::string path, std::vector<std::string> arguments,
                         const ScriptOptions &options, const EngineFactory *factory,
                         std::ostream &out, std::ostream &err)
    : path(std::move(path)), arguments(std::move(arguments)), options(options), factory(factory),
      out(out), err(err), pythonRandom(static_cast<uint32_t>(options.run.seed) ^ 0x9e3779b9u),
      random(static_cast<uint32_t>(options.run.seed)), spec(factory == nullptr) {}

bool ScriptState::isWanted(const Interpreter &interpreter, const Model &model) const {
  auto variable = interpreter.globals->names.find(wantedModel);
  return model.spec.name == wantedModel ||
         (variable != interpreter.globals->names.end() && variable->second.get<Model>() == &model);
}

void ScriptState::warn(const SourceLocation &location, const std::string &message) {
  std::ostringstream text;
  if (!location.file.empty())
    text << location.file << ':';
  if (location.line > 0)
    text << location.line << ':' << location.column << ':';
  text << (text.tellp() > 0 ? " " : "") << "warning: " << message << '\n';
  if (options.run.quiet || std::find(warned.begin(), warned.end(), text.str()) != warned.end())
    return;
  warned.push_back(text.str());
  err << text.str();
}

WarningHandler ScriptState::warningHandler() {
  return [this](const SourceLocation &location, const std::string &message) {
    warn(location, message);
  };
}

} // namespace dsl

ScriptResult runScript(const std::string &path, const std::vector<std::string> &arguments,
                       const ScriptOptions &options, const EngineFactory &factory,
                       std::ostream &out, std::ostream &err) {
  return located(path, [&] {
    Block script = readAndCheck(path, options);
    ScriptState state(path, arguments, options, &factory, out, err);
    Interpreter interpreter(state);
    defineGlobals(interpreter, options);
    ScriptResult result;
    try {
      interpreter.run(script);
    } catch (const ScriptExit &exit) {
      result.exitCode = exit.code;
    }
    if (auto model = lastModel(state)) {
      retireEngine(*model);
      adoptSharedWeights(state, *model);
      result.model = std::move(model->spec);
    }
    out.flush();
    if (!state.closingNotice.empty())
      err << state.closingNotice << (state.closingNotice.back() == '\n' ? "" : "\n");
    return result;
  });
}

ModelSpec specFromScript(const std::string &path, const std::string &modelName,
                         const ScriptOptions &options, FitHints &hints, std::ostream &err) {
  return located(path, [&] {
    Block script = readAndCheck(path, options);
    NullBuffer nothing;
    std::ostream out(&nothing);
    ScriptState state(path, {}, options, nullptr, out, err);
    state.wantedModel = modelName;
    Interpreter interpreter(state);
    defineGlobals(interpreter, options);
    try {
      interpreter.run(script);
    } catch (const ScriptExit &) {
    } catch (const StopEvaluation &) {
    }
    auto model = wantedModel(state, interpreter);
    if (!model)
      failNoModel(state, interpreter);
    for (FirstUse &use : state.firstUses)
      if (use.model == model) {
        hints = std::move(use.hints);
        return std::move(use.spec);
      }
    hints = FitHints();
    adoptSharedWeights(state, *model);
    adoptTrainable(*model, model->spec);
    return std::move(model->spec);
  });
}

} // namespace keratin
