// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Philox4x32-10, the counter-based generator behind dropout; header-only and free of other headers
// of Keratin.
#pragma once

#include <array>
#include <cstdint>

namespace keratin {

/// Ten rounds of Philox with four 32-bit words (Salmon et al., "Parallel random numbers: as easy as
/// 1, 2, 3", SC'11, section 4.3): the same counter and key give the same four words everywhere.
constexpr std::array<uint32_t, 4> philox4x32(std::array<uint32_t, 4> counter,
                                             std::array<uint32_t, 2> key) {
  constexpr uint64_t multiplier0 = 0xD2511F53, multiplier1 = 0xCD9E8D57;
  constexpr uint32_t weyl0 = 0x9E3779B9, weyl1 = 0xBB67AE85;
  for (int round = 0; round < 10; ++round) {
    uint64_t product0 = multiplier0 * counter[0], product1 = multiplier1 * counter[2];
    counter = {static_cast<uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<uint32_t>(product1),
               static_cast<uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<uint32_t>(product0)};
    key = {key[0] + weyl0, key[1] + weyl1};
  }
  return counter;
}

/// The random word of element `element` of dropout layer `layer` in training step `iteration`: the
/// element is kept if the word, as a fraction of 2^32, is at least the rate.
constexpr uint32_t dropoutWord(uint64_t element, uint64_t iteration, uint64_t seed,
                               uint32_t layer) {
  return philox4x32(
      {static_cast<uint32_t>(element / 4), 0, static_cast<uint32_t>(iteration),
       static_cast<uint32_t>(iteration >> 32)},
      {static_cast<uint32_t>(seed) ^ layer, static_cast<uint32_t>(seed >> 32)})[element % 4];
}

} // namespace keratin
