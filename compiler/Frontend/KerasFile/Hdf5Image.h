// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Makes HDF5 files, in memory. Private to this folder.
#pragma once

#include "keratin/array.hpp"

#include <string>
#include <vector>

namespace keratin {

/// What a file is to hold. Paths have no leading slash, "" is the root; groups on the way to an
/// object are made with it.
struct Hdf5Content {
  struct Attribute {
    std::string group, name;
    std::vector<std::string> texts;
    bool isList = false; ///< else one text
    size_t width = 0;    ///< bytes that each text takes; 0: as many as it has
  };
  struct Dataset {
    std::string path;
    const rt::Array *array; ///< float32 or int64; not owned
  };

  std::vector<std::string> groups;
  std::vector<Attribute> attributes; ///< of any group
  std::vector<Dataset> datasets;

  void text(std::string group, std::string name, std::string value) {
    attributes.push_back({std::move(group), std::move(name), {std::move(value)}});
  }
  /// In as many attributes name0, name1, … as Keras would take: an object's header holds less than
  /// 64 KiB.
  void list(const std::string &group, const std::string &name,
            const std::vector<std::string> &texts);
};

/// The bytes of a file as h5py writes it (contiguous little-endian data, oldest format); the same
/// content gives the same bytes. `path` stands for it in messages. Throws UserError.
std::string hdf5Image(const Hdf5Content &content, const std::string &path);

} // namespace keratin
