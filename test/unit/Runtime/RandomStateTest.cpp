// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// numpy's random numbers, against what numpy drew.
#include "Support.h"
#include "keratin/file.hpp"
#include "keratin/mt19937.hpp"

#include <nlohmann/json.hpp>
#include <zlib.h>

#include <algorithm>

using namespace keratin::rt;

namespace {

nlohmann::json utils() { return nlohmann::json::parse(readFile(golden("utils/utils.json"))); }

TEST(RandomState, DrawsWhatNumpyDraws) {
  nlohmann::json expected = utils().at("legacy_np_random_seed42");
  RandomState random(42);
  auto check = [&](const char *name, auto draw) {
    for (const nlohmann::json &value : expected.at(name))
      EXPECT_EQ(draw(), value.get<double>()) << name;
  };
  check("rand5", [&] { return random.random(); });
  check("randn5", [&] { return random.randn(); });
  check("randint_0_100_x8", [&] { return static_cast<double>(random.randint(0, 100)); });
  for (const nlohmann::json &row : expected.at("random_2x2"))
    for (const nlohmann::json &value : row)
      EXPECT_EQ(random.random(), value.get<double>());
  EXPECT_EQ(random.permutation(10), expected.at("permutation10").get<std::vector<int64_t>>());
}

TEST(RandomState, ShufflesAsNumpyShuffles) {
  nlohmann::json all = utils();
  for (const nlohmann::json &one : all.at("random_state")) {
    auto n = one.at("n").get<int64_t>();
    RandomState random(one.at("seed").get<uint32_t>());
    std::vector<int64_t> order = random.permutation(n);
    std::vector<int32_t> narrow(order.begin(), order.end());
    auto first = one.at("first40").get<std::vector<int32_t>>();
    EXPECT_TRUE(std::equal(first.begin(), first.end(), narrow.begin()));
    EXPECT_EQ(crc32(0, reinterpret_cast<const Bytef *>(narrow.data()),
                    static_cast<uInt>(4 * narrow.size())),
              one.at("crc32_int32le").get<uint32_t>());
    auto second = one.at("second_shuffle").get<std::vector<int64_t>>();
    EXPECT_EQ(random.permutation(static_cast<int64_t>(second.size())), second)
        << "the stream goes on";
  }
}

TEST(RandomState, SeedingStartsOver) {
  RandomState random(5);
  double first = random.randn();
  random.seed(5);
  EXPECT_EQ(random.randn(), first);
}

TEST(RandomState, KeepsWithinBounds) {
  RandomState random(1);
  EXPECT_EQ(random.randint(3, 4), 3);
  for (int i = 0; i < 1000; ++i) {
    int64_t value = random.randint(-5, 1LL << 40);
    EXPECT_TRUE(value >= -5 && value < (1LL << 40));
    double u = random.uniform(-2, 3);
    EXPECT_TRUE(u >= -2 && u < 3);
  }
}

TEST(RandomState, ChoosesByProbability) {
  RandomState random(3);
  for (int64_t k : random.choice(std::vector<double>{0, 2, 0, 0}, 50))
    EXPECT_EQ(k, 1);
  std::vector<int64_t> all = random.choiceWithoutReplacement(6, 6);
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, (std::vector<int64_t>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(random.choice(9, 0).size(), 0u);
}

} // namespace
