// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Builds an HDF5 file with libhdf5's in-memory driver, in a child process.
#include "compiler/Frontend/KerasFile/Hdf5Image.h"

#include "compiler/Frontend/KerasFile/Hdf5Process.h"

#include <hdf5.h>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace keratin {

void Hdf5Content::list(const std::string &group, const std::string &name,
                       const std::vector<std::string> &texts) {
  // Keras counts every text as long as the longest.
  constexpr size_t maxBytes = 64512;
  size_t longest = 1;
  for (const std::string &text : texts)
    longest = std::max(longest, text.size());
  size_t parts = 1;
  while ((texts.size() + parts - 1) / parts * longest > maxBytes && parts < texts.size())
    ++parts;
  if (parts == 1) {
    attributes.push_back({group, name, texts, true});
    return;
  }
  for (size_t part = 0, begin = 0; part < parts; ++part) {
    // The first ones take one more each where the parts cannot be equal.
    size_t count = texts.size() / parts + (part < texts.size() % parts ? 1 : 0);
    auto first = texts.begin() + static_cast<std::ptrdiff_t>(begin);
    attributes.push_back(
        {group, name + std::to_string(part),
         std::vector<std::string>(first, first + static_cast<std::ptrdiff_t>(count)), true,
         longest});
    begin += count;
  }
}

namespace {

/// Puts content into a file. No handle is closed: the end of the process does that.
class Builder {
public:
  Builder() {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    hid_t access = need(H5Pcreate(H5P_FILE_ACCESS));
    const size_t increment = 1 << 20;
    const hbool_t onDisk = 0;
    need(H5Pset_fapl_core(access, increment, onDisk));
    hid_t creation = need(H5Pcreate(H5P_FILE_CREATE));
    need(H5Pset_obj_track_times(creation, false));
    file = need(H5Fcreate("image.h5", H5F_ACC_TRUNC, creation, access));
    links = need(H5Pcreate(H5P_LINK_CREATE));
    need(H5Pset_create_intermediate_group(links, 1));
    text = need(H5Tcopy(H5T_C_S1));
    need(H5Tset_size(text, H5T_VARIABLE));
    need(H5Tset_cset(text, H5T_CSET_UTF8));
  }

  void addGroup(const std::string &path) {
    if (path.empty() || !groups.insert(path).second)
      return;
    // As a way to another object it may be there already.
    addGroup(parent(path));
    need(H5Gclose(
        need(H5Gcreate2(file, path.c_str(), links, properties(H5P_GROUP_CREATE), H5P_DEFAULT))));
  }

  void addAttribute(const Hdf5Content::Attribute &attribute) {
    addGroup(attribute.group);
    hid_t group = need(H5Gopen2(file, ("/" + attribute.group).c_str(), H5P_DEFAULT));
    const hsize_t count = attribute.texts.size();
    hid_t space =
        need(attribute.isList ? H5Screate_simple(1, &count, nullptr) : H5Screate(H5S_SCALAR));
    // numpy's empty list holds float64, and so Keras writes it.
    hid_t type = !count ? H5T_IEEE_F64LE : attribute.width ? textOf(attribute.width) : text;
    hid_t handle =
        need(H5Acreate2(group, attribute.name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT));
    std::vector<const char *> texts;
    std::string padded;
    for (const std::string &one : attribute.texts) {
      texts.push_back(one.c_str());
      padded += one + std::string(attribute.width ? attribute.width - one.size() : 0, '\0');
    }
    if (count)
      need(attribute.width ? H5Awrite(handle, type, padded.data())
                           : H5Awrite(handle, type, texts.data()));
    H5Aclose(handle);
    H5Sclose(space);
    H5Gclose(group);
  }

  void addDataset(const Hdf5Content::Dataset &dataset) {
    addGroup(parent(dataset.path));
    const rt::Array &array = *dataset.array;
    bool isInteger = array.dtype == rt::DType::Int64;
    if (!isInteger && array.dtype != rt::DType::Float32)
      throw std::logic_error("a dataset of neither float32 nor int64: " + dataset.path);
    std::vector<hsize_t> dims(array.shape.begin(), array.shape.end());
    hid_t space =
        need(dims.empty() ? H5Screate(H5S_SCALAR)
                          : H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr));
    hid_t handle =
        need(H5Dcreate2(file, dataset.path.c_str(), isInteger ? H5T_STD_I64LE : H5T_IEEE_F32LE,
                        space, links, properties(H5P_DATASET_CREATE), H5P_DEFAULT));
    need(H5Dwrite(handle, isInteger ? H5T_NATIVE_INT64 : H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL,
                  H5P_DEFAULT, array.bytes.data()));
    H5Dclose(handle);
    H5Sclose(space);
  }

  std::string image() {
    need(H5Fflush(file, H5F_SCOPE_GLOBAL));
    ssize_t size = H5Fget_file_image(file, nullptr, 0);
    std::string bytes(need(size), '\0');
    need(H5Fget_file_image(file, bytes.data(), bytes.size()));
    return bytes;
  }

private:
  template <typename Result> static Result need(Result result) {
    if (result < 0)
      throw std::runtime_error("the HDF5 library cannot make this file");
    return result;
  }

  static std::string parent(const std::string &path) {
    size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
  }

  /// Creation properties of an object without the time of its creation.
  static hid_t properties(hid_t kind) {
    hid_t list = need(H5Pcreate(kind));
    need(H5Pset_obj_track_times(list, false));
    return list;
  }

  /// The type of texts of so many bytes, as numpy has them.
  static hid_t textOf(size_t width) {
    hid_t type = need(H5Tcopy(H5T_C_S1));
    need(H5Tset_size(type, width));
    need(H5Tset_strpad(type, H5T_STR_NULLPAD));
    return type;
  }

  hid_t file, links, text;
  std::set<std::string> groups;
};

} // namespace

void buildHdf5(const Hdf5Content &content, int descriptor) {
  reportHdf5Errors(descriptor, [&] {
    Builder builder;
    for (const std::string &group : content.groups)
      builder.addGroup(group);
    for (const Hdf5Content::Attribute &attribute : content.attributes)
      builder.addAttribute(attribute);
    for (const Hdf5Content::Dataset &dataset : content.datasets)
      builder.addDataset(dataset);
    std::string image = builder.image();
    sendHdf5(descriptor, Hdf5MessageKind::Data, image.data(), image.size());
  });
}

std::string hdf5Image(const Hdf5Content &content, const std::string &path) {
  uint64_t size = 0;
  for (const Hdf5Content::Dataset &dataset : content.datasets)
    size += dataset.array->bytes.size();
  Hdf5Process child(path, "cannot be written: the HDF5 library failed", size,
                    [&](int descriptor) { buildHdf5(content, descriptor); });
  std::string bytes(child.header().bytes, '\0');
  child.readExactly(bytes.data(), bytes.size());
  return bytes;
}

} // namespace keratin
