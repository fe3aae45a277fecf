// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Driver/ModelWriter.h"
#include "compiler/Frontend/KerasFile/KerasFile.h"
#include "compiler/Support/RuntimeError.h"
#include "keratin/file.hpp"
#include "keratin/weights_file.hpp"

namespace keratin {

namespace {

void writeNpzModel(const std::string &path, const ModelSpec &model, const WarningHandler &) {
  rt::SavedWeights saved;
  for (const WeightSpec *weight : model.weights())
    saved.weights.push_back(weight->value);
  if (model.optimizerState)
    saved.optimizer =
        rt::OptimizerState{model.optimizerState->iteration, model.optimizerState->slots};
  rt::writeNpz(path, rt::nameWeights(saved));
}

using Writer = void (*)(const std::string &, const ModelSpec &, const WarningHandler &);

/// Throws UserError for a suffix that no writer has.
Writer writerFor(const std::string &path) {
  if (isKerasModelPath(path))
    return [](const std::string &file, const ModelSpec &model, const WarningHandler &warn) {
      writeKerasModel(model, file, warn);
    };
  if (isKerasWeightsPath(path))
    return [](const std::string &file, const ModelSpec &model, const WarningHandler &) {
      writeKerasWeights(model, file);
    };
  std::string suffix = rt::extension(path);
  if (suffix == ".npz")
    return writeNpzModel;
  throw UserError({path}, "cannot write a model as \"" + suffix + "\"",
                  "give a name that ends in .keras, .h5, .weights.h5 or .npz");
}

} // namespace

void checkModelOutput(const std::string &path) {
  writerFor(path);
  try {
    rt::checkWritable(path);
  } catch (const rt::Error &error) {
    throw toUserError(error);
  }
}

void writeModel(const std::string &path, const ModelSpec &model, const WarningHandler &warn) {
  Writer write = writerFor(path);
  try {
    write(path, model, warn);
  } catch (const rt::Error &error) {
    throw toUserError(error);
  }
}

} // namespace keratin
