// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lists and reads HDF5 files with libhdf5. Runs in a child process, so no handle is closed: its end
// does that.
#include "compiler/Frontend/KerasFile/Hdf5Child.h"

#include <hdf5.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <stdexcept>

#include <sys/stat.h>
#include <unistd.h>

namespace keratin {

namespace {

/// Objects and nesting beyond what any model has: a damaged file can link groups in a circle.
constexpr size_t maxObjects = 200000;
constexpr int maxDepth = 64;
/// Deflate shrinks by no more.
constexpr uint64_t maxRatio = 1032;

struct Damaged : std::runtime_error {
  explicit Damaged(const std::string &what) : std::runtime_error("damaged HDF5 file: " + what) {}
};

/// A handle, or an error that says what could not be had.
hid_t need(hid_t handle, const std::string &what) {
  if (handle < 0)
    throw Damaged("cannot read " + what);
  return handle;
}

struct OpenFile {
  hid_t file;
  uint64_t bytes;
};

OpenFile open(const std::string &path, const std::string *image) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  H5PLset_loading_state(0); // no code named by a file
  hid_t access = need(H5Pcreate(H5P_FILE_ACCESS), "it");
  uint64_t bytes = 0;
  if (image) {
    // "core" keeps the file in memory; nothing is written back.
    const size_t increment = 1 << 20;
    H5Pset_fapl_core(access, increment, 0);
    if (H5Pset_file_image(access, const_cast<char *>(image->data()), image->size()) < 0)
      throw Damaged("cannot read it");
    bytes = image->size();
  } else {
    struct stat status;
    if (stat(path.c_str(), &status) == 0)
      bytes = static_cast<uint64_t>(status.st_size);
  }
  // Of an image only the name of a file that cannot exist is taken.
  const char *name = image ? "/dev/null/image.h5" : path.c_str();
  hid_t file = H5Fopen(name, H5F_ACC_RDONLY, access);
  if (file < 0)
    throw Damaged("its header or its length is wrong; it may be cut off");
  return {file, bytes};
}

uint64_t elementCount(hid_t space) {
  hssize_t count = H5Sget_simple_extent_npoints(space);
  return count < 0 ? 0 : static_cast<uint64_t>(count);
}

/// The elements of a text attribute; none for other types.
std::vector<std::string> readText(hid_t attribute, const OpenFile &open, const std::string &name) {
  hid_t type = need(H5Aget_type(attribute), "attribute " + name);
  hid_t space = need(H5Aget_space(attribute), "attribute " + name);
  std::vector<std::string> result;
  if (H5Tget_class(type) != H5T_STRING)
    return result;
  uint64_t count = elementCount(space), size = H5Tget_size(type);
  if (size == 0 || count > open.bytes / size)
    throw Damaged("attribute " + name + " is larger than the file");
  if (H5Tis_variable_str(type) > 0) {
    hid_t memory = need(H5Tcopy(H5T_C_S1), "attribute " + name);
    H5Tset_size(memory, H5T_VARIABLE);
    H5Tset_cset(memory, H5Tget_cset(type));
    std::vector<char *> texts(count, nullptr);
    if (H5Aread(attribute, memory, texts.data()) < 0)
      throw Damaged("cannot read attribute " + name);
    for (const char *text : texts)
      result.emplace_back(text ? text : "");
    return result;
  }
  std::vector<char> bytes(count * size);
  if (H5Aread(attribute, type, bytes.data()) < 0)
    throw Damaged("cannot read attribute " + name);
  for (uint64_t i = 0; i < count; ++i) {
    const char *text = bytes.data() + i * size;
    result.emplace_back(text, strnlen(text, size));
  }
  return result;
}

Json readAttributes(hid_t object, const OpenFile &open, const std::string &objectPath) {
  Json attributes = Json::object();
  struct Visit {
    std::vector<std::string> names;
  } visit;
  auto collect = [](hid_t, const char *name, const H5A_info_t *, void *data) -> herr_t {
    static_cast<Visit *>(data)->names.push_back(name);
    return 0;
  };
  if (H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &visit) < 0)
    throw Damaged("cannot read the attributes of /" + objectPath);
  for (const std::string &name : visit.names) {
    hid_t attribute = need(H5Aopen(object, name.c_str(), H5P_DEFAULT), "attribute " + name);
    attributes[name] = readText(attribute, open, name);
    H5Aclose(attribute);
  }
  return attributes;
}

std::vector<hsize_t> dimensions(hid_t dataset, const std::string &objectPath) {
  hid_t space = need(H5Dget_space(dataset), "dataset " + objectPath);
  int rank = H5Sget_simple_extent_ndims(space);
  std::vector<hsize_t> dims(rank < 0 ? 0 : static_cast<size_t>(rank));
  if (rank < 0 || (rank > 0 && H5Sget_simple_extent_dims(space, dims.data(), nullptr) < 0))
    throw Damaged("cannot read the shape of dataset " + objectPath);
  H5Sclose(space);
  return dims;
}

bool isInteger(hid_t dataset, const std::string &objectPath) {
  hid_t type = need(H5Dget_type(dataset), "dataset " + objectPath);
  H5T_class_t typeClass = H5Tget_class(type);
  H5Tclose(type);
  if (typeClass != H5T_INTEGER && typeClass != H5T_FLOAT)
    throw Damaged("dataset " + objectPath + " holds no numbers");
  return typeClass == H5T_INTEGER;
}

/// A shape that the bytes really in the file account for, all of them in this file.
void checkStorage(hid_t dataset, const std::vector<hsize_t> &dims, const OpenFile &open,
                  const std::string &objectPath) {
  hid_t creation = need(H5Dget_create_plist(dataset), "dataset " + objectPath);
  if (H5Pget_layout(creation) == H5D_VIRTUAL || H5Pget_external_count(creation) > 0)
    throw Damaged("dataset " + objectPath + " refers to other files");
  H5Pclose(creation);
  double elements = 1;
  for (hsize_t dim : dims)
    elements *= static_cast<double>(dim);
  uint64_t stored = H5Dget_storage_size(dataset);
  if (stored > open.bytes || elements > static_cast<double>(stored) * maxRatio)
    throw Damaged("dataset " + objectPath + " is larger than the file");
}

class Lister {
public:
  explicit Lister(const OpenFile &open) : open(open) {}

  void visitGroup(hid_t group, const std::string &groupPath, int depth) {
    if (depth > maxDepth || contents.size() > maxObjects)
      throw Damaged("its groups are nested without end");
    contents[groupPath] = {{"dataset", false},
                           {"integer", false},
                           {"shape", Json::array()},
                           {"attributes", readAttributes(group, open, groupPath)}};
    for (const std::string &name : links(group, groupPath)) {
      std::string objectPath = groupPath.empty() ? name : groupPath + "/" + name;
      hid_t object = need(H5Oopen(group, name.c_str(), H5P_DEFAULT), "/" + objectPath);
      H5I_type_t kind = H5Iget_type(object);
      if (kind == H5I_GROUP)
        visitGroup(object, objectPath, depth + 1);
      else if (kind == H5I_DATASET)
        visitDataset(object, objectPath);
      H5Oclose(object);
    }
  }

  Json contents = Json::object();

private:
  void visitDataset(hid_t dataset, const std::string &objectPath) {
    std::vector<hsize_t> dims = dimensions(dataset, objectPath);
    checkStorage(dataset, dims, open, objectPath);
    contents[objectPath] = {{"dataset", true},
                            {"integer", isInteger(dataset, objectPath)},
                            {"shape", dims},
                            {"attributes", Json::object()}};
  }

  /// Names in a group, without soft and external links: those could lead to other files.
  std::vector<std::string> links(hid_t group, const std::string &groupPath) {
    std::vector<std::string> names;
    auto collect = [](hid_t, const char *name, const H5L_info_t *info, void *data) -> herr_t {
      if (info->type == H5L_TYPE_HARD)
        static_cast<std::vector<std::string> *>(data)->push_back(name);
      return 0;
    };
    if (H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names) < 0)
      throw Damaged("cannot list group /" + groupPath);
    return names;
  }

  const OpenFile &open;
};

void writeExactly(int descriptor, const void *source, uint64_t bytes) {
  const char *position = static_cast<const char *>(source);
  while (bytes > 0) {
    ssize_t count = ::write(descriptor, position, bytes);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      _exit(1);
    position += count;
    bytes -= static_cast<uint64_t>(count);
  }
}

} // namespace

void sendHdf5(int descriptor, Hdf5MessageKind kind, const void *payload, uint64_t bytes) {
  Hdf5MessageHeader header = {kind, bytes};
  writeExactly(descriptor, &header, sizeof header);
  writeExactly(descriptor, payload, bytes);
}

void reportHdf5Errors(int descriptor, const std::function<void()> &work) {
  std::string message;
  try {
    work();
    return;
  } catch (const std::bad_alloc &) {
    message = "not enough memory to read it";
  } catch (const std::exception &error) {
    message = error.what();
  }
  message.resize(std::min<size_t>(message.size(), 4096));
  sendHdf5(descriptor, Hdf5MessageKind::Error, message.data(), message.size());
}

void listHdf5(const std::string &path, const std::string *image, int descriptor) {
  reportHdf5Errors(descriptor, [&] {
    OpenFile file = open(path, image);
    Lister lister(file);
    lister.visitGroup(need(H5Gopen2(file.file, "/", H5P_DEFAULT), "the root group"), "", 0);
    std::vector<uint8_t> listing = Json::to_cbor(lister.contents);
    sendHdf5(descriptor, Hdf5MessageKind::Data, listing.data(), listing.size());
  });
}

void readHdf5(const std::string &path, const std::string *image,
              const std::vector<std::string> &objectPaths, int descriptor) {
  reportHdf5Errors(descriptor, [&] {
    OpenFile file = open(path, image);
    for (const std::string &objectPath : objectPaths) {
      hid_t dataset =
          need(H5Dopen2(file.file, objectPath.c_str(), H5P_DEFAULT), "dataset " + objectPath);
      uint64_t elements = 1;
      for (hsize_t dim : dimensions(dataset, objectPath))
        elements *= dim;
      bool integer = isInteger(dataset, objectPath);
      std::vector<char> bytes(elements * (integer ? sizeof(int64_t) : sizeof(float)));
      hid_t type = integer ? H5T_NATIVE_INT64 : H5T_NATIVE_FLOAT;
      if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0)
        throw Damaged("cannot read dataset " + objectPath);
      sendHdf5(descriptor, Hdf5MessageKind::Data, bytes.data(), bytes.size());
      H5Dclose(dataset);
    }
  });
}

} // namespace keratin
