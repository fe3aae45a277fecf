// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Classes that Keras (1, 2 or 3) has and Keratin does not support, so that they are refused by
// name.
#include "compiler/Frontend/Layers/Tables.h"

namespace keratin::tables {

const std::vector<std::string> &unsupported(ClassKind kind) {
  using Names = std::vector<std::string>;
  static const Names layers = {"AlphaDropout",
                               "AveragePooling2D",
                               "AveragePooling3D",
                               "CategoryEncoding",
                               "CenterCrop",
                               "Conv1DTranspose",
                               "Conv2D",
                               "Conv2DTranspose",
                               "Conv3D",
                               "Conv3DTranspose",
                               "ConvLSTM1D",
                               "ConvLSTM2D",
                               "ConvLSTM3D",
                               "Convolution2D",
                               "Convolution3D",
                               "Cropping2D",
                               "Cropping3D",
                               "CuDNNGRU",
                               "CuDNNLSTM",
                               "DepthwiseConv1D",
                               "DepthwiseConv2D",
                               "Discretization",
                               "EinsumDense",
                               "GRUCell",
                               "GlobalAveragePooling2D",
                               "GlobalAveragePooling3D",
                               "GlobalMaxPooling2D",
                               "GlobalMaxPooling3D",
                               "GroupNormalization",
                               "GroupQueryAttention",
                               "Hashing",
                               "IntegerLookup",
                               "LSTMCell",
                               "Lambda",
                               "Layer",
                               "LocallyConnected1D",
                               "LocallyConnected2D",
                               "MaxPool2D",
                               "MaxPooling2D",
                               "MaxPooling3D",
                               "Merge",
                               "MultiHeadAttention",
                               "Normalization",
                               "RMSNormalization",
                               "RNN",
                               "RandomContrast",
                               "RandomFlip",
                               "RandomRotation",
                               "RandomZoom",
                               "Rescaling",
                               "Resizing",
                               "SeparableConv1D",
                               "SeparableConv2D",
                               "SimpleRNNCell",
                               "SpatialDropout2D",
                               "SpatialDropout3D",
                               "SpectralNormalization",
                               "StackedRNNCells",
                               "StringLookup",
                               "TextVectorization",
                               "ThresholdedReLU",
                               "TimeDistributedDense",
                               "UpSampling2D",
                               "UpSampling3D",
                               "ZeroPadding2D",
                               "ZeroPadding3D"};
  static const Names optimizers = {
      "Adafactor", "Ftrl", "Lamb", "Lion", "LossScaleOptimizer", "Muon",
  };
  static const Names losses = {"BinaryFocalCrossentropy",
                               "CTC",
                               "CategoricalFocalCrossentropy",
                               "CategoricalGeneralizedCrossEntropy",
                               "Circle",
                               "Dice",
                               "Loss",
                               "Tversky"};
  static const Names metrics = {
      "Accuracy",
      "BinaryIoU",
      "ConcordanceCorrelation",
      "F1Score",
      "FBetaScore",
      "IoU",
      "Mean",
      "MeanIoU",
      "MeanMetricWrapper",
      "Metric",
      "OneHotIoU",
      "OneHotMeanIoU",
      "PearsonCorrelation",
      "PrecisionAtRecall",
      "RecallAtPrecision",
      "SensitivityAtSpecificity",
      "SpecificityAtSensitivity",
      "Sum",
  };
  static const Names initializers = {"Initializer", "STFT"};
  static const Names regularizers = {"OrthogonalRegularizer", "Regularizer", "activity_l1",
                                     "activity_l2"};
  static const Names constraints = {
      "Constraint",
  };
  static const Names schedules = {
      "LearningRateSchedule",
  };
  switch (kind) {
  case ClassKind::Layer:
    return layers;
  case ClassKind::Optimizer:
    return optimizers;
  case ClassKind::Loss:
    return losses;
  case ClassKind::Metric:
    return metrics;
  case ClassKind::Initializer:
    return initializers;
  case ClassKind::Regularizer:
    return regularizers;
  case ClassKind::Constraint:
    return constraints;
  case ClassKind::Schedule:
    return schedules;
  }
  return layers;
}

} // namespace keratin::tables
