// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// numpy's legacy random numbers (numpy.random.seed, rand, …, RandomState), bit for bit.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace keratin::rt {

/// The Mersenne Twister (Matsumoto and Nishimura, 1998) with the distributions of numpy's
/// RandomState. A call with a count draws the same numbers as so many calls without.
class RandomState {
public:
  explicit RandomState(uint32_t seed = 0) { this->seed(seed); }
  void seed(uint32_t seed);

  /// 32 random bits.
  uint32_t next();
  /// Uniform in [0, 1) with 53 bits: rand(), random(), random_sample().
  double random();
  /// low + (high - low)·random().
  double uniform(double low, double high) { return low + (high - low) * random(); }
  /// Uniform integer in [0, max], by rejection under a mask as numpy does it.
  uint64_t bounded(uint64_t max);
  /// Uniform integer in [low, high); needs low < high.
  int64_t randint(int64_t low, int64_t high);
  /// Standard normal by the polar method.
  double randn();
  double normal(double mean, double deviation) { return mean + deviation * randn(); }

  /// Fisher–Yates from the end, as RandomState.shuffle.
  template <typename T> void shuffle(std::vector<T> &values) {
    for (size_t i = values.size(); i-- > 1;)
      std::swap(values[i], values[bounded(i)]);
  }
  /// A shuffled 0 … n-1.
  std::vector<int64_t> permutation(int64_t n);

  /// choice(n, size=count, replace=True).
  std::vector<int64_t> choice(int64_t n, int64_t count);
  /// choice(n, size=count, replace=False); needs count ≤ n.
  std::vector<int64_t> choiceWithoutReplacement(int64_t n, int64_t count);
  /// choice(len(p), size=count, p=p); p is normalized.
  std::vector<int64_t> choice(const std::vector<double> &p, int64_t count);

private:
  void refill();

  std::array<uint32_t, 624> state{};
  size_t position = 624;
  bool hasSpareNormal = false;
  double spareNormal = 0;
};

} // namespace keratin::rt
