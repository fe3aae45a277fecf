// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// numpy's .npz format: a zip archive of .npy members, stored or deflated.
#pragma once

#include "keratin/npy.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keratin::rt {

using NamedArrays = std::vector<std::pair<std::string, Array>>;

/// An archive whose members are decompressed when asked for.
class NpzReader {
public:
  /// Throws Error if the file cannot be read or is no zip archive.
  explicit NpzReader(const std::string &path);
  /// Reads an image that stays in memory; `name` stands for the path in messages.
  NpzReader(std::string_view image, const std::string &name);
  NpzReader(std::string &&, const std::string &) = delete; ///< would not stay
  ~NpzReader();
  NpzReader(NpzReader &&) noexcept;
  NpzReader &operator=(NpzReader &&) noexcept;

  /// Member names in file order, without ".npy".
  const std::vector<std::string> &names() const;
  bool contains(const std::string &name) const;
  /// Throws Error on a missing or damaged member (lengths and CRC are checked).
  NpyItem read(const std::string &name);
  /// As read; an object array is an error.
  Array readArray(const std::string &name);

private:
  struct State;
  std::unique_ptr<State> state;
};

/// All members, which must be numeric.
NamedArrays readNpz(const std::string &path);

/// The bytes of an archive with the same members every time (no time stamps).
std::string formatNpz(const NamedArrays &arrays, bool compress = false);
void writeNpz(const std::string &path, const NamedArrays &arrays, bool compress = false);

} // namespace keratin::rt
