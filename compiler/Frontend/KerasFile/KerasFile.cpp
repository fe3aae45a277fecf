// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tells the kinds of Keras files apart and reads each.
#include "compiler/Frontend/KerasFile/KerasFile.h"

#include "compiler/Frontend/KerasFile/Architecture.h"
#include "compiler/Frontend/KerasFile/NpzWeights.h"
#include "compiler/Frontend/KerasFile/WeightLayouts.h"
#include "compiler/Frontend/KerasFile/ZipFile.h"
#include "compiler/Frontend/Layers/Compile.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"
#include "compiler/Frontend/Layers/OldHardSigmoid.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <sys/stat.h>

namespace keratin {

namespace {

enum class FileKind { Zip, Hdf5 };

constexpr uint64_t maxConfigBytes = uint64_t(256) << 20;

FileKind fileKind(const std::string &path) {
  struct stat status;
  if (stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
    throw UserError({path}, "is a directory; Keras's SavedModel format is not supported",
                    "save the model as a .keras file");
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw UserError({path}, std::string("cannot open the file: ") + std::strerror(errno));
  std::string start(8, '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<size_t>(file.gcount()));
  if (start.rfind("PK", 0) == 0)
    return FileKind::Zip;
  if (start == "\x89HDF\r\n\x1a\n")
    return FileKind::Hdf5;
  throw UserError({path}, start.empty() ? "the file is empty"
                                        : "neither a .keras file (a zip archive) nor an HDF5 file");
}

/// A member that every .keras file has.
std::string requireMember(const ZipFile &zip, const std::string &member, uint64_t maxBytes,
                          const SourceLocation &location) {
  std::optional<std::string> bytes = zip.read(member, maxBytes);
  if (!bytes)
    throw UserError(location,
                    "not a .keras file: the zip archive has no member \"" + member + "\"");
  return std::move(*bytes);
}

/// The HDF5 file in a .keras file. Its size is bounded by what the model can need: weights, two
/// slots of an optimizer, as much again for wider types, and room for names.
Hdf5File weightsMember(const ZipFile &zip, const ModelSpec &model, const std::string &path) {
  uint64_t bytes = 0;
  for (const WeightSpec *weight : model.weights()) {
    uint64_t elements = 1;
    for (int64_t dim : weight->shape)
      elements *= static_cast<uint64_t>(dim);
    bytes += 4 * elements;
  }
  const uint64_t room = uint64_t(64) << 20;
  return Hdf5File(path, requireMember(zip, "model.weights.h5", room + 8 * bytes, {path}));
}

/// Compile arguments that Keratin cannot train with leave a model for inference.
void compileIfPossible(ModelSpec &model, const Json &config, const SourceLocation &location,
                       const WarningHandler &warn) {
  if (!config.is_object() || config.empty())
    return;
  std::string cause;
  try {
    // Keras loses it in .keras files that it writes after an .h5, and falls back on another one.
    if (!config.contains("optimizer") && !config.contains("optimizer_config"))
      throw UserError(location, "the file does not say with which optimizer");
    compileFromConfig(model, config, location, warn);
    return;
  } catch (const UserError &error) {
    cause = error.message;
  } catch (const Json::exception &error) {
    cause = error.what();
  }
  if (warn)
    warn(location, "the model can predict but not train: " + cause);
}

void useOldActivations(ModelSpec &model, const std::string &kerasVersion) {
  if (kerasVersion.rfind("1.", 0) == 0 || kerasVersion.rfind("2.", 0) == 0)
    for (LayerSpec &layer : model.layers)
      useOldHardSigmoid(layer);
}

ModelSpec readZip(const std::string &path, const WarningHandler &warn) {
  const SourceLocation location{path};
  ZipFile zip(path);
  Json architecture = parseJson(requireMember(zip, "config.json", maxConfigBytes, location),
                                "config.json", location);
  ModelSpec model = modelFromConfig(architecture, location, warn);
  Json metadata = parseJson(requireMember(zip, "metadata.json", maxConfigBytes, location),
                            "metadata.json", location);
  if (metadata.is_object() && metadata.contains("keras_version") &&
      metadata["keras_version"].is_string())
    useOldActivations(model, metadata["keras_version"].get<std::string>());
  if (architecture.contains("compile_config"))
    compileIfPossible(model, architecture["compile_config"], location, warn);
  if (!isBuilt(model))
    return model;
  Hdf5File weights = weightsMember(zip, model, path);
  readWeights(model, weights, location);
  readOptimizerState(model, weights, location, warn);
  return model;
}

/// A text attribute of the root group, parsed.
std::optional<Json> jsonAttribute(const Hdf5File &file, const std::string &name,
                                  const SourceLocation &location) {
  std::optional<std::vector<std::string>> text = file.attribute("", name);
  if (!text || text->size() != 1)
    return std::nullopt;
  return parseJson(text->front(), "attribute " + name, location);
}

ModelSpec readHdf5(const std::string &path, const WarningHandler &warn) {
  const SourceLocation location{path};
  Hdf5File file(path);
  std::optional<Json> architecture = jsonAttribute(file, "model_config", location);
  if (!architecture)
    throw UserError(location, "the HDF5 file has no model_config: it holds weights only",
                    "give the script that builds the model, and this file as its weights");
  ModelSpec model = modelFromConfig(*architecture, location, warn);
  if (std::optional<std::vector<std::string>> version = file.attribute("", "keras_version"))
    useOldActivations(model, version->empty() ? "" : version->front());
  if (std::optional<Json> training = jsonAttribute(file, "training_config", location))
    compileIfPossible(model, *training, location, warn);
  if (!isBuilt(model))
    return model;
  readWeights(model, file, location);
  readOptimizerState(model, file, location, warn);
  return model;
}

} // namespace

ModelSpec readKerasModel(const std::string &path, const WarningHandler &warn) {
  return fileKind(path) == FileKind::Zip ? readZip(path, warn) : readHdf5(path, warn);
}

ModelSpec modelFromJson(const std::string &text, const SourceLocation &location,
                        const WarningHandler &warn) {
  Json json = parseJson(text, "the model", location);
  ModelSpec model = modelFromConfig(json, location, warn);
  if (json.contains("keras_version") && json["keras_version"].is_string())
    useOldActivations(model, json["keras_version"].get<std::string>());
  if (json.contains("compile_config"))
    compileIfPossible(model, json["compile_config"], location, warn);
  return model;
}

static void requireBuilt(const ModelSpec &model) {
  if (!isBuilt(model))
    throw UserError(model.location, "weights can only be loaded into a built model",
                    "give its first layer an input shape, or call model.build()");
}

/// A zip archive that is no .keras file.
static bool isNpz(const std::string &path) {
  return fileKind(path) == FileKind::Zip && !ZipFile(path).contains("config.json");
}

/// The HDF5 file that holds the weights, in a .keras file or by itself.
static Hdf5File openWeights(const ModelSpec &model, const std::string &path) {
  return fileKind(path) == FileKind::Zip ? weightsMember(ZipFile(path), model, path)
                                         : Hdf5File(path);
}

void loadKerasWeights(ModelSpec &model, const std::string &path) {
  requireBuilt(model);
  if (isNpz(path))
    readNpzWeights(model, path);
  else
    readWeights(model, openWeights(model, path), {path});
}

void loadKerasOptimizerState(ModelSpec &model, const std::string &path,
                             const WarningHandler &warn) {
  requireBuilt(model);
  if (isNpz(path))
    readNpzOptimizerState(model, path, warn);
  else
    readOptimizerState(model, openWeights(model, path), {path}, warn);
}

} // namespace keratin
