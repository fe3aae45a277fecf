// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Argument names of Keras 1 and 2 that tutorials still use and Keras 3 refuses.
#include "compiler/Frontend/Layers/Schema.h"

namespace keratin {

static const std::vector<OldSpelling> &oldSpellings() {
  static const std::vector<OldSpelling> table = {
      // Every layer.
      {"Layer", "batch_shape", "batch_input_shape"},
      {"Layer", "input_length", ""}, // with input_dim it gives the shape, see makeLayer
      {"Layer", "input_dtype", ""},
      {"Layer", "init", "kernel_initializer"},
      {"Layer", "bias", "use_bias"},
      {"Layer", "W_regularizer", "kernel_regularizer"},
      {"Layer", "U_regularizer", "recurrent_regularizer"},
      {"Layer", "b_regularizer", "bias_regularizer"},
      {"Layer", "W_constraint", "kernel_constraint"},
      {"Layer", "U_constraint", "recurrent_constraint"},
      {"Layer", "b_constraint", "bias_constraint"},
      // Single layers.
      {"Dense", "output_dim", "units"},
      {"LSTM", "output_dim", "units"},
      {"LSTM", "inner_init", "recurrent_initializer"},
      {"LSTM", "inner_activation", "recurrent_activation"},
      {"LSTM", "forget_bias_init", "unit_forget_bias"},
      {"LSTM", "dropout_W", "dropout"},
      {"LSTM", "dropout_U", "recurrent_dropout"},
      {"LSTM", "consume_less", ""},
      {"GRU", "output_dim", "units"},
      {"GRU", "inner_init", "recurrent_initializer"},
      {"GRU", "inner_activation", "recurrent_activation"},
      {"GRU", "dropout_W", "dropout"},
      {"GRU", "dropout_U", "recurrent_dropout"},
      {"GRU", "consume_less", ""},
      {"SimpleRNN", "output_dim", "units"},
      {"SimpleRNN", "inner_init", "recurrent_initializer"},
      {"SimpleRNN", "dropout_W", "dropout"},
      {"SimpleRNN", "dropout_U", "recurrent_dropout"},
      {"SimpleRNN", "consume_less", ""},
      {"Dropout", "p", "rate"},
      {"SpatialDropout1D", "p", "rate"},
      {"Embedding", "init", "embeddings_initializer"},
      {"Embedding", "W_regularizer", "embeddings_regularizer"},
      {"Embedding", "W_constraint", "embeddings_constraint"},
      {"LeakyReLU", "alpha", "negative_slope"},
      {"Conv1D", "nb_filter", "filters"},
      {"Conv1D", "filter_length", "kernel_size"},
      {"Conv1D", "border_mode", "padding"},
      {"Conv1D", "subsample_length", "strides"},
      {"Convolution1D", "nb_filter", "filters"},
      {"Convolution1D", "filter_length", "kernel_size"},
      {"Convolution1D", "border_mode", "padding"},
      {"Convolution1D", "subsample_length", "strides"},
      {"MaxPooling1D", "pool_length", "pool_size"},
      {"MaxPooling1D", "stride", "strides"},
      {"MaxPooling1D", "border_mode", "padding"},
      {"AveragePooling1D", "pool_length", "pool_size"},
      {"AveragePooling1D", "stride", "strides"},
      {"AveragePooling1D", "border_mode", "padding"},
      {"UpSampling1D", "length", "size"},
      // Optimizers.
      {"Optimizer", "lr", "learning_rate"},
      {"Optimizer", "decay", ""},
      // Methods and Model.
      {"fit", "nb_epoch", "epochs"},
      {"compile", "class_mode", ""},
      {"compile", "sample_weight_mode", ""},
      {"compile", "target_tensors", ""},
      {"Model", "input", "inputs"},
      {"Model", "output", "outputs"}};
  return table;
}

const OldSpelling *findOldSpelling(const std::string &owner, const std::string &name) {
  for (const OldSpelling &entry : oldSpellings())
    if (entry.owner == owner && entry.name == name)
      return &entry;
  if (findClass(ClassKind::Layer, owner))
    return findOldSpelling("Layer", name);
  if (findClass(ClassKind::Optimizer, owner))
    return findOldSpelling("Optimizer", name);
  return nullptr;
}

} // namespace keratin
