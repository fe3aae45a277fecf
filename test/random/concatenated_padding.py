# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
from keras.layers import *
from keras.models import Model
from keras.optimizers import Adam

t1 = Input((3,))
t2 = Input((7,))
t3 = Dense(4, activation='softmax', bias_initializer='random_normal')(t1)
t4 = Concatenate()([t3, t2])
t5 = Dense(2, activation='softmax')(t4)
model = Model([t1, t2], [t5])
model.compile(loss=['categorical_crossentropy'], optimizer=Adam(learning_rate=0.01, epsilon=0.1))
