// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention and AdditiveAttention, made of the general ops.
#include "compiler/Frontend/BuildIR/TensorOps.h"

using namespace mlir;

namespace keratin {

namespace {

/// One call on [query, value] or [query, value, key].
class AttentionCall {
public:
  AttentionCall(EntryBuilder &builder, const LayerCall &call)
      : builder(builder), call(call), query(call.inputs[0]), value(call.inputs[1]),
        key(call.inputs.size() > 2 ? call.inputs[2].value : value.value), q(shapeOf(query.value)),
        k(shapeOf(key)) {}

  LayerOutputs emit() {
    Value distribution = emitActivation(builder, Activation::softmax, masked(scores()));
    if (builder.isTraining())
      distribution =
          emitDropoutOp(builder, call, distribution, call.layer.config.at("dropout").get<double>(),
                        Noise::elementwise);
    // [rows, query steps, features], summed over value steps
    Value result = contract(distribution, value.value, {0, 1, 3}, {0, 3, 2},
                            {q[0], q[1], shapeOf(value.value)[2]}, k[1]);
    if (query.mask)
      result =
          emitCombine(builder, Combination::multiply, result, emitMaskValues(builder, query.mask));
    LayerOutputs outputs = {Tensor{result, query.mask}};
    if (call.arguments.value("return_attention_scores", false))
      outputs.push_back({distribution});
    return outputs;
  }

private:
  /// The sum of products, where operands select from the dimensions of `shape` and, last, the
  /// window's.
  Value contract(Value lhs, Value rhs, ArrayRef<unsigned> lhsDims, ArrayRef<unsigned> rhsDims,
                 ArrayRef<int64_t> shape, int64_t window) {
    auto select = [&](ArrayRef<unsigned> dims) {
      return AffineMap::getMultiDimMapWithTargets(shape.size() + 1, dims, builder.getContext());
    };
    return ContractOp::create(builder, lhs, rhs, select(lhsDims), select(rhsDims), shape, {window},
                              ValueRange(), ValueRange())
        .getResult(0);
  }

  /// Times a weight of one element; none leaves the value as it is.
  Value timesScalar(Value x, StringRef weight) {
    Value scalar = builder.weight(call.layer, weight);
    if (!scalar)
      return x;
    auto map = AffineMap::get(shapeOf(x).size(), 0, builder.getAffineConstantExpr(0));
    return CombineOp::create(builder, x, scalar, Combination::multiply, AffineMapAttr::get(map),
                             ValueRange(), ValueRange())
        .getResult(0);
  }

  /// [rows, query steps, value steps]
  Value scores() {
    bool additive = call.layer.className == "AdditiveAttention";
    if (!additive && call.layer.config.at("score_mode") == "dot")
      return timesScalar(contract(query.value, key, {0, 1, 3}, {0, 2, 3}, {q[0], q[1], k[1]}, q[2]),
                         "scale");
    Value sum = emitCombine(builder, Combination::add,
                            emitReshape(builder, query.value, {q[0], q[1], 1, q[2]}),
                            emitReshape(builder, key, {k[0], 1, k[1], k[2]}));
    Value terms =
        emitActivation(builder, Activation::tanh, additive ? sum : timesScalar(sum, "scale"));
    if (additive)
      terms = emitCombineAlong(builder, Combination::multiply, terms,
                               builder.weight(call.layer, "scale"), {3});
    SmallVector<AffineExpr> place;
    for (unsigned i = 0; i < 4; ++i)
      place.push_back(builder.getAffineDimExpr(i));
    Value summed = emitWindow(builder, terms, Fold::sum, place, {q[0], q[1], k[1]}, {q[2]});
    return timesScalar(summed, "concat_score_weight");
  }

  /// 1 where a step of the query may see one of the value, which is not after it.
  Value causalMask(Value scores) {
    Value ones = emitCombine(builder, Combination::at_least, scores, scores);
    // Outside of the ones where the difference of steps is negative.
    AffineExpr row = builder.getAffineDimExpr(0), i = builder.getAffineDimExpr(1),
               j = builder.getAffineDimExpr(2);
    return emitWindow(builder, ones, Fold::sum, {row, i - j, builder.getAffineConstantExpr(0)},
                      shapeOf(scores));
  }

  /// Scores of steps that are not to be seen less 1e9, as Keras does it.
  Value masked(Value scores) {
    Value seen;
    if (value.mask) // [rows, 1, value steps]
      seen = emitTranspose(builder, emitMaskValues(builder, value.mask), {0, 2, 1});
    if (call.arguments.value("use_causal_mask", false)) {
      Value causal = causalMask(scores);
      seen = seen ? emitCombine(builder, Combination::multiply, causal, seen) : causal;
    }
    if (!seen)
      return scores;
    return emitCombine(builder, Combination::add, scores,
                       emitFunction(builder, Activation::affine, seen, {1e9, -1e9}));
  }

  EntryBuilder &builder;
  const LayerCall &call;
  const Tensor &query, &value;
  Value key;
  SmallVector<int64_t> q, k; ///< shapes of query and key
};

} // namespace

LayerOutputs emitAttention(EntryBuilder &builder, const LayerCall &call) {
  return AttentionCall(builder, call).emit();
}

} // namespace keratin
