// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Builds zip archives in memory: the same members give the same bytes (no time stamps).
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace keratin::rt {

class ZipWriter {
public:
  /// Members are stored, or deflated with `compress`.
  explicit ZipWriter(bool compress = false);
  ~ZipWriter();
  ZipWriter(const ZipWriter &) = delete;
  ZipWriter &operator=(const ZipWriter &) = delete;

  /// Throws Error where memory ends.
  void add(const std::string &name, std::string_view bytes);
  /// The whole archive; nothing can be added after it.
  std::string finish();

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace keratin::rt
