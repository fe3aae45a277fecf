// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Zeroed memory with the alignment that compiled entries ask for.
#pragma once

#include "keratin/abi.h"

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>

namespace keratin::rt {

class AlignedBuffer {
public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(int64_t bytes)
      : memory(static_cast<std::byte *>(
            ::operator new(static_cast<size_t>(bytes), std::align_val_t{KRT_ALIGNMENT}))) {
    std::memset(memory.get(), 0, static_cast<size_t>(bytes));
  }
  std::byte *get() const { return memory.get(); }
  explicit operator bool() const { return memory != nullptr; }

private:
  struct Free {
    void operator()(std::byte *p) const { ::operator delete(p, std::align_val_t{KRT_ALIGNMENT}); }
  };
  std::unique_ptr<std::byte, Free> memory;
};

} // namespace keratin::rt
