// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Session/Session.h"
#include "compiler/Frontend/Layers/Compile.h"
#include "compiler/Frontend/Layers/NestedModels.h"
#include "compiler/Frontend/Layers/States.h"
#include "compiler/Support/RuntimeError.h"

#include <algorithm>

namespace keratin {

namespace {

/// Runs `body`, with the runtime's errors as those of the front end, which knows the place of the
/// call.
template <typename Body> auto translated(Body body) {
  try {
    return body();
  } catch (const rt::Error &error) {
    throw toUserError(error);
  }
}

rt::OptimizerState fromSpec(const OptimizerState &state) { return {state.iteration, state.slots}; }

} // namespace

Session::Session(ModelSpec &model, Options options) : model(model), options(std::move(options)) {}
Session::~Session() = default;

Session::Needs Session::needsOf(std::vector<Entry> entries, const std::vector<rt::Array> &x,
                                int64_t batchSize) const {
  Needs needs;
  needs.entries = std::move(entries);
  int64_t rows = x.empty() || x[0].shape.empty() ? 1 : x[0].shape[0];
  needs.batch = std::clamp<int64_t>(batchSize, 1, std::max<int64_t>(rows, 1));
  for (size_t i = 0; i < x.size() && i < model.inputs.size(); ++i) {
    const Shape &shape = model.shapeOf(model.inputs[i]);
    if (shape.size() > 1 && shape[1] < 0 && x[i].rank() > 1)
      needs.steps = std::max(needs.steps, x[i].shape[1]);
  }
  std::vector<Shape> arrays;
  for (const rt::Array &array : x)
    arrays.push_back(array.shape);
  needs.apart = apartInputShapes(model, arrays);
  return needs;
}

void Session::resolve(const std::vector<rt::Array> &y) {
  if (!model.compile || model.compile->losses.empty())
    throw UserError(model.location, "the model is not compiled with a loss",
                    "call compile() with a loss");
  std::vector<Shape> shapes;
  for (const rt::Array &target : y)
    shapes.push_back(target.shape);
  resolveMetrics(model, shapes);
}

rt::Trainer &Session::ready(Needs needs) {
  bool enough = trainer && needs.batch <= compiled.batch && needs.steps <= compiled.steps &&
                needs.apart == compiled.apart && llvm::all_of(needs.entries, [&](Entry entry) {
                  return llvm::is_contained(compiled.entries, entry);
                });
  if (enough)
    return *trainer;

  std::vector<rt::Array> weights;
  std::optional<rt::OptimizerState> state;
  if (trainer) {
    weights = trainer->getWeights();
    rateSet = learningRate();
    if (trainer->info().optimizer)
      state = trainer->getOptimizerState();
  } else {
    for (const WeightSpec *weight : model.weights())
      weights.push_back(weight->value);
    if (model.optimizerState && model.compile)
      state = fromSpec(*model.optimizerState);
  }

  needs.batch = std::max(needs.batch, compiled.batch);
  needs.steps = std::max(needs.steps, compiled.steps);
  for (Entry entry : compiled.entries)
    if (!llvm::is_contained(needs.entries, entry))
      needs.entries.push_back(entry);
  llvm::sort(needs.entries);

  llvm::Expected<Machine> machine = resolveMachine("", options.cpu);
  if (!machine)
    throw UserError({}, llvm::toString(machine.takeError()));
  CompileOptions compile;
  compile.entries = needs.entries;
  compile.machine = *machine;
  compile.maxBatch = needs.batch;
  compile.maxSteps = needs.steps;
  compile.onPhase = options.onPhase;
  std::optional<ModelSpec> apart;
  if (!needs.apart.empty())
    apart = withInputShapes(model, needs.apart);
  Compilation compilation(apart ? *apart : model, compile);
  llvm::SmallVector<char, 0> object = compilation.object();
  auto next = std::make_unique<LoadedModel>(object, compile.name, compilation.info().dump());

  rt::TrainerOptions trainerOptions;
  trainerOptions.seed = options.run.seed;
  trainerOptions.threads = options.run.threads;
  trainerOptions.interrupted = options.interrupted;
  translated([&] {
    auto fresh = std::make_unique<rt::Trainer>(next->entries(), trainerOptions);
    fresh->setWeights(weights);
    if (state && fresh->info().optimizer)
      fresh->setOptimizerState(*state);
    if (rateSet)
      fresh->setLearningRate(*rateSet);
    trainer = std::move(fresh);
  });
  loaded = std::move(next);
  compiled = std::move(needs);
  return *trainer;
}

/// Layers keep states themselves: another model with the same layer goes on from there.
template <typename Body> auto Session::withStates(rt::Trainer &ready, Body body) {
  std::vector<StateSpec> states = statesOf(model);
  std::vector<rt::Array> values;
  for (const StateSpec &state : states)
    values.push_back(state.value->bytes.empty() ? rt::Array(rt::DType::Float32, state.shape)
                                                : *state.value);
  ready.setStates(values);
  auto result = body(ready);
  values = ready.getStates();
  for (size_t i = 0; i < states.size(); ++i)
    *states[i].value = std::move(values[i]);
  return result;
}

History Session::fit(const FitArguments &arguments) {
  resolve(arguments.y);
  std::vector<Entry> entries{Entry::Predict, Entry::EvaluateStep, Entry::TrainStep};
  Needs needs = needsOf(entries, arguments.x, arguments.batchSize);
  if (!arguments.validationX.empty()) {
    int64_t batch =
        arguments.validationBatchSize ? arguments.validationBatchSize : arguments.batchSize;
    Needs validation = needsOf(entries, arguments.validationX, batch);
    needs.batch = std::max(needs.batch, validation.batch);
    needs.steps = std::max(needs.steps, validation.steps);
  }
  return translated(
      [&] { return withStates(ready(needs), [&](rt::Trainer &t) { return t.fit(arguments); }); });
}

Logs Session::evaluate(const EvaluateArguments &arguments) {
  resolve(arguments.y);
  Needs needs = needsOf({Entry::EvaluateStep}, arguments.x, arguments.batchSize);
  return translated([&] {
    return withStates(ready(needs), [&](rt::Trainer &t) { return t.evaluate(arguments); });
  });
}

std::vector<rt::Array> Session::predict(const PredictArguments &arguments) {
  Needs needs = needsOf({Entry::Predict}, arguments.x, arguments.batchSize);
  return translated([&] {
    return withStates(ready(needs), [&](rt::Trainer &t) { return t.predict(arguments); });
  });
}

std::vector<rt::Array> Session::getWeights() {
  if (trainer)
    return trainer->getWeights();
  std::vector<rt::Array> weights;
  for (const WeightSpec *weight : model.weights())
    weights.push_back(weight->value);
  return weights;
}

void Session::setWeights(const std::vector<rt::Array> &weights) {
  if (trainer)
    return translated([&] { trainer->setWeights(weights); });
  std::vector<WeightSpec *> targets = model.weights();
  if (weights.size() != targets.size())
    throw UserError(model.location, "expects " + std::to_string(targets.size()) + " weights, got " +
                                        std::to_string(weights.size()));
  for (size_t i = 0; i < weights.size(); ++i) {
    if (weights[i].shape != targets[i]->shape)
      throw UserError(model.location, "weight " + targets[i]->path + " has another shape");
    targets[i]->value = weights[i].cast(rt::DType::Float32);
  }
}

std::vector<rt::Array> Session::gradientsOfFirstStep(const FitArguments &arguments) {
  resolve(arguments.y);
  std::vector<Entry> entries{Entry::Predict, Entry::EvaluateStep, Entry::TrainStep,
                             Entry::Gradients};
  Needs needs = needsOf(entries, arguments.x, arguments.batchSize);
  return translated([&] {
    return withStates(ready(needs),
                      [&](rt::Trainer &t) { return t.gradientsOfFirstStep(arguments); });
  });
}

void Session::setLearningRate(double rate) {
  rateSet = rate;
  if (trainer)
    trainer->setLearningRate(rate);
}

std::optional<double> Session::learningRate() {
  if (!trainer || !trainer->info().optimizer || trainer->hasSchedule())
    return rateSet;
  double rate = trainer->learningRate();
  return rate == trainer->info().optimizer->learningRate ? rateSet : rate;
}

std::optional<OptimizerState> Session::optimizerState() {
  if (!trainer || !trainer->info().optimizer)
    return std::nullopt;
  rt::OptimizerState state = trainer->getOptimizerState();
  return OptimizerState{state.iteration, std::move(state.slots)};
}

} // namespace keratin
