# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Two inputs and two outputs, a shared layer, a model as a layer, a frozen layer: all parts that have gradients.
from keras.models import Model, Sequential
from keras.layers import Dense, Embedding, Input, LSTM

a = Input(shape=(6, 3), name='a')
b = Input(shape=(6, 3), name='b')
tokens = Input(shape=(6,), name='tokens')
shared = Dense(5, activation='tanh')
encoder = Sequential([Input((6, 5)), Dense(4, trainable=False), LSTM(3)], name='encoder')
h = encoder(shared(a))
flag = Dense(1, activation='sigmoid', name='flag')(encoder(shared(b)))
value = Dense(2, name='value')(h)
words = Dense(4, activation='softmax', name='words')(LSTM(3, return_sequences=True)(Embedding(9, 2, mask_zero=True)(tokens)))
model = Model([a, b, tokens], [flag, value, words])
model.compile(loss=['binary_crossentropy', 'mse', 'sparse_categorical_crossentropy'], loss_weights=[1, 0.5, 2],
              metrics=[['accuracy'], ['mae'], ['accuracy']])
