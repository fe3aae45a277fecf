// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a child process lists and reads, as arrays.
#include "compiler/Frontend/KerasFile/Hdf5File.h"

#include "compiler/Frontend/KerasFile/Hdf5Process.h"
#include "compiler/Support/Diagnostic.h"

#include <nlohmann/json.hpp>

namespace keratin {

static const char *const damaged = "damaged HDF5 file: the HDF5 library failed on it";

static Hdf5Object objectFromJson(const nlohmann::json &json) {
  Hdf5Object object;
  object.isDataset = json.at("dataset").get<bool>();
  object.isInteger = json.at("integer").get<bool>();
  object.shape = json.at("shape").get<std::vector<int64_t>>();
  for (const auto &[name, values] : json.at("attributes").items())
    object.attributes[name] = values.get<std::vector<std::string>>();
  return object;
}

Hdf5File::Hdf5File(std::string filePath, std::optional<std::string> fileImage)
    : path(std::move(filePath)), image(std::move(fileImage)) {
  Hdf5Process child(path, damaged,
                    [&](int descriptor) { listHdf5(path, image ? &*image : nullptr, descriptor); });
  Hdf5MessageHeader header = child.header();
  std::vector<uint8_t> listing(header.bytes);
  child.readExactly(listing.data(), listing.size());
  nlohmann::json contents = nlohmann::json::from_cbor(listing);
  for (const auto &[name, object] : contents.items())
    objects[name] = objectFromJson(object);
}

const Hdf5Object *Hdf5File::find(const std::string &objectPath) const {
  auto found = objects.find(objectPath);
  return found == objects.end() ? nullptr : &found->second;
}

std::optional<std::vector<std::string>> Hdf5File::attribute(const std::string &objectPath,
                                                            const std::string &name) const {
  const Hdf5Object *object = find(objectPath);
  if (!object)
    return std::nullopt;
  auto whole = object->attributes.find(name);
  if (whole != object->attributes.end())
    return whole->second;
  std::vector<std::string> joined;
  int part = 0;
  for (;; ++part) {
    auto found = object->attributes.find(name + std::to_string(part));
    if (found == object->attributes.end())
      break;
    joined.insert(joined.end(), found->second.begin(), found->second.end());
  }
  if (part == 0)
    return std::nullopt;
  return joined;
}

std::vector<rt::Array> Hdf5File::read(const std::vector<std::string> &objectPaths) const {
  std::vector<rt::Array> arrays;
  if (objectPaths.empty())
    return arrays;
  Hdf5Process child(path, damaged, [&](int descriptor) {
    readHdf5(path, image ? &*image : nullptr, objectPaths, descriptor);
  });
  for (const std::string &objectPath : objectPaths) {
    const Hdf5Object &object = objects.at(objectPath);
    rt::Array array(object.isInteger ? rt::DType::Int64 : rt::DType::Float32, object.shape);
    if (child.header().bytes != array.bytes.size())
      throw UserError({path},
                      "damaged HDF5 file: dataset " + objectPath + " changed while it was read");
    child.readExactly(array.bytes.data(), array.bytes.size());
    arrays.push_back(std::move(array));
  }
  return arrays;
}

} // namespace keratin
