// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Zeroed memory with the alignment that compiled entries ask for.
#pragma once

#include "keratin/abi.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

namespace keratin::rt {

class AlignedBuffer {
public:
  AlignedBuffer() = default;
  /// Large blocks cost nothing until they are written: calloc takes zeroed pages from the system.
  explicit AlignedBuffer(int64_t bytes)
      : memory(std::calloc(static_cast<size_t>(bytes) + KRT_ALIGNMENT, 1)) {
    if (!memory)
      throw std::bad_alloc();
  }
  std::byte *get() const {
    auto address = reinterpret_cast<uintptr_t>(memory.get());
    return reinterpret_cast<std::byte *>((address + KRT_ALIGNMENT - 1) & -uintptr_t{KRT_ALIGNMENT});
  }
  explicit operator bool() const { return memory != nullptr; }

private:
  struct Free {
    void operator()(void *p) const { std::free(p); }
  };
  std::unique_ptr<void, Free> memory;
};

} // namespace keratin::rt
