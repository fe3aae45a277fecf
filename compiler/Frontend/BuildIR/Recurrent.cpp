// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recurrent layers, and Bidirectional as two of them.
#include "compiler/Frontend/BuildIR/EntryBuilder.h"
#include "compiler/Frontend/Layers/RecurrentRules.h"

using namespace mlir;

namespace keratin {

namespace {

/// One pass of a cell over a sequence: a layer by itself, or one direction of a Bidirectional.
class CellRun {
public:
  /// `layer` has the settings, `owner` the weights, under `prefix` and their names. `stream` tells
  /// apart the dropout of the directions.
  CellRun(EntryBuilder &builder, const LayerCall &call, const LayerSpec &layer,
          const std::string &prefix = "", int64_t stream = 0)
      : builder(builder), call(call), layer(layer), cell(*cellOf(layer.className)), prefix(prefix),
        stream(stream) {}

  /// The output and, with return_state, the final states. Keras ignores the mask that came with the
  /// input once initial states are given, not where a stateful layer begins with its own.
  SmallVector<Value> emit(const Tensor &input, ValueRange given) {
    Value mask = given.empty() || call.masksGiven ? input.mask : Value();
    SmallVector<Value> states(given);
    bool stateful = flag("stateful");
    if (stateful && given.empty())
      for (int64_t i = 0; i < cell.states; ++i)
        states.push_back(builder.states.at(stateName(i)));
    SmallVector<Value> results = emitOp(input.value, mask, states, stateful);
    if (!stateful)
      return results;
    for (int64_t i = 0; i < cell.states; ++i)
      builder.states[stateName(i)] = results[1 + i];
    if (!flag("return_state"))
      results.truncate(1);
    return results;
  }

private:
  SmallVector<Value> emitOp(Value x, Value mask, ValueRange states, bool stateful) {
    Value kernel = weight("kernel"), recurrent = weight("recurrent_kernel"), bias = weight("bias");
    Value inputFactors, recurrentFactors, recurrentBias;
    if (builder.isTraining())
      drop(x, inputFactors, recurrentFactors);
    if (bias && cast<RankedTensorType>(bias.getType()).getRank() == 2) {
      recurrentBias = row(bias, 1);
      bias = row(bias, 0);
    }
    Activation activation = cellActivation("activation");
    bool sequences = flag("return_sequences"), returnState = stateful || flag("return_state"),
         backwards = flag("go_backwards"), zero = flag("zero_output_for_mask");
    if (layer.className == "LSTM")
      return LSTMOp::create(builder, x, kernel, recurrent, bias, recurrentBias, mask, states,
                            inputFactors, recurrentFactors, activation,
                            cellActivation("recurrent_activation"), sequences, returnState,
                            backwards, zero, /*tape=*/false, ValueRange(), ValueRange())
          .getResults();
    if (layer.className == "GRU")
      return GRUOp::create(builder, x, kernel, recurrent, bias, recurrentBias, mask, states,
                           inputFactors, recurrentFactors, activation,
                           cellActivation("recurrent_activation"), flag("reset_after"), sequences,
                           returnState, backwards, zero, /*tape=*/false, ValueRange(), ValueRange())
          .getResults();
    return SimpleRNNOp::create(builder, x, kernel, recurrent, bias, recurrentBias, mask, states,
                               inputFactors, recurrentFactors, activation, sequences, returnState,
                               backwards, zero, /*tape=*/false, ValueRange(), ValueRange())
        .getResults();
  }

  /// As States.h names it.
  std::string stateName(int64_t i) { return call.layer.name + "/" + prefix + (i == 0 ? "h" : "c"); }

  bool flag(const char *key) { return layer.config.value(key, false); }

  Value weight(const char *name) { return builder.weight(call.layer, prefix + name); }

  Value row(Value matrix, int64_t number) {
    return RowOp::create(builder, matrix, number, ValueRange(), ValueRange()).getResult(0);
  }

  /// The activation of gates or states: an elementwise one.
  Activation cellActivation(const char *key) {
    Activation kind = activationOf(layer, key);
    if (kind == Activation::softmax)
      throw UserError(layer.location,
                      layer.className + " expects an elementwise " + key + ", got softmax");
    return kind;
  }

  /// The rate under `key`. Keras's LSTM and GRU drop nothing at a rate of 1.
  double rateOf(const char *key) {
    double rate = layer.config.value(key, 0.0);
    if (rate == 1 && cell.gates == 1)
      throw UserError(layer.location, "training with " + std::string(key) + "=1 is not supported");
    return rate == 1 ? 0 : rate;
  }

  /// Draws are made once a sample and call, for all steps. Keras's implementation 1, which any
  /// recurrent_dropout selects, draws for each gate apart.
  void drop(Value &x, Value &inputFactors, Value &recurrentFactors) {
    double rate = rateOf("dropout"), recurrentRate = rateOf("recurrent_dropout");
    bool apart = layer.config.value("recurrent_dropout", 0.0) != 0 && cell.gates > 1;
    if (recurrentRate > 0)
      recurrentFactors =
          factors(x, recurrentRate, 2 * stream + 1, layer.config.at("units").get<int64_t>());
    if (rate > 0 && apart)
      inputFactors =
          factors(x, rate, 2 * stream, cast<RankedTensorType>(x.getType()).getDimSize(2));
    else
      x = emitDropoutOp(builder, withKey(2 * stream), x, rate, Noise::per_sequence);
  }

  Value factors(Value like, double rate, int64_t key, int64_t features) {
    return DropoutFactorsOp::create(builder, like, builder.seed, builder.iteration,
                                    builder.getF64FloatAttr(rate).getValue(), withKey(key).number,
                                    cell.gates, features, ValueRange(), ValueRange())
        .getResult(0);
  }

  /// The call with another key for its dropout; key 0 is the call's own.
  LayerCall withKey(int64_t key) { return {call.layer, {}, call.number + (key << 24)}; }

  EntryBuilder &builder;
  const LayerCall &call;
  const LayerSpec &layer;
  const CellRule &cell;
  std::string prefix;
  int64_t stream;
};

/// Throws UserError where the input is no sequence, or there are some but not all `states`.
void checkInputs(const LayerCall &call, int64_t states) {
  const LayerSpec &layer = call.layer;
  if (call.inputs.size() != 1 && call.inputs.size() != static_cast<size_t>(1 + states))
    throw UserError(layer.location, layer.className + " expects an input and " +
                                        std::to_string(states) + " initial states or none, got " +
                                        std::to_string(call.inputs.size()) + " inputs");
  int64_t rank = call.inputs[0].type().getRank();
  if (rank != 3)
    throw UserError(layer.location, layer.className + " expects an input of rank 3, got rank " +
                                        std::to_string(rank));
}

SmallVector<Value> statesOf(const LayerCall &call) {
  SmallVector<Value> states;
  for (const Tensor &state : ArrayRef(call.inputs).drop_front())
    states.push_back(state.value);
  return states;
}

/// The mask that a recurrent layer hands on.
Value maskBehind(const LayerSpec &layer, const Tensor &input) {
  return layer.config.value("return_sequences", false) ? input.mask : Value();
}

} // namespace

LayerOutputs emitRecurrent(EntryBuilder &builder, const LayerCall &call) {
  checkInputs(call, cellOf(call.layer.className)->states);
  LayerOutputs outputs;
  for (Value result : CellRun(builder, call, call.layer).emit(call.inputs[0], statesOf(call)))
    outputs.push_back({result, Value()});
  outputs[0].mask = maskBehind(call.layer, call.inputs[0]);
  return outputs;
}

LayerOutputs emitBidirectional(EntryBuilder &builder, const LayerCall &call) {
  LayerSpec forward = directionOf(call.layer, "layer"),
            backward = directionOf(call.layer, "backward_layer");
  int64_t half = cellOf(forward.className)->states;
  checkInputs(call, half + cellOf(backward.className)->states);
  const Tensor &input = call.inputs[0];
  SmallVector<Value> states = statesOf(call);
  ValueRange all(states), first = states.empty() ? all : all.take_front(half),
                          second = states.empty() ? all : all.drop_front(half);
  SmallVector<Value> f = CellRun(builder, call, forward, "forward_", 0).emit(input, first);
  SmallVector<Value> b = CellRun(builder, call, backward, "backward_", 1).emit(input, second);
  emitActivityPenalties(builder, forward, f);
  emitActivityPenalties(builder, backward, b);
  Value mask = maskBehind(forward, input);

  LayerOutputs outputs;
  const Json &mode = call.layer.config.at("merge_mode");
  if (mode.is_null()) {
    outputs = {{f[0], mask}, {b[0], mask}};
    if (forward.config.value("return_sequences", false))
      outputs[1].value =
          ReverseStepsOp::create(builder, b[0], ValueRange(), ValueRange()).getResult(0);
  } else {
    Merge merge = *symbolizeMerge(mode.get<std::string>());
    auto op = MergeDirectionsOp::create(builder, f[0], b[0], merge, ValueRange(), ValueRange());
    outputs = {{op.getResult(0), mask}};
  }
  for (ArrayRef<Value> direction : {ArrayRef(f), ArrayRef(b)})
    for (Value state : direction.drop_front())
      outputs.push_back({state, Value()});
  return outputs;
}

} // namespace keratin
