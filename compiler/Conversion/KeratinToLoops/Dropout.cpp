// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of dropout: masks are drawn from Philox4x32-10 where they are needed, never stored.
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"

#include <array>
#include <cmath>
#include <tuple>

using namespace mlir;

namespace keratin {

namespace {

using Words = std::array<Value, 4>;

/// Philox4x32-10: four random words from a counter and a key (Salmon et al., "Parallel random
/// numbers: as easy as 1, 2, 3", SC 2011).
Words emitPhilox(KernelBuilder &k, Words counter, Value key0, Value key1) {
  auto xorOf = [&](Value a, Value b) -> Value { return arith::XOrIOp::create(k, a, b); };
  auto product = [&](int64_t multiplier, Value word) -> std::pair<Value, Value> {
    Value wide = arith::MulIOp::create(k, arith::ExtUIOp::create(k, k.getI64Type(), word),
                                       k.i64(multiplier));
    Value high = arith::ShRUIOp::create(k, wide, k.i64(32));
    return {arith::TruncIOp::create(k, k.getI32Type(), high),
            arith::TruncIOp::create(k, k.getI32Type(), wide)};
  };
  for (int round = 0; round < 10; ++round) {
    auto [high0, low0] = product(0xD2511F53, counter[0]);
    auto [high1, low1] = product(0xCD9E8D57, counter[2]);
    counter = {xorOf(xorOf(high1, counter[1]), key0), low1, xorOf(xorOf(high0, counter[3]), key1),
               low0};
    key0 = k.plus(key0, k.i32(static_cast<int32_t>(0x9E3779B9)));
    key1 = k.plus(key1, k.i32(static_cast<int32_t>(0xBB67AE85)));
  }
  return counter;
}

/// Draws of one dropout: what an element is multiplied with, 0 or 1/(1-rate).
template <typename Op> class Draws {
public:
  Draws(KernelBuilder &k, Op op) : k(k) {
    double rate = op.getRate().convertToDouble();
    scale = k.scalar(1 / (1 - rate));
    threshold = k.i32(static_cast<int32_t>(static_cast<uint32_t>(std::ceil(rate * 4294967296.0))));
    std::tie(key0, key1) = halves(op.getSeed());
    std::tie(iterationLow, iterationHigh) = halves(op.getIteration());
    key0 = arith::XOrIOp::create(k, key0, k.i32(op.getLayer()));
  }

  /// Elements start anywhere within a block of four words.
  Value factor(Value element) {
    Value word32 = arith::IndexCastOp::create(k, k.getI32Type(), element);
    Value block = arith::ShRUIOp::create(k, word32, k.i32(2));
    Value lane = arith::AndIOp::create(k, word32, k.i32(3));
    Words words = emitPhilox(k, {block, k.i32(0), iterationLow, iterationHigh}, key0, key1);
    Value word = words[3];
    for (int i = 2; i >= 0; --i)
      word = k.select(k.equal(lane, k.i32(i)), words[i], word);
    Value keep = arith::CmpIOp::create(k, arith::CmpIPredicate::uge, word, threshold);
    return k.select(keep, scale, k.scalar(0));
  }

private:
  std::pair<Value, Value> halves(Value wide) {
    Value high = arith::ShRUIOp::create(k, wide, k.i64(32));
    return {arith::TruncIOp::create(k, k.getI32Type(), wide),
            arith::TruncIOp::create(k, k.getI32Type(), high)};
  }

  KernelBuilder &k;
  Value scale, threshold, key0, key1, iterationLow, iterationHigh;
};

} // namespace

void lower(KernelBuilder &k, DropoutFactorsOp op) {
  Value out = op.getOuts().front(), rows = rowsOf(op);
  Draws draws(k, op);
  int64_t gates = op.getGates(), features = op.getFeatures();
  k.fill(out, rows, k.index(gates), 0);
  k.loop(rows, [&](Value row) {
    k.loop(k.index(gates), [&](Value gate) {
      k.loop(k.index(features), [&](Value feature) {
        Value before = k.times(k.plus(k.times(row, gates), gate), features);
        k.storeScalar(draws.factor(k.plus(before, feature)), out, {row, gate, feature});
      });
    });
  });
}

void lower(KernelBuilder &k, DropoutOp op) {
  Value in = op.getInput(), out = op.getOuts().front(), rows = rowsOf(op), steps = stepsOf(op);
  MemRefType type = bufferType(in);
  int64_t features = type.getShape().back();
  Draws draws(k, op);
  auto factor = [&](Value element) { return draws.factor(element); };

  if (op.getNoise() == Noise::per_sequence) {
    // One draw serves all steps of a sequence: the factors of all rows first, then one pass of
    // products.
    Value factors = op.getOuts()[1];
    k.fill(factors, rows, {}, 0);
    k.loop(rows, [&](Value row) {
      k.loop(k.index(features), [&](Value feature) {
        k.storeScalar(factor(k.plus(k.times(row, features), feature)), factors, {row, feature});
      });
    });
    k.forEachVector(type, rows, steps, [&](ArrayRef<Value> at) {
      k.store(k.mul(k.load(in, at), k.load(factors, {at[0], at[2]})), out, at);
    });
    return;
  }
  if (features % k.lanes() != 0)
    k.fill(out, rows, steps, 0);
  k.forEachRow(rows, steps, [&](ArrayRef<Value> row) {
    Value base = k.times(steps ? k.plus(k.times(row[0], steps), row[1]) : row[0], features);
    k.loop(k.index(features), [&](Value feature) {
      SmallVector<Value> at = append(row, feature);
      k.storeScalar(k.mul(k.loadScalar(in, at), factor(k.plus(base, feature))), out, at);
    });
  });
}

} // namespace keratin
