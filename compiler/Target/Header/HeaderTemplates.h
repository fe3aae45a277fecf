// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The fixed text of generated headers; {0} and the like are filled in by Header.cpp.
#pragma once

namespace keratin {

/// The types of abi.h, once for all models of a program.
inline constexpr char abiTypes[] = R"(#ifndef KERATIN_ABI_H
#define KERATIN_ABI_H

#define KRT_ABI_VERSION 1
/* Alignment in bytes of workspace, params, optimizer and gradients. */
#define KRT_ALIGNMENT 64

/* What every entry returns. Checked before anything but the workspace is written. */
enum krt_status {
  KRT_OK = 0,
  KRT_ERROR_ROWS = 1,      /* rows < 1 or above the entry's compiled maximum */
  KRT_ERROR_STEPS = 2,     /* steps < 1 or above the entry's compiled maximum */
  KRT_ERROR_INDEX = 3,     /* an Embedding index outside the vocabulary; position in the workspace's header */
  KRT_ERROR_LABEL = 4,     /* a class label outside [0, classes); position in the workspace's header */
  KRT_ERROR_WORKSPACE = 5, /* workspace null, misaligned, too small, or never given to MODEL_init */
  KRT_ERROR_NULL = 6       /* a required pointer is null */
};

/* Runs body(arg, 0) to body(arg, n - 1), possibly at once, and returns when all are done.
 * A null context, or a context without parallel, means one thread. */
typedef struct krt_context {
  void (*parallel)(struct krt_context *context, int32_t n, void (*body)(void *arg, int32_t i), void *arg);
  int32_t threads;
} krt_context;

#define KRT_WORKSPACE_MAGIC 0x314e495441524b4bull

/* The first 64 bytes of a workspace, written by MODEL_init and by entries that fail. */
typedef struct krt_workspace_header {
  uint64_t magic;
  krt_context *context;
  int64_t error_position;  /* flat element index of the first offending index or label */
  int64_t error_value;     /* that element */
  int64_t workspace_bytes; /* as given to MODEL_init */
  int64_t reserved[3];
} krt_workspace_header;

/* The first 64 bytes of the optimizer block. All zero is the initial state. */
typedef struct krt_optimizer_header {
  int64_t iteration; /* updates done so far */
  int64_t reserved[7];
} krt_optimizer_header;

/* The entries of one model as a table; an entry that was not compiled is null. */
typedef struct krt_model {
  uint32_t abi_version;
  const char *info;
  int32_t (*init)(void *workspace, int64_t workspace_bytes, krt_context *context);
  int32_t (*pack)(const float *const *weights, void *params);
  int32_t (*unpack)(const void *params, float *const *weights);
  int32_t (*predict)(void *workspace, const void *params, int32_t rows, int32_t steps, const void *const *inputs,
                     void *const *outputs);
  int32_t (*evaluate_step)(void *workspace, const void *params, int32_t rows, int32_t steps,
                           const void *const *inputs, const void *const *targets,
                           const float *const *sample_weights, float *metrics);
  int32_t (*train_step)(void *workspace, void *params, void *optimizer, float learning_rate, uint64_t seed,
                        int32_t rows, int32_t steps, const void *const *inputs, const void *const *targets,
                        const float *const *sample_weights, float *metrics);
  int32_t (*gradients)(void *workspace, const void *params, void *gradients, uint64_t seed, int32_t rows,
                       int32_t steps, const void *const *inputs, const void *const *targets,
                       const float *const *sample_weights, float *metrics);
} krt_model;

#endif
)";

/// How memory is handed over; the same for all models.
inline constexpr char contract[] =
    R"(/* All memory is the caller's. Workspace, params, optimizer and gradients are aligned to KRT_ALIGNMENT bytes; blocks and
 * arrays of one call must not overlap. Arrays are row-major, batch first, of exactly `rows` rows and `steps` steps.
 * A workspace is given to init once, and serves one call at a time. Functions return a krt_status. They allocate
 * nothing, call nothing, and flush denormal numbers to zero while they run.
 *
 *   weights         one float array a weight, in the order and shapes below
 *   params          working weights, made by pack
 *   sample_weights  null, or a pointer an output, or null for weights of one
 *   metrics         two floats a metric, {weighted sum, weight}, which entries add to; the first is the loss
 */
)";

} // namespace keratin
