// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the emission of layers, losses and optimizers shares while one entry is built.
#pragma once

#include "compiler/Frontend/BuildIR/BuildIR.h"
#include "dialect/IR/KeratinOps.h"

namespace keratin {

/// A tensor of the model: its value and the mask that Keras lets travel with it (null: none).
struct Tensor {
  mlir::Value value;
  mlir::Value mask;

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

  const Entry entry;
  mlir::Value seed, iteration, learningRate; ///< null where the entry has no such argument

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

  /// The only input. Throws UserError if there are more.
  const Tensor &input() const;
};

/// The ops of one layer class.
using LayerEmitter = Tensor (*)(EntryBuilder &, const LayerCall &);

/// A layer class that can be built.
struct LayerClass {
  llvm::StringRef name; ///< Keras's
  LayerEmitter emit;
  int64_t gates = 1; ///< side by side in the columns of its weights
};

/// The class of a layer. Throws UserError if it cannot be built.
const LayerClass &layerClass(const LayerSpec &layer);

// The emitters, one file a family.
Tensor emitActivationLayer(EntryBuilder &builder, const LayerCall &call);
Tensor emitDense(EntryBuilder &builder, const LayerCall &call);
Tensor emitDropout(EntryBuilder &builder, const LayerCall &call);
Tensor emitSpatialDropout1D(EntryBuilder &builder, const LayerCall &call);
Tensor emitEmbedding(EntryBuilder &builder, const LayerCall &call);
Tensor emitLSTM(EntryBuilder &builder, const LayerCall &call);

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
/// The loss of a batch; its record, with the penalties, in slot 0, and the metrics and theirs from
/// slot 1 on.
mlir::Value emitLossAndMetrics(EntryBuilder &builder, const CompileSpec &compile,
                               const Tensor &prediction, mlir::Value target,
                               mlir::Value sampleWeight, llvm::ArrayRef<mlir::Value> penalties);

/// How what a metric accumulates becomes its value, see docs/abi.md.
struct MetricForm {
  const char *result; ///< "mean", "count", "root_mean", "auc" or "r2_score"
  int64_t pairs;      ///< numbers of accumulators
  bool largerIsBetter = false;
};
/// That of a metric of predictions with so many columns. Throws UserError, located at compile(),
/// for one that is not known.
MetricForm metricForm(const CompileSpec &compile, const MetricSpec &metric, int64_t columns);

/// The penalty of a regularizer as Keras serializes it, which is not null.
mlir::Value emitPenalty(EntryBuilder &builder, const Json &regularizer, mlir::Value value,
                        bool perRow, const SourceLocation &location);
/// A constraint as an attribute; null for none. `rank` is the weight's.
mlir::Attribute constraintOf(const Json &constraint, int64_t rank, const SourceLocation &location,
                             mlir::MLIRContext &context);

/// The optimizer as an attribute. Throws UserError, located at compile(), for settings that the
/// updates do not know.
OptimizerAttrInterface optimizerOf(const CompileSpec &compile, mlir::MLIRContext &context);
/// The step of the optimizer, or in the entry `gradients` none.
void emitMinimize(EntryBuilder &builder, const CompileSpec &compile,
                  llvm::ArrayRef<mlir::Value> losses);

} // namespace keratin
