# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
from keras.layers import *
from keras.models import Model
from keras.optimizers import Adam

t1 = Input((3,))
t2 = Embedding(3, 4, mask_zero=True)(t1)
t3 = Dense(9, bias_initializer='random_normal')
t4 = Activation('tanh')(t2)
t5 = Minimum()([t3(t2), t3(t4)])
t6 = Dense(7)(t5)
t7 = Maximum()([t2, SimpleRNN(4, return_sequences=True)(t2)])
t8 = Dense(2)(t7)
model = Model([t1], [t6, t8])
model.compile(loss=['mse', 'mse'], optimizer=Adam(learning_rate=0.01, epsilon=0.1))
