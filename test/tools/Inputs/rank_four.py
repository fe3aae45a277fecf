# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import keras
import numpy as np
from keras import layers

inputs = keras.Input((3, 5, 4))
x = layers.TimeDistributed(layers.Conv1D(3, 2, activation="tanh", activity_regularizer="l2"))(inputs)
outputs = layers.Dense(2)(x)
model = keras.Model(inputs, outputs)
model.compile("sgd", "mse", metrics=["mae"], weighted_metrics=["mse"])

np.random.seed(1)
data, target = np.random.normal(size=(7, 3, 5, 4)), np.random.normal(size=(7, 3, 4, 2))
weight = np.random.uniform(size=(7, 3, 4))
errors = model.predict(data, verbose=0) - target
_, mae, mse = model.evaluate(data, target, sample_weight=weight, batch_size=3, verbose=0)
print("mean absolute error:", abs(mae - np.mean(np.abs(errors))) < 1e-6)
samples = np.mean(errors * errors, axis=-1) * weight
print("weighted squares:", abs(mse - np.sum(samples) / np.sum(weight)) < 1e-6)
