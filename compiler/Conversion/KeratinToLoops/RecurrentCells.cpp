// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Conversion/KeratinToLoops/RecurrentCells.h"
#include "compiler/Conversion/KeratinToLoops/MathFunctions.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace keratin {

Value emitGateSlope(KernelBuilder &k, Activation kind, Value result) {
  auto whereNegative = [&](Value negative, double positive) {
    Value isPositive = k.compare(arith::CmpFPredicate::OGT, result, k.vector(0));
    return k.select(isPositive, k.vector(positive), negative);
  };
  constexpr double seluAlpha = 1.6732632423543772, seluScale = 1.0507009873554805;
  switch (kind) {
  case Activation::elu:
    return whereNegative(k.add(result, 1), 1);
  case Activation::selu:
    return whereNegative(k.add(result, seluScale * seluAlpha), seluScale);
  case Activation::softplus: // sigmoid(x) where y = log(1 + e^x)
    return k.sub(k.vector(1), emitExp(k, k.neg(result)));
  case Activation::softsign: {
    Value root = k.sub(k.vector(1), k.abs(result));
    return k.mul(root, root);
  }
  default:
    return emitActivationDerivative(k, kind, result);
  }
}

namespace {

CellOutput emitLSTM(KernelBuilder &k, LSTMOp op, const CellInput &in) {
  Activation recurrent = op.getRecurrentActivation(), activation = op.getActivation();
  Value i = emitActivation(k, recurrent, in.sums[0], /*gate=*/true);
  Value f = emitActivation(k, recurrent, in.sums[1], true);
  Value g = emitActivation(k, activation, in.sums[2], true);
  Value o = emitActivation(k, recurrent, in.sums[3], true);
  Value c = k.fma(f, in.cBefore, k.mul(i, g));
  Value h = k.mul(o, emitActivation(k, activation, c, true));
  return {h, c, {i, f, g, o}, {}};
}

CellOutput emitGRU(KernelBuilder &k, GRUOp op, const CellInput &in) {
  Activation recurrent = op.getRecurrentActivation(), activation = op.getActivation();
  Value z = in.sums[0], r, sum = in.sums[2], q;
  if (op.getResetAfter()) {
    z = emitActivation(k, recurrent, z, /*gate=*/true);
    r = emitActivation(k, recurrent, in.sums[1], true);
    q = sum;
    sum = k.fma(r, q, in.candidate);
  }
  Value g = emitActivation(k, activation, sum, true);
  return {k.fma(z, k.sub(in.hBefore, g), g), {}, {z, r, g}, q};
}

CellOutput emitSimpleRNN(KernelBuilder &k, SimpleRNNOp op, const CellInput &in) {
  Value h = emitActivation(k, op.getActivation(), in.sums[0], /*gate=*/true);
  return {h, {}, {h}, {}};
}

CellGradOutput emitLSTMGrad(KernelBuilder &k, LSTMGradOp op, const CellGradInput &in) {
  Activation recurrent = op.getRecurrentActivation(), activation = op.getActivation();
  Value i = in.gates[0], f = in.gates[1], g = in.gates[2], o = in.gates[3];
  Value activated = emitActivation(k, activation, in.state, /*gate=*/true);
  Value dc = k.fma(k.mul(in.dh, o), emitGateSlope(k, activation, activated), in.dc);
  SmallVector<Value> gates = {k.mul(k.mul(dc, g), emitGateSlope(k, recurrent, i)),
                              k.mul(k.mul(dc, in.before), emitGateSlope(k, recurrent, f)),
                              k.mul(k.mul(dc, i), emitGateSlope(k, activation, g)),
                              k.mul(k.mul(in.dh, activated), emitGateSlope(k, recurrent, o))};
  return {gates, {}, k.vector(0), k.mul(dc, f)};
}

CellGradOutput emitGRUGrad(KernelBuilder &k, GRUGradOp op, const CellGradInput &in) {
  Activation recurrent = op.getRecurrentActivation(), activation = op.getActivation();
  Value z = in.gates[0], r = in.gates[1], g = in.gates[2];
  Value dz = k.mul(k.mul(in.dh, k.sub(in.before, g)), emitGateSlope(k, recurrent, z));
  Value dg = k.mul(k.mul(in.dh, k.sub(k.vector(1), z)), emitGateSlope(k, activation, g));
  Value direct = k.mul(in.dh, z);
  if (!op.getResetAfter())
    return {{dz, {}, dg}, {}, direct, {}};
  Value dr = k.mul(k.mul(dg, in.inner), emitGateSlope(k, recurrent, r));
  return {{dz, dr, dg}, k.mul(dg, r), direct, {}};
}

CellGradOutput emitSimpleRNNGrad(KernelBuilder &k, SimpleRNNGradOp op, const CellGradInput &in) {
  Value dz = k.mul(in.dh, emitGateSlope(k, op.getActivation(), in.gates[0]));
  return {{dz}, {}, k.vector(0), {}};
}

} // namespace

CellOutput emitCell(KernelBuilder &k, RecurrentOpInterface op, const CellInput &in) {
  return llvm::TypeSwitch<Operation *, CellOutput>(op)
      .Case([&](LSTMOp op) { return emitLSTM(k, op, in); })
      .Case([&](GRUOp op) { return emitGRU(k, op, in); })
      .Case([&](SimpleRNNOp op) { return emitSimpleRNN(k, op, in); });
}

CellGradOutput emitCellGrad(KernelBuilder &k, RecurrentGradOpInterface op,
                            const CellGradInput &in) {
  return llvm::TypeSwitch<Operation *, CellGradOutput>(op)
      .Case([&](LSTMGradOp op) { return emitLSTMGrad(k, op, in); })
      .Case([&](GRUGradOp op) { return emitGRUGrad(k, op, in); })
      .Case([&](SimpleRNNGradOp op) { return emitSimpleRNNGrad(k, op, in); });
}

} // namespace keratin
