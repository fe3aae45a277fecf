// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads HDF5 files in a child process: the HDF5 library crashes or loops on some damaged files, and
// the user is to get a message all the same.
#pragma once

#include "keratin/array.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace keratin {

struct Hdf5Object {
  bool isDataset = false;
  bool isInteger = false;                                     ///< else floating point
  std::vector<int64_t> shape;                                 ///< of a dataset
  std::map<std::string, std::vector<std::string>> attributes; ///< text; others have no elements
};

class Hdf5File {
public:
  /// A file on disk, or, with `image`, one in memory that messages call `path`. Lists the contents;
  /// reads no data yet. Throws UserError on anything that is not sound.
  explicit Hdf5File(std::string path, std::optional<std::string> image = std::nullopt);

  /// The object at "model_weights/dense", or null. "" is the root.
  const Hdf5Object *find(const std::string &objectPath) const;

  /// A text attribute as a list. Keras splits long lists into name0, name1, …, which are joined
  /// again. Null where there is none.
  std::optional<std::vector<std::string>> attribute(const std::string &objectPath,
                                                    const std::string &name) const;

  /// The datasets, integers as int64, others as float32. Memory is taken for the shapes that find()
  /// tells; compare these with what is expected first.
  std::vector<rt::Array> read(const std::vector<std::string> &objectPaths) const;

private:
  std::string path;
  std::optional<std::string> image;
  std::map<std::string, Hdf5Object> objects;
};

} // namespace keratin
