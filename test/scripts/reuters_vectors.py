# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Keras 2, as in a book: sequences as vectors of zeros and ones, slices for validation, the history read.
import numpy as np
from keras import models
from keras import layers
from keras.datasets import reuters
from keras.utils.np_utils import to_categorical

(train_data, train_labels), (test_data, test_labels) = reuters.load_data(num_words=1000)


def vectorize_sequences(sequences, dimension=1000):
    results = np.zeros((len(sequences), dimension))
    for i, sequence in enumerate(sequences):
        results[i, sequence] = 1.
    return results


train_data, train_labels = train_data[:1500], train_labels[:1500]
x_train = vectorize_sequences(train_data)
x_test = vectorize_sequences(test_data)
one_hot_train_labels = to_categorical(train_labels, 46)
one_hot_test_labels = to_categorical(test_labels, 46)

model = models.Sequential()
model.add(layers.Dense(64, activation='relu', input_shape=(1000,)))
model.add(layers.Dense(64, activation='relu'))
model.add(layers.Dense(46, activation='softmax'))
model.compile(optimizer='rmsprop', loss='categorical_crossentropy', metrics=['accuracy'])

n = len(x_train) // 4
x_val = x_train[:n]
partial_x_train = x_train[n:]
y_val = one_hot_train_labels[:n]
partial_y_train = one_hot_train_labels[n:]
history = model.fit(partial_x_train, partial_y_train, epochs=4, batch_size=64, validation_data=(x_val, y_val), verbose=0)

loss = history.history['loss']
val_loss = history.history['val_loss']
epochs = range(1, len(loss) + 1)
for epoch, a, b in zip(epochs, loss, val_loss):
    print('epoch {}: loss {:.3f}, validation loss {:.3f}'.format(epoch, a, b))
results = model.evaluate(x_test, one_hot_test_labels, verbose=0)
predictions = model.predict(x_test, verbose=0)
print(predictions[0].shape, int(np.argmax(predictions[0])) < 46, np.round(np.sum(predictions[0]), 3))
