// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The state that translating a flat module op by op has, and what its parts share.
#pragma once

#include "compiler/Conversion/FlatToEmitC/CTypes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/StringMap.h"

namespace keratin {

class Translation;

/// Translates one flat op; fails after an error on it.
using OpTranslator = llvm::LogicalResult (*)(Translation &, mlir::Operation *);
/// By op name. Each part below adds its ops.
using TranslatorTable = llvm::StringMap<OpTranslator>;

void addArithmeticTranslators(TranslatorTable &table);
void addControlFlowTranslators(TranslatorTable &table);
void addMemoryTranslators(TranslatorTable &table);
void addVectorTranslators(TranslatorTable &table);

/// On emitc.call_opaque: the call reads memory or nothing, and may become part of an expression.
inline constexpr llvm::StringLiteral readsAttrName = "keratin.reads";
inline constexpr llvm::StringLiteral pureAttrName = "keratin.pure";

/// Puts pure ops that are used once into emitc.expression ops together with their users.
void formExpressions(mlir::ModuleOp module);

class Translation {
public:
  explicit Translation(mlir::ModuleOp module);

  /// Replaces every function of the module.
  llvm::LogicalResult run();
  /// Translates the ops of a block at the builder's position; terminators of loops and branches are
  /// left out.
  llvm::LogicalResult translateBlock(mlir::Block &block);

  /// The C value of a flat value. Constants and broadcasts come into being where they are used.
  mlir::Value get(mlir::Value flat);
  /// For a vector with the same number in all lanes: that number; otherwise null.
  mlir::Value getElement(mlir::Value flat);
  /// The operands of an elementwise op, of which one may be a scalar where C++ extends it to a
  /// vector.
  std::pair<mlir::Value, mlir::Value> getPair(mlir::Value lhs, mlir::Value rhs);
  void set(mlir::Value flat, mlir::Value c) { values[flat] = c; }

  mlir::Value literal(llvm::Twine text, mlir::Type type);
  /// `value` converted to a C type; literals become literals of that type.
  mlir::Value cast(mlir::Value value, mlir::Type type);
  /// A function or macro without side effects. `args` holds index attributes (operands) and opaque
  /// text; empty: the operands in order.
  mlir::Value callPure(llvm::StringRef name, mlir::Type result, mlir::ValueRange operands,
                       llvm::ArrayRef<mlir::Attribute> args = {},
                       llvm::StringRef effect = pureAttrName);
  mlir::Attribute text(llvm::StringRef value) {
    return mlir::emitc::OpaqueAttr::get(context, value);
  }
  mlir::Attribute operandNumber(int64_t number) { return builder.getIndexAttr(number); }
  /// A variable with a start value (null: none).
  mlir::Value variable(mlir::Type type, mlir::Value init);
  mlir::Value load(mlir::Value lvalue);

  /// The C types of a function's parameters, and their names ("" for none): the ABI's for an entry.
  struct Parameter {
    mlir::Type type;
    std::string name;
  };
  llvm::FailureOr<llvm::SmallVector<Parameter>> parametersOf(mlir::func::FuncOp function);

  mlir::MLIRContext *context;
  mlir::OpBuilder builder;
  mlir::Location loc;
  CTypes types;

private:
  llvm::LogicalResult translateFunction(mlir::func::FuncOp function);
  llvm::LogicalResult translateOp(mlir::Operation *op);
  /// A comment where another layer or direction begins.
  void commentOrigin(mlir::Operation *op);

  mlir::ModuleOp module;
  TranslatorTable table;
  llvm::DenseMap<mlir::Value, mlir::Value> values;
  std::string currentOrigin;
};

/// A C++ literal; integers `unsignedText` carry the suffix u.
std::string literalText(mlir::Attribute value, bool isUnsigned = false);
/// A valid C identifier near `name`.
std::string identifier(llvm::StringRef name);

} // namespace keratin
