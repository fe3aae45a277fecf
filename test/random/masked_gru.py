# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
from keras.layers import *
from keras.models import Sequential
from keras.optimizers import SGD

model = Sequential([Input(batch_shape=(5, 6)), Embedding(7, 3, mask_zero=True),
                    GRU(4, stateful=True, return_sequences=True), GRU(3, stateful=True), Dense(2)])
model.compile(loss='mse', optimizer=SGD(0.1))
