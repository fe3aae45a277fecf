// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How the arrays of a data file find their places in a model.
#include "keratin/data_set.hpp"
#include "keratin/csv.hpp"
#include "keratin/error.hpp"
#include "keratin/file.hpp"

#include <algorithm>
#include <set>

namespace keratin::rt {

namespace {

/// "y", "y_12", "sample_weight": a column of a table that is not part of x.
bool isSpecialColumn(const std::string &name) {
  for (const std::string stem : {"y", "sample_weight"}) {
    if (name == stem)
      return true;
    if (name.compare(0, stem.size() + 1, stem + "_") == 0 &&
        name.find_first_not_of("0123456789", stem.size() + 1) == std::string::npos &&
        name.size() > stem.size() + 1)
      return true;
  }
  return false;
}

Array column(const Array &table, size_t c) {
  Array result(DType::Float64, {table.shape[0]});
  for (int64_t r = 0; r < table.shape[0]; ++r)
    result.set(r, table.at(r * table.shape[1] + static_cast<int64_t>(c)));
  return result;
}

NamedArrays splitTable(CsvTable table) {
  std::vector<size_t> features;
  NamedArrays special;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    if (isSpecialColumn(table.columns[c]))
      special.emplace_back(table.columns[c], column(table.values, c));
    else
      features.push_back(c);
  }
  NamedArrays arrays;
  if (special.empty()) {
    arrays.emplace_back("x", std::move(table.values));
    return arrays;
  }
  if (!features.empty()) {
    int64_t rows = table.values.shape[0], width = table.values.shape[1];
    Array x(DType::Float64, {rows, static_cast<int64_t>(features.size())});
    int64_t next = 0;
    for (int64_t r = 0; r < rows; ++r)
      for (size_t c : features)
        x.set(next++, table.values.at(r * width + static_cast<int64_t>(c)));
    arrays.emplace_back("x", std::move(x));
  }
  arrays.insert(arrays.end(), std::make_move_iterator(special.begin()),
                std::make_move_iterator(special.end()));
  return arrays;
}

[[noreturn]] void unknownExtension(const std::string &path) {
  throw Error("expected a .npz, .npy or .csv file, found \"" + extension(path) + "\"").at(path);
}

/// Hands arrays out by name and remembers which are left.
class Selector {
public:
  Selector(NamedArrays arrays, const std::string &path) : arrays(std::move(arrays)), path(path) {}

  /// The first of `candidates` that the file has; null if none.
  const Array *find(const std::vector<std::string> &candidates) {
    for (const std::string &candidate : candidates)
      for (const auto &[name, array] : arrays)
        if (name == candidate) {
          used.insert(name);
          return &array;
        }
    return nullptr;
  }

  const Array &need(const std::vector<std::string> &candidates, const std::string &what) {
    if (const Array *found = find(candidates))
      return *found;
    throw Error("no array for " + what + ": looked for " + list(candidates, " or ") +
                    ", the file holds " + (arrays.empty() ? "none" : list(names(), ", ")),
                "rename the array")
        .at(path);
  }

  std::string notice() const {
    std::vector<std::string> left;
    for (const auto &[name, array] : arrays)
      if (!used.count(name))
        left.push_back(name);
    return left.empty() ? "" : path + ": not needed: " + list(left, ", ");
  }

private:
  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto &[name, array] : arrays)
      result.push_back(name);
    return result;
  }
  static std::string list(const std::vector<std::string> &names, const std::string &separator) {
    std::string text;
    for (const std::string &name : names)
      text += (text.empty() ? "" : separator) + name;
    return text;
  }

  NamedArrays arrays;
  const std::string &path;
  std::set<std::string> used;
};

/// The name itself (if any), then stem (only for a single tensor), stem_i.
std::vector<std::string> candidates(const std::string &name, const std::vector<std::string> &stems,
                                    size_t i, size_t count) {
  std::vector<std::string> result;
  if (!name.empty())
    result.push_back(name);
  for (const std::string &stem : stems) {
    if (count == 1)
      result.push_back(stem);
    result.push_back(stem + "_" + std::to_string(i));
  }
  return result;
}

} // namespace

NamedArrays readArrays(const std::string &path) {
  std::string kind = extension(path);
  if (kind == ".npz")
    return readNpz(path);
  if (kind == ".csv")
    return splitTable(readCsv(path));
  if (kind != ".npy")
    unknownExtension(path);
  NamedArrays arrays;
  arrays.emplace_back("x", readNpy(path));
  return arrays;
}

void writeArrays(const std::string &path, const NamedArrays &arrays) {
  std::string kind = extension(path);
  if (kind == ".npz")
    return writeNpz(path, arrays);
  if (kind != ".npy" && kind != ".csv")
    unknownExtension(path);
  // The same array may stand under two names.
  for (const auto &[name, array] : arrays)
    if (array.shape != arrays[0].second.shape || array.bytes != arrays[0].second.bytes)
      throw Error("a " + kind + " file holds one array, there are more", "write .npz instead")
          .at(path);
  if (arrays.empty())
    throw Error("nothing to write").at(path);
  if (kind == ".npy")
    return writeNpy(path, arrays[0].second);
  writeCsv(path, arrays[0].second);
}

DataNames dataNames(const ModelInfo &info) {
  DataNames names;
  for (const TensorInfo &input : info.inputs)
    names.inputs.push_back(input.name);
  for (const TensorInfo &output : info.outputs)
    names.outputs.push_back(output.name);
  return names;
}

DataSet selectData(NamedArrays arrays, const DataNames &names, DataNeed need,
                   const std::string &path) {
  Selector selector(std::move(arrays), path);
  DataSet result;
  size_t inputs = names.inputs.size(), outputs = names.outputs.size();
  for (size_t i = 0; i < inputs; ++i)
    result.x.push_back(selector.need(candidates(names.inputs[i], {"x", "in"}, i, inputs),
                                     "input \"" + names.inputs[i] + "\""));
  if (need == DataNeed::InputsAndTargets) {
    std::vector<const Array *> weights;
    for (size_t i = 0; i < outputs; ++i) {
      result.y.push_back(selector.need(candidates(names.outputs[i], {"y"}, i, outputs),
                                       "the target of output \"" + names.outputs[i] + "\""));
      weights.push_back(selector.find(candidates("", {"sample_weight"}, i, outputs)));
    }
    auto given =
        std::count_if(weights.begin(), weights.end(), [](const Array *w) { return w != nullptr; });
    if (given != 0 && given != static_cast<std::ptrdiff_t>(outputs))
      throw Error("sample weights for " + std::to_string(given) + " of " + std::to_string(outputs) +
                      " outputs",
                  "give sample_weight_0, sample_weight_1, … for all outputs or for none")
          .at(path);
    if (given != 0)
      for (const Array *weight : weights)
        result.sampleWeights.push_back(*weight);
  }
  result.notice = selector.notice();
  return result;
}

NamedArrays nameOutputs(const std::vector<Array> &outputs, const DataNames &names) {
  NamedArrays arrays;
  for (size_t i = 0; i < outputs.size(); ++i)
    arrays.emplace_back("out_" + std::to_string(i), outputs[i]);
  for (size_t i = 0; i < outputs.size(); ++i)
    if (names.outputs[i] != arrays[i].first)
      arrays.emplace_back(names.outputs[i], outputs[i]);
  return arrays;
}

} // namespace keratin::rt
