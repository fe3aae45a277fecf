// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The message in blocks of sixteen words, as MD5 and SHA-256 both pad it. Private to this folder.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace keratin::datasets {

/// Which byte of a word, or of the length at the end, comes first.
enum class ByteOrder { LeastFirst, MostFirst };

using HashBlock = std::array<uint32_t, 16>;

/// Hands every block of 64 bytes to `add`: the message, a one bit, zeros, and its length in bits.
template <typename Add> void forEachHashBlock(std::string_view bytes, ByteOrder order, Add add) {
  /// How far to the left byte `i` of `size` stands.
  auto shift = [&](size_t i, size_t size) {
    return 8 * (order == ByteOrder::LeastFirst ? i : size - 1 - i);
  };
  auto addAll = [&](std::string_view part) {
    for (; !part.empty(); part.remove_prefix(64)) {
      HashBlock words{};
      for (size_t i = 0; i < 64; ++i)
        words[i / 4] |= uint32_t{static_cast<unsigned char>(part[i])} << shift(i % 4, 4);
      add(words);
    }
  };
  size_t whole = bytes.size() / 64 * 64;
  addAll(bytes.substr(0, whole));
  std::string tail(bytes.substr(whole));
  tail += '\x80';
  tail.append((120 - tail.size() % 64) % 64, '\0');
  for (size_t i = 0; i < 8; ++i)
    tail += static_cast<char>(uint64_t{bytes.size()} * 8 >> shift(i, 8));
  addAll(tail);
}

} // namespace keratin::datasets
