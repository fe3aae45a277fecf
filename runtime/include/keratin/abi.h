/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 * The C interface between a compiled model and whatever calls it: shared types and error codes.
 * docs/abi.md explains it; a generated MODEL.h declares one model's entries and repeats what it
 * needs from here, so that compiled models depend on no file of Keratin. */
#ifndef KERATIN_ABI_H
#define KERATIN_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KRT_ABI_VERSION 3

/* Alignment in bytes of workspace, params, optimizer and gradients. */
#define KRT_ALIGNMENT 64

/* What every entry returns. Checked before anything is written. */
enum krt_status {
  KRT_OK = 0,
  KRT_ERROR_ROWS = 1,  /* rows < 1 or above the entry's compiled maximum */
  KRT_ERROR_STEPS = 2, /* steps < 1 or above the entry's compiled maximum */
  KRT_ERROR_INDEX =
      3, /* an Embedding index outside the vocabulary; position in the workspace's header */
  KRT_ERROR_LABEL = 4, /* a class label outside [0, classes); position in the workspace's header */
  KRT_ERROR_WORKSPACE = 5, /* workspace null, misaligned, too small, or never given to MODEL_init */
  KRT_ERROR_NULL = 6,      /* a required pointer is null */
  KRT_ERROR_STATES = 7     /* states null, misaligned, or never given to MODEL_set_states */
};

/* Runs body(arg, 0) … body(arg, n - 1), possibly at once, and returns when all are done.
 * A null context, or a context without parallel, means one thread. */
typedef struct krt_context {
  void (*parallel)(struct krt_context *context, int32_t n, void (*body)(void *arg, int32_t i),
                   void *arg);
  int32_t threads;
} krt_context;

/* The first 64 bytes of a workspace, written by MODEL_init and by entries that fail. */
typedef struct krt_workspace_header {
  uint64_t magic; /* KRT_WORKSPACE_MAGIC after MODEL_init */
  krt_context *context;
  int64_t error_position;  /* flat element index of the first offending index or label */
  int64_t error_value;     /* that element */
  int64_t workspace_bytes; /* as given to MODEL_init; entries check that it is enough for them */
  void *states;            /* of a model that keeps some, as given to MODEL_set_states */
  int64_t reserved[2];
} krt_workspace_header;

#define KRT_WORKSPACE_MAGIC 0x314e495441524b4bull

/* The optimizer block: this header, then one array in the working layout of params (params_bytes
 * each) for every slot of the optimizer (Adam: momentum, velocity). All zero is the initial state.
 */
typedef struct krt_optimizer_header {
  int64_t iteration; /* updates done so far */
  int64_t reserved[7];
} krt_optimizer_header;

/* The entries of one model. MODEL is the model's name; every function returns a krt_status.
 *
 *   weights         canonical weights: one float array a weight, in Keras's get_weights() order and
 * shapes params          working weights: params_bytes, made by MODEL_pack inputs/outputs  one
 * pointer each, in the model's order, row-major, batch first targets         one pointer an output:
 * float labels, or int32 class labels for sparse losses sample_weights  one pointer an output; a
 * null array or a null element means weights of one metrics         two floats a metric, {weighted
 * sum, weight}; the first is the loss, whose weight is the number of rows. Entries add to them:
 * clear them to start a new average. seed            of dropout; the same seed and iteration give
 * the same masks
 */
typedef struct krt_model {
  uint32_t abi_version;
  const char *info; /* ModelInfo: JSON, NUL-terminated */
  int32_t (*init)(void *workspace, int64_t workspace_bytes, krt_context *context);
  int32_t (*pack)(const float *const *weights, void *params);
  int32_t (*unpack)(const void *params, float *const *weights);
  int32_t (*predict)(void *workspace, const void *params, int32_t rows, int32_t steps,
                     const void *const *inputs, void *const *outputs);
  /* As predict, of one step of each sequence: what was before is in the workspace's states. */
  int32_t (*step)(void *workspace, const void *params, int32_t rows, const void *const *inputs,
                  void *const *outputs);
  int32_t (*evaluate_step)(void *workspace, const void *params, int32_t rows, int32_t steps,
                           const void *const *inputs, const void *const *targets,
                           const float *const *sample_weights, float *metrics);
  int32_t (*train_step)(void *workspace, void *params, void *optimizer, float learning_rate,
                        uint64_t seed, int32_t rows, int32_t steps, const void *const *inputs,
                        const void *const *targets, const float *const *sample_weights,
                        float *metrics);
  /* As train_step, but writes the gradient of the total loss, in the working layout, and updates
   * nothing. */
  int32_t (*gradients)(void *workspace, const void *params, void *gradients, uint64_t seed,
                       int32_t rows, int32_t steps, const void *const *inputs,
                       const void *const *targets, const float *const *sample_weights,
                       float *metrics);
  /* Only where there are states. Entries called with the workspace begin with these states and leave
   * new ones behind; several workspaces may share them. */
  int32_t (*set_states)(void *workspace, void *states);
  int32_t (*reset_states)(void *states); /* makes them zero, the initial states */
} krt_model;                             /* an entry that was not compiled is null */

#ifdef __cplusplus
}
#endif
#endif
