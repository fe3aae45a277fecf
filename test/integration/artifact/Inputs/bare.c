// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A program without libc around two compiled models, odd_shapes and product: writes what they compute to its standard
// output as floats, and ends with 0 or with the line at which something was wrong. other_targets.py makes data.h.
#include "data.h"
#include "odd_shapes.h"
#include "product.h"

#if defined(__x86_64__)
enum { systemWrite = 1, systemExit = 60 };
__asm__(".globl _start\n_start:\n\tandq $-16, %rsp\n\tcall run\n");
#else
#if defined(__arm__)
enum { systemWrite = 4, systemExit = 1 };
#else
enum { systemWrite = 64, systemExit = 93 };
#endif
void run(void);
void _start(void) { run(); }
#endif

static long systemCall(long number, long a, long b, long c) {
#if defined(__x86_64__)
  __asm__ volatile("syscall" : "+a"(number) : "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return number;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
#elif defined(__arm__)
  register long r7 __asm__("r7") = number, r0 __asm__("r0") = a, r1 __asm__("r1") = b, r2 __asm__("r2") = c;
  __asm__ volatile("svc #0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2) : "memory");
  return r0;
#elif defined(__riscv)
  register long a7 __asm__("a7") = number, a0 __asm__("a0") = a, a1 __asm__("a1") = b, a2 __asm__("a2") = c;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
  return a0;
#endif
}

static void stop(long code) {
  for (;;)
    systemCall(systemExit, code, 0, 0);
}

#define REQUIRE(condition) ((condition) ? (void)0 : stop(__LINE__))

static void put(const float *values, long count) {
  REQUIRE(systemCall(systemWrite, 1, (long)values, count * 4) == count * 4);
}

#define BLOCK(name, bytes) static unsigned char name[bytes] __attribute__((aligned(KRT_ALIGNMENT)))
BLOCK(predictSpace, ODD_SHAPES_PREDICT_WORKSPACE_BYTES);
BLOCK(trainSpace, ODD_SHAPES_TRAIN_STEP_WORKSPACE_BYTES);
BLOCK(params, ODD_SHAPES_PARAMS_BYTES);
BLOCK(optimizer, ODD_SHAPES_OPTIMIZER_BYTES);
BLOCK(productSpace, PRODUCT_PREDICT_WORKSPACE_BYTES);
BLOCK(productParams, PRODUCT_PARAMS_BYTES);

static float canonical[ODD_SHAPES_WEIGHTS][MOST_WEIGHTS];

static void putWeights(const void *working) {
  float *weights[ODD_SHAPES_WEIGHTS];
  for (int i = 0; i < ODD_SHAPES_WEIGHTS; ++i)
    weights[i] = canonical[i];
  REQUIRE(odd_shapes_unpack(working, weights) == KRT_OK);
  for (int i = 0; i < ODD_SHAPES_WEIGHTS; ++i)
    put(canonical[i], weightSizes[i]);
}

/// The embedded weights are what pack makes of them.
static void packAgain(void) {
  const float *weights[ODD_SHAPES_WEIGHTS];
  for (int i = 0; i < ODD_SHAPES_WEIGHTS; ++i)
    weights[i] = canonical[i];
  REQUIRE(odd_shapes_pack(weights, params) == KRT_OK);
  for (long i = 0; i < ODD_SHAPES_PARAMS_BYTES; ++i)
    REQUIRE(params[i] == ((const unsigned char *)odd_shapes_weights)[i]);
}

static void predictAndTrain(void) {
  const void *inputs[] = {tokens}, *targets[] = {labels};
  float output[ROWS * 3];
  void *outputs[] = {output};
  REQUIRE((uintptr_t)odd_shapes_weights % KRT_ALIGNMENT == 0);
  REQUIRE(odd_shapes_init(predictSpace, sizeof predictSpace, 0) == KRT_OK);
  REQUIRE(odd_shapes_predict(predictSpace, odd_shapes_weights, ROWS, STEPS, inputs, outputs) == KRT_OK);
  put(output, ROWS * 3);

  REQUIRE(odd_shapes_init(trainSpace, sizeof trainSpace, 0) == KRT_OK);
  for (int step = 0; step < TRAINING_STEPS; ++step) {
    float metrics[2 * ODD_SHAPES_METRICS];
    for (int i = 0; i < 2 * ODD_SHAPES_METRICS; ++i)
      metrics[i] = 0;
    REQUIRE(odd_shapes_train_step(trainSpace, params, optimizer, 0.01f, 7, ROWS, STEPS, inputs, targets, 0, metrics) ==
            KRT_OK);
    put(metrics, 2 * ODD_SHAPES_METRICS);
  }
  putWeights(params);
}

/// A product below the normal range: the model's, then the caller's own.
static void multiplyTinyNumbers(void) {
  static volatile float x = 1e-30f, w = 1e-10f;
  float input = x, weight = w, product[2] = {-1, -1};
  const float *weights[] = {&weight};
  const void *inputs[] = {&input};
  void *outputs[] = {product};
  REQUIRE(product_pack(weights, productParams) == KRT_OK);
  REQUIRE(product_init(productSpace, sizeof productSpace, 0) == KRT_OK);
  REQUIRE(product_predict(productSpace, productParams, 1, 1, inputs, outputs) == KRT_OK);
  product[1] = x * w;
  put(product, 2);
}

void run(void) {
  putWeights(odd_shapes_weights);
  packAgain();
  predictAndTrain();
  multiplyTinyNumbers();
  stop(0);
}
