// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the child processes of Hdf5File and Hdf5Image do: the only code that calls the HDF5 library.
// Private to this folder.
#pragma once

#include "compiler/Frontend/KerasFile/Hdf5Image.h"

#include <cstdint>
#include <functional>
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

/// Writes one message: the bytes of a file with this content; or an error.
void buildHdf5(const Hdf5Content &content, int descriptor);

/// For the three above: writes a message to the pipe, or ends the process.
void sendHdf5(int descriptor, Hdf5MessageKind kind, const void *payload, uint64_t bytes);
/// Runs `work`; what it throws becomes the last message.
void reportHdf5Errors(int descriptor, const std::function<void()> &work);

} // namespace keratin
