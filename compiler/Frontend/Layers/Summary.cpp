// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras's model.summary(): a table of layers as the rich library draws it, and totals.
#include "compiler/Frontend/Layers/Summary.h"

#include "compiler/Frontend/Layers/Compile.h"
#include "compiler/Frontend/Layers/LayerRules.h"
#include "compiler/Frontend/Layers/Masks.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"
#include "compiler/Frontend/Layers/TextTable.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace keratin {

static int64_t elements(const WeightSpec &weight) {
  int64_t count = 1;
  for (int64_t dim : weight.shape)
    count *= dim;
  return weight.path.empty() ? 0 : count; // without a path: not built yet
}

static int64_t countParams(const LayerSpec &layer) {
  int64_t count = 0;
  for (const WeightSpec &weight : layer.weights)
    count += elements(weight);
  return count;
}

int64_t countParams(const ModelSpec &model) {
  int64_t count = 0;
  for (const LayerSpec &layer : model.layers)
    count += countParams(layer);
  return count;
}

static std::string withSeparators(int64_t number) {
  std::string digits = std::to_string(number);
  for (int position = static_cast<int>(digits.size()) - 3; position > 0; position -= 3)
    digits.insert(static_cast<size_t>(position), ",");
  return digits;
}

static std::string sizeText(double bytes) {
  static const char *const units[] = {"B", "KB", "MB", "GB", "TB", "PB"};
  size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < std::size(units); ++unit)
    bytes /= 1024;
  char text[32];
  std::snprintf(text, sizeof text, "%.2f %s", bytes, units[unit]);
  return text;
}

/// Whether Keras leaves out the column "Connected to": one node after another, each layer called
/// once.
static bool isChain(const ModelSpec &model) {
  if (model.sequential)
    return true;
  std::vector<int> calls(model.layers.size());
  for (size_t i = 0; i < model.nodes.size(); ++i) {
    const NodeSpec &node = model.nodes[i];
    std::vector<TensorRef> sources = node.sources();
    bool follows = i == 0 ? sources.empty()
                          : sources.size() == 1 && sources[0].node == static_cast<int>(i) - 1;
    if (!follows || ++calls[static_cast<size_t>(node.layer)] > 1)
      return false;
  }
  return true;
}

/// "dense[0][0], lstm[1][0]": layer, which call of it, which output, for the inputs of all calls of
/// `layer`.
static std::string connections(const ModelSpec &model, int layer) {
  std::vector<int> callOfNode;
  std::map<int, int> calls;
  for (const NodeSpec &node : model.nodes)
    callOfNode.push_back(calls[node.layer]++);
  std::string text;
  for (const NodeSpec &node : model.nodes)
    if (node.layer == layer)
      for (TensorRef input : node.sources())
        text += (text.empty() ? "" : ", ") + model.layerOf(input).name + "[" +
                std::to_string(callOfNode[static_cast<size_t>(input.node)]) + "][" +
                std::to_string(input.output) + "]";
  return text.empty() ? "-" : text;
}

/// The shapes of the outputs of the layer's last call.
static std::string shapeCell(const ModelSpec &model, int layer) {
  std::string text = "?";
  for (const NodeSpec &node : model.nodes) {
    if (node.layer != layer)
      continue;
    text.clear();
    for (const Shape &shape : node.outputShapes)
      text += (text.empty() ? "" : ", ") + shapeText(shape);
    if (node.outputShapes.size() != 1)
      text = "[" + text + "]";
  }
  return text;
}

/// Column positions as parts of the line, and what rich takes off each width beside the two padding
/// spaces.
static TextTable makeTable(bool chain, bool showTrainable, int lineLength) {
  std::vector<double> positions =
      chain ? std::vector<double>{.45, .80, 1.} : std::vector<double>{.3, .56, .74, 1.};
  std::vector<int> taken = chain ? std::vector<int>{3, 4, 3} : std::vector<int>{3, 3, 4, 3};
  std::vector<TextTable::Column> columns = {{"Layer (type)"}, {"Output Shape"}, {"Param #"}};
  columns[2].align = TextTable::Align::Right;
  if (!chain)
    columns.push_back({"Connected to"});
  if (showTrainable) {
    for (double &position : positions)
      position *= .9;
    positions.push_back(1.);
    taken = chain ? std::vector<int>{3, 3, 4, 3} : std::vector<int>{3, 3, 3, 4, 3};
    columns.push_back({"Trainable", TextTable::Align::Center});
  }
  int previous = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    int position = static_cast<int>(positions[i] * lineLength);
    columns[i].width = std::max(1, position - previous - taken[i]);
    previous = position;
  }
  return TextTable(std::move(columns));
}

static std::string totals(const ModelSpec &model, const SummaryOptions &options) {
  int64_t trainable = 0, frozen = 0, optimizer = 0, optimizerBytes = 0;
  for (const LayerSpec &layer : model.layers)
    for (const WeightSpec &weight : layer.weights)
      (weight.trainable && layer.trainable() ? trainable : frozen) += elements(weight);
  bool showOptimizer = model.compile && (options.optimizerBuilt || model.optimizerState);
  if (showOptimizer) {
    const OptimizerLayout layout = optimizerLayout(model.compile->optimizer);
    int64_t slots = static_cast<int64_t>(optimizerSlots(model.compile->optimizer).size());
    int64_t floats = layout.hasLearningRate + layout.hasProduct + slots * trainable;
    optimizer = 1 + floats; // the iteration, an int64
    optimizerBytes = 8 + 4 * floats;
  }
  auto line = [](const char *label, int64_t count, int64_t bytes) {
    return std::string(" ") + label + " params: " + withSeparators(count) + " (" +
           sizeText(static_cast<double>(bytes)) + ")\n";
  };
  std::string text =
      line("Total", trainable + frozen + optimizer, 4 * (trainable + frozen) + optimizerBytes) +
      line("Trainable", trainable, 4 * trainable) + line("Non-trainable", frozen, 4 * frozen);
  if (showOptimizer)
    text += line("Optimizer", optimizer, optimizerBytes);
  return text;
}

namespace {

/// The rows of a table, one a layer.
class Rows {
public:
  Rows(TextTable &table, bool hasConnections, const SummaryOptions &options)
      : table(table), hasConnections(hasConnections), options(options) {}

  /// The layers of a model, `level` models deep. Inside of others Keras lists what model.layers
  /// does, without operations on masks, and knows of no connections.
  void add(const ModelSpec &model, int level) {
    for (size_t i = 0; i < model.layers.size(); ++i) {
      const LayerSpec &layer = model.layers[i];
      if ((model.sequential && layer.className == "InputLayer") ||
          (level > 0 && isOperation(layer.className)))
        continue;
      addLayer(model, static_cast<int>(i), level);
      if (layer.model && options.expandNested)
        add(*layer.model, level + 1);
    }
  }

private:
  void addLayer(const ModelSpec &model, int index, int level) {
    const LayerSpec &layer = model.layers[static_cast<size_t>(index)];
    const std::string prefix =
        level > 0 ? std::string(3 * static_cast<size_t>(level), ' ') + "└ " : "";
    bool awaitsWeights = !isBuilt(model) && (layer.model || hasWeights(layer.className));
    std::vector<std::string> row = {
        prefix + layer.name + " (" + layer.className + ")", shapeCell(model, index),
        awaitsWeights ? "0 (unbuilt)" : withSeparators(countParams(layer))};
    if (hasConnections)
      row.push_back(level > 0 ? "-" : connections(model, index));
    if (options.showTrainable)
      row.push_back(layer.weights.empty() ? "-" : layer.trainable() ? "Y" : "N");
    table.addRow(std::move(row));
  }

  TextTable &table;
  const bool hasConnections;
  const SummaryOptions &options;
};

} // namespace

std::string summaryText(const ModelSpec &model, const SummaryOptions &options) {
  bool chain = isChain(model);
  int lineLength = options.lineLength;
  if (lineLength <= 0)
    lineLength =
        std::min((chain ? 88 : 108) + (options.showTrainable ? 12 : 0), options.terminalWidth - 4);
  TextTable table = makeTable(chain, options.showTrainable, lineLength);
  Rows(table, !chain, options).add(model, 0);
  return "Model: \"" + model.name + "\"\n" + table.text() + totals(model, options) + "\n";
}

} // namespace keratin
