// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text that is printed into generated C++ as it stands: the file's beginning, macros and helper
// functions.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSwitch.h"

#include <string>

namespace keratin {

/// What every file begins with. Builtins stay off so that no loop becomes a call of memset or
/// memcpy; products and sums may contract to fused multiply-adds, as in the object.
inline constexpr llvm::StringLiteral prologueText = R"cpp(#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang fp contract(fast)
#pragma clang attribute push(__attribute__((no_builtin)), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC optimize("no-tree-loop-distribute-patterns", "fp-contract=fast")
#endif
)cpp";

/// What every file ends with.
inline constexpr llvm::StringLiteral epilogueText = R"cpp(
#if defined(__clang__)
#pragma clang attribute pop
#endif
)cpp";

inline constexpr llvm::StringLiteral loadText =
    R"cpp(#define LOAD(TYPE, address) (*(const TYPE *)(address)))cpp";

inline constexpr llvm::StringLiteral storeText =
    R"cpp(#define STORE(TYPE, address, value) (*(TYPE *)(address) = (value)))cpp";

inline constexpr llvm::StringLiteral selectText =
    R"cpp(#define SELECT(mask, yes, no) ((mask) ? (yes) : (no)) /* lane by lane */)cpp";

// Subtracting zero is exact, for negative zero too, where adding it would not be.
inline constexpr llvm::StringLiteral splatText =
    R"cpp(#define SPLAT(TYPE, scalar) ((scalar) - TYPE{}) /* the scalar in every lane */)cpp";

// Arithmetic on denormal numbers is up to a hundred times slower than on others.
inline constexpr llvm::StringLiteral flushDenormalsText = R"cpp(
// Makes results and operands below the normal range zero; returns the previous floating-point mode.
static inline s32 flush_denormals() {
#if defined(__SSE__)
  const uint32_t mode = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(mode | 0x8040u);
  return (s32)mode;
#elif defined(__aarch64__)
  uint64_t mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  __asm__ volatile("msr fpcr, %0" : : "r"(mode | (1u << 24)) : "memory");
  return (s32)mode;
#elif defined(__arm__) && defined(__ARM_FP)
  uint32_t mode;
  __asm__ volatile("vmrs %0, fpscr" : "=r"(mode));
  __asm__ volatile("vmsr fpscr, %0" : : "r"(mode | (1u << 24)) : "memory");
  return (s32)mode;
#else
  return 0;
#endif
}
)cpp";

inline constexpr llvm::StringLiteral restoreFpModeText = R"cpp(
static inline void restore_fp_mode(s32 mode) {
#if defined(__SSE__)
  __builtin_ia32_ldmxcsr((uint32_t)mode);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)(uint32_t)mode) : "memory");
#elif defined(__arm__) && defined(__ARM_FP)
  __asm__ volatile("vmsr fpscr, %0" : : "r"(mode) : "memory");
#else
  (void)mode;
#endif
}
)cpp";

// A square root without errno, and so without a call of libm. GCC heeds -fno-math-errno on its
// command line only.
inline constexpr llvm::StringLiteral squareRootText = R"cpp(
#if defined(__clang__)
#define square_root(x) __builtin_elementwise_sqrt(x)
#else
static inline float square_root(float x) {
#if defined(__SSE__)
  typedef float vector __attribute__((vector_size(16)));
  return __builtin_ia32_sqrtss(vector{x, 0, 0, 0})[0];
#elif defined(__aarch64__)
  float y;
  __asm__("fsqrt %s0, %s1" : "=w"(y) : "w"(x));
  return y;
#elif defined(__arm__) && defined(__ARM_FP)
  float y;
  __asm__("vsqrt.f32 %0, %1" : "=t"(y) : "t"(x));
  return y;
#elif defined(__riscv_flen)
  float y;
  __asm__("fsqrt.s %0, %1" : "=f"(y) : "f"(x));
  return y;
#else
  return __builtin_sqrtf(x);
#endif
}

static inline double square_root(double x) {
#if defined(__SSE2__)
  typedef double vector __attribute__((vector_size(16)));
  return __builtin_ia32_sqrtsd(vector{x, 0})[0];
#elif defined(__aarch64__)
  double y;
  __asm__("fsqrt %d0, %d1" : "=w"(y) : "w"(x));
  return y;
#else
  return __builtin_sqrt(x);
#endif
}
#endif
)cpp";

/// `SQRT_f32x8` and the like, for GCC from the builtins of x86, else lane by lane. Needs
/// square_root and, above 16 bytes, the macro and the type of half as many lanes. The argument is
/// evaluated several times.
inline std::string vectorSquareRootText(llvm::StringRef name) {
  llvm::StringRef type = name.drop_front(llvm::StringRef("SQRT_").size());
  bool isDouble = type.starts_with("f64");
  int lanes = 0;
  type.split('x').second.getAsInteger(10, lanes);
  int bytes = lanes * (isDouble ? 8 : 4);
  auto list = [](int from, int to, auto text) {
    std::string items;
    for (int lane = from; lane < to; ++lane)
      items += (lane > from ? ", " : "") + text(std::to_string(lane));
    return items;
  };
  auto position = [](std::string lane) { return lane; };

  std::string fallback;
  if (bytes > 16) {
    std::string half = (isDouble ? "SQRT_f64x" : "SQRT_f32x") + std::to_string(lanes / 2);
    auto part = [&](int from) {
      return half + "(__builtin_shufflevector(x, x, " + list(from, from + lanes / 2, position) +
             "))";
    };
    fallback = "__builtin_shufflevector(" + part(0) + ", " + part(lanes / 2) + ", " +
               list(0, lanes, position) + ")";
  } else {
    auto root = [](std::string lane) { return "square_root((x)[" + lane + "])"; };
    fallback = type.str() + "{" + list(0, lanes, root) + "}";
  }
  auto define = [&](std::string body) { return "#define " + name.str() + "(x) (" + body + ")\n"; };
  std::string text = "#if defined(__clang__)\n" + define("__builtin_elementwise_sqrt(x)");
  std::string builtin = isDouble ? "__builtin_ia32_sqrtpd" : "__builtin_ia32_sqrtps";
  if (bytes == 16)
    text += "#elif defined(__SSE2__)\n" + define(builtin + "(x)");
  if (bytes == 32)
    text += "#elif defined(__AVX__)\n" + define(builtin + "256(x)");
  return text + "#else\n" + define(fallback) + "#endif";
}

inline std::string helperText(llvm::StringRef name) {
  if (name.starts_with("SQRT_"))
    return vectorSquareRootText(name);
  return llvm::StringSwitch<llvm::StringRef>(name)
      .Case("square_root", squareRootText)
      .Case("LOAD", loadText)
      .Case("STORE", storeText)
      .Case("SELECT", selectText)
      .Case("SPLAT", splatText)
      .Case("flush_denormals", flushDenormalsText)
      .Case("restore_fp_mode", restoreFpModeText)
      .Default("")
      .str();
}

} // namespace keratin
