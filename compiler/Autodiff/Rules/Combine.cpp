// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The gradients of keratin.combine, and the ops through which no gradient goes.
#include "compiler/Autodiff/Rules/Rules.h"

using namespace mlir;

namespace keratin {
namespace {

struct CombineRule : DifferentiableOpInterface::ExternalModel<CombineRule, CombineOp> {
  LogicalResult buildGradient(Operation *op, ImplicitLocOpBuilder &builder, Value resultGradient,
                              OperandGradients &gradients) const {
    auto combine = cast<CombineOp>(op);
    Value lhs = combine.getLhs(), rhs = combine.getRhs();
    auto withRhs = [&](Combination kind, Value value) {
      return CombineOp::create(builder, value, rhs, kind, combine.getRhsMapAttr(), ValueRange(),
                               ValueRange())
          .getResult(0);
    };
    auto product = [&](Value a, Value b) {
      return CombineOp::create(builder, a, b, Combination::multiply, AffineMapAttr(), ValueRange(),
                               ValueRange())
          .getResult(0);
    };
    auto scaled = [&](Value value, double scale) {
      return ActivationOp::create(builder, value, Activation::affine, ArrayRef<double>{scale, 0.0},
                                  ValueRange(), ValueRange())
          .getResult(0);
    };
    Value left, right; // the gradients, both in the shape of the result
    switch (combine.getKind()) {
    case Combination::add:
      left = right = resultGradient;
      break;
    case Combination::subtract:
      left = resultGradient;
      if (gradients.isNeeded(rhs))
        right = scaled(resultGradient, -1);
      break;
    case Combination::multiply:
      if (gradients.isNeeded(lhs))
        left = withRhs(Combination::multiply, resultGradient);
      if (gradients.isNeeded(rhs))
        right = product(resultGradient, lhs);
      break;
    case Combination::divide: // d(a/b) = da/b - (a/b)/b db
      left = withRhs(Combination::divide, resultGradient);
      if (gradients.isNeeded(rhs))
        right = scaled(product(left, combine.getResult(0)), -1);
      break;
    case Combination::maximum:
    case Combination::minimum: {
      // 1 where the left operand is the larger one, or both are equal.
      Value larger = withRhs(Combination::at_least, lhs);
      if (combine.getKind() == Combination::minimum) {
        // That of the negated values: -a >= -b.
        Value negated =
            ActivationOp::create(builder, rhs, Activation::affine, ArrayRef<double>{-1.0, 0.0},
                                 ValueRange(), ValueRange())
                .getResult(0);
        larger = CombineOp::create(builder, scaled(lhs, -1), negated, Combination::at_least,
                                   combine.getRhsMapAttr(), ValueRange(), ValueRange())
                     .getResult(0);
      }
      left = product(resultGradient, larger);
      if (gradients.isNeeded(rhs))
        right = CombineOp::create(builder, resultGradient, left, Combination::subtract,
                                  AffineMapAttr(), ValueRange(), ValueRange())
                    .getResult(0);
      break;
    }
    case Combination::at_least: // piecewise constant
      return success();
    }
    gradients.add(lhs, left);
    if (gradients.isNeeded(rhs))
      gradients.add(rhs, combine.getRhsMap() ? sumTo(builder, combine, right) : right);
    return success();
  }

  /// The sum of a gradient over what shares an element of the right operand.
  static Value sumTo(ImplicitLocOpBuilder &builder, CombineOp combine, Value gradient) {
    auto from = cast<RankedTensorType>(gradient.getType()),
         to = cast<RankedTensorType>(combine.getRhs().getType());
    AffineMap map = *combine.getRhsMap();
    // Dimensions of the result that are those of the operand; all others are summed.
    SmallVector<AffineExpr> places(from.getRank());
    for (auto [i, expr] : llvm::enumerate(map.getResults()))
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        places[dim.getPosition()] = builder.getAffineDimExpr(i);
    SmallVector<int64_t> window;
    for (auto [dim, place] : llvm::enumerate(places))
      if (!place) {
        place = builder.getAffineDimExpr(to.getRank() + window.size());
        window.push_back(from.getDimSize(dim));
      }
    auto inverse = AffineMap::get(to.getRank() + window.size(), 0, places, builder.getContext());
    return WindowOp::create(builder, gradient, Fold::sum, inverse, to.getShape(), window,
                            from.getShape(), ValueRange(), ValueRange())
        .getResult(0);
  }
};

/// An op whose result depends on its operand by steps, or not at all.
template <typename Op>
struct ConstantRule : DifferentiableOpInterface::ExternalModel<ConstantRule<Op>, Op> {
  LogicalResult buildGradient(Operation *, ImplicitLocOpBuilder &, Value,
                              OperandGradients &) const {
    return success();
  }
};

} // namespace

void attachCombineRules(MLIRContext &context) {
  CombineOp::attachInterface<CombineRule>(context);
  FindMaskOp::attachInterface<ConstantRule<FindMaskOp>>(context);
  MaskValuesOp::attachInterface<ConstantRule<MaskValuesOp>>(context);
  NormalNoiseOp::attachInterface<ConstantRule<NormalNoiseOp>>(context);
}

} // namespace keratin
