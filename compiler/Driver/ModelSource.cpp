// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Driver/ModelSource.h"
#include "compiler/Frontend/KerasFile/KerasFile.h"
#include "compiler/Frontend/Layers/Compile.h"
#include "compiler/Frontend/Layers/Initializers.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"
#include "compiler/Frontend/Layers/NestedModels.h"
#include "compiler/Support/RuntimeError.h"
#include "keratin/file.hpp"
#include "keratin/weights_file.hpp"

#include <cctype>
#include <filesystem>
#include <ostream>

namespace keratin {

WarningHandler warningsTo(std::ostream &err) {
  return [&err](const SourceLocation &location, const std::string &message) {
    if (!location.file.empty())
      err << location.file << ":";
    if (location.line)
      err << location.line << ":" << location.column << ":";
    err << (location.file.empty() ? "" : " ") << "warning: " << message << "\n";
  };
}

namespace {

bool endsWith(const std::string &text, const std::string &end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// "80,4" as a shape with an open batch.
Shape parseShape(const std::string &text) {
  Shape shape{-1};
  for (size_t begin = 0; begin <= text.size();) {
    size_t end = std::min(text.find(',', begin), text.size());
    std::string number = text.substr(begin, end - begin);
    size_t used = 0;
    int64_t value = 0;
    try {
      value = std::stoll(number, &used);
    } catch (const std::exception &) {
      used = 0;
    }
    if (used == 0 || used != number.size() || value < 1)
      throw UserError({}, "--input-shape expects positive numbers like 80 or 80,4, got \"" + text +
                              "\"");
    shape.push_back(value);
    begin = end + 1;
  }
  return shape;
}

/// The text of --input-shape as NAME, which may be empty, and shape.
std::pair<std::string, Shape> parseNamedShape(const std::string &text) {
  size_t equals = text.find('=');
  if (equals == std::string::npos)
    return {"", parseShape(text)};
  return {text.substr(0, equals), parseShape(text.substr(equals + 1))};
}

/// Gives inputs of a built model the shapes of --input-shape: by name, else the first input.
void fixInputShapes(ModelSpec &model, const std::vector<std::string> &texts) {
  std::vector<Shape> shapes;
  for (TensorRef input : model.inputs)
    shapes.push_back(model.shapeOf(input));
  for (const std::string &text : texts) {
    auto [name, shape] = parseNamedShape(text);
    size_t i = 0;
    while (!name.empty() && i < shapes.size() && model.layerOf(model.inputs[i]).name != name)
      ++i;
    if (i == shapes.size())
      throw UserError(model.location, "--input-shape: the model has no input \"" + name + "\"");
    bool fits = shape.size() == shapes[i].size();
    for (size_t axis = 1; fits && axis < shape.size(); ++axis)
      fits = shapes[i][axis] < 0 || shapes[i][axis] == shape[axis];
    if (!fits)
      throw UserError(model.location, "--input-shape " + text + " does not fit input \"" +
                                          model.layerOf(model.inputs[i]).name + "\" of shape " +
                                          shapeText(shapes[i]));
    shape[0] = shapes[i][0];
    shapes[i] = shape;
  }
  model = withInputShapes(model, shapes);
}

/// Gives a Sequential model that was never built the shape of --input-shape.
void buildWithShape(ModelSpec &model, const std::vector<std::string> &shapes) {
  if (isBuilt(model)) {
    if (!shapes.empty())
      fixInputShapes(model, shapes);
    return;
  }
  AutoNames names;
  // Tokens of any number of steps.
  if (shapes.empty() && !model.layers.empty() && model.layers.front().className == "Embedding")
    return buildSequential(model, {-1, -1}, names, model.location);
  if (shapes.empty())
    throw UserError(model.location, "the model's input shape is not known",
                    "give the first layer an input_shape, or --input-shape 80");
  buildSequential(model, parseNamedShape(shapes.front()).second, names, model.location);
}

void loadWeightsFile(ModelSpec &model, const std::string &path, const WarningHandler &warn) {
  if (!endsWith(path, ".npz")) {
    loadKerasWeights(model, path);
    if (model.compile)
      loadKerasOptimizerState(model, path, warn);
    return;
  }
  rt::SavedWeights saved;
  try {
    saved = rt::readWeights(path);
  } catch (const rt::Error &error) {
    throw toUserError(error);
  }
  std::vector<WeightSpec *> targets = model.weights();
  if (saved.weights.size() != targets.size())
    throw UserError({path}, "expects " + std::to_string(targets.size()) + " weights, got " +
                                std::to_string(saved.weights.size()));
  for (size_t i = 0; i < targets.size(); ++i) {
    if (saved.weights[i].shape != targets[i]->shape)
      throw UserError({path}, "weight " + std::to_string(i) + " (" + targets[i]->path +
                                  ") expects shape " + shapeText(targets[i]->shape) + ", got " +
                                  shapeText(saved.weights[i].shape));
    targets[i]->value = saved.weights[i].cast(rt::DType::Float32);
  }
  if (saved.optimizer && model.compile)
    model.optimizerState = OptimizerState{saved.optimizer->iteration, saved.optimizer->slots};
}

} // namespace

ModelSource loadModelSource(const ModelSourceOptions &options, std::ostream &err) {
  if (!std::filesystem::exists(options.path))
    throw UserError({options.path}, "no such file");
  ModelSource source;
  if (endsWith(options.path, ".py")) {
    ScriptOptions script;
    script.run = options.run;
    script.globals["WORKDIR"] = ".";
    source.model = specFromScript(options.path, options.modelName, script, source.hints, err);
  } else if (endsWith(options.path, ".keras") || endsWith(options.path, ".h5") ||
             endsWith(options.path, ".hdf5")) {
    source.model = readKerasModel(options.path, warningsTo(err));
  } else if (endsWith(options.path, ".json")) {
    source.model = modelFromJson(rt::readFile(options.path), {options.path}, warningsTo(err));
  } else {
    throw UserError({options.path},
                    "expects a model: a script (.py) or a Keras file (.keras, .h5, .json)");
  }
  buildWithShape(source.model, options.inputShapes);
  if (std::vector<Shape> apart = apartInputShapes(source.model, source.hints.x); !apart.empty())
    source.model = withInputShapes(source.model, apart);
  drawInitialWeights(source.model, options.run.seed);
  if (!options.weights.empty())
    loadWeightsFile(source.model, options.weights, warningsTo(err));
  if (source.model.compile && !source.model.compile->losses.empty())
    resolveMetrics(source.model, source.hints.y);
  return source;
}

int64_t stepsOfHints(const ModelSource &source) {
  int64_t steps = 0;
  for (size_t i = 0; i < source.model.inputs.size() && i < source.hints.x.size(); ++i) {
    const Shape &shape = source.model.shapeOf(source.model.inputs[i]);
    if (shape.size() > 1 && shape[1] < 0 && source.hints.x[i].size() > 1)
      steps = std::max(steps, source.hints.x[i][1]);
  }
  return steps;
}

std::string identifierFromPath(const std::string &path) {
  std::string stem = std::filesystem::path(path).stem().string();
  for (char &c : stem)
    if (!std::isalnum(static_cast<unsigned char>(c)))
      c = '_';
  if (stem.empty() || std::isdigit(static_cast<unsigned char>(stem[0])))
    stem = "model_" + stem;
  return stem;
}

} // namespace keratin
