// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the weights and the optimizer's variables of a model lie in an HDF5 file. Private to this
// folder.
#pragma once

#include "compiler/Frontend/KerasFile/Hdf5File.h"
#include "compiler/Frontend/Layers/Arguments.h"
#include "compiler/Frontend/Layers/Compile.h"

namespace keratin {

/// An object that Keras 3 stores under a path of its own: a layer, its cell, a layer that it wraps.
struct StoredObject {
  std::string path; ///< of its group: "layers/lstm/cell"
  std::string name; ///< Keras's: "lstm_cell"
  size_t weights;   ///< how many are its own
};

/// The objects of a model in the order of its weights. Sequential models do not list their
/// InputLayer.
std::vector<StoredObject> storedObjects(const ModelSpec &model);

/// Where Keras 3 keeps each weight: "layers/lstm/cell/vars/0".
std::vector<std::string> keras3Paths(const ModelSpec &model);

/// Reads all weights from a file of either layout: Keras 3's (groups layers/<key>/…/vars/<i>, where
/// the key counts classes) or the legacy one (layers and weights by position, as the attributes
/// layer_names and weight_names list them), kernels in today's form (OldKernels.h). Shapes are
/// compared before anything is read; the model
/// is unchanged on errors.
void readWeights(ModelSpec &model, const Hdf5File &file, const SourceLocation &location);

/// Sets model.optimizerState, and the learning rate from its variable, where the file has a state
/// that fits the model's optimizer. One that does not fit is warned about.
void readOptimizerState(ModelSpec &model, const Hdf5File &file, const SourceLocation &location,
                        const WarningHandler &warn);

/// A variable of an optimizer after its iteration and learning rate.
struct SlotVariable {
  size_t slot;   ///< of optimizerSlots()
  size_t weight; ///< of trainableWeights()
};

/// The slots' variables in the order in which Keras keeps them.
std::vector<SlotVariable> slotVariables(const OptimizerLayout &layout, size_t weights);

/// The weights that an optimizer keeps slots of, in its order.
std::vector<const WeightSpec *> trainableWeights(const ModelSpec &model);

/// Says that a file's optimizer state is left out.
void warnOfOtherOptimizer(const ModelSpec &model, const SourceLocation &location,
                          const WarningHandler &warn);

} // namespace keratin
