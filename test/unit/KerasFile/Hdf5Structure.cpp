// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walks an HDF5 file with libhdf5.
#include "Hdf5Structure.h"

#include <gtest/gtest.h>

#define H5_USE_110_API // later releases name the same functions with other arguments by default
#include <hdf5.h>

#include <vector>

namespace keratin::test {

namespace {

using Structure = std::map<std::string, std::string>;

std::string typeText(hid_t type) {
  switch (H5Tget_class(type)) {
  case H5T_STRING:
    return H5Tis_variable_str(type) > 0 ? "text" : "text of one length";
  case H5T_INTEGER:
    return "int" + std::to_string(8 * H5Tget_size(type));
  case H5T_FLOAT:
    return "float" + std::to_string(8 * H5Tget_size(type));
  default:
    return "other";
  }
}

std::string shapeText(hid_t space) {
  std::vector<hsize_t> dims(static_cast<size_t>(H5Sget_simple_extent_ndims(space)));
  H5Sget_simple_extent_dims(space, dims.data(), nullptr);
  std::string text = " (";
  for (hsize_t dim : dims)
    text += std::to_string(dim) + ",";
  return text + ")";
}

struct Visit {
  Structure &structure;
  std::string path;
};

herr_t addAttribute(hid_t object, const char *name, const H5A_info_t *, void *data) {
  auto &visit = *static_cast<Visit *>(data);
  hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
  hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
  std::string &text = visit.structure[visit.path + "@" + name];
  text = typeText(type) + shapeText(space);
  if (H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) > 0) {
    std::vector<char *> texts(static_cast<size_t>(H5Sget_simple_extent_npoints(space)));
    hid_t memory = H5Tcopy(type);
    H5Aread(attribute, memory, texts.data());
    for (const char *one : texts)
      text += std::string(" ") + (one[0] == '{' ? "JSON" : one);
  }
  H5Aclose(attribute);
  return 0;
}

herr_t addObject(hid_t root, const char *name, const H5O_info_t *info, void *data) {
  auto &structure = *static_cast<Structure *>(data);
  std::string path = std::string(name) == "." ? "" : name;
  hid_t object = H5Oopen(root, name, H5P_DEFAULT);
  if (info->type == H5O_TYPE_DATASET)
    structure[path] = typeText(H5Dget_type(object)) + shapeText(H5Dget_space(object));
  else
    structure[path] = "group";
  Visit visit{structure, path};
  H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, addAttribute, &visit);
  H5Oclose(object);
  return 0;
}

} // namespace

std::map<std::string, std::string> hdf5Structure(const std::string &path) {
  Structure structure;
  hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  EXPECT_GE(file, 0) << path;
  H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, addObject, &structure);
  H5Fclose(file);
  return structure;
}

} // namespace keratin::test
