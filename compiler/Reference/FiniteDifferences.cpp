// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients against central differences of the reference.
#include "compiler/Reference/FiniteDifferences.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace keratin::reference {

/// All elements, or a sample of them without repetition.
static std::vector<int64_t> elementsOf(int64_t size, const DifferenceOptions &options) {
  std::vector<int64_t> elements(size);
  std::iota(elements.begin(), elements.end(), 0);
  if (size <= options.maxElements)
    return elements;
  std::mt19937_64 random(options.seed);
  for (int64_t i = 0; i < options.maxElements; ++i)
    std::swap(elements[i], elements[i + random() % (size - i)]);
  elements.resize(options.maxElements);
  return elements;
}

Difference compareWithDifferences(llvm::function_ref<double()> f, Tensor &x, const Tensor &gradient,
                                  const DifferenceOptions &options) {
  Difference worst;
  double scale = 1e-3;
  for (int64_t i : elementsOf(x.size(), options)) {
    double saved = x[i];
    x[i] = saved + options.step;
    double above = f();
    x[i] = saved - options.step;
    double below = f();
    x[i] = saved;
    double quotient = (above - below) / (2 * options.step);
    scale = std::max({scale, std::fabs(quotient), std::fabs(gradient[i])});
    double distance = std::fabs(quotient - gradient[i]);
    // NaN is farthest, and stays so.
    if (!(distance <= worst.error) && !std::isnan(worst.error))
      worst = {i, gradient[i], quotient, distance};
  }
  worst.error /= scale;
  return worst;
}

std::map<std::string, Difference> compareGradients(Evaluator &evaluator,
                                                   const std::string &function,
                                                   const std::vector<Argument> &arguments,
                                                   const DifferenceOptions &options,
                                                   int64_t lossSlot) {
  State before = evaluator.state;
  before.gradients.clear();
  before.accumulators.clear();
  // A training step moves the parameters; each run starts from the same.
  auto loss = [&] {
    std::vector<Argument> results = evaluator.run(function, arguments);
    if (!results.empty())
      return std::get<Tensor>(results.front())[0];
    Accumulator recorded = evaluator.state.accumulators[lossSlot];
    return recorded.sum / recorded.weight;
  };
  evaluator.state = before;
  loss();
  const std::map<std::string, Tensor> gradients = evaluator.state.gradients;
  std::map<std::string, Difference> differences;
  for (const auto &[name, gradient] : gradients) {
    Tensor x = before.params.at(name);
    auto lossAt = [&, &name = name] {
      evaluator.state = before;
      evaluator.state.params[name] = x;
      return loss();
    };
    differences[name] = compareWithDifferences(lossAt, x, gradient, options);
  }
  evaluator.state = std::move(before);
  return differences;
}

} // namespace keratin::reference
