// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the files of the Keras API share.
#pragma once

#include "compiler/Frontend/Dsl/keras_objects.h"
#include "compiler/Frontend/Dsl/native.h"

namespace keratin::dsl {

/// The model's engine, made when first asked for. The model must be built.
Engine &engineOf(Interpreter &interpreter, Model &model, Pos pos);

/// The weights as they are now: trained, loaded, or drawn on this occasion.
std::vector<rt::Array> currentWeights(Interpreter &interpreter, Model &model, Pos pos);

/// Moves the trained weights into the spec and drops the engine, before the model changes.
void retireEngine(Model &model);

/// The argument `callbacks` of a model's method: None, a callback or a list of them.
rt::Callbacks toCallbacks(Interpreter &interpreter, const Value &value,
                          const std::shared_ptr<Model> &model, Pos pos);

[[noreturn]] void failUnbuilt(const Model &model, const std::string &method, Pos pos);

} // namespace keratin::dsl
