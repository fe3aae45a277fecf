# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import sys

import keras
from keras import layers

cases = {
    "lstm": lambda x: layers.TimeDistributed(layers.LSTM(2))(x),
    "embedding": lambda x: layers.TimeDistributed(layers.Embedding(9, 2))(x),
    "itself": lambda x: layers.TimeDistributed(layers.TimeDistributed(layers.Dense(2)))(x),
    "model": lambda x: layers.TimeDistributed(keras.Sequential([layers.Dense(2)]))(x),
    "batch": lambda x: layers.TimeDistributed(layers.BatchNormalization())(x),
    "mask": lambda x: layers.TimeDistributed(layers.Reshape((2, 2)))(layers.Masking()(x)),
}
name = sys.argv[1]
inputs = keras.Input((3, 5, 4) if name in ("lstm", "itself") else (3, 4))
model = keras.Model(inputs, cases[name](inputs))
model.compile("sgd", "mse")
import numpy as np
model.fit(np.zeros((2,) + model.input_shape[1:]), np.zeros((2,) + model.output_shape[1:]), verbose=0)
