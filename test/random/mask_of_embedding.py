# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
from keras.layers import *
from keras.models import Model
from keras.optimizers import RMSprop

t1 = Input((9,))
t2 = Embedding(5, 2, embeddings_initializer='random_normal')(t1)
t3 = Masking(mask_value=0.0)(t2)
t4 = Concatenate(axis=1)([t2, t3])
t5 = GRU(4, bias_initializer='random_normal')(t4)
t6 = Dense(2, activation='softmax')(t5)
model = Model([t1], [t6])
model.compile(loss=['categorical_crossentropy'], optimizer=RMSprop(learning_rate=0.01, epsilon=0.01))
