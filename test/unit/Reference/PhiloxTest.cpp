// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Philox4x32-10 against its published test vectors, and how dropout numbers its elements.
#include "compiler/Reference/Philox.h"

#include <gtest/gtest.h>

using namespace keratin;

namespace {

using Words = std::array<uint32_t, 4>;

TEST(Philox, PublishedVectors) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, FourElementsShareACounter) {
  for (uint64_t element = 0; element < 4; ++element)
    EXPECT_EQ(dropoutWord(element, 0, 0, 0), philox4x32({0, 0, 0, 0}, {0, 0})[element]);
  EXPECT_EQ(dropoutWord(9, 0, 0, 0), philox4x32({2, 0, 0, 0}, {0, 0})[1]);
}

TEST(Philox, IterationSeedAndLayerTakeTheirPlaces) {
  EXPECT_EQ(dropoutWord(0, 0x200000001, 0x400000003, 8), philox4x32({0, 0, 1, 2}, {3 ^ 8, 4})[0]);
}

} // namespace
