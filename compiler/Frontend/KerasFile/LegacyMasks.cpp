// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/KerasFile/LegacyMasks.h"

#include "compiler/Frontend/KerasFile/RecordedMasks.h"
#include "compiler/Frontend/Layers/Masks.h"

#include <set>

namespace keratin {

/// The names of the layers whose outputs a call reads.
static std::set<std::string> sourcesOf(const Json &node) {
  std::vector<History> tensors;
  for (const char *arguments : {"args", "kwargs"})
    for (const Json &argument : node.at(arguments))
      collectTensors(argument, tensors);
  std::set<std::string> names;
  for (const History &tensor : tensors)
    names.insert(tensor.layer);
  return names;
}

void dropCarriedMasks(const ModelSpec &model, Json &layers) {
  RecordedMasks masks;
  std::vector<std::pair<RecordedCall, Json *>> calls;
  for (size_t i = 0; i < layers.size(); ++i) {
    const LayerSpec &layer = model.layers[i];
    if (isOperation(layer.className)) {
      masks.addOperation(layers[i]);
      continue;
    }
    masks.addLayer(layer);
    for (Json &node : layers[i]["inbound_nodes"]) {
      int number = static_cast<int>(&node - &layers[i]["inbound_nodes"][0]);
      calls.emplace_back(recordedCall(layer.name, layer.className, number, node, layer.location),
                         &node);
      masks.addCall(calls.back().first);
    }
  }
  for (auto &[call, node] : calls)
    if (!call.masks.empty() && masks.areCarried(call))
      (*node)["kwargs"].erase("mask");

  std::set<std::string> read; // what reads a layer comes after it
  for (size_t i = layers.size(); i-- > 0;) {
    if (isOperation(model.layers[i].className) && !read.count(model.layers[i].name)) {
      layers.erase(i);
      continue;
    }
    for (const Json &node : layers[i]["inbound_nodes"])
      read.merge(sourcesOf(node));
  }
}

} // namespace keratin
