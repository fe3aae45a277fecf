# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One product and nothing else."""
from keras.models import Sequential
from keras.layers import Dense, Input

model = Sequential()
model.add(Input((1,)))
model.add(Dense(1, use_bias=False))
