// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras's fit, evaluate and predict around the entries of one compiled model.
#include "keratin/trainer.hpp"
#include "entries.hpp"
#include "keratin/error.hpp"
#include "keratin/learning_rate.hpp"
#include "keratin/progress.hpp"
#include "metrics.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace keratin::rt {

namespace {

int64_t steps(int64_t rows, int64_t batchSize) { return (rows + batchSize - 1) / batchSize; }

void checkBatchSize(int64_t batchSize) {
  if (batchSize < 1)
    throw Error("batch_size is " + std::to_string(batchSize) + ", expected at least 1");
}

/// A batch of training or evaluation is one call, because the loss of a masked batch is no sum over
/// its parts.
void checkMaximum(int64_t batchSize, int64_t rows, const EntryInfo &entry) {
  int64_t largest = std::min(batchSize, rows);
  if (largest > entry.maxBatch)
    throw Error("batch_size is " + std::to_string(largest) +
                    ", the model was compiled for at most " + std::to_string(entry.maxBatch),
                "compile with --max-batch=" + std::to_string(largest) +
                    ", or use a batch_size of " + std::to_string(entry.maxBatch));
}

/// A stateful model keeps a state for each row of its one batch.
void checkStatefulBatch(int64_t batchSize, int64_t rows, const ModelInfo &info) {
  int64_t batch = info.statefulBatch;
  if (batch == 0 || (std::min(batchSize, rows) == batch && rows % batch == 0))
    return;
  throw Error("the model is stateful with a batch of " + std::to_string(batch) +
                  ": expected batches of as many samples, got " + std::to_string(rows) +
                  " samples with batch_size " + std::to_string(batchSize),
              "give batch_size=" + std::to_string(batch) + " and a multiple of it as samples");
}

/// Of training and evaluation.
void checkBatches(int64_t batchSize, int64_t rows, const ModelInfo &info, const EntryInfo &entry) {
  checkStatefulBatch(batchSize, rows, info);
  checkMaximum(batchSize, rows, entry);
}

/// Row r of an output array.
void *rowPointer(Array &array, int64_t row) {
  return array.bytes.data() +
         array.bytes.size() / static_cast<size_t>(array.shape[0]) * static_cast<size_t>(row);
}

} // namespace

struct Trainer::State {
  krt_model model;
  TrainerOptions options;
  ModelInfo info;
  ThreadPool pool;
  AlignedBuffer states;
  Entries entries;
  AlignedBuffer params, optimizer;
  std::optional<LearningRate> schedule;
  double learningRate = 0; ///< where there is no schedule
  RandomState order;

  State(const krt_model &model, const TrainerOptions &options)
      : model(model), options(options), info(parse(model)), pool(options.threads),
        states(info.statesBytes),
        entries(this->model, info, pool.context(), info.states.empty() ? nullptr : states.get()),
        params(info.paramsBytes), optimizer(info.optimizerBytes()),
        learningRate(info.optimizer ? info.optimizer->learningRate : 0),
        order(static_cast<uint32_t>(options.seed ^ options.seed >> 32)) {
    if (info.optimizer && info.optimizer->config.contains("learning_rate"))
      if (LearningRate rate(info.optimizer->config["learning_rate"]); rate.isSchedule())
        schedule = rate;
  }

  /// That of the next step.
  double currentRate() const {
    return schedule ? schedule->at(optimizerHeader().iteration) : learningRate;
  }

  static ModelInfo parse(const krt_model &model) {
    if (model.abi_version != KRT_ABI_VERSION)
      throw Error("the model was compiled for ABI version " + std::to_string(model.abi_version) +
                      ", this runtime has version " + std::to_string(KRT_ABI_VERSION),
                  "compile the model again");
    return parseModelInfo(model.info);
  }

  void checkInterrupt() const {
    if (options.interrupted && *options.interrupted)
      throw Interrupted{};
  }

  krt_optimizer_header &optimizerHeader() const {
    return *reinterpret_cast<krt_optimizer_header *>(optimizer.get());
  }
  std::byte *slot(size_t i) const {
    return optimizer.get() + sizeof(krt_optimizer_header) +
           i * static_cast<size_t>(info.paramsBytes);
  }

  void pack(const std::vector<Array> &weights, void *blob) const;
  std::vector<Array> unpack(const void *blob) const;
  std::vector<Array> trainable(std::vector<Array> weights) const;

  struct TrainingData {
    PreparedData data, validation;
    std::vector<Array> weightOfRow; // from class_weight
    DataView train, valid;
  };
  void prepare(const FitArguments &arguments, const EntryInfo &entry, TrainingData &result) const;
  void split(double fraction, TrainingData &result) const;
  std::vector<int64_t> shuffled(const DataView &view, RandomState &random) const;
  /// maxSteps 0: all.
  Logs evaluate(const DataView &view, int64_t batchSize, int verbose, int64_t maxSteps = 0);
};

void Trainer::State::pack(const std::vector<Array> &weights, void *blob) const {
  std::vector<const float *> pointers;
  for (const Array &weight : weights)
    pointers.push_back(weight.data<float>());
  if (model.pack(pointers.data(), blob) != KRT_OK)
    throw std::logic_error("pack failed");
}

std::vector<Array> Trainer::State::unpack(const void *blob) const {
  std::vector<Array> weights;
  std::vector<float *> pointers;
  for (const WeightInfo &weight : info.weights)
    weights.emplace_back(DType::Float32, weight.shape);
  for (Array &weight : weights)
    pointers.push_back(weight.data<float>());
  if (model.unpack(blob, pointers.data()) != KRT_OK)
    throw std::logic_error("unpack failed");
  return weights;
}

std::vector<Array> Trainer::State::trainable(std::vector<Array> weights) const {
  std::vector<Array> result;
  for (size_t i = 0; i < weights.size(); ++i)
    if (info.weights[i].trainable)
      result.push_back(std::move(weights[i]));
  return result;
}

void Trainer::State::prepare(const FitArguments &arguments, const EntryInfo &entry,
                             TrainingData &result) const {
  checkBatchSize(arguments.batchSize);
  if (!(arguments.validationSplit >= 0 && arguments.validationSplit < 1))
    throw Error("validation_split is " + showNumber(arguments.validationSplit) +
                ", expected a fraction in [0, 1)");
  result.data = prepareData(info, arguments.x, arguments.y, arguments.sampleWeights, entry);
  result.train = {&result.data, &result.data.sampleWeights, 0, result.data.rows};
  if (!arguments.validationX.empty()) {
    const EntryInfo &evaluation = entries.need(info.evaluateStep, "evaluate_step", "validation");
    result.validation = prepareData(info, arguments.validationX, arguments.validationY,
                                    arguments.validationSampleWeights, evaluation);
    result.valid = {&result.validation, &result.validation.sampleWeights, 0,
                    result.validation.rows};
  } else if (arguments.validationSplit > 0) {
    split(arguments.validationSplit, result);
  }
  if (!arguments.classWeight.empty()) {
    result.weightOfRow = classWeights(info, result.data, arguments.classWeight);
    result.train.sampleWeights = &result.weightOfRow;
  }
  checkBatches(arguments.batchSize, result.train.rows(), info, entry);
}

/// Validation takes the last rows, before any shuffling.
void Trainer::State::split(double fraction, TrainingData &result) const {
  const EntryInfo &evaluation =
      entries.need(info.evaluateStep, "evaluate_step", "validation_split");
  int64_t rows = result.data.rows;
  auto at = static_cast<int64_t>(static_cast<double>(rows) * (1 - fraction));
  if (at == 0 || at == rows)
    throw Error("the data has " + std::to_string(rows) + (rows == 1 ? " sample" : " samples") +
                    ", not enough for validation_split=" + showNumber(fraction),
                "give more data, or another validation_split");
  if (result.data.steps > evaluation.maxSteps)
    throw Error("the data has " + std::to_string(result.data.steps) +
                " steps, evaluation was compiled for at most " +
                std::to_string(evaluation.maxSteps));
  result.valid = {&result.data, &result.data.sampleWeights, at, rows};
  result.train.end = at;
}

std::vector<int64_t> Trainer::State::shuffled(const DataView &view, RandomState &random) const {
  std::vector<int64_t> rows(static_cast<size_t>(view.rows()));
  std::iota(rows.begin(), rows.end(), view.begin);
  random.shuffle(rows);
  return rows;
}

Logs Trainer::State::evaluate(const DataView &view, int64_t batchSize, int verbose,
                              int64_t maxSteps) {
  checkBatchSize(batchSize);
  checkBatches(batchSize, view.rows(), info, *info.evaluateStep);
  int64_t count = steps(view.rows(), batchSize);
  if (maxSteps > 0)
    count = std::min(count, maxSteps);
  Metrics metrics(info);
  Progress progress(options.out, verbose, count);
  Batch batch;
  for (int64_t step = 0; step < count; ++step) {
    checkInterrupt();
    int64_t first = step * batchSize;
    batch.load(view, nullptr, first, std::min(batchSize, view.rows() - first));
    entries.evaluateStep(params.get(), batch, metrics.clear());
    metrics.add();
    progress.update(step + 1, sorted(metrics.values()));
  }
  progress.finish(sorted(metrics.values()));
  return metrics.values();
}

Trainer::Trainer(const krt_model &model, const TrainerOptions &options)
    : state(std::make_unique<State>(model, options)) {}
Trainer::~Trainer() = default;

const ModelInfo &Trainer::info() const { return state->info; }
void Trainer::setLearningRate(double rate) {
  state->schedule.reset();
  state->learningRate = rate;
}
double Trainer::learningRate() const { return state->currentRate(); }
bool Trainer::hasSchedule() const { return state->schedule.has_value(); }

namespace {

/// A training as its callbacks see it.
class RunningTraining : public Training {
public:
  RunningTraining(Trainer &trainer, std::FILE *file) : trainer(trainer), file(file) {}

  /// In float32, as Keras keeps it.
  double learningRate() const override { return static_cast<float>(trainer.learningRate()); }
  void setLearningRate(double rate) override {
    if (trainer.hasSchedule())
      throw Error("this optimizer was created with a LearningRateSchedule as its learning_rate, "
                  "hence its learning rate is not settable",
                  "give the optimizer a float learning_rate");
    trainer.setLearningRate(rate);
  }
  std::vector<Array> getWeights() const override { return trainer.getWeights(); }
  void setWeights(const std::vector<Array> &weights) override { trainer.setWeights(weights); }
  std::FILE *out() const override { return file; }

  std::optional<bool> largerIsBetter(const std::string &log) const override {
    std::string name = log.rfind("val_", 0) == 0 ? log.substr(4) : log;
    const ModelInfo &info = trainer.info();
    for (size_t i = 0; i < info.metrics.size(); ++i)
      if (info.metrics[i] == name)
        return info.metricForms[i].largerIsBetter;
    return std::nullopt;
  }

private:
  Trainer &trainer;
  std::FILE *file;
};

bool validatesAfter(const FitArguments &arguments, int64_t epoch) {
  const std::vector<int64_t> &chosen = arguments.validationEpochs;
  if (!chosen.empty())
    return std::find(chosen.begin(), chosen.end(), epoch + 1) != chosen.end();
  return (epoch + 1) % arguments.validationFreq == 0;
}

} // namespace

History Trainer::fit(const FitArguments &arguments) {
  State &s = *state;
  const EntryInfo &entry = s.entries.need(s.info.trainStep, "train_step", "fit");
  State::TrainingData data;
  s.prepare(arguments, entry, data);
  int64_t validationBatch =
      arguments.validationBatchSize > 0 ? arguments.validationBatchSize : arguments.batchSize;
  if (data.valid.data)
    checkBatches(validationBatch, data.valid.rows(), s.info, *s.info.evaluateStep);
  const int64_t total = steps(data.train.rows(), arguments.batchSize);
  int64_t count = arguments.stepsPerEpoch > 0 ? arguments.stepsPerEpoch : total;
  if (arguments.maxSteps >= 0)
    count = std::min(count, arguments.maxSteps);

  History history;
  auto record = [&](const std::string &name, double value) {
    auto found = std::find_if(history.values.begin(), history.values.end(),
                              [&](const auto &column) { return column.first == name; });
    if (found == history.values.end())
      found = history.values.insert(history.values.end(), {name, {}});
    found->second.push_back(value);
  };
  RunningTraining training(*this, s.options.out);
  auto tell = [&](auto event) {
    for (const std::shared_ptr<Callback> &callback : arguments.callbacks)
      event(*callback);
  };
  tell([&](Callback &callback) { callback.onTrainBegin(training); });
  Batch batch;
  std::vector<int64_t> order;
  int64_t next = total; // the step of the data at hand
  for (int64_t epoch = arguments.initialEpoch; epoch < arguments.epochs && !training.stopped;
       ++epoch) {
    if (arguments.stepsPerEpoch == 0 || next == total) {
      next = 0;
      if (arguments.shuffle)
        order = s.shuffled(data.train, s.order);
    }
    tell([&](Callback &callback) { callback.onEpochBegin(epoch, training); });
    Metrics metrics(s.info);
    Progress progress(s.options.out, arguments.verbose, count);
    if (arguments.epochs > 1)
      progress.beginEpoch(epoch + 1, arguments.epochs);
    for (int64_t step = 0; step < count && next < total && !training.stopped; ++step, ++next) {
      s.checkInterrupt();
      int64_t first = next * arguments.batchSize;
      batch.load(data.train, arguments.shuffle ? &order : nullptr, first,
                 std::min(arguments.batchSize, data.train.rows() - first));
      s.entries.trainStep(s.params.get(), s.optimizer.get(), s.currentRate(), s.options.seed, batch,
                          metrics.clear());
      metrics.add();
      history.stepLoss.push_back(metrics.stepLoss());
      Logs running = sorted(metrics.values());
      tell([&](Callback &callback) { callback.onStepEnd(step, running, training); });
      progress.update(step + 1, running);
    }
    Logs logs = sorted(metrics.values());
    if (data.valid.data && validatesAfter(arguments, epoch))
      for (auto &[name, value] :
           sorted(s.evaluate(data.valid, validationBatch, 0, arguments.validationSteps)))
        logs.emplace_back("val_" + name, value);
    tell([&](Callback &callback) { callback.onEpochEnd(epoch, logs, training); });
    progress.finish(logs);
    history.epochs.push_back(epoch);
    for (const auto &[name, value] : logs)
      record(name, value);
  }
  tell([&](Callback &callback) { callback.onTrainEnd(training); });
  return history;
}

Logs Trainer::evaluate(const EvaluateArguments &arguments) {
  State &s = *state;
  const EntryInfo &entry = s.entries.need(s.info.evaluateStep, "evaluate_step", "evaluate");
  PreparedData data = prepareData(s.info, arguments.x, arguments.y, arguments.sampleWeights, entry);
  return s.evaluate({&data, &data.sampleWeights, 0, data.rows}, arguments.batchSize,
                    arguments.verbose);
}

std::vector<Array> Trainer::predict(const PredictArguments &arguments) {
  State &s = *state;
  const EntryInfo &entry = s.entries.need(s.info.predict, "predict", "predict");
  checkBatchSize(arguments.batchSize);
  PreparedData data = prepareInputs(s.info, arguments.x, entry);
  DataView view{&data, nullptr, 0, data.rows};
  checkStatefulBatch(arguments.batchSize, data.rows, s.info);

  std::vector<Array> outputs;
  for (const TensorInfo &output : s.info.outputs) {
    std::vector<int64_t> shape = output.shape;
    shape[0] = data.rows;
    for (size_t axis = 1; axis < shape.size(); ++axis)
      shape[axis] = shape[axis] < 0 ? data.steps : shape[axis];
    outputs.emplace_back(output.dtype, std::move(shape));
  }
  int64_t count = steps(data.rows, arguments.batchSize);
  Progress progress(s.options.out, arguments.verbose, count);
  Batch batch;
  std::vector<void *> pointers(outputs.size());
  for (int64_t step = 0; step < count; ++step) {
    s.checkInterrupt();
    int64_t end = std::min(data.rows, (step + 1) * arguments.batchSize);
    // Rows do not depend on each other here, so a batch may be more than one call.
    for (int64_t row = step * arguments.batchSize; row < end; row += entry.maxBatch) {
      batch.load(view, nullptr, row, std::min<int64_t>(entry.maxBatch, end - row));
      for (size_t i = 0; i < outputs.size(); ++i)
        pointers[i] = rowPointer(outputs[i], row);
      s.entries.predict(s.params.get(), batch, pointers.data());
    }
    progress.update(step + 1, {});
  }
  progress.finish({});
  return outputs;
}

std::vector<Array> Trainer::gradientsOfFirstStep(const FitArguments &arguments) {
  State &s = *state;
  const EntryInfo &entry = s.entries.need(s.info.gradients, "gradients", "the gradients' output");
  State::TrainingData data;
  s.prepare(arguments, entry, data);
  RandomState random = s.order; // a copy: fit is to see the same order
  std::vector<int64_t> order = s.shuffled(data.train, random);
  Batch batch;
  batch.load(data.train, arguments.shuffle ? &order : nullptr, 0,
             std::min(arguments.batchSize, data.train.rows()));
  AlignedBuffer gradients(s.info.paramsBytes);
  Metrics metrics(s.info);
  s.entries.gradients(s.params.get(), gradients.get(), s.options.seed, batch, metrics.clear());
  return s.trainable(s.unpack(gradients.get()));
}

void Trainer::setWeights(const std::vector<Array> &weights) {
  const std::vector<WeightInfo> &expected = state->info.weights;
  if (weights.size() != expected.size())
    throw Error("the model has " + std::to_string(expected.size()) + " weights, found " +
                std::to_string(weights.size()));
  std::vector<Array> converted;
  for (size_t i = 0; i < weights.size(); ++i) {
    if (weights[i].shape != expected[i].shape)
      throw Error("weight " + std::to_string(i) + " (" + expected[i].path + ") has shape " +
                  showShape(weights[i].shape) + ", expected " + showShape(expected[i].shape));
    converted.push_back(weights[i].cast(DType::Float32));
  }
  state->pack(converted, state->params.get());
}

std::vector<Array> Trainer::getWeights() const { return state->unpack(state->params.get()); }

std::vector<Array> Trainer::getStates() const {
  std::vector<Array> states;
  for (const StateInfo &info : state->info.states) {
    Array &array = states.emplace_back(DType::Float32, info.shape);
    std::memcpy(array.bytes.data(), state->states.get() + info.offset, array.bytes.size());
  }
  return states;
}

void Trainer::setStates(const std::vector<Array> &states) {
  const std::vector<StateInfo> &expected = state->info.states;
  if (states.size() != expected.size())
    throw Error("the model has " + std::to_string(expected.size()) + " states, found " +
                std::to_string(states.size()));
  for (size_t i = 0; i < states.size(); ++i)
    if (states[i].dtype != DType::Float32 || states[i].shape != expected[i].shape)
      throw Error("state " + expected[i].name + " has shape " + showShape(states[i].shape) +
                  ", expected " + showShape(expected[i].shape) + " of float32");
  for (size_t i = 0; i < states.size(); ++i)
    std::memcpy(state->states.get() + expected[i].offset, states[i].bytes.data(),
                states[i].bytes.size());
}

OptimizerState Trainer::getOptimizerState() const {
  OptimizerState result;
  result.iteration = state->optimizerHeader().iteration;
  if (state->info.optimizer)
    for (size_t i = 0; i < state->info.optimizer->slots.size(); ++i)
      result.slots.emplace_back(state->info.optimizer->slots[i],
                                state->trainable(state->unpack(state->slot(i))));
  return result;
}

void Trainer::setOptimizerState(const OptimizerState &given) {
  State &s = *state;
  if (!s.info.optimizer)
    throw Error("optimizer state for a model that was compiled without an optimizer");
  const std::vector<std::string> &names = s.info.optimizer->slots;
  // All of it is checked before any of it is stored.
  std::vector<std::vector<Array>> blobs;
  for (const std::string &name : names) {
    auto found = std::find_if(given.slots.begin(), given.slots.end(),
                              [&](const auto &slot) { return slot.first == name; });
    if (found == given.slots.end())
      throw Error("the optimizer state has no \"" + name + "\"",
                  "it may be that of another optimizer");
    std::vector<Array> blob;
    size_t next = 0;
    for (const WeightInfo &weight : s.info.weights) {
      if (!weight.trainable) {
        blob.emplace_back(DType::Float32, weight.shape);
        continue;
      }
      if (next == found->second.size() || found->second[next].shape != weight.shape)
        throw Error("the optimizer state \"" + name + "\" does not fit weight " + weight.path);
      blob.push_back(found->second[next++].cast(DType::Float32));
    }
    blobs.push_back(std::move(blob));
  }
  for (size_t i = 0; i < blobs.size(); ++i)
    s.pack(blobs[i], s.slot(i));
  s.optimizerHeader().iteration = given.iteration;
}

} // namespace keratin::rt
