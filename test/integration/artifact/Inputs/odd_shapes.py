# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Everything at sizes that no vector divides: masks, two stacked LSTMs, dropout inside and outside of them."""
from keras.models import Sequential
from keras.layers import Dense, Dropout, Embedding, LSTM
from keras.optimizers import Adam

model = Sequential()
model.add(Embedding(11, 5, mask_zero=True))
model.add(LSTM(7, return_sequences=True, dropout=0.2))
model.add(LSTM(3))
model.add(Dropout(0.3))
model.add(Dense(5, activation='tanh'))
model.add(Dense(3, activation='softmax'))
# Epsilon keeps updates smooth where a gradient is near zero, so that targets can be compared.
model.compile(loss='sparse_categorical_crossentropy', optimizer=Adam(epsilon=1e-3), metrics=['accuracy'])
