// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the child process of Hdf5File does: the only code that calls the HDF5 library. Private to
// this folder.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace keratin {

enum class Hdf5MessageKind : uint64_t { Data, Error };

/// Precedes each message on the pipe; `bytes` of payload follow.
struct Hdf5MessageHeader {
  Hdf5MessageKind kind;
  uint64_t bytes;
};

/// Writes one message: CBOR of {object path: {"dataset", "integer", "shape", "attributes"}}; or an
/// error.
void listHdf5(const std::string &path, const std::string *image, int descriptor);

/// Writes one message a dataset: its elements in the machine's byte order; or an error.
void readHdf5(const std::string &path, const std::string *image,
              const std::vector<std::string> &objectPaths, int descriptor);

} // namespace keratin
