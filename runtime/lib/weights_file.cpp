// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights and optimizer state as one .npz.
#include "keratin/weights_file.hpp"
#include "keratin/error.hpp"

#include <algorithm>

namespace keratin::rt {

namespace {

const std::string optimizerPrefix = "optimizer_";

bool startsWith(const std::string &text, const std::string &prefix) {
  return text.compare(0, prefix.size(), prefix) == 0;
}

/// The slot's name in "optimizer_velocity_003", or "".
std::string slotName(const std::string &member) {
  size_t underscore = member.rfind('_');
  if (!startsWith(member, optimizerPrefix) || underscore < optimizerPrefix.size())
    return "";
  return member.substr(optimizerPrefix.size(), underscore - optimizerPrefix.size());
}

} // namespace

std::string numberedName(const std::string &stem, size_t i) {
  std::string digits = std::to_string(i);
  return stem + "_" + std::string(3 - std::min<size_t>(3, digits.size()), '0') + digits;
}

SavedWeights readWeights(const std::string &path) {
  NpzReader archive(path);
  return readWeights(archive, path);
}

SavedWeights readWeights(NpzReader &archive, const std::string &name) {
  SavedWeights saved;
  if (archive.contains(numberedName("w", 0))) {
    for (size_t i = 0; archive.contains(numberedName("w", i)); ++i)
      saved.weights.push_back(archive.readArray(numberedName("w", i)));
  } else {
    for (const std::string &member : archive.names())
      if (!startsWith(member, optimizerPrefix))
        saved.weights.push_back(archive.readArray(member));
  }
  if (!archive.contains(optimizerPrefix + "iteration"))
    return saved;
  OptimizerState state;
  Array iteration = archive.readArray(optimizerPrefix + "iteration");
  if (iteration.size() != 1)
    throw Error("expected one number").at(name + ": " + optimizerPrefix + "iteration");
  state.iteration = static_cast<int64_t>(iteration.at(0));
  for (const std::string &member : archive.names()) {
    std::string slot = slotName(member);
    if (slot.empty())
      continue;
    if (state.slots.empty() || state.slots.back().first != slot)
      state.slots.push_back({slot, {}});
    state.slots.back().second.push_back(archive.readArray(member));
  }
  saved.optimizer = std::move(state);
  return saved;
}

NamedArrays nameWeights(const SavedWeights &saved) {
  NamedArrays arrays;
  for (size_t i = 0; i < saved.weights.size(); ++i)
    arrays.emplace_back(numberedName("w", i), saved.weights[i]);
  if (!saved.optimizer)
    return arrays;
  arrays.emplace_back(optimizerPrefix + "iteration",
                      Array::of<int64_t>({}, {saved.optimizer->iteration}));
  for (const auto &[slot, values] : saved.optimizer->slots)
    for (size_t i = 0; i < values.size(); ++i)
      arrays.emplace_back(numberedName(optimizerPrefix + slot, i), values[i]);
  return arrays;
}

} // namespace keratin::rt
