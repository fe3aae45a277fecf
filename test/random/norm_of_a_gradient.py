# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
from keras import optimizers
from keras.layers import *
from keras.models import Sequential

model = Sequential([Input((8,)), Dense(70), Dense(17)])
model.compile(loss=['mse'], optimizer=optimizers.RMSprop(global_clipnorm=0.5))
