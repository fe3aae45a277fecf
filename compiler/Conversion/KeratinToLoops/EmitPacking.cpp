// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin-emit-packing: loops between canonical and working weights, a function a parameter and
// direction.
#include "compiler/Analysis/ParamTable.h"
#include "compiler/Conversion/KeratinToLoops/KernelBuilder.h"
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
        emit(module, machine, entry, direction);
  }

  /// func @pack_<param>(%weight: memref<?xf32>, %params: memref<?xi8>)
  void emit(ModuleOp module, MachineAttr machine, const ParamTable::Entry &entry,
            StringRef direction) {
    ParamOp param = entry.op;
    OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
    auto element = cast<FloatType>(param.getTensorType().getElementType());
    Type weight = MemRefType::get(ShapedType::kDynamic, element);
    Type block = MemRefType::get(ShapedType::kDynamic, builder.getI8Type());
    auto origin = OriginAttr::get(&getContext(), param.getSymNameAttr(),
                                  builder.getStringAttr(direction), false);
    Location loc = withOrigin(param.getLoc(), origin);
    auto function = func::FuncOp::create(builder, loc, (direction + "_" + param.getSymName()).str(),
                                         builder.getFunctionType({weight, block}, {}));
    function.setPrivate();
    function->setAttr(packingAttrName, builder.getStringAttr(direction));
    Block *body = function.addEntryBlock();
    KernelBuilder k(builder, loc, machine, element);
    k.setInsertionPointToStart(body);
    Value canonical = body->getArgument(0);
    Value working = BufferOp::create(k, param.getWorkingType(), body->getArgument(1), entry.offset);
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
};

} // namespace
} // namespace keratin
