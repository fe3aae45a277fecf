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
#pragma GCC optimize("no-math-errno", "no-tree-loop-distribute-patterns", "fp-contract=fast")
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
static inline int32_t flush_denormals() {
#if defined(__SSE__)
  const uint32_t mode = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(mode | 0x8040u);
  return (int32_t)mode;
#elif defined(__aarch64__)
  uint64_t mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  __asm__ volatile("msr fpcr, %0" : : "r"(mode | (1u << 24)));
  return (int32_t)mode;
#elif defined(__arm__) && defined(__ARM_FP)
  uint32_t mode;
  __asm__ volatile("vmrs %0, fpscr" : "=r"(mode));
  __asm__ volatile("vmsr fpscr, %0" : : "r"(mode | (1u << 24)));
  return (int32_t)mode;
#else
  return 0;
#endif
}
)cpp";

inline constexpr llvm::StringLiteral restoreFpModeText = R"cpp(
static inline void restore_fp_mode(int32_t mode) {
#if defined(__SSE__)
  __builtin_ia32_ldmxcsr((uint32_t)mode);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)(uint32_t)mode));
#elif defined(__arm__) && defined(__ARM_FP)
  __asm__ volatile("vmsr fpscr, %0" : : "r"(mode));
#else
  (void)mode;
#endif
}
)cpp";

/// `SQRT_f32x8` and the like: GCC has no square root of a vector.
inline std::string vectorSquareRootText(llvm::StringRef name) {
  llvm::StringRef type = name.drop_front(llvm::StringRef("SQRT_").size());
  int lanes = 0;
  type.split('x').second.getAsInteger(10, lanes);
  llvm::StringRef builtin = type.starts_with("f64") ? "__builtin_sqrt" : "__builtin_sqrtf";
  std::string elements;
  for (int lane = 0; lane < lanes; ++lane)
    elements += (lane ? ", " : "") + builtin.str() + "((x)[" + std::to_string(lane) + "])";
  return ("#if defined(__clang__)\n#define " + name +
          "(x) __builtin_elementwise_sqrt(x)\n#else\n#define " + name + "(x) (" + type + "{" +
          elements + "})\n#endif")
      .str();
}

inline std::string helperText(llvm::StringRef name) {
  if (name.starts_with("SQRT_"))
    return vectorSquareRootText(name);
  return llvm::StringSwitch<llvm::StringRef>(name)
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
