// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The process that calls the HDF5 library for us: it crashes or loops on some damaged files, and
// the user is to get a message all the same. Private to this folder.
#pragma once

#include "compiler/Frontend/KerasFile/Hdf5Child.h"

#include <functional>
#include <string>

#include <sys/types.h>

namespace keratin {

/// A child that runs `work`, writing messages to a pipe that we read. Ends with this object.
class Hdf5Process {
public:
  /// `path` names the file in messages to the user, `failure` says what it means for it where the
  /// child ends without an answer.
  Hdf5Process(const std::string &path, const char *failure,
              const std::function<void(int descriptor)> &work);
  ~Hdf5Process();
  Hdf5Process(const Hdf5Process &) = delete;
  Hdf5Process &operator=(const Hdf5Process &) = delete;

  /// The next message's kind and size. Throws UserError where it is an error, or the child is gone.
  Hdf5MessageHeader header();
  /// The next bytes of a message.
  void readExactly(void *target, uint64_t bytes);

private:
  int wait();
  [[noreturn]] void failSystem(const char *call);
  [[noreturn]] void failChild();

  const std::string &path;
  const char *failure;
  pid_t pid = 0;
  int descriptor = -1;
};

} // namespace keratin
