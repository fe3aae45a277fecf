// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin-emit-packing: loops between canonical and working weights, a function a parameter and
// direction.
#include "compiler/Analysis/ParamTable.h"
#include "compiler/Conversion/KeratinToLoops/Gemm.h"
#include "compiler/Conversion/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace keratin {
#define GEN_PASS_DEF_EMITPACKINGPASS
#include "compiler/Conversion/Passes.h.inc"

using namespace mlir;

namespace {

/// Every element of a weight: its position in the canonical array and its indices in the panels.
void forEachWeight(KernelBuilder &k, ParamOp param,
                   function_ref<void(Value, ArrayRef<Value>)> body) {
  LayoutAttr layout = *param.getLayout();
  int64_t columns = param.getMatrixColumns(), gates = layout.getGates(), lanes = layout.getLanes();
  int64_t units = columns / gates;
  k.loop(k.index(param.getMatrixRows()), [&](Value row) {
    k.loop(k.index(gates), [&](Value gate) {
      k.loop(k.index(units), [&](Value unit) {
        Value canonical = k.plus(k.times(row, columns), k.plus(k.times(gate, units), unit));
        Value column = unit;
        if (gates > 1) {
          Value block = k.createOrFold<arith::DivUIOp>(unit, k.index(lanes));
          Value lane = k.createOrFold<arith::RemUIOp>(unit, k.index(lanes));
          column = k.plus(k.times(block, gates * lanes), k.plus(k.times(gate, lanes), lane));
        }
        Value panel = k.createOrFold<arith::DivUIOp>(column, k.index(layout.getPanel()));
        Value inPanel = k.createOrFold<arith::RemUIOp>(column, k.index(layout.getPanel()));
        body(canonical, {panel, row, inPanel});
      });
    });
  });
}

struct EmitPackingPass : impl::EmitPackingPassBase<EmitPackingPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto machine = module->getAttrOfType<MachineAttr>(machineAttrName);
    ParamTable params(module);
    for (StringRef direction : {"pack", "unpack"})
      for (const ParamTable::Entry &entry : params.entries())
        if (!ParamOp(entry.op).getProduct())
          emit(module, machine, entry, direction);
    for (const ParamTable::Entry &entry : params.entries())
      if (ParamOp(entry.op).getProduct())
        emitProduct(module, machine, entry, params);
  }

  Type elements(Type element) { return MemRefType::get(ShapedType::kDynamic, element); }

  /// An empty private function `@<kind>_<param>` of arrays, the last of them the block of params.
  func::FuncOp createFunction(ModuleOp module, ParamOp param, StringRef kind, TypeRange arrays) {
    OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
    auto origin =
        OriginAttr::get(&getContext(), param.getSymNameAttr(), builder.getStringAttr(kind), false);
    auto function = func::FuncOp::create(builder, withOrigin(param.getLoc(), origin),
                                         (kind + "_" + param.getSymName()).str(),
                                         builder.getFunctionType(arrays, {}));
    function.setPrivate();
    function->setAttr(packingAttrName, builder.getStringAttr(kind));
    function.addEntryBlock();
    return function;
  }

  /// func @pack_<param>(%weight: memref<?xf32>, %params: memref<?xi8>)
  void emit(ModuleOp module, MachineAttr machine, const ParamTable::Entry &entry,
            StringRef direction) {
    ParamOp param = entry.op;
    auto element = cast<FloatType>(param.getTensorType().getElementType());
    func::FuncOp function =
        createFunction(module, param, direction,
                       {elements(element), elements(IntegerType::get(&getContext(), 8))});
    OpBuilder builder = OpBuilder::atBlockEnd(&function.front());
    KernelBuilder k(builder, function.getLoc(), machine, element);
    Value canonical = function.getArgument(0);
    Value working =
        BufferOp::create(k, param.getWorkingType(), function.getArgument(1), entry.offset);
    if (direction == "pack")
      k.fill(working, {}, {}, 0);
    forEachWeight(k, param, [&](Value position, ArrayRef<Value> at) {
      if (direction == "pack")
        k.storeScalar(k.loadScalar(canonical, {position}), working, at);
      else
        k.storeScalar(k.loadScalar(working, at), canonical, {position});
    });
    func::ReturnOp::create(k);
  }

  /// func @product_<param>(%params: memref<?xi8>)
  void emitProduct(ModuleOp module, MachineAttr machine, const ParamTable::Entry &entry,
                   const ParamTable &params) {
    ParamOp param = entry.op;
    ProductAttr product = *param.getProduct();
    auto element = cast<FloatType>(param.getTensorType().getElementType());
    func::FuncOp function =
        createFunction(module, param, "product", elements(IntegerType::get(&getContext(), 8)));
    OpBuilder builder = OpBuilder::atBlockEnd(&function.front());
    KernelBuilder k(builder, function.getLoc(), machine, element);
    auto buffer = [&](const ParamTable::Entry &weight, MemRefType type) -> Value {
      return BufferOp::create(k, type, function.getArgument(0), weight.offset);
    };
    // A table is one panel, so its rows are those of a matrix.
    auto rowsOf = [&](const ParamTable::Entry &weight) {
      ArrayRef<int64_t> shape = ParamOp(weight.op).getWorkingType().getShape();
      return buffer(weight, MemRefType::get(shape.drop_front(), element));
    };
    auto panelsOf = [&](FlatSymbolRefAttr name) {
      const ParamTable::Entry &weight = params.lookup(name.getValue());
      return buffer(weight, ParamOp(weight.op).getWorkingType());
    };
    const ParamTable::Entry &table = params.lookup(product.getTable().getValue());
    Value a = rowsOf(table), b = panelsOf(product.getKernel()), out = rowsOf(entry);
    Value bias = product.getBias() ? panelsOf(product.getBias()) : Value();
    int64_t rows = param.getMatrixRows(), width = bufferType(b).getDimSize(2);
    emitRowProduct(k, a, b, ParamOp(table.op).getMatrixColumns(),
                   {k.index(1), k.index(rows), false}, rows,
                   [&](ArrayRef<Value> row, Value column, ArrayRef<Value> sums) {
                     forEachPanelVector(k, out, width, column, [&](size_t v, Value at) {
                       Value sum = sums[v];
                       if (bias) {
                         Value panel = k.createOrFold<arith::DivUIOp>(column, k.index(width));
                         sum = k.add(sum, k.load(bias, {panel, k.index(product.getBiasRow()),
                                                        k.index(v * k.lanes())}));
                       }
                       k.store(sum, out, append(row, at));
                     });
                   });
    func::ReturnOp::create(k);
  }
};

} // namespace
} // namespace keratin
