// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The C++ types of flat values, and the typedefs, macros and functions that the printed text needs
// for them.
#pragma once

#include "mlir/Dialect/EmitC/IR/EmitC.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringMap.h"

#include <map>
#include <string>

namespace keratin {

/// Values have the types `ptrdiff_t` (index), `bool`, `int32_t`, `float`, `f32x8`, …; memory is
/// seen through types of its own (`f32`, `f32x8_a`, `f32x8_u` for aligned and unaligned vectors),
/// which may alias anything, because the memory plan gives one place to buffers of several types.
class CTypes {
public:
  explicit CTypes(mlir::ModuleOp flat);

  /// The flat function that a call names: the symbol table finds its translation as well.
  mlir::func::FuncOp function(llvm::StringRef name) const { return functions.lookup(name); }

  /// The type of a variable that holds `value`; for pointers it depends on what is read through
  /// them.
  mlir::Type of(mlir::Value value);
  /// The type for any type but a pointer. Vectors of i1 are `auto`: as wide as what was compared.
  mlir::Type of(mlir::Type type);
  /// The unsigned counterpart of a C type made from `flatType`.
  mlir::Type unsignedOf(mlir::Type flatType);
  /// An integer type of that width for `of`, in which uint64_t and the like are parameters.
  mlir::Type unsignedScalar(unsigned bits);
  /// A vector of `lanes` integers of `bits` bits.
  mlir::Type integerVector(int64_t lanes, unsigned bits);

  /// The name of the type through which `type` is read and written at an address of that alignment
  /// in bytes (0: the type's natural one).
  std::string memoryName(mlir::Type type, int64_t alignment = 0);
  /// The memory name of the elements that `pointer` points to, from how it is used; "u8" if nothing
  /// tells.
  std::string pointeeOf(mlir::Value pointer);
  mlir::Type pointerTo(llvm::StringRef pointee);
  /// What the C pointer type `pointer` points to, without const.
  static llvm::StringRef pointeeName(mlir::Type pointer);

  /// Asks for a macro or helper function by name: see Helpers.h.
  void requireHelper(llvm::StringRef name);
  /// Everything asked for, in an order that compiles.
  std::string declarations() const;

private:
  std::string vectorName(char kind, int64_t lanes, unsigned bits);

  mlir::MLIRContext *context;
  llvm::StringMap<mlir::func::FuncOp> functions;
  std::map<std::string, std::string> typedefs;
  std::map<std::string, std::string> helpers;
  llvm::DenseMap<mlir::Value, std::string> pointees;
};

} // namespace keratin
