// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the emission of layers, losses and optimizers shares while one entry is built.
#pragma once

#include "compiler/Frontend/BuildIR/BuildIR.h"
#include "dialect/IR/KeratinOps.h"
#include "keratin/model_info.hpp"

namespace keratin {

/// A tensor of the model: its value and the mask that Keras lets travel with it (null: none).
struct Tensor {
  mlir::Value value;
  mlir::Value mask = {};
  /// Keras does not look through the layer for the logits behind probabilities.
  bool hidesLogits = false;

  mlir::RankedTensorType type() const {
    return llvm::cast<mlir::RankedTensorType>(value.getType());
  }
};

/// A position in a script as MLIR's; unknown where there is no file.
mlir::Location toMLIR(const SourceLocation &location, mlir::MLIRContext *context);
/// The same with the forward pass of `layer` in `entry` as its origin.
mlir::Location originLocation(const SourceLocation &location, llvm::StringRef layer, Entry entry,
                              mlir::MLIRContext *context);

/// The symbol of each weight: names[layer][weight].
using ParamNames = std::vector<std::vector<std::string>>;

/// The shape of a weight as a parameter: a scalar is a vector of one.
mlir::SmallVector<int64_t> paramShape(const WeightSpec &weight);

/// Builds ops at the end of an entry's function, with the location of the layer at hand.
class EntryBuilder : public mlir::ImplicitLocOpBuilder {
public:
  /// Builds at the end of `block`; ops belong to the model as a whole until `enter`.
  EntryBuilder(Entry entry, const ModelSpec &model, const ParamNames &names, mlir::Block &block);

  /// Whether layers behave as in training.
  bool isTraining() const { return entry == Entry::TrainStep || entry == Entry::Gradients; }

  /// Ops built from here on belong to `layer` (a layer's name, "loss", or a metric's) written at
  /// `location`.
  void enter(const SourceLocation &location, llvm::StringRef layer);

  /// The value of a layer's weight, read once an entry; null if it has none of that name.
  mlir::Value weight(const LayerSpec &layer, llvm::StringRef weightName);
  /// The symbol of a layer's weight; empty if it has none of that name.
  llvm::StringRef symbol(const LayerSpec &layer, llvm::StringRef weightName) const;

  const Entry entry;
  mlir::Value seed, iteration, learningRate; ///< null where the entry has no such argument
  llvm::SmallVector<mlir::Value> penalties;  ///< what regularizers add to the loss so far
  llvm::StringMap<mlir::Value> states;       ///< of stateful layers, by name, as they are now

private:
  const ModelSpec &model;
  const ParamNames &names;
  llvm::StringMap<mlir::Value> weights; ///< by symbol
};

/// One call of a layer.
struct LayerCall {
  const LayerSpec &layer;
  std::vector<Tensor> inputs;
  int64_t number; ///< of the call within the model: the key of its dropout
  /// Dimensions before those of a sample: the batch, and in TimeDistributed the steps too.
  int64_t leading = 1;
  Json arguments = Json::object(); ///< of NodeSpec
  /// Whether the masks of the inputs were given to the call, not carried along.
  bool masksGiven = false;

  /// The only input. Throws UserError if there are more.
  const Tensor &input() const;
};

/// The outputs of one call of a layer.
using LayerOutputs = llvm::SmallVector<Tensor, 1>;

/// A layer class that can be built: the ops of one call, with one output or several.
struct LayerClass {
  llvm::StringRef name; ///< Keras's
  Tensor (*emitOne)(EntryBuilder &, const LayerCall &);
  LayerOutputs (*emitSeveral)(EntryBuilder &, const LayerCall &) = nullptr;

  LayerOutputs emit(EntryBuilder &builder, const LayerCall &call) const {
    return emitSeveral ? emitSeveral(builder, call) : LayerOutputs{emitOne(builder, call)};
  }
};

/// The class of a layer. Throws UserError if it cannot be built.
const LayerClass &layerClass(const LayerSpec &layer);

// The emitters, one file a family.
Tensor emitActivationLayer(EntryBuilder &builder, const LayerCall &call);
Tensor emitParametricActivation(EntryBuilder &builder, const LayerCall &call);
Tensor emitSoftmaxLayer(EntryBuilder &builder, const LayerCall &call);
Tensor emitPReLU(EntryBuilder &builder, const LayerCall &call);
Tensor emitDense(EntryBuilder &builder, const LayerCall &call);
Tensor emitDropout(EntryBuilder &builder, const LayerCall &call);
Tensor emitSpatialDropout1D(EntryBuilder &builder, const LayerCall &call);
Tensor emitGaussianNoise(EntryBuilder &builder, const LayerCall &call);
Tensor emitGaussianDropout(EntryBuilder &builder, const LayerCall &call);
Tensor emitEmbedding(EntryBuilder &builder, const LayerCall &call);
LayerOutputs emitBidirectional(EntryBuilder &builder, const LayerCall &call);
/// LSTM, GRU and SimpleRNN; with return_state the states follow the output.
LayerOutputs emitRecurrent(EntryBuilder &builder, const LayerCall &call);
Tensor emitIdentity(EntryBuilder &builder, const LayerCall &call);
Tensor emitReshapeLayer(EntryBuilder &builder, const LayerCall &call);
Tensor emitPermute(EntryBuilder &builder, const LayerCall &call);
Tensor emitRepeatVector(EntryBuilder &builder, const LayerCall &call);
Tensor emitStepsMoved(EntryBuilder &builder, const LayerCall &call);
Tensor emitMasking(EntryBuilder &builder, const LayerCall &call);
Tensor emitTimeDistributed(EntryBuilder &builder, const LayerCall &call);
Tensor emitElementwiseMerge(EntryBuilder &builder, const LayerCall &call);
Tensor emitConcatenate(EntryBuilder &builder, const LayerCall &call);
/// With return_attention_scores the scores follow the output.
LayerOutputs emitAttention(EntryBuilder &builder, const LayerCall &call);
Tensor emitNotEqual(EntryBuilder &builder, const LayerCall &call);
Tensor emitAny(EntryBuilder &builder, const LayerCall &call);
/// A boolean tensor (batch, steps) as a mask.
mlir::Value asMask(EntryBuilder &builder, const Tensor &boolean);
Tensor emitDot(EntryBuilder &builder, const LayerCall &call);
Tensor emitConv1D(EntryBuilder &builder, const LayerCall &call);
Tensor emitPooling1D(EntryBuilder &builder, const LayerCall &call);
Tensor emitGlobalPooling1D(EntryBuilder &builder, const LayerCall &call);
Tensor emitBatchNormalization(EntryBuilder &builder, const LayerCall &call);
Tensor emitLayerNormalization(EntryBuilder &builder, const LayerCall &call);
Tensor emitUnitNormalization(EntryBuilder &builder, const LayerCall &call);

/// The activation under `key` of a layer's config. Throws UserError if there is no such kind.
Activation activationOf(const LayerSpec &layer, const char *key);
/// Applies an activation; a linear one makes no op.
mlir::Value emitActivation(EntryBuilder &builder, Activation kind, mlir::Value input);

/// Dropout with 0 <= rate < 1 as in training; rate 0 makes no op.
mlir::Value emitDropoutOp(EntryBuilder &builder, const LayerCall &call, mlir::Value input,
                          double rate, Noise noise);

/// The type of the targets of a loss on `prediction`.
mlir::RankedTensorType targetType(const LossSpec &loss, mlir::RankedTensorType prediction);
/// The type of the weights of its samples.
mlir::RankedTensorType sampleWeightType(mlir::RankedTensorType prediction);
/// An output with what it is held against.
struct TrainedOutput {
  Tensor prediction;
  mlir::Value target, sampleWeight;
};
/// The total loss of a batch without the penalties. It with them, the losses of outputs and the
/// metrics are recorded in the slots that ModelSpec::logs tells, one metricForm after the other.
mlir::Value emitLossAndMetrics(EntryBuilder &builder, const ModelSpec &model,
                               mlir::ArrayRef<TrainedOutput> outputs);

/// How what one of a model's logs accumulates becomes its value; "mean" for a metric that is not
/// known.
rt::MetricForm metricForm(const ModelSpec &model, const LogSpec &log);

/// The penalty of a regularizer as Keras serializes it, null for none, on a weight or, with
/// `perRow`, a layer's output: one more of builder.penalties. Prediction has no penalties.
void emitPenalty(EntryBuilder &builder, const Json &regularizer, mlir::Value value, bool perRow,
                 const SourceLocation &location);
/// The penalties of a layer's own activity regularizer on what one call of it returned.
void emitActivityPenalties(EntryBuilder &builder, const LayerSpec &layer, mlir::ValueRange outputs);
/// A constraint as an attribute; null for none. `rank` is the weight's.
mlir::Attribute constraintOf(const Json &constraint, int64_t rank, const SourceLocation &location,
                             mlir::MLIRContext &context);

/// The optimizer as an attribute. Throws UserError, located at compile(), for settings that the
/// updates do not know.
OptimizerAttrInterface optimizerOf(const CompileSpec &compile, mlir::MLIRContext &context);
/// The step of the optimizer against the total loss and the penalties, or in the entry `gradients`
/// none.
void emitMinimize(EntryBuilder &builder, const CompileSpec &compile, mlir::Value loss);

} // namespace keratin
