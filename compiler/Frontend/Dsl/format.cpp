// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values as Python prints them: str and repr.
#include "compiler/Frontend/Dsl/format.h"

#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/keras_objects.h"
#include "compiler/Frontend/Dsl/native.h"
#include "compiler/Frontend/Dsl/ndarray.h"

#include <cstdio>

namespace keratin::dsl {

namespace {

std::string strRepr(const std::string &text) {
  bool single = text.find('\'') != std::string::npos, twofold = text.find('"') != std::string::npos;
  char quote = single && !twofold ? '"' : '\'';
  std::string result(1, quote);
  for (char c : text) {
    if (c == quote || c == '\\')
      result += '\\', result += c;
    else if (c == '\n')
      result += "\\n";
    else if (c == '\t')
      result += "\\t";
    else if (c == '\r')
      result += "\\r";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\x%02x", c);
      result += escape;
    } else
      result += c;
  }
  return result + quote;
}

std::string joinReprs(const std::vector<Value> &items, Pos pos, int depth) {
  std::string text;
  for (size_t i = 0; i < items.size(); ++i) {
    text += (i ? ", " : "") + reprOf(items[i], pos, depth + 1);
    checkSize(static_cast<int64_t>(text.size()), 1, pos);
  }
  return text;
}

std::string dictRepr(const Dict &dict, Pos pos, int depth) {
  std::string text = "{";
  for (auto &[key, value] : dict.table.items()) {
    if (text.size() > 1)
      text += ", ";
    text += reprOf(key, pos, depth + 1) + ": " + reprOf(value, pos, depth + 1);
  }
  return text + "}";
}

std::string setRepr(const Set &set, Pos pos, int depth) {
  if (set.table.size() == 0)
    return "set()";
  std::string text = "{";
  for (auto &[item, none] : set.table.items())
    text += (text.size() > 1 ? ", " : "") + reprOf(item, pos, depth + 1);
  return text + "}";
}

std::string rangeRepr(const Range &range) {
  std::string text = "range(" + std::to_string(range.start) + ", " + std::to_string(range.stop);
  return text + (range.step != 1 ? ", " + std::to_string(range.step) : "") + ")";
}

std::string sequencesText(const SequenceArray &array, Pos pos, bool isRepr) {
  std::string text = isRepr ? "array([" : "[";
  int64_t n = array.sequences.size();
  for (int64_t i = 0; i < n; ++i) {
    if (n > 1000 && i == 3) {
      text += isRepr ? "...,\n       " : "...\n ";
      i = n - 3;
    }
    text += "list(" + reprOf(array.row(i), pos, 1) + ")";
    if (i + 1 < n)
      text += isRepr ? ",\n       " : "\n ";
  }
  if (!isRepr)
    return text + "]";
  return text + "], " + (n > 1000 ? "shape=(" + std::to_string(n) + ",), " : "") + "dtype=object)";
}

} // namespace

std::string shapeText(const std::vector<int64_t> &shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

std::string reprOf(const Value &value, Pos pos, int depth) {
  if (depth > 100)
    return "..."; // also of what contains itself
  if (value.isNone())
    return "None";
  if (auto *b = value.asBool())
    return *b ? "True" : "False";
  if (auto *i = value.asInt())
    return std::to_string(*i);
  if (auto *d = value.asReal())
    return floatRepr(*d);
  if (auto *text = value.asStr())
    return strRepr(*text);
  if (auto *list = value.get<List>())
    return "[" + joinReprs(list->items, pos, depth) + "]";
  if (auto *tuple = value.get<Tuple>())
    return "(" + joinReprs(tuple->items, pos, depth) + (tuple->items.size() == 1 ? ",)" : ")");
  if (auto *dict = value.get<Dict>())
    return dictRepr(*dict, pos, depth);
  if (auto *set = value.get<Set>())
    return setRepr(*set, pos, depth);
  if (auto *range = value.get<Range>())
    return rangeRepr(*range);
  if (auto *slice = value.get<Slice>())
    return "slice(" + reprOf(slice->lower, pos, depth) + ", " + reprOf(slice->upper, pos, depth) +
           ", " + reprOf(slice->step, pos, depth) + ")";
  if (value.get<EllipsisObject>())
    return "Ellipsis";
  if (auto *array = value.get<NdArray>())
    return arrayRepr(*array);
  if (auto *array = value.get<SequenceArray>())
    return sequencesText(*array, pos, true);
  if (auto *native = value.get<Native>())
    return native->isType ? "<class '" + native->name + "'>"
                          : "<built-in function " + native->name + ">";
  if (auto *module = value.get<Module>())
    return "<module '" + module->name + "'>";
  if (auto *keras = value.get<KerasClass>())
    return "<class 'keras." + keras->name + "'>";
  if (auto *function = value.get<Function>())
    return "<function " + function->code->name + ">";
  if (auto *layer = value.get<Layer>())
    return "<" + layer->layer.spec.className + " name=" + layer->layer.spec.name + ">";
  if (auto *model = value.get<Model>())
    return "<" + typeName(value) + " name=" + model->spec.name + ">";
  if (auto *tensor = value.get<Tensor>())
    return "<KerasTensor shape=" + keratin::shapeText(tensor->shape) + ", dtype=float32>";
  return "<" + typeName(value) + " object>";
}

std::string strOf(const Value &value, Pos pos) {
  if (auto *text = value.asStr())
    return *text;
  if (auto *array = value.get<NdArray>())
    return arrayStr(*array);
  if (auto *array = value.get<SequenceArray>())
    return sequencesText(*array, pos, false);
  return reprOf(value, pos);
}

} // namespace keratin::dsl
