# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Keras 2, functional: convolutions of three widths over embedded words.
from keras.datasets import imdb
from keras.layers import Conv1D, Dense, Dropout, Embedding, GlobalMaxPooling1D, Input, SpatialDropout1D, concatenate
from keras.models import Model
from keras.preprocessing.sequence import pad_sequences

vocabulary, length = 1000, 30
(x_train, y_train), (x_test, y_test) = imdb.load_data(num_words=vocabulary, skip_top=10, maxlen=None, oov_char=2)
x_train, y_train, x_test, y_test = x_train[:800], y_train[:800], x_test[:400], y_test[:400]
x_train = pad_sequences(x_train, maxlen=length, padding='post', truncating='post')
x_test = pad_sequences(x_test, maxlen=length, padding='post', truncating='post')

words = Input(shape=(length,), dtype='int32')
x = SpatialDropout1D(0.2)(Embedding(vocabulary, 24)(words))
branches = []
for size in [2, 3, 4]:
    branches.append(GlobalMaxPooling1D()(Conv1D(filters=16, kernel_size=size, activation='relu', padding='same')(x)))
x = concatenate(branches, axis=-1)
x = Dropout(0.3)(x)
outputs = Dense(1, activation='sigmoid')(x)
model = Model(inputs=words, outputs=outputs)
model.summary()
model.compile('rmsprop', 'binary_crossentropy', metrics=['acc'])
history = model.fit(x_train, y_train, validation_split=0.25, epochs=2, batch_size=32, verbose=2)
print(sorted(history.history.keys()))
print('best epoch', 1 + history.history['val_loss'].index(min(history.history['val_loss'])))
