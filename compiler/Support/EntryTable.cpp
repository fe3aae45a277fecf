// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Support/EntryTable.h"

namespace keratin {

namespace {

// Of params and weights there are two forms: some entries read them, others write them.
constexpr EntryParameter workspace{"void *", "workspace"};
constexpr EntryParameter workspaceBytes{"int64_t", "workspace_bytes"};
constexpr EntryParameter context{"struct krt_context *", "context"};
constexpr EntryParameter params{"const void *", "params"};
constexpr EntryParameter writtenParams{"void *", "params"};
constexpr EntryParameter weights{"const float *const *", "weights"};
constexpr EntryParameter writtenWeights{"float *const *", "weights"};
constexpr EntryParameter optimizer{"void *", "optimizer"};
constexpr EntryParameter gradients{"void *", "gradients"};
constexpr EntryParameter learningRate{"float", "learning_rate"};
constexpr EntryParameter seed{"uint64_t", "seed"};
constexpr EntryParameter rows{"int32_t", "rows"};
constexpr EntryParameter steps{"int32_t", "steps"};
constexpr EntryParameter inputs{"const void *const *", "inputs"};
constexpr EntryParameter outputs{"void *const *", "outputs"};
constexpr EntryParameter targets{"const void *const *", "targets"};
constexpr EntryParameter sampleWeights{"const float *const *", "sample_weights"};
constexpr EntryParameter metrics{"float *", "metrics"};
constexpr EntryParameter states{"void *", "states"};

constexpr EntryPresence always = EntryPresence::Always, onRequest = EntryPresence::OnRequest,
                        withStates = EntryPresence::WithStates;

} // namespace

const std::vector<EntrySignature> &entryTable() {
  static const std::vector<EntrySignature> table{
      {"init", always, {workspace, workspaceBytes, context}},
      {"pack", always, {weights, writtenParams}},
      {"unpack", always, {params, writtenWeights}},
      {"predict", onRequest, {workspace, params, rows, steps, inputs, outputs}},
      {"step", onRequest, {workspace, params, rows, inputs, outputs}},
      {"evaluate_step",
       onRequest,
       {workspace, params, rows, steps, inputs, targets, sampleWeights, metrics}},
      {"train_step",
       onRequest,
       {workspace, writtenParams, optimizer, learningRate, seed, rows, steps, inputs, targets,
        sampleWeights, metrics}},
      {"gradients",
       onRequest,
       {workspace, params, gradients, seed, rows, steps, inputs, targets, sampleWeights, metrics}},
      {"set_states", withStates, {workspace, states}},
      {"reset_states", withStates, {states}}};
  return table;
}

const EntrySignature *findEntry(std::string_view name) {
  for (const EntrySignature &entry : entryTable())
    if (entry.name == name)
      return &entry;
  return nullptr;
}

} // namespace keratin
