// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks data against a model and brings it into the model's form.
#include "prepared_data.hpp"
#include "keratin/error.hpp"

#include <cmath>
#include <limits>

namespace keratin::rt {

namespace {

/// 'input "x", row 3, position 5'; a position only where a row has more than one element.
std::string place(const std::string &tensor, int64_t flat, int64_t rowSize) {
  std::string text = tensor + ", row " + std::to_string(flat / rowSize);
  return rowSize == 1 ? text : text + ", position " + std::to_string(flat % rowSize);
}

int64_t rowSize(const Array &array) {
  int64_t size = 1;
  for (size_t i = 1; i < array.shape.size(); ++i)
    size *= array.shape[i];
  return std::max<int64_t>(size, 1);
}

/// Adds or drops a trailing axis of 1 where that makes the rank fit. Elements stay as they are.
void fitRank(std::vector<int64_t> &shape, const std::vector<int64_t> &expected) {
  if (shape.size() + 1 == expected.size() && expected.back() == 1)
    shape.push_back(1);
  else if (shape.size() == expected.size() + 1 && shape.back() == 1 && shape.size() > 1)
    shape.pop_back();
}

bool shapeFits(const std::vector<int64_t> &shape, const std::vector<int64_t> &expected) {
  if (shape.size() != expected.size() || shape.empty())
    return false;
  for (size_t i = 1; i < shape.size(); ++i)
    if (expected[i] >= 0 && shape[i] != expected[i])
      return false;
  return true;
}

bool isFloating(DType type) { return type == DType::Float32 || type == DType::Float64; }

/// Row by row so that the first offender is the one reported.
void checkNoNan(const Array &array, const std::string &tensor) {
  if (!isFloating(array.dtype))
    return;
  for (int64_t i = 0, n = array.size(); i < n; ++i)
    if (std::isnan(array.at(i)))
      throw Error(place(tensor, i, rowSize(array)) + ": value is NaN",
                  "fill or remove such rows before they reach the model");
}

Array converted(const Array &array, DType type, const std::string &tensor) {
  checkNoNan(array, tensor);
  if (type == DType::Int32 && array.dtype != DType::Int32)
    for (int64_t i = 0, n = array.size(); i < n; ++i)
      if (double v = array.at(i); !(std::fabs(v) < 2147483648.0))
        throw Error(place(tensor, i, rowSize(array)) + ": " + showNumber(v) +
                    " does not fit in int32");
  return array.cast(type);
}

std::string quoted(const char *kind, const TensorInfo &info) {
  return std::string(kind) + " \"" + info.name + "\"";
}

/// The common number of rows, or Keras's complaint.
int64_t commonRows(const PreparedData &data) {
  bool same = true;
  auto sizes = [&](const char *label, const std::vector<Array> &arrays) {
    std::string text;
    for (const Array &array : arrays) {
      same = same && array.shape[0] == data.x[0].shape[0];
      text += (text.empty() ? std::string("'") + label + "' sizes: " : ", ") +
              std::to_string(array.shape[0]);
    }
    return text.empty() ? text : "; " + text;
  };
  std::string text =
      sizes("x", data.x) + sizes("y", data.y) + sizes("sample_weight", data.sampleWeights);
  if (!same)
    throw Error("data cardinality is ambiguous" + text,
                "make sure all arrays contain the same number of samples");
  if (data.x[0].shape[0] == 0)
    throw Error("the data has no samples");
  return data.x[0].shape[0];
}

Array prepareInput(const Array &given, const TensorInfo &info, size_t i) {
  std::vector<int64_t> shape = given.shape;
  fitRank(shape, info.shape);
  if (!shapeFits(shape, info.shape))
    throw Error("input " + std::to_string(i) + " with name \"" + info.name +
                "\" is incompatible with the model: expected shape " + showShape(info.shape) +
                ", found shape " + showShape(given.shape));
  Array array = converted(given, info.dtype, quoted("input", info));
  array.shape = std::move(shape);
  if (info.vocabulary > 0)
    for (int64_t k = 0, n = array.size(), size = rowSize(array); k < n; ++k) {
      // Embedding truncates towards zero, which is what these comparisons amount to.
      double index = array.at(k), vocabulary = static_cast<double>(info.vocabulary);
      if (index >= vocabulary || index <= -vocabulary - 1)
        throwIndexError(info, k / size, k % size, index);
    }
  return array;
}

Array prepareTarget(const Array &given, const TensorInfo &info, int32_t steps) {
  std::vector<int64_t> shape = given.shape;
  fitRank(shape, info.shape);
  bool fits = shapeFits(shape, info.shape);
  if (fits && info.shape.size() > 1 && info.shape[1] < 0)
    fits = shape[1] == steps;
  if (!fits) {
    bool labelsGiven =
        info.classes == 0 && given.rank() + 1 == static_cast<int64_t>(info.shape.size());
    throw Error("arguments `target` and `output` must have the same shape: target.shape=" +
                    showShape(given.shape) + ", expected " + showShape(info.shape) +
                    " for output \"" + info.name + "\"",
                labelsGiven ? "for integer labels use a sparse loss, or to_categorical" : "");
  }
  Array array = converted(given, info.dtype, quoted("target", info));
  array.shape = std::move(shape);
  if (info.classes > 0)
    for (int64_t k = 0, n = array.size(), size = rowSize(array); k < n; ++k)
      if (double label = array.at(k); label <= -1 || label >= static_cast<double>(info.classes))
        throwLabelError(info, k / size, label);
  return array;
}

/// Sample weights have the output's shape without its last axis, which labels may lack too: one a
/// row, or one a step.
Array prepareWeights(const Array &given, const Array &target, const TensorInfo &info) {
  std::vector<int64_t> expected = target.shape;
  expected.resize(info.shape.size() - 1);
  std::vector<int64_t> shape = given.shape;
  fitRank(shape, expected);
  if (!shapeFits(shape, expected))
    throw Error("sample weights for output \"" + info.name + "\" have shape " +
                    showShape(given.shape) + ", expected " + showShape(expected),
                expected.size() > 1 ? "a sequence loss needs one weight a step" : "");
  Array array = converted(given, DType::Float32, "sample weights for \"" + info.name + "\"");
  array.shape = std::move(shape);
  return array;
}

void checkCount(size_t found, size_t expected, const char *what) {
  if (found != expected)
    throw Error("the model has " + std::to_string(expected) + " " + what +
                (expected == 1 ? "" : "s") + ", found " + std::to_string(found) + " array" +
                (found == 1 ? "" : "s"));
}

PreparedData prepareX(const ModelInfo &info, const std::vector<Array> &x, const EntryInfo &entry) {
  checkCount(x.size(), info.inputs.size(), "input");
  PreparedData data;
  int64_t steps = -1;
  for (size_t i = 0; i < x.size(); ++i) {
    const TensorInfo &input = info.inputs[i];
    data.x.push_back(prepareInput(x[i], input, i));
    if (input.shape.size() < 2 || input.shape[1] >= 0)
      continue;
    int64_t found = data.x.back().shape[1];
    if (steps >= 0 && found != steps)
      throw Error("inputs have different numbers of steps: " + std::to_string(steps) + " and " +
                  std::to_string(found) + " in \"" + input.name + "\"");
    steps = found;
  }
  if (steps == 0)
    throw Error("the data has no steps: axis 1 of \"" + info.inputs[0].name + "\" is empty");
  if (steps > entry.maxSteps)
    throw Error("the data has " + std::to_string(steps) +
                    " steps, the model was compiled for at most " + std::to_string(entry.maxSteps),
                "compile with --max-steps=" + std::to_string(steps));
  data.steps = steps > 0 ? static_cast<int32_t>(steps) : entry.maxSteps;
  return data;
}

} // namespace

std::string showNumber(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.9g", value);
  return buffer;
}

std::string showShape(const std::vector<int64_t> &shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + (shape[i] < 0 ? "None" : std::to_string(shape[i]));
  return text + (shape.size() == 1 ? ",)" : ")");
}

void throwIndexError(const TensorInfo &input, int64_t row, int64_t position, double value) {
  throw Error(quoted("input", input) + ", row " + std::to_string(row) + ", position " +
                  std::to_string(position) + ": index " + showNumber(value) +
                  " is outside the vocabulary of " + std::to_string(input.vocabulary),
              "raise input_dim of the Embedding, or limit the data (num_words)");
}

void throwLabelError(const TensorInfo &target, int64_t row, double value) {
  throw Error(quoted("target", target) + ", row " + std::to_string(row) + ": label " +
                  showNumber(value) + " is outside the " + std::to_string(target.classes) +
                  " classes",
              "labels count from 0; the last layer needs one unit a class");
}

PreparedData prepareInputs(const ModelInfo &info, const std::vector<Array> &x,
                           const EntryInfo &entry) {
  PreparedData data = prepareX(info, x, entry);
  data.rows = commonRows(data);
  return data;
}

PreparedData prepareData(const ModelInfo &info, const std::vector<Array> &x,
                         const std::vector<Array> &y, const std::vector<Array> &sampleWeights,
                         const EntryInfo &entry) {
  PreparedData data = prepareX(info, x, entry);
  checkCount(y.size(), info.targets.size(), "output");
  for (size_t i = 0; i < y.size(); ++i)
    data.y.push_back(prepareTarget(y[i], info.targets[i], data.steps));
  if (!sampleWeights.empty()) {
    if (sampleWeights.size() != 1) // one array serves all outputs
      checkCount(sampleWeights.size(), info.targets.size(), "output");
    for (size_t i = 0; i < y.size(); ++i)
      data.sampleWeights.push_back(prepareWeights(sampleWeights[sampleWeights.size() == 1 ? 0 : i],
                                                  data.y[i], info.outputs[i]));
  }
  data.rows = commonRows(data);
  return data;
}

std::vector<Array> classWeights(const ModelInfo &info, const PreparedData &data,
                                const std::vector<std::pair<int64_t, double>> &weightOfClass) {
  if (data.y.size() != 1)
    throw Error("class_weight is for models with one output, this one has " +
                std::to_string(data.y.size()));
  if (!data.sampleWeights.empty())
    throw Error("class_weight and sample_weight cannot be used at the same time");
  const Array &y = data.y[0];
  if (y.rank() > 2 || (y.rank() == 2 && info.targets[0].classes > 0 && y.shape[1] != 1))
    throw Error("class_weight needs one label a row, the target has shape " + showShape(y.shape),
                "give sample_weight with one weight a step");
  Array weights(DType::Float32, {data.rows});
  int64_t width = rowSize(y);
  for (int64_t row = 0; row < data.rows; ++row) {
    double label = y.at(row * width);
    if (width > 1) {
      int64_t largest = 0;
      for (int64_t k = 1; k < width; ++k) // the first maximum, as argmax
        if (y.at(row * width + k) > y.at(row * width + largest))
          largest = k;
      label = static_cast<double>(largest);
    }
    double weight = 1;
    for (const auto &[of, value] : weightOfClass)
      if (std::fabs(label - static_cast<double>(of)) < 0.5) // labels are rounded
        weight = value;
    weights.data<float>()[row] = static_cast<float>(weight);
  }
  std::vector<Array> result;
  result.push_back(std::move(weights));
  return result;
}

} // namespace keratin::rt
