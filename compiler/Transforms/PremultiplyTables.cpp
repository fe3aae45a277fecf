// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin-premultiply-tables: rows of a table that are multiplied with a kernel become rows of
// their product.
#include "compiler/Transforms/Passes.h"
#include "dialect/IR/KeratinOps.h"

using namespace mlir;

namespace keratin {

#define GEN_PASS_DEF_PREMULTIPLYTABLESPASS
#include "compiler/Transforms/Passes.h.inc"

namespace {

/// A bias: a parameter, or one of its rows.
struct Bias {
  FlatSymbolRefAttr param;
  int64_t row = 0;
};

FlatSymbolRefAttr paramOf(Value value) {
  auto read = value.getDefiningOp<ReadParamOp>();
  return read ? read.getParamAttr() : FlatSymbolRefAttr();
}

/// Nothing if the bias is computed otherwise.
std::optional<Bias> biasOf(Value value) {
  if (!value)
    return Bias();
  int64_t number = 0;
  if (auto row = value.getDefiningOp<RowOp>()) {
    number = row.getRow();
    value = row.getMatrix();
  }
  FlatSymbolRefAttr param = paramOf(value);
  return param ? std::optional(Bias{param, number}) : std::nullopt;
}

struct PremultiplyTablesPass : impl::PremultiplyTablesPassBase<PremultiplyTablesPass> {
  using PremultiplyTablesPassBase::PremultiplyTablesPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (llvm::any_of(module.getOps<func::FuncOp>(), changesOrDifferentiates))
      return;
    SymbolTable symbols(module);
    module.walk([&](DenseOp dense) { premultiply(dense, symbols); });
  }

private:
  static bool changesOrDifferentiates(func::FuncOp function) {
    return !function.getOps<MinimizeOp>().empty();
  }

  void premultiply(DenseOp dense, SymbolTable &symbols) {
    auto embedding = dense.getInput().getDefiningOp<EmbeddingOp>();
    if (!embedding || dense.getActivation() != Activation::linear)
      return;
    FlatSymbolRefAttr table = paramOf(embedding.getTable()), kernel = paramOf(dense.getKernel());
    std::optional<Bias> bias = biasOf(dense.getBias());
    if (!table || !kernel || !bias)
      return;
    ParamOp product = productOf(dense, table, kernel, *bias, symbols);
    if (!product)
      return;
    OpBuilder builder(dense);
    Value rows =
        ReadParamOp::create(builder, dense.getLoc(), product.getTensorType(), product.getSymName());
    auto gather = EmbeddingOp::create(builder, dense.getLoc(), embedding.getIndices(), rows,
                                      dense.getGates(), ValueRange(), ValueRange());
    dense.getResult(0).replaceAllUsesWith(gather.getResult(0));
    dense.erase();
    ++numProducts;
  }

  /// The parameter that holds a product, made where there is none and it is small enough.
  ParamOp productOf(DenseOp dense, FlatSymbolRefAttr table, FlatSymbolRefAttr kernel, Bias bias,
                    SymbolTable &symbols) {
    auto product = ProductAttr::get(&getContext(), table, kernel, bias.param, bias.row);
    for (ParamOp param : getOperation().getOps<ParamOp>())
      if (param.getProductAttr() == product)
        return param;
    auto tableParam = symbols.lookup<ParamOp>(table.getAttr()),
         kernelParam = symbols.lookup<ParamOp>(kernel.getAttr());
    auto type = RankedTensorType::get({tableParam.getMatrixRows(), kernelParam.getMatrixColumns()},
                                      tableParam.getTensorType().getElementType());
    int64_t size = type.getNumElements() * type.getElementTypeBitWidth() / 8;
    if (bytes + size > maxBytes || kernelParam.getGates() != dense.getGates())
      return {};
    bytes += size;
    OpBuilder builder = OpBuilder::atBlockEnd(getOperation().getBody());
    auto name = StringAttr::get(&getContext(), table.getValue() + "_by_" + kernel.getValue());
    auto param = ParamOp::create(builder, kernelParam.getLoc(), name, type, /*trainable=*/false,
                                 dense.getGates(), LayoutAttr(), Attribute(), product);
    symbols.insert(param);
    return param;
  }

  int64_t bytes = 0; ///< of all products so far
};

} // namespace
} // namespace keratin
