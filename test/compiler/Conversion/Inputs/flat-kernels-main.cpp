// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls what was printed from flat-kernels.mlir and compares with plain C++.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <limits>

extern "C" {
int32_t flat_dot(const float *x, const float *y, float *out, int32_t n);
int32_t flat_exp(const float *x, float *out, int32_t n);
int32_t flat_fibonacci(int32_t n);
int32_t flat_philox(int32_t x, int32_t key, void *out);
int32_t flat_masked(void *const *arrays, const uint8_t *mask, int32_t n);
}

static int failures = 0;

static void expect(bool holds, const char *what, double got, double expected) {
  if (holds)
    return;
  ++failures;
  std::printf("%s: expected %.9g, got %.9g\n", what, expected, got);
}

static void checkDot() {
  float x[40], y[40];
  for (int i = 0; i < 40; ++i) {
    x[i] = std::sin(float(i));
    y[i] = std::cos(float(3 * i));
  }
  // Odd lengths and unaligned beginnings.
  for (int n : {1, 7, 8, 9, 31, 39}) {
    double sum = 0;
    for (int i = 0; i < n; ++i)
      sum += double(x[i + 1]) * double(y[i]);
    float result = 0;
    expect(flat_dot(x + 1, y, &result, n) == 0, "dot's status", 1, 0);
    expect(std::fabs(double(result) - sum) < 1e-5, "dot", double(result), sum);
  }
  float untouched = 42;
  expect(flat_dot(x, y, &untouched, 0) == 1, "dot of nothing", 0, 1);
  expect(flat_dot(nullptr, y, &untouched, 4) == 1, "dot of null", 0, 1);
  expect(untouched == 42, "dot's output after an error", double(untouched), 42);
  // Denormals are flushed inside, and the caller's mode is given back.
  volatile float tiny = 1e-38f;
  expect(tiny * 0.01f != 0, "the caller's denormals", 0, 1e-40);
}

static void checkExp() {
  alignas(16) float x[4], y[4];
  for (float value = -90; value < 90; value += 0.37f) {
    for (float &lane : x)
      lane = value;
    flat_exp(x, y, 4);
    double expected = value < -87 ? 0 : value > 88 ? HUGE_VAL : std::exp(double(value));
    bool holds = std::isinf(expected) ? std::isinf(y[2])
                                      : std::fabs(double(y[2]) - expected) <= 1e-6 * expected;
    expect(holds, "exp", double(y[2]), expected);
  }
  x[0] = std::numeric_limits<float>::quiet_NaN();
  x[1] = -INFINITY;
  x[2] = INFINITY;
  x[3] = 0;
  flat_exp(x, y, 4);
  expect(std::isnan(y[0]), "exp(nan)", double(y[0]), NAN);
  expect(y[1] == 0 && std::isinf(y[2]) && y[3] == 1, "exp(-inf, inf, 0)", double(y[3]), 1);
}

static void checkIntegers() {
  uint32_t a = 0, b = 1;
  for (int n = 0; n < 100; ++n) {
    expect(uint32_t(flat_fibonacci(n)) == a, "fibonacci", double(uint32_t(flat_fibonacci(n))),
           double(a));
    uint32_t sum = a + b;
    a = b;
    b = sum;
  }
  for (uint32_t x : {0u, 1u, 0x80000000u, 0xdeadbeefu, 0xffffffffu}) {
    uint64_t product = uint64_t(x) * 0xD2511F53u;
    char out[12];
    flat_philox(int32_t(x), 0x1234, out);
    uint32_t words[2];
    float unit;
    std::memcpy(words, out, 8);
    std::memcpy(&unit, out + 8, 4);
    expect(words[0] == (uint32_t(product >> 32) ^ 0x1234u), "philox high", words[0],
           double(product >> 32));
    expect(words[1] == uint32_t(product), "philox low", words[1], double(uint32_t(product)));
    expect(unit == float(uint32_t(product)), "philox as float", double(unit),
           double(float(uint32_t(product))));
  }
}

static void checkMasked() {
  float x[5] = {4, -9, 0.25f, -0.0f, 2}, out[5] = {};
  uint8_t mask[5] = {1, 1, 0, 0, 1};
  void *arrays[2] = {x, out};
  flat_masked(arrays, mask, 5);
  for (int i = 0; i < 5; ++i) {
    float expected = mask[i] ? std::sqrt(std::fabs(x[i])) : -x[i];
    expect(out[i] == expected, "masked", double(out[i]), double(expected));
  }
}

int main() {
  checkDot();
  checkExp();
  checkIntegers();
  checkMasked();
  std::printf("%d failures\n", failures);
  return failures != 0;
}
