// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Holds targets against outputs: which accuracy is meant, and whether their shapes fit at all.
#include "compiler/Frontend/Layers/Compile.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"

namespace keratin {

namespace {

/// The target and output of one comparison, by a loss or a metric.
struct Comparison {
  const std::string &kind; ///< of the loss or metric
  const Shape &target;
  const Shape &output;

  bool isSparse() const { return kind.rfind("sparse_", 0) == 0; }

  /// Equal past the batch, up to dimensions known only at run time.
  static bool matches(const Shape &a, const Shape &b) {
    if (a.size() != b.size())
      return false;
    for (size_t i = 1; i < a.size(); ++i)
      if (a[i] != b[i] && a[i] >= 0 && b[i] >= 0)
        return false;
    return true;
  }

  /// Class labels lack the output's last axis, or have one of size 1 there. Other targets have the
  /// output's shape; either may lack a last axis of size 1, which Keras adds.
  bool fits() const {
    Shape fewer(output.begin(), output.end() - 1), one = fewer, more = output;
    one.push_back(1);
    more.push_back(1);
    if (isSparse())
      return matches(target, fewer) || matches(target, one);
    return matches(target, output) || matches(target, more) ||
           (output.back() == 1 && matches(target, fewer));
  }
};

} // namespace

static std::string withoutBatch(Shape shape) {
  if (!shape.empty())
    shape[0] = -1;
  return shapeText(shape);
}

static void requireFit(const Comparison &comparison, const SourceLocation &location) {
  if (comparison.fits())
    return;
  std::string shapes = "Received: target.shape=" + withoutBatch(comparison.target) +
                       ", output.shape=" + withoutBatch(comparison.output);
  if (comparison.isSparse())
    throw UserError(
        location,
        "Argument `output` must have rank (ndim) `target.ndim - 1`: " + comparison.kind +
            " compares one class label with each row of outputs. " + shapes,
        "for one-hot targets leave out `sparse_`");
  bool isLabels =
      comparison.output.back() > 1 &&
      (comparison.target.size() + 1 == comparison.output.size() ||
       (comparison.target.size() == comparison.output.size() && comparison.target.back() == 1));
  throw UserError(location,
                  "Arguments `target` and `output` must have the same shape. " + shapes + " (" +
                      comparison.kind + ")",
                  isLabels ? "for class labels as integers use sparse_categorical_crossentropy, or "
                             "make them one-hot with to_categorical"
                           : "");
}

/// Keras's rule for "accuracy" and "crossentropy"; the loss has no say in it.
static std::string kindByShapes(const std::string &name, const Shape &target, const Shape &output) {
  if (output.back() == 1)
    return "binary_" + name;
  if (target.size() < output.size() || target.back() == 1)
    return "sparse_categorical_" + name;
  return "categorical_" + name;
}

void resolveMetrics(ModelSpec &model, const std::vector<Shape> &targets) {
  CompileSpec &spec = model.compile.value();
  if (spec.losses.empty())
    throw UserError(spec.location, "No loss to compute. Provide a `loss` argument in `compile()`.");
  if (!targets.empty() && targets.size() != model.outputs.size())
    throw UserError(spec.location, "the model has " + std::to_string(model.outputs.size()) +
                                       " outputs, got " + std::to_string(targets.size()) +
                                       " targets");
  for (size_t i = 0; i < model.outputs.size(); ++i) {
    const Shape &output = model.shapeOf(model.outputs[i]);
    const std::string &loss = spec.losses[i].kind;
    Shape target = output;
    if (!targets.empty())
      target = targets[i];
    else if (Comparison{loss, target, output}.isSparse())
      target.pop_back();
    requireFit({loss, target, output}, spec.location);
    for (MetricSpec &metric : spec.metrics[i]) {
      if (metric.kind == "accuracy" || metric.kind == "crossentropy")
        metric.kind = kindByShapes(metric.kind, target, output);
      requireFit({metric.kind, target, output}, spec.location);
    }
  }
}

} // namespace keratin
