// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// numpy's legacy random numbers.
#include "keratin/mt19937.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace keratin::rt {

void RandomState::seed(uint32_t seed) {
  state[0] = seed;
  for (uint32_t i = 1; i < state.size(); ++i)
    state[i] = 1812433253u * (state[i - 1] ^ (state[i - 1] >> 30)) + i;
  position = state.size();
  hasSpareNormal = false;
}

void RandomState::refill() {
  constexpr size_t n = 624, m = 397;
  for (size_t i = 0; i < n; ++i) {
    uint32_t y = (state[i] & 0x80000000u) | (state[(i + 1) % n] & 0x7fffffffu);
    state[i] = state[(i + m) % n] ^ (y >> 1) ^ ((y & 1) ? 0x9908b0dfu : 0);
  }
  position = 0;
}

uint32_t RandomState::next() {
  if (position == state.size())
    refill();
  uint32_t y = state[position++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

double RandomState::random() {
  uint32_t high = next() >> 5, low = next() >> 6;
  return (high * 67108864.0 + low) / 9007199254740992.0;
}

uint64_t RandomState::bounded(uint64_t max) {
  if (max == 0)
    return 0;
  uint64_t mask = ~uint64_t{0} >> __builtin_clzll(max);
  for (;;) {
    uint64_t value = next();
    if (max > 0xffffffffu)
      value = value << 32 | next();
    if ((value & mask) <= max)
      return value & mask;
  }
}

int64_t RandomState::randint(int64_t low, int64_t high) {
  uint64_t range = static_cast<uint64_t>(high) - static_cast<uint64_t>(low) - 1;
  return static_cast<int64_t>(static_cast<uint64_t>(low) + bounded(range));
}

double RandomState::randn() {
  if (hasSpareNormal) {
    hasSpareNormal = false;
    return spareNormal;
  }
  double x1, x2, r2;
  do {
    x1 = 2 * random() - 1;
    x2 = 2 * random() - 1;
    r2 = x1 * x1 + x2 * x2;
  } while (r2 >= 1 || r2 == 0);
  double f = std::sqrt(-2 * std::log(r2) / r2);
  spareNormal = f * x1;
  hasSpareNormal = true;
  return f * x2;
}

std::vector<int64_t> RandomState::permutation(int64_t n) {
  std::vector<int64_t> values(static_cast<size_t>(n));
  std::iota(values.begin(), values.end(), int64_t{0});
  shuffle(values);
  return values;
}

std::vector<int64_t> RandomState::choice(int64_t n, int64_t count) {
  std::vector<int64_t> values(static_cast<size_t>(count));
  for (int64_t &value : values)
    value = randint(0, n);
  return values;
}

std::vector<int64_t> RandomState::choiceWithoutReplacement(int64_t n, int64_t count) {
  std::vector<int64_t> values = permutation(n);
  values.resize(static_cast<size_t>(count));
  return values;
}

std::vector<int64_t> RandomState::choice(const std::vector<double> &p, int64_t count) {
  std::vector<double> cumulative(p.size());
  std::partial_sum(p.begin(), p.end(), cumulative.begin());
  double total = cumulative.back();
  for (double &c : cumulative)
    c /= total;
  std::vector<int64_t> values(static_cast<size_t>(count));
  for (int64_t &value : values)
    value = std::upper_bound(cumulative.begin(), cumulative.end(), random()) - cumulative.begin();
  return values;
}

} // namespace keratin::rt
