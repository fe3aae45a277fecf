// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions, methods and modules that scripts are given: how they are declared, checked and called.
// The checker and the evaluator read the same tables.
#pragma once

#include "compiler/Frontend/Dsl/ast.h"
#include "compiler/Frontend/Dsl/value.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace keratin::dsl {

class Interpreter;

struct Arg {
  Value value;
  Pos pos;
};

/// A call's arguments as written.
struct CallArguments {
  std::vector<Arg> positional;
  std::vector<std::pair<std::string, Arg>> keywords;
};

/// Parameters in a short notation: "x, y=, *, verbose|show=, callbacks!, **". A trailing = marks an
/// optional one, ! one that exists in Python but is accepted here only as None or []; | gives older
/// names.
class Signature {
public:
  explicit Signature(const char *text);

  struct Parameter {
    std::vector<std::string> names; ///< the first is today's
    bool required = false, keywordOnly = false, unsupported = false;
  };
  std::vector<Parameter> parameters;
  bool rest = false, restKeywords = false; ///< *args, **kwargs

  /// Index of the parameter that a keyword names. Throws, with a hint, if there is none; -1 goes to
  /// **.
  int find(const std::string &function, const std::string &keyword, Pos pos) const;
  size_t maxPositional() const;
};

/// A call whose arguments are sorted to parameters.
class Call {
public:
  Call(Interpreter &interpreter, const std::string &function, const Signature &signature,
       CallArguments arguments, Value self, Pos pos);

  Interpreter &interpreter;
  Value self;
  Pos pos;
  std::vector<Arg> rest;
  std::vector<std::pair<std::string, Arg>> keywords;

  /// Whether the argument is there and not None.
  bool has(const char *name) const { return !value(name).isNone(); }
  const Value &value(const char *name) const; ///< None where not given
  bool given(const char *name) const;         ///< even if None
  Pos at(const char *name) const;             ///< position of the argument, else of the call
  int64_t integer(const char *name, int64_t otherwise) const;
  double real(const char *name, double otherwise) const;
  bool flag(const char *name, bool otherwise) const;
  std::string str(const char *name, const char *otherwise) const;
  template <typename T> T &selfAs() const { return *self.get<T>(); }

private:
  size_t indexOf(const char *name) const;
  const Signature &signature;
  std::vector<Arg> values; ///< one a parameter; line 0: not given
};

using NativeFunction = std::function<Value(Call &)>;

struct Native : Object {
  static constexpr ObjectKind objectKind = ObjectKind::Native;
  Native(std::string name, const char *signature, NativeFunction function, std::string result = "")
      : Object(objectKind), name(std::move(name)), signature(signature),
        function(std::move(function)), result(std::move(result)) {}
  std::string name;
  Signature signature;
  NativeFunction function;
  std::string result; ///< type of what it returns, for the checker; "": not known
  /// Throws for keywords that ** must not take; may be empty.
  std::function<void(const std::string &keyword, Pos pos)> checkKeyword;
  bool isType = false; ///< int, float, numpy.float32: also a dtype
};

struct BoundMethod : Container {
  static constexpr ObjectKind objectKind = ObjectKind::BoundMethod;
  BoundMethod(Value self, std::shared_ptr<Native> method)
      : Container(objectKind), self(std::move(self)), method(std::move(method)) {}
  Value self;
  std::shared_ptr<Native> method;
};

/// Methods and properties of a type.
class TypeTable {
public:
  using Getter = std::function<Value(const Value &self, Interpreter &interpreter, Pos pos)>;
  struct Property {
    Getter get;
    std::string result;
  };
  void method(const std::string &name, const char *signature, NativeFunction function,
              std::string result = "");
  void property(const std::string &name, Getter get, std::string result = "");

  std::map<std::string, std::shared_ptr<Native>> methods;
  std::map<std::string, Property> properties;
  /// What the type has in Python and not here, with the reason.
  std::map<std::string, std::string> refused;
};

/// The table of a type, or null.
const TypeTable *typeTable(const std::string &typeName);
/// Throws: the type has no such attribute, or it is not supported.
[[noreturn]] void failAttribute(const std::string &typeName, const TypeTable *table,
                                const std::string &name, Pos pos);

struct Module : Object {
  static constexpr ObjectKind objectKind = ObjectKind::Module;
  explicit Module(std::string name) : Object(objectKind), name(std::move(name)) {}
  std::string name;
  std::map<std::string, Value> members;
  std::map<std::string, std::string> refused; ///< known, but not supported: the hint
  std::map<std::string, TypeTable::Getter>
      dynamic; ///< members that differ from run to run (sys.argv)
  /// Called for a name that is not there, to throw a better message; may be empty.
  std::function<void(const std::string &name, Pos pos)> missing;

  void function(const std::string &name, const char *signature, NativeFunction f,
                std::string result = "");
  /// The member, or an error with a hint.
  const Value &get(const std::string &name, Pos pos) const;
};

/// Names that scripts have without import.
const std::map<std::string, Value> &builtins();

} // namespace keratin::dsl
