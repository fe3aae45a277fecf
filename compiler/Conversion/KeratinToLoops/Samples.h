// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What losses and metrics share: weights of samples, and folds over classes and samples.
#pragma once

#include "compiler/Conversion/KeratinToLoops/Lowerings.h"

namespace keratin {

/// The samples of a loss or metric: one a row, or one a row and step, or one for each index into
/// the dimensions between the steps and the classes too.
template <typename Op> class Samples {
public:
  Samples(KernelBuilder &k, Op op)
      : k(k), op(op), type(bufferType(op.getPrediction())), rows(rowsOf(op)), steps(stepsOf(op)) {}

  int64_t classes() { return type.getShape().back(); }

  Value prediction(ArrayRef<Value> sample, Value c) {
    return k.loadScalar(op.getPrediction(), append(sample, c));
  }
  Value target(ArrayRef<Value> sample, Value c) {
    return k.loadScalar(op.getTarget(), append(sample, c));
  }
  /// The class label of a sparse target.
  Value label(ArrayRef<Value> sample) {
    return mlir::arith::IndexCastOp::create(k, k.getIndexType(),
                                            k.loadScalar(op.getTarget(), sample));
  }

  /// The sample's weight, zero where it is masked.
  Value weight(ArrayRef<Value> sample) {
    Value weight = op.getSampleWeight() ? k.loadScalar(op.getSampleWeight(), sample) : k.scalar(1);
    return op.getMask() ? k.select(k.loadScalar(op.getMask(), sample), weight, k.scalar(0))
                        : weight;
  }

  /// A sum over the classes of a sample.
  Value sumClasses(function_ref<Value(Value)> term) {
    return fold(k.index(classes()), k.scalar(0),
                [&](Value sum, Value c) { return k.add(sum, term(c)); });
  }

  /// A fold over the classes.
  Value fold(Value end, Value init, function_ref<Value(Value, Value)> step) {
    return k.loop(k.index(0), end, 1, {init}, [&](Value c, ValueRange carried) {
      return SmallVector<Value>{step(carried[0], c)};
    })[0];
  }

  /// Sums over all samples of several numbers a sample.
  SmallVector<Value> sum(size_t count, function_ref<SmallVector<Value>(ArrayRef<Value>)> terms) {
    SmallVector<Value> zeros(count, k.scalar(0));
    return k.foldRows(type, rows, steps, zeros, [&](ArrayRef<Value> sample, ValueRange sums) {
      SmallVector<Value> result;
      for (auto [sum, term] : llvm::zip_equal(sums, terms(sample)))
        result.push_back(k.add(sum, term));
      return result;
    });
  }

  void forEach(function_ref<void(ArrayRef<Value>)> body) { k.forEachRow(type, rows, steps, body); }

  /// The number of samples that no mask leaves out.
  Value count() {
    if (!op.getMask()) {
      Value count = steps ? k.times(rows, steps) : rows;
      for (int64_t dim = 2; dim + 1 < type.getRank(); ++dim)
        count = k.times(count, type.getDimSize(dim));
      return k.toFloat(count);
    }
    return sum(1, [&](ArrayRef<Value> sample) {
      return SmallVector<Value>{
          k.select(k.loadScalar(op.getMask(), sample), k.scalar(1), k.scalar(0))};
    })[0];
  }

  KernelBuilder &k;
  Op op;
  mlir::MemRefType type; ///< of the prediction
  Value rows, steps;
};

} // namespace keratin
