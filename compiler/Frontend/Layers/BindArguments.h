// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Matches the arguments of a call with a schema and checks their values. Private to this folder.
#pragma once

#include "compiler/Frontend/Layers/Construct.h"

#include <map>

namespace keratin {

/// Where arguments come from decides what is forgiven: files of older Keras versions hold keys
/// without effect, and write numbers as they like.
enum class ArgumentSource { Script, File };

/// One call while its arguments are worked through.
struct Call {
  const ClassSchema &schema;
  const SourceLocation &location;
  const WarningHandler &warn;
  ArgumentSource source = ArgumentSource::Script;

  const SourceLocation &at(const Argument &argument) const {
    return argument.location.line ? argument.location : location;
  }
};

/// The arguments by parameter name, old spellings translated. Refuses unknown and repeated ones, a
/// missing required one, and too many by position.
std::map<std::string, Argument> bindArguments(const Call &call, const Arguments &arguments);

/// The value of an argument as Keras's get_config() has it. Throws where it is not of the
/// parameter's type.
Json checkValue(const Call &call, const Parameter &parameter, const Argument &argument);

/// Keras's get_config() for bound arguments: every parameter that is in configs, defaults filled
/// in.
Json completeConfig(const Call &call, const std::map<std::string, Argument> &bound);

/// The serialized form of an object of a class.
Json serialized(ClassKind kind, const std::string &className, Json config);

/// Turns the config of a Bidirectional as it was given into Keras's: both directions, named and set
/// up for each other (Bidirectional.cpp). Throws where they do not fit together.
void completeBidirectional(const Call &call, Json &config);

} // namespace keratin
