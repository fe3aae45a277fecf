// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes of layers that merge several tensors.
#include "compiler/Frontend/Layers/ShapedCall.h"

namespace keratin {

static void requireSeveral(const ShapedCall &call) {
  if (call.inputs.size() < 2)
    call.fail("A merge layer should be called on a list of at least 2 inputs. Received " +
              std::to_string(call.inputs.size()) + " inputs to layer '" + call.layer.name + "'");
}

/// The shape of two tensors side by side, sizes of 1 stretched; axes are inserted after the batch
/// of the one that has fewer.
static Shape broadcast(const ShapedCall &call, Shape a, Shape b) {
  Shape fullA = a, fullB = b;
  while (a.size() < b.size())
    a.insert(a.begin() + 1, 1);
  while (b.size() < a.size())
    b.insert(b.begin() + 1, 1);
  for (size_t i = 1; i < a.size(); ++i) {
    if (a[i] != b[i] && a[i] != 1 && b[i] != 1)
      call.fail("Inputs have incompatible shapes. Received shapes " +
                shapeText(Shape(fullA.begin() + 1, fullA.end())) + " and " +
                shapeText(Shape(fullB.begin() + 1, fullB.end())));
    if (a[i] == 1)
      a[i] = b[i];
  }
  return a;
}

static Shape elementwiseShape(const ShapedCall &call) {
  requireSeveral(call);
  if (call.layer.className == "Subtract" && call.inputs.size() != 2)
    call.fail("A `Subtract` layer should be called on exactly 2 inputs. Received: " +
              std::to_string(call.inputs.size()));
  Shape shape = call.inputs[0];
  for (size_t i = 1; i < call.inputs.size(); ++i)
    shape = broadcast(call, shape, call.inputs[i]);
  return shape;
}

static Shape concatenateShape(const ShapedCall &call) {
  requireSeveral(call);
  int64_t axis = call.axis(call.setting("axis"));
  Shape shape = call.input;
  for (size_t i = 1; i < call.inputs.size(); ++i) {
    const Shape &next = call.inputs[i];
    bool fits = next.size() == shape.size();
    for (int64_t d = 1; fits && d < call.rank(); ++d)
      fits = d == axis || next[d] == shape[d];
    if (!fits || next[axis] < 0 || shape[axis] < 0) {
      std::string shapes;
      for (const Shape &input : call.inputs)
        shapes += (shapes.empty() ? "" : ", ") + shapeText(input);
      call.fail(fits ? "Concatenate along an axis of unknown size is not supported: " + shapes
                     : "A `Concatenate` layer requires inputs with matching shapes except for the "
                       "concatenation axis. Received: input_shape=[" +
                           shapes + "]");
    }
    shape[axis] += next[axis];
  }
  return shape;
}

static Shape dotShape(const ShapedCall &call) {
  if (call.inputs.size() != 2)
    call.fail("A `Dot` layer should be called on a list of exactly 2 inputs. Received: " +
              std::to_string(call.inputs.size()));
  const Shape &x = call.inputs[0], &y = call.inputs[1];
  std::vector<int64_t> axes = call.ints("axes");
  if (axes.size() == 1)
    axes.push_back(axes[0]);
  if (axes.size() != 2)
    call.fail("argument `axes` of Dot must be an integer or two");
  const std::vector<Shape> second = {y};
  int64_t a = call.axis(axes[0]), b = ShapedCall(call.layer, second, call.location).axis(axes[1]);
  if (x[a] != y[b])
    call.fail("Incompatible input shapes: axis values " + std::to_string(x[a]) + " (at axis " +
              std::to_string(a) + ") != " + std::to_string(y[b]) + " (at axis " +
              std::to_string(b) + "). Full input shapes: " + shapeText(x) + ", " + shapeText(y));
  Shape shape = x;
  shape.erase(shape.begin() + a);
  for (size_t i = 1; i < y.size(); ++i)
    if (static_cast<int64_t>(i) != b)
      shape.push_back(y[i]);
  if (shape.size() == 1)
    shape.push_back(1);
  return shape;
}

std::vector<LayerRule> mergeRules() {
  std::vector<LayerRule> rules;
  for (const char *name : {"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"})
    rules.push_back({name, elementwiseShape, nullptr, true});
  rules.push_back({"Concatenate", concatenateShape, nullptr, true});
  rules.push_back({"Dot", dotShape, nullptr, true});
  return rules;
}

} // namespace keratin
