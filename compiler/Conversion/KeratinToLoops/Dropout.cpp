// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of dropout: masks are drawn from Philox4x32-10 where they are needed, never stored.
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"

#include <array>
#include <cmath>

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

} // namespace

void lower(KernelBuilder &k, DropoutOp op) {
  Value in = op.getInput(), out = op.getOuts().front(), rows = rowsOf(op), steps = stepsOf(op);
  MemRefType type = bufferType(in);
  int64_t features = type.getShape().back();
  double rate = op.getRate().convertToDouble();
  Value scale = k.scalar(1 / (1 - rate));
  Value threshold =
      k.i32(static_cast<int32_t>(static_cast<uint32_t>(std::ceil(rate * 4294967296.0))));
  auto halves = [&](Value wide) -> std::pair<Value, Value> {
    Value high = arith::ShRUIOp::create(k, wide, k.i64(32));
    return {arith::TruncIOp::create(k, k.getI32Type(), wide),
            arith::TruncIOp::create(k, k.getI32Type(), high)};
  };
  auto [seedLow, seedHigh] = halves(op.getSeed());
  auto [iterationLow, iterationHigh] = halves(op.getIteration());
  Value key0 = arith::XOrIOp::create(k, seedLow, k.i32(op.getLayer()));

  // Whether an element is kept; elements start anywhere within a block of four words.
  auto keep = [&](Value element) -> Value {
    Value word32 = arith::IndexCastOp::create(k, k.getI32Type(), element);
    Value block = arith::ShRUIOp::create(k, word32, k.i32(2));
    Value lane = arith::AndIOp::create(k, word32, k.i32(3));
    Words words = emitPhilox(k, {block, k.i32(0), iterationLow, iterationHigh}, key0, seedHigh);
    Value word = words[3];
    for (int i = 2; i >= 0; --i)
      word = k.select(k.equal(lane, k.i32(i)), words[i], word);
    return arith::CmpIOp::create(k, arith::CmpIPredicate::uge, word, threshold);
  };
  auto factor = [&](Value element) { return k.select(keep(element), scale, k.scalar(0)); };

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
