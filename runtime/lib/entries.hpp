// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One batch through one compiled entry: pointers, workspaces, and what a failing entry means.
#pragma once

#include "aligned_buffer.hpp"
#include "keratin/abi.h"
#include "keratin/model_info.hpp"
#include "prepared_data.hpp"

#include <optional>
#include <vector>

namespace keratin::rt {

/// Rows of prepared data: all of them or a part, with sample weights of its own.
struct DataView {
  const PreparedData *data = nullptr;
  const std::vector<Array> *sampleWeights = nullptr; ///< null or empty: none
  int64_t begin = 0, end = 0;
  int64_t rows() const { return end - begin; }
};

/// The pointers of one batch. Rows that lie together are used in place, others are gathered first.
class Batch {
public:
  /// `order`: data rows by position in the view; null: as they lie. Positions [first, first +
  /// count).
  void load(const DataView &view, const std::vector<int64_t> *order, int64_t first, int64_t count);

  /// The data row of a row of the batch.
  int64_t dataRow(int64_t row) const { return order ? (*order)[first + row] : base + row; }

  std::vector<const void *> inputs, targets;
  std::vector<const float *> sampleWeights; ///< null elements without weights
  int32_t rows = 0, steps = 1;

private:
  const void *rowsOf(const Array &array, size_t slot);

  const std::vector<int64_t> *order = nullptr;
  int64_t first = 0, base = 0;
  std::vector<std::vector<std::byte>> gathered;
};

/// The entries of a model with a workspace each, made when first used.
class Entries {
public:
  /// All workspaces share `states`, null unless the model is stateful.
  Entries(const krt_model &model, const ModelInfo &info, krt_context *context, void *states)
      : model(model), info(info), context(context), states(states) {}

  /// The entry's maxima, or an Error saying that `command` needs an entry that was not compiled.
  const EntryInfo &need(const std::optional<EntryInfo> &entry, const char *name,
                        const char *command) const;

  void predict(const void *params, const Batch &batch, void *const *outputs);
  void evaluateStep(const void *params, const Batch &batch, float *metrics);
  void trainStep(void *params, void *optimizer, double learningRate, uint64_t seed,
                 const Batch &batch, float *metrics);
  void gradients(const void *params, void *gradients, uint64_t seed, const Batch &batch,
                 float *metrics);

private:
  void *workspace(AlignedBuffer &buffer, const EntryInfo &entry);
  void check(int32_t status, const void *workspace, const Batch &batch) const;

  const krt_model &model;
  const ModelInfo &info;
  krt_context *context;
  void *states;
  AlignedBuffer predictSpace, evaluateSpace, trainSpace, gradientsSpace;
};

} // namespace keratin::rt
