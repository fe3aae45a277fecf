// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One batch through one compiled entry.
#include "entries.hpp"
#include "keratin/error.hpp"

#include <algorithm>
#include <stdexcept>

namespace keratin::rt {

const void *Batch::rowsOf(const Array &array, size_t slot) {
  size_t rowBytes = array.bytes.size() / static_cast<size_t>(array.shape[0]);
  if (!order)
    return array.bytes.data() + rowBytes * static_cast<size_t>(base);
  if (gathered.size() <= slot)
    gathered.resize(slot + 1);
  gathered[slot].resize(rowBytes * static_cast<size_t>(rows));
  for (int64_t row = 0; row < rows; ++row)
    std::memcpy(gathered[slot].data() + rowBytes * static_cast<size_t>(row),
                array.bytes.data() + rowBytes * static_cast<size_t>(dataRow(row)), rowBytes);
  return gathered[slot].data();
}

void Batch::load(const DataView &view, const std::vector<int64_t> *newOrder, int64_t newFirst,
                 int64_t count) {
  order = newOrder;
  first = newFirst;
  base = view.begin + first;
  rows = static_cast<int32_t>(count);
  steps = view.data->steps;
  inputs.clear();
  targets.clear();
  sampleWeights.clear();
  size_t slot = 0;
  for (const Array &array : view.data->x)
    inputs.push_back(rowsOf(array, slot++));
  for (const Array &array : view.data->y)
    targets.push_back(rowsOf(array, slot++));
  if (view.sampleWeights)
    for (const Array &array : *view.sampleWeights)
      sampleWeights.push_back(static_cast<const float *>(rowsOf(array, slot++)));
  sampleWeights.resize(targets.size(), nullptr);
}

const EntryInfo &Entries::need(const std::optional<EntryInfo> &entry, const char *name,
                               const char *command) const {
  if (!entry)
    throw Error(std::string(command) + " needs the entry " + name +
                    ", which this model was compiled without",
                std::string("compile with --entry=") + name);
  return *entry;
}

void *Entries::workspace(AlignedBuffer &buffer, const EntryInfo &entry) {
  if (!buffer) {
    AlignedBuffer fresh(std::max<int64_t>(entry.workspaceBytes, sizeof(krt_workspace_header)));
    int32_t status = model.init(fresh.get(), entry.workspaceBytes, context);
    if (status == KRT_OK && states)
      status = model.set_states(fresh.get(), states);
    if (status != KRT_OK)
      throw std::logic_error("init of the workspace failed with status " + std::to_string(status));
    buffer = std::move(fresh);
  }
  return buffer.get();
}

void Entries::check(int32_t status, const void *workspace, const Batch &batch) const {
  if (status == KRT_OK)
    return;
  krt_workspace_header header;
  std::memcpy(&header, workspace, sizeof header);
  double value = static_cast<double>(header.error_value);
  // The header does not say which tensor it was: it is one that holds the value at the position.
  auto find = [&](const std::vector<TensorInfo> &tensors, const std::vector<const void *> &pointers,
                  auto isCandidate) {
    for (size_t i = 0; i < tensors.size(); ++i) {
      if (!isCandidate(tensors[i]) || tensors[i].dtype != DType::Int32)
        continue;
      int64_t size = 1;
      for (size_t axis = 1; axis < tensors[i].shape.size(); ++axis)
        size *= tensors[i].shape[axis] < 0 ? batch.steps : tensors[i].shape[axis];
      const auto *elements = static_cast<const int32_t *>(pointers[i]);
      if (header.error_position < size * batch.rows &&
          elements[header.error_position] == header.error_value)
        return std::make_pair(i, size);
    }
    return std::make_pair(size_t{0}, int64_t{1});
  };
  if (status == KRT_ERROR_INDEX) {
    auto [i, size] =
        find(info.inputs, batch.inputs, [](const TensorInfo &t) { return t.vocabulary > 0; });
    throwIndexError(info.inputs[i], batch.dataRow(header.error_position / size),
                    header.error_position % size, value);
  }
  if (status == KRT_ERROR_LABEL) {
    auto [i, size] =
        find(info.targets, batch.targets, [](const TensorInfo &t) { return t.classes > 0; });
    throwLabelError(info.targets[i], batch.dataRow(header.error_position / size), value);
  }
  throw std::logic_error("a compiled entry returned status " + std::to_string(status));
}

void Entries::predict(const void *params, const Batch &batch, void *const *outputs) {
  void *space = workspace(predictSpace, *info.predict);
  check(model.predict(space, params, batch.rows, batch.steps, batch.inputs.data(), outputs), space,
        batch);
}

void Entries::evaluateStep(const void *params, const Batch &batch, float *metrics) {
  void *space = workspace(evaluateSpace, *info.evaluateStep);
  check(model.evaluate_step(space, params, batch.rows, batch.steps, batch.inputs.data(),
                            batch.targets.data(), batch.sampleWeights.data(), metrics),
        space, batch);
}

void Entries::trainStep(void *params, void *optimizer, double learningRate, uint64_t seed,
                        const Batch &batch, float *metrics) {
  void *space = workspace(trainSpace, *info.trainStep);
  check(model.train_step(space, params, optimizer, static_cast<float>(learningRate), seed,
                         batch.rows, batch.steps, batch.inputs.data(), batch.targets.data(),
                         batch.sampleWeights.data(), metrics),
        space, batch);
}

void Entries::gradients(const void *params, void *gradients, uint64_t seed, const Batch &batch,
                        float *metrics) {
  void *space = workspace(gradientsSpace, *info.gradients);
  check(model.gradients(space, params, gradients, seed, batch.rows, batch.steps,
                        batch.inputs.data(), batch.targets.data(), batch.sampleWeights.data(),
                        metrics),
        space, batch);
}

} // namespace keratin::rt
