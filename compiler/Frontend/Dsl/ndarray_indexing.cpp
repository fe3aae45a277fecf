// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading and writing parts of arrays: a[i, j], a[1:3], a[..., np.newaxis], a[indices], a[mask].
#include "compiler/Frontend/Dsl/ndarray.h"

#include "compiler/Frontend/Dsl/format.h"

namespace keratin::dsl {

namespace {

/// The index as a list of its parts.
std::vector<Value> parts(const Value &index) {
  if (auto *tuple = index.get<Tuple>())
    return tuple->items;
  return {index};
}

bool isFancy(const Value &part) {
  auto *array = part.get<NdArray>();
  return part.get<List>() || (array && !(array->rank() == 0 && array->dtype != rt::DType::Bool));
}

bool isPlainIndex(const Value &part) { return !part.isNone() && !part.get<EllipsisObject>(); }

/// Integers, slices, ... and newaxis: a view, of shared storage.
ArrayRef viewOf(const ArrayRef &array, const std::vector<Value> &index, Pos pos) {
  int64_t given = 0, ellipses = 0;
  for (const Value &part : index) {
    given += isPlainIndex(part);
    ellipses += part.get<EllipsisObject>() != nullptr;
  }
  if (ellipses > 1)
    fail(pos, "an index has at most one ...");
  if (given > array->rank())
    fail(pos, "too many indices: the array has " + std::to_string(array->rank()) +
                  " dimensions, but " + std::to_string(given) + " were indexed");
  Dims shape, strides;
  int64_t offset = array->offset, axis = 0;
  auto keep = [&](int64_t count) {
    for (; count > 0; --count, ++axis) {
      shape.push_back(array->shape[axis]);
      strides.push_back(array->strides[axis]);
    }
  };
  for (const Value &part : index) {
    if (part.isNone()) {
      shape.push_back(1);
      strides.push_back(0);
    } else if (part.get<EllipsisObject>()) {
      keep(array->rank() - given);
    } else if (auto *slice = part.get<Slice>()) {
      SliceRange range = resolveSlice(*slice, array->shape[axis], pos);
      if (range.count > 0)
        offset += range.start * array->strides[axis];
      shape.push_back(range.count);
      // A step past the end is never taken: keep the product small.
      strides.push_back(range.count > 1 ? range.step * array->strides[axis] : array->strides[axis]);
      ++axis;
    } else {
      offset += resolveIndex(part, array->shape[axis], "array", pos) * array->strides[axis];
      ++axis;
    }
  }
  keep(array->rank() - axis);
  return std::make_shared<NdArray>(array->dtype, array->storage, offset, std::move(shape),
                                   std::move(strides));
}

/// Positions along the first axis that an integer or bool array selects.
std::vector<int64_t> selectedRows(const NdArray &array, const NdArray &index, Pos pos) {
  std::vector<int64_t> rows;
  int64_t length = array.shape[0], i = 0;
  if (index.dtype == rt::DType::Bool) {
    if (index.rank() != 1 || index.size() != length)
      fail(pos, "a mask over " + std::to_string(length) + " rows has as many elements, got " +
                    std::to_string(index.size()));
    index.forEach([&](int64_t at) {
      if (index.number(at).isTrue())
        rows.push_back(i);
      ++i;
    });
    return rows;
  }
  if (isReal(index.dtype) && index.size() > 0)
    fail(pos, "an array used as an index must hold integers or bools, got " +
                  std::string(rt::name(index.dtype)));
  index.forEach([&](int64_t at) {
    rows.push_back(resolveIndex(Value::integer(index.number(at).integer), length, "array", pos));
  });
  return rows;
}

/// The array of positions in storage of what a fancy index selects: integers, one array
/// index, then a view index; or a mask of the array's own shape.
struct Selection {
  Dims shape;
  std::vector<int64_t> positions;
};

Selection select(const ArrayRef &array, const std::vector<Value> &index, Pos pos) {
  // a[i, rows] is a[i][rows].
  if (index[0].asInt())
    return select(viewOf(array, {index[0]}, pos), {index.begin() + 1, index.end()}, pos);
  if (!isFancy(index[0]))
    fail(pos, "an index array after a slice is not supported");
  for (size_t i = 1; i < index.size(); ++i)
    if (isFancy(index[i]))
      fail(pos, "more than one index array is not supported");
  ArrayRef rows = toArray(index[0], pos);
  Selection selection;
  if (rows->dtype == rt::DType::Bool && rows->rank() > 1 && rows->shape == array->shape &&
      index.size() == 1) {
    std::vector<bool> chosen;
    rows->forEach([&](int64_t at) { chosen.push_back(rows->number(at).isTrue()); });
    size_t i = 0;
    array->forEach([&](int64_t at) {
      if (chosen[i++])
        selection.positions.push_back(at);
    });
    selection.shape = {static_cast<int64_t>(selection.positions.size())};
    return selection;
  }
  if (array->rank() == 0)
    fail(pos, "too many indices: the array has no dimensions");
  std::vector<int64_t> chosen = selectedRows(*array, *rows, pos);
  selection.shape =
      rows->dtype == rt::DType::Bool ? Dims{static_cast<int64_t>(chosen.size())} : rows->shape;
  // Every row is indexed by the rest; an empty selection still has the rest's shape.
  std::vector<Value> rest(index.begin() + 1, index.end());
  auto row = [&](int64_t i) {
    Dims shape(array->shape.begin() + 1, array->shape.end()),
        strides(array->strides.begin() + 1, array->strides.end());
    auto one = std::make_shared<NdArray>(array->dtype, array->storage,
                                         array->offset + i * array->strides[0], std::move(shape),
                                         std::move(strides));
    return rest.empty() ? one : viewOf(one, rest, pos);
  };
  Dims inner = row(0)->shape;
  int64_t innerSize = 1;
  for (int64_t d : inner)
    innerSize *= d;
  checkSize(static_cast<int64_t>(chosen.size()), std::max<int64_t>(innerSize, 1) * 8, pos);
  for (int64_t i : chosen)
    row(i)->forEach([&](int64_t at) { selection.positions.push_back(at); });
  selection.shape.insert(selection.shape.end(), inner.begin(), inner.end());
  return selection;
}

bool anyFancy(const std::vector<Value> &index) {
  for (const Value &part : index)
    if (isFancy(part))
      return true;
  return false;
}

} // namespace

Value indexArray(const ArrayRef &array, const Value &index, Pos pos) {
  std::vector<Value> list = parts(index);
  if (!anyFancy(list)) {
    ArrayRef view = viewOf(array, list, pos);
    if (view->rank() > 0)
      return Value::object(view);
    return Value::object(makeScalar(view->dtype, view->number(view->offset)));
  }
  Selection selection = select(array, list, pos);
  ArrayRef result = makeArray(array->dtype, selection.shape, pos);
  int64_t to = 0;
  for (int64_t at : selection.positions)
    result->store(to++, array->number(at));
  return Value::object(result);
}

void assignIndexed(const ArrayRef &array, const Value &index, const Value &value, Pos pos) {
  if (array->isScalar)
    fail(pos, "a numpy scalar has no elements to assign to");
  std::vector<Value> list = parts(index);
  Selection target;
  if (anyFancy(list)) {
    target = select(array, list, pos);
  } else {
    ArrayRef view = viewOf(array, list, pos);
    target.shape = view->shape;
    if (view->rank() == 0) { // the common a[i, j] = x
      if (auto *i = value.asInt())
        return array->store(view->offset, Number::ofInt(*i));
      if (auto *d = value.asReal())
        return array->store(view->offset, Number::ofReal(*d));
    }
    view->forEach([&](int64_t at) { target.positions.push_back(at); });
  }
  // The value is broadcast to the target; copied first, since it may overlap it.
  ArrayRef source = fromRuntime(toRuntime(*toArray(value, pos)));
  Dims shape = source->shape;
  while (shape.size() > target.shape.size() && shape[0] == 1)
    shape.erase(shape.begin());
  Dims strides(target.shape.size(), 0);
  bool fits = shape.size() <= target.shape.size();
  int64_t stride = 1;
  for (size_t i = 0; fits && i < shape.size(); ++i) {
    int64_t d = shape[shape.size() - 1 - i], wanted = target.shape[target.shape.size() - 1 - i];
    fits = d == wanted || d == 1;
    strides[strides.size() - 1 - i] = d == 1 ? 0 : stride;
    stride *= d;
  }
  if (!fits)
    fail(pos, "cannot assign an array of shape " + shapeText(source->shape) +
                  " to elements of shape " + shapeText(target.shape));
  NdArray broadcast(source->dtype, source->storage, 0, target.shape, strides);
  size_t i = 0;
  broadcast.forEach([&](int64_t at) { array->store(target.positions[i++], source->number(at)); });
}

} // namespace keratin::dsl
