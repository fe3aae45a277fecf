// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registration of ops and attributes, and the methods of attributes.
#include "dialect/IR/KeratinOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

#include "dialect/IR/KeratinDialect.cpp.inc"
#include "dialect/IR/KeratinEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialect/IR/KeratinAttrs.cpp.inc"

#include "dialect/Interfaces/ComputeOpInterface.cpp.inc"
#include "dialect/Interfaces/DifferentiableOpInterface.cpp.inc"
#include "dialect/Interfaces/OptimizerAttrInterface.cpp.inc"
#include "dialect/Interfaces/RecurrentOpInterface.cpp.inc"

using namespace mlir;

namespace keratin {

void KeratinDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialect/IR/KeratinAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialect/IR/KeratinOps.cpp.inc"
      >();
}

SmallVector<StringRef> SGDAttr::getSlotNames() const {
  if (getMomentum().getValueAsDouble() == 0)
    return {};
  return {"momentum"};
}

SmallVector<StringRef> RMSpropAttr::getSlotNames() const {
  SmallVector<StringRef> slots{"velocity"};
  if (getMomentum().getValueAsDouble() > 0)
    slots.push_back("momentum");
  if (getCentered().getValue())
    slots.push_back("average_gradient");
  return slots;
}

SmallVector<StringRef> AdamAttr::getSlotNames() const {
  SmallVector<StringRef> slots{"momentum", "velocity"};
  if (getAmsgrad().getValue())
    slots.push_back("velocity_hat");
  return slots;
}

SmallVector<StringRef> AdagradAttr::getSlotNames() const { return {"accumulator"}; }

SmallVector<StringRef> AdadeltaAttr::getSlotNames() const {
  return {"accumulated_grad", "accumulated_delta_var"};
}

SmallVector<StringRef> AdamaxAttr::getSlotNames() const { return {"momentum", "norm"}; }

SmallVector<StringRef> NadamAttr::getSlotNames() const { return {"momentum", "velocity"}; }

int64_t LayoutAttr::getPaddedColumns(int64_t n) const {
  int64_t units = n / getGates();
  int64_t blocks = llvm::divideCeil(units, getLanes());
  return llvm::alignTo(blocks * getGates() * getLanes(), getPanel());
}

int64_t LayoutAttr::getColumn(int64_t n, int64_t columns) const {
  int64_t units = columns / getGates(), gate = n / units, unit = n % units;
  return (unit / getLanes()) * getGates() * getLanes() + gate * getLanes() + unit % getLanes();
}

Location withOrigin(Location location, OriginAttr origin) {
  if (auto fused = dyn_cast<FusedLoc>(location);
      fused && isa_and_present<OriginAttr>(fused.getMetadata()))
    location = fused.getLocations().front();
  return FusedLoc::get({location}, origin, origin.getContext());
}

OriginAttr originOf(Location location) {
  if (auto fused = dyn_cast<FusedLoc>(location))
    if (auto origin = dyn_cast_or_null<OriginAttr>(fused.getMetadata()))
      return origin;
  return {};
}

} // namespace keratin
