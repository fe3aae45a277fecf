// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The modules that scripts import, and how Keras's objects are called and changed.
#pragma once

#include "compiler/Frontend/Dsl/native.h"

#include <string>

namespace keratin::dsl {

/// The module of a dotted name: keras in all its spellings (tensorflow.keras, old paths), numpy and
/// a few more. Throws for others.
Value findModule(const std::string &name, Pos pos);

/// Whether calling it is Keras's affair: a class, a layer, a model, an initializer.
bool isKerasCallable(const Value &callee);
Value callKeras(Interpreter &interpreter, const Value &callee, CallArguments arguments, Pos pos);

/// object.name = value. Throws unless it is layer.trainable, or a Tokenizer's num_words or table.
void setAttribute(const Value &object, const std::string &name, const Value &value, Pos pos);
/// The same for a Tokenizer. False where it is none, or has no such attribute that can be set.
bool setTokenizerAttribute(const Value &object, const std::string &name, const Value &value,
                           Pos pos); // keras_api_text.cpp

// Each fills in its module; modules.cpp puts them together.
void addNumpy(Module &numpy);        // numpy_functions.cpp
void addNumpyMath(Module &numpy);    // numpy_math.cpp
void addNumpyRandom(Module &random); // numpy_random.cpp
void addKerasClasses(Module &layers, Module &optimizers, Module &losses, Module &metrics,
                     Module &initializers,
                     Module &activations); // keras_api_layers.cpp
void addKerasTraining(Module &schedules, Module &regularizers,
                      Module &constraints);          // keras_api_layers.cpp
void addKerasCallbacks(Module &callbacks);           // keras_api_callbacks.cpp
void addKerasModels(Module &models);                 // keras_api_model.cpp
void addKerasSaving(Module &models, Module &saving); // keras_api_saving.cpp
void addKerasDatasets(Module &imdb, Module &reuters, Module &mnist,
                      Module &bostonHousing);                            // keras_api_datasets.cpp
void addKerasData(Module &sequence, Module &utils);                      // keras_api_data.cpp
void addKerasText(Module &text);                                         // keras_api_text.cpp
void addMaskFunctions(Module &ops, Module &backend, Module &tensorflow); // keras_api_masks.cpp
void addRandom(Module &random);                                          // modules_random.cpp
void addSystemModules(Module &sys, Module &math, Module &time);          // modules_system.cpp

// Each fills in tables of methods.
void addStrMethods(TypeTable &table);                      // builtins_str.cpp
void addListMethods(TypeTable &table);                     // builtins_containers.cpp
void addTupleMethods(TypeTable &table);                    // builtins_containers.cpp
void addDictMethods(TypeTable &table);                     // builtins_containers.cpp
void addSetMethods(TypeTable &table);                      // builtins_containers.cpp
void addArrayMethods(TypeTable &table);                    // numpy_methods.cpp
void addFileBuiltins(std::map<std::string, Value> &table); // builtins_files.cpp
void addFileMethods(TypeTable &table);                     // builtins_files.cpp
void addArchiveMethods(TypeTable &table);                  // numpy_methods.cpp
void addSequencesMethods(TypeTable &table);                // keras_api_data.cpp
void addTokenizerMethods(TypeTable &table);                // keras_api_text.cpp
void addLayerMethods(TypeTable &table);                    // keras_api_layers.cpp
void addTensorMethods(TypeTable &table);                   // keras_api_layers.cpp
void addModelMethods(TypeTable &table);                    // keras_api_model.cpp
void addSavingMethods(TypeTable &table);                   // keras_api_saving.cpp
void addTrainingMethods(TypeTable &table);                 // keras_api_training.cpp
void addHistoryMethods(TypeTable &table);                  // keras_api_history.cpp

} // namespace keratin::dsl
