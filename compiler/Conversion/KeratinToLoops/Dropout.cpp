// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of dropout and noise: random numbers are drawn from Philox4x32-10 where they are needed,
// never stored.
#include "compiler/Conversion/KeratinToLoops/Access.h"
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"
#include "compiler/Conversion/KeratinToLoops/MathFunctions.h"

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

/// The random word of each element of one layer in one step.
class RandomWords {
public:
  RandomWords(KernelBuilder &k, Value seed, Value iteration, int64_t layer) {
    auto halves = [&](Value wide) -> std::pair<Value, Value> {
      Value high = arith::ShRUIOp::create(k, wide, k.i64(32));
      return {arith::TruncIOp::create(k, k.getI32Type(), wide),
              arith::TruncIOp::create(k, k.getI32Type(), high)};
    };
    auto [seedLow, high] = halves(seed);
    seedHigh = high;
    std::tie(iterationLow, iterationHigh) = halves(iteration);
    key0 = arith::XOrIOp::create(k, seedLow, k.i32(layer));
  }

  /// Elements start anywhere within a block of four words.
  Value of(KernelBuilder &k, Value element) const {
    Value word32 = arith::IndexCastOp::create(k, k.getI32Type(), element);
    Value block = arith::ShRUIOp::create(k, word32, k.i32(2));
    Value lane = arith::AndIOp::create(k, word32, k.i32(3));
    Words words = emitPhilox(k, {block, k.i32(0), iterationLow, iterationHigh}, key0, seedHigh);
    Value word = words[3];
    for (int i = 2; i >= 0; --i)
      word = k.select(k.equal(lane, k.i32(i)), words[i], word);
    return word;
  }

private:
  Value seedHigh, iterationLow, iterationHigh, key0;
};

/// Every element of an array, one by one: its indices, and its row-major position in this call.
void forEachDrawn(KernelBuilder &k, Value array, Value rows, Value steps,
                  function_ref<void(KernelBuilder &, ArrayRef<Value>, Value)> body) {
  MemRefType type = bufferType(array);
  Space space{SmallVector<int64_t>(type.getShape()), {}, static_cast<unsigned>(type.getRank())};
  for (int64_t size : type.getShape())
    space.extents.push_back(k.index(size));
  space.extents[0] = rows;
  if (steps)
    space.extents[1] = steps;
  if (type.getShape().back() % k.lanes() != 0)
    clear(k, {array}, space);
  forEachElement(k, space, /*vectors=*/false, [&](KernelBuilder &k, ArrayRef<Value> at) {
    Value position = at[0];
    for (size_t dim = 1; dim < at.size(); ++dim)
      position = k.plus(k.times(position, space.extents[dim]), at[dim]);
    body(k, at, position);
  });
}

/// The standard normal quantile at (w + 1/2) / 2^24 for the upper 24 bits w of a word: rational
/// functions near the middle and of the tail (Wichura, "Algorithm AS 241", Applied Statistics 37,
/// 1988, PPND7); relative error about 1e-7.
Value emitNormalQuantile(KernelBuilder &k, Value word) {
  auto horner = [&](Value x, ArrayRef<double> coefficients) {
    Value sum = k.scalar(coefficients.back());
    for (double c : llvm::reverse(coefficients.drop_back()))
      sum = k.fma(sum, x, k.scalar(c));
    return sum;
  };
  // Distances from the middle are exact, unlike probabilities next to 1.
  Value upper = arith::ShRUIOp::create(k, word, k.i32(8));
  Value centred = arith::SubIOp::create(k, upper, k.i32(1 << 23));
  Value q = k.mul(k.add(arith::SIToFPOp::create(k, k.element, centred).getResult(), 0.5), 0x1p-24);
  Value distance = k.abs(q);
  Value r = k.sub(k.scalar(0.180625), k.mul(q, q));
  Value middle =
      k.div(k.mul(q, horner(r, {3.3871327179, 50.434271938, 159.29113202, 59.109374720})),
            horner(r, {1.0, 17.895169469, 78.757757664, 67.187563600}));
  Value s = k.add(k.sqrt(k.neg(emitLog(k, k.sub(k.scalar(0.5), distance)))), -1.6);
  Value tail = k.div(horner(s, {1.4234372777, 2.7568153900, 1.3067284816, 0.17023821103}),
                     horner(s, {1.0, 0.73700164250, 0.12021132975}));
  Value negative = k.compare(arith::CmpFPredicate::OLT, q, k.scalar(0));
  tail = k.select(negative, k.neg(tail), tail);
  return k.select(k.compare(arith::CmpFPredicate::OLE, distance, k.scalar(0.425)), middle, tail);
}

} // namespace

void lower(KernelBuilder &k, DropoutOp op) {
  Value in = op.getInput(), out = op.getOuts().front(), rows = rowsOf(op), steps = stepsOf(op);
  MemRefType type = bufferType(in);
  double rate = op.getRate().convertToDouble();
  Value scale = k.scalar(1 / (1 - rate)), zero = k.scalar(0);
  Value threshold =
      k.i32(static_cast<int32_t>(static_cast<uint32_t>(std::ceil(rate * 4294967296.0))));
  RandomWords words(k, op.getSeed(), op.getIteration(), op.getLayer());
  auto factor = [&](KernelBuilder &k, Value element) {
    Value keep =
        arith::CmpIOp::create(k, arith::CmpIPredicate::uge, words.of(k, element), threshold);
    return k.select(keep, scale, zero);
  };

  if (op.getNoise() == Noise::per_sequence) {
    // One draw serves all steps of a sequence: the factors of all rows first, then one pass of
    // products.
    Value factors = op.getOuts()[1];
    forEachDrawn(k, factors, rows, {}, [&](KernelBuilder &k, ArrayRef<Value> at, Value element) {
      k.storeScalar(factor(k, element), factors, at);
    });
    k.forEachVector(type, rows, steps, [&](ArrayRef<Value> at) {
      k.store(k.mul(k.load(in, at), k.load(factors, {at.front(), at.back()})), out, at);
    });
    return;
  }
  forEachDrawn(k, out, rows, steps, [&](KernelBuilder &k, ArrayRef<Value> at, Value element) {
    k.storeScalar(k.mul(k.loadScalar(in, at), factor(k, element)), out, at);
  });
}

void lower(KernelBuilder &k, NormalNoiseOp op) {
  Value out = op.getOuts().front();
  RandomWords words(k, op.getSeed(), op.getIteration(), op.getLayer());
  forEachDrawn(k, out, rowsOf(op), stepsOf(op),
               [&](KernelBuilder &k, ArrayRef<Value> at, Value element) {
                 k.storeScalar(emitNormalQuantile(k, words.of(k, element)), out, at);
               });
}

} // namespace keratin
